"""Which of the caller's appointments is meant."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from parley.contract import Choice, Mention, Prepared, Question, Request, Say
from parley.scheduling.models import Booking
from parley.skills.appointments.catalogue import service_named, spoken_name, staff_named
from parley.skills.appointments.customers import by_reference, local, own_bookings
from parley.skills.appointments.talk.serving import House, unserved
from parley.skills.appointments.talk.when import WEEKDAYS

_FIRST: Final = frozenset({"next", "earliest"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """By what an appointment was told from others."""

    day: dt.date | None = None
    time: dt.time | None = None
    weekday: str | None = None
    days: tuple[dt.date, dt.date] | None = None
    service: str | None = None
    staff: str | None = None


def owned(request: Request, house: House) -> list[Booking]:
    """All open appointments of the caller, the next first."""
    slots: Any = request.slots
    phone = getattr(slots, "phone", None)
    return own_bookings(request.context, house.site, phone=phone, name=slots.customer_name)


def meant(rows: Sequence[Booking], told: Told, house: House) -> list[Booking]:
    """Those that everything said fits."""
    return [row for row in rows if _fits(row, told, house)]


def find(request: Request, house: House, told: Told) -> Booking | Prepared:
    """The one that is meant, or what has to be asked or said first."""
    slots: Any = request.slots
    rows = owned(request, house)
    if not rows:
        return _unknown(request)
    if slots.which and slots.which not in _FIRST:
        named = by_reference(rows, slots.which)
        if named is not None:
            return named
    fitting = meant(rows, told, house) or meant(rows, _next_week(told, request), house)
    if fitting and (slots.which in _FIRST or len(fitting) == 1):
        return fitting[0]
    asked = fitting or rows
    labels = [label(row, request) for row in asked]
    choices = tuple(_choice(row, request) for row in asked)
    if len(asked) == 1:
        say = Say("which.only", {"appointment": labels[0]})
    else:
        say = Say("which.ask" if fitting else "which.none_such", {"appointments": labels})
    return Prepared(slots=slots, ask=Question(slot="which", say=say, choices=choices))


def _next_week(told: Told, request: Request) -> Told:
    """What was said on a Thursday of "Thursday", and is about another one."""
    if told.day != request.context.now.date():
        return told
    return replace(told, day=None, weekday=WEEKDAYS[told.day.weekday()])


def label(row: Booking, request: Request) -> Say:
    """An appointment in a few words."""
    language = request.context.language
    service = row.service.name_in(language) if row.service is not None and not row.service.any_reason else row.title
    return Say("which.label", {"service": service, "at": local(row)})


def title(row: Booking, request: Request) -> str:
    """What an appointment is called."""
    if row.service is None or row.service.any_reason:
        return row.title
    return row.service.name_in(request.context.language)


def mention_of(row: Booking, request: Request) -> Mention:
    """A booking that was just read out, so that "that one" is understood."""
    return Mention(id=reference(row), slot="which", label=title(row, request), slots=_told_by(row, request))


def reference(row: Booking) -> str:
    """The id by which the conversation refers to it."""
    return row.reference or str(row.pk)


def _choice(row: Booking, request: Request) -> Choice:
    return Choice(value=reference(row), label=label(row, request), told=_told_by(row, request))


def _told_by(row: Booking, request: Request) -> dict[str, str]:
    start = local(row)
    return {
        "date": start.date().isoformat(),
        "time": f"{start:%H:%M}",
        "staff": spoken_name(row.resource, request.context.language),
        "service": title(row, request),
    }


def _unknown(request: Request) -> Prepared:
    """Nothing under this number: another one is asked for, then the name that goes with it."""
    slots: Any = request.slots
    if "phone" not in type(slots).model_fields:
        return Prepared(slots=slots, outcome=unserved("which.none"))
    if slots.phone is None and request.context.caller.phone is None:
        return Prepared(slots=slots, ask=Question(slot="phone", say=Say("which.ask_phone")))
    if slots.phone is not None and slots.customer_name is None:
        return Prepared(slots=slots, ask=Question(slot="customer_name", say=Say("which.ask_name")))
    return Prepared(slots=slots, outcome=unserved("which.none"))


def _fits(row: Booking, told: Told, house: House) -> bool:
    start = local(row)
    if told.day is not None and start.date() != told.day:
        return False
    if told.time is not None and start.time() != told.time:
        return False
    if told.weekday in WEEKDAYS and start.weekday() != WEEKDAYS.index(str(told.weekday)):
        return False
    if told.days is not None and not told.days[0] <= start.date() <= told.days[1]:
        return False
    if told.staff and row.resource.pk not in {person.pk for person in staff_named(told.staff, house.staff)}:
        return False
    if not told.service:
        return True
    service = service_named(told.service, house.services)
    if service is None or service.any_reason:
        return told.service.casefold() in row.title.casefold() or row.title.casefold() in told.service.casefold()
    return row.service_id == service.pk
