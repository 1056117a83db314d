"""The appointments of a world under test: one business in which exactly the stated times are free."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from parley.scheduling.spans import DAY, at_wall

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from parley.evaluation.world import Start
    from parley.scheduling.models import Resource, Service, Site

_HORIZON: Final = dt.timedelta(days=400)
_STATED_DAYS: Final = 60
"""Days ahead on which only the stated times are free; nobody books further where they are stated one by one."""
_DEFAULT_HOURS: Final = "09:00-18:00"
_EVERY_DAY: Final = range(7)


def appointments(start: "Start") -> Mapping[str, Any]:
    """Put the business, what is free and the caller's bookings into the tables.

    Rooms give the services, and nobody is named: whoever a caller asks for is accepted.
    """
    from parley.accounts.models import Person
    from parley.evaluation.world import country_of
    from parley.scheduling.models import Site
    from parley.skills.appointments.demo import catalogue
    from parley.skills.appointments.models import Business

    stated = start.context
    site = Site.objects.create(
        name="Business",
        address="12 Station Road",
        zone=start.tz,
        country=country_of(start.tz) or "US",
        closed_on_holidays="open" not in stated,
    )
    Business.objects.create(site=site)
    services = catalogue(site)
    for service in services.values():
        horizon = _STATED_DAYS - 1 if "open" in stated else _HORIZON.days
        service.notice, service.horizon_days, service.step = 0, horizon, 15
        service.buffer_after = 0
        service.save()
    if "open" in stated:
        _only(site, list(services.values()), stated["open"], start)
    else:
        _open(site, list(services.values()), start)
    _close(site, stated.get("closed", ()))
    person = Person.objects.create(name=stated.get("customer_name", ""), phone=stated.get("caller_id", ""))
    _book(site, list(services.values()), person, start)
    return {"person_id": str(person.pk)}


def _open(site: "Site", services: list["Service"], start: "Start") -> None:
    """Open in the stated hours, every day, but for what is taken."""
    from parley.scheduling.models import Busy

    room = _room(site, "Room", services)
    _hours(room, start.context.get("hours", _DEFAULT_HOURS))
    half = dt.timedelta(minutes=30)
    taken = start.context.get("taken", ()) if start.domain != "medication" else ()
    for at in _instants([text for text in taken if isinstance(text, str)], start):
        Busy.objects.create(resource=room, start=at, end=at + half, source="world", external_id=at.isoformat())


def _only(site: "Site", services: list["Service"], texts: Iterable[str], start: "Start") -> None:
    """A room for each start and length of service, busy before and after: that start is free, and no other."""
    now = start.moment
    for length in sorted({service.duration for service in services}):
        alike = [service for service in services if service.duration == length]
        for at in _instants(texts, start):
            room = _room(site, f"Room {length} {at.isoformat()}", alike)
            _hours(room, "00:00-00:00")
            _taken(room, now - DAY, at)
            _taken(room, at + dt.timedelta(minutes=length), now + _STATED_DAYS * DAY)
    if not list(texts):
        room = _room(site, "Room", services)
        _hours(room, "00:00-00:00")
        _taken(room, now - DAY, now + _STATED_DAYS * DAY)


def _taken(room: "Resource", first: dt.datetime, last: dt.datetime) -> None:
    """Busy from the one moment to the other, in pieces of a day."""
    from parley.scheduling.models import Busy

    starts = [first + DAY * number for number in range(max(0, -((first - last) // DAY)))]
    Busy.objects.bulk_create(
        Busy(resource=room, start=at, end=min(at + DAY, last), source="world", external_id=at.isoformat())
        for at in starts
    )


def _close(site: "Site", days: Iterable[Any]) -> None:
    from parley.scheduling.models import Override

    for day in days:
        Override.objects.create(site=site, day=_day(day), opens=False)


def _book(site: "Site", services: list["Service"], person: Any, start: "Start") -> None:
    """The caller's bookings; where times are stated one by one, in a room of their own."""
    from parley.scheduling.models import Booking, Resource
    from parley.skills.appointments.catalogue import service_named

    rows = start.context.get("bookings", ())
    room = None if "open" in start.context else Resource.objects.filter(site=site).first()
    for number, row in enumerate(rows):
        words = row.get("service", "")
        service = service_named(words, services)
        (at,) = _instants([row["start"]], start)
        length = dt.timedelta(minutes=service.duration if service is not None else 30)
        own = room or Resource.objects.create(site=site, kind=Resource.Kind.ROOM, name=f"Booked {number}")
        Booking.objects.create(
            resource=own,
            service=service,
            person=person,
            status=Booking.Status.BOOKED,
            start=at,
            end=at + length,
            busy_from=at,
            busy_until=at + length,
            reference=str(row.get("id", "")),
            title=words,
            name=person.name,
            phone=person.phone,
            language=start.lang,
        )


def _room(site: "Site", name: str, services: list["Service"]) -> "Resource":
    from parley.scheduling.models import Resource

    room = Resource.objects.create(site=site, kind=Resource.Kind.ROOM, name=name)
    room.services.set(services)
    return room


def _hours(room: "Resource", text: str) -> None:
    from parley.scheduling.models import Hours

    opens, closes = (dt.time.fromisoformat(part.strip()) for part in text.split("-"))
    Hours.objects.bulk_create(
        Hours(resource=room, weekday=weekday, opens=opens, closes=closes) for weekday in _EVERY_DAY
    )


def _instants(texts: Iterable[str], start: "Start") -> list[dt.datetime]:
    """ISO moments with or without an offset; a bare clock time is one of the coming two weeks' days."""
    found: list[dt.datetime] = []
    for text in texts:
        if len(text) <= len("HH:MM:SS"):
            found += [
                at_wall(start.moment.date() + n * DAY, dt.time.fromisoformat(text), start.zone) for n in range(15)
            ]
            continue
        moment = dt.datetime.fromisoformat(text)
        found.append(moment if moment.tzinfo else _local(moment, start.zone))
    return found


def _local(moment: dt.datetime, zone: "ZoneInfo") -> dt.datetime:
    return at_wall(moment.date(), moment.time(), zone)


def _day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])
