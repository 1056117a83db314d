"""An appointment that is not wanted any more, or all of them."""

from typing import Any, Final

from parley.contract import Outcome, Prepared, Request, Say
from parley.scheduling.models import Booking
from parley.skills.appointments import services
from parley.skills.appointments.customers import local
from parley.skills.appointments.talk.book import card
from parley.skills.appointments.talk.serving import House, Serving, house_of, no_business, unserved, written
from parley.skills.appointments.talk.taking_back import CANCELLED, token_of
from parley.skills.appointments.talk.which import Told, find, label, meant, owned, reference, title
from parley.skills.appointments.words import means_all, somebody

_ALL: Final = "all"


def _told(slots: Any) -> Told:
    return Told(
        day=slots.date, time=slots.time, weekday=slots.weekday, service=slots.service, staff=somebody(slots.staff)
    )


def _prepare(request: Request) -> Prepared:
    house = house_of(request.context)
    if house is None:
        return no_business(request)
    slots: Any = request.slots
    if means_all(slots.scope):
        rows = meant(owned(request, house), _told(slots), house)
        if len(rows) > 1:
            settled = slots.model_copy(update={"which": _ALL})
            return _ready(settled, rows, request, Say("cancel.summary_all", {"appointments": _labels(rows, request)}))
    found = find(request, house, _told(slots))
    if isinstance(found, Prepared):
        return found
    settled = slots.model_copy(update={"which": reference(found)})
    say = Say("cancel.summary", {"service": title(found, request), "at": local(found)})
    return _ready(settled, [found], request, say)


def _ready(slots: Any, rows: list[Booking], request: Request, summary: Say) -> Prepared:
    if any(services.too_late(row, request.context) for row in rows):
        return Prepared(slots=slots, outcome=unserved("too_late"))
    return Prepared(slots=slots, summary=summary)


def _execute(request: Request) -> Outcome:
    house = house_of(request.context)
    if house is None:
        return unserved("no_business")
    slots: Any = request.slots
    rows = _chosen(request, house)
    if not rows:
        return unserved("which.none")
    services.cancel(rows, reason=slots.reason or "", context=request.context)
    for row in rows:
        row.status = Booking.Status.CANCELLED
    events, undo = tuple(card(row) for row in rows), token_of(CANCELLED, rows)
    if len(rows) > 1:
        say = Say("cancel.done_all", {"count": len(rows)})
    else:
        say = Say("cancel.done", {"service": title(rows[0], request), "at": local(rows[0])})
    return Outcome(say=(say,), facts=written(rows[0]), events=events, undo=undo)


def _chosen(request: Request, house: House) -> list[Booking]:
    slots: Any = request.slots
    rows = owned(request, house)
    if slots.which == _ALL:
        return meant(rows, _told(slots), house)
    return [row for row in rows if reference(row) == slots.which]


def _labels(rows: list[Booking], request: Request) -> list[Say]:
    return [label(row, request) for row in rows]


SERVED = {"appointment.cancel": Serving(prepare=_prepare, execute=_execute)}
