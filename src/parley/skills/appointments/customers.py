"""Who is on the line, and which appointments are theirs. A number is a hint and no proof."""

import datetime as dt
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q

from parley.accounts.models import Person
from parley.contract import Context, Say
from parley.scheduling.models import Booking, Site
from parley.skills.appointments.catalogue import same_name

BOOKED: Final = "booked"
"""The fact that lists the appointments made in this conversation, by id."""
_OPEN: Final = (Booking.Status.BOOKED, Booking.Status.ARRIVED)


def person_id(context: Context) -> str | None:
    """The person who speaks, when a log-in or an identification says so."""
    known = context.caller.person_id or context.facts.get("person_id")
    return str(known) if known else None


def names_behind(context: Context) -> list[str]:
    """The names that may be the caller's: the one that is known, else all that have called from this number."""
    known = context.facts.get("customer_name") or context.caller.name
    if known:
        return [str(known)]
    identity = person_id(context)
    if identity:
        person = Person.objects.filter(pk=identity).first()
        return [person.name] if person is not None and person.name else []
    if not context.caller.phone:
        return []
    people = Person.objects.filter(phone=context.caller.phone).exclude(name="").order_by("created_at")
    return list(dict.fromkeys(people.values_list("name", flat=True)))


def customer(name: str, *, phone: str, context: Context) -> Person | None:
    """The person of this name behind the number, made when there is none; None without any number."""
    known = person_id(context)
    if known:
        person = Person.objects.filter(pk=known).first()
        if person is not None and (not person.name or same_name(person.name, name)):
            return person
    return behind(phone, name)


def behind(phone: str, name: str) -> Person | None:
    """The person of this name behind a number, made when there is none; None without any number."""
    if not phone:
        return None
    for person in Person.objects.filter(phone=phone):
        if same_name(person.name, name):
            return person
    return Person.objects.create(name=name, phone=phone, time_zone="")


def own_bookings(context: Context, site: Site, *, phone: str | None = None, name: str | None = None) -> list[Booking]:
    """The caller's appointments that are still to come, the next first; those booked in this conversation are theirs.

    With another number than the line's, only those under the name that was given with it.
    """
    return [row for row in _own(context, site, phone=phone, name=name) if row.start > context.now]


def there(start: dt.datetime, context: Context) -> Say | None:
    """How a time reads on the caller's own clocks, where it is known that they show another one than ours."""
    identity = person_id(context)
    people = (
        Person.objects.filter(pk=identity) if identity else Person.objects.filter(phone=context.caller.phone or "-")
    )
    zones = set(people.exclude(time_zone="").values_list("time_zone", flat=True))
    if len(zones) != 1:
        return None
    local = start.astimezone(ZoneInfo(zones.pop()))
    if local.replace(tzinfo=None) == start.replace(tzinfo=None):
        return None
    return Say("there", {"time": local.time(), "day": local.date() if local.date() != start.date() else None})


def last_booking(context: Context, site: Site) -> Booking | None:
    """The caller's latest appointment so far, for "same as last time"."""
    rows = [row for row in _own(context, site, past=True) if row.service is not None]
    return rows[-1] if rows else None


def by_reference(bookings: Sequence[Booking], reference: str) -> Booking | None:
    """The one that goes by this id."""
    return next((row for row in bookings if reference in (row.reference, str(row.pk))), None)


def _own(
    context: Context, site: Site, *, phone: str | None = None, name: str | None = None, past: bool = False
) -> list[Booking]:
    statuses = (*_OPEN, Booking.Status.FULFILLED) if past else _OPEN
    rows = Booking.objects.filter(resource__site=site, status__in=statuses).order_by("start")
    rows = rows.select_related("resource__site", "service")
    foreign = phone is not None and phone != context.caller.phone
    if foreign and not name:
        return []
    found = list(rows.filter(Q(phone=phone) if foreign else _theirs(context)))
    if name and (foreign or len({row.name for row in found}) > 1):
        found = [row for row in found if same_name(row.name, name)]
    return found


def _theirs(context: Context) -> Q:
    """Those of the person, else of the line; and what was booked a moment ago, where there is neither."""
    identity = person_id(context)
    booked = Q(pk__in=context.facts.get(BOOKED, ()))
    if identity:
        return Q(person_id=identity) | booked
    return Q(phone=context.caller.phone) | booked if context.caller.phone else booked


def local(booking: Booking) -> dt.datetime:
    """Its start on the clocks of the business."""
    return booking.start.astimezone(booking.resource.time_zone)
