"""The bookings as iCalendar (RFC 5545), under an address that only its owner knows."""

import datetime as dt
from typing import Final

from django.db.models import QuerySet
from icalendar import Calendar, Event, Timezone, vText

from parley.accounts import tokens
from parley.contract import NotFound
from parley.scheduling.models import Booking, Resource, Site
from parley.skills.appointments.models import Feed

_PREFIX: Final = "pc_"
_BACK: Final = dt.timedelta(days=30)
_AHEAD: Final = dt.timedelta(days=365)
_SHOWN: Final = (
    Booking.Status.BOOKED,
    Booking.Status.ARRIVED,
    Booking.Status.FULFILLED,
    Booking.Status.CANCELLED,
)


def make(site: Site, resource: Resource | None) -> tuple[Feed, str]:
    """A new feed and its token, which is shown this once."""
    token = tokens.new(_PREFIX)
    return Feed.objects.create(site=site, resource=resource, token_hash=tokens.fingerprint(token)), token


def revoke(feed_id: int, *, now: dt.datetime) -> None:
    """Let a feed show nothing any more. Raises NotFound."""
    if not Feed.objects.filter(pk=feed_id, revoked_at=None).update(revoked_at=now):
        raise NotFound("there is no such feed")


def of_token(token: str, *, now: dt.datetime) -> str:
    """The calendar of a feed. Raises NotFound for a token that nobody gave out, or that was taken back."""
    feed = Feed.objects.filter(token_hash=tokens.fingerprint(token), revoked_at=None).select_related("site").first()
    if feed is None:
        raise NotFound("there is no such calendar")
    rows = Booking.objects.filter(
        resource__site=feed.site, status__in=_SHOWN, start__range=(now - _BACK, now + _AHEAD)
    )
    if feed.resource_id is not None:
        rows = rows.filter(resource=feed.resource_id)
    return calendar(feed.site, rows.select_related("resource__site").order_by("start"), now=now)


def calendar(site: Site, bookings: QuerySet[Booking], *, now: dt.datetime) -> str:
    """Events in the zones of their resources, each zone described, as calendar programs demand."""
    made = Calendar()
    made.add("prodid", "-//Parley//Appointments//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", site.name)
    made.add("x-wr-calname", site.name)
    rows = list(bookings)
    for zone in sorted({str(row.resource.time_zone) for row in rows}):
        made.add_component(
            Timezone.from_tzid(zone, first_date=(now - 2 * _BACK).date(), last_date=(now + 2 * _AHEAD).date())
        )
    for row in rows:
        made.add_component(event(row, now=now))
    return str(made.to_ical().decode())


def event(booking: Booking, *, now: dt.datetime) -> Event:
    """One booking as an event; a cancelled one says so, and calendar programs take it away."""
    zone = booking.resource.time_zone
    made = Event()
    made.add("uid", f"{booking.pk}@parley")
    made.add("dtstamp", now.astimezone(dt.UTC))
    made.add("dtstart", booking.start.astimezone(zone))
    made.add("dtend", booking.end.astimezone(zone))
    made.add("summary", booking.title)
    made.add("sequence", booking.version)
    made.add("status", "CANCELLED" if booking.status == Booking.Status.CANCELLED else "CONFIRMED")
    if booking.resource.site.address:
        made.add("location", vText(booking.resource.site.address))
    return made
