"""Bookings on which time off fell later: they are kept, and listed until somebody has settled them."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from parley.scheduling.models import Booking, Busy, Site
from parley.scheduling.opening import Calendar
from parley.scheduling.spans import DAY, Span

AHEAD: Final = 180 * DAY
"""How far bookings are looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Displaced:
    """A booking that stands where its resource is not there any more."""

    booking: Booking
    reason: str
    """What staff wrote beside the time off, the name of a holiday, or empty."""
    elsewhere: bool
    """Whether an outside calendar takes the time, and not the hours of the house."""


def displaced(site: Site, *, now: dt.datetime) -> list[Displaced]:
    """The bookings to come that lie outside of the hours of their resource, or in time taken elsewhere, in order."""
    rows = list(
        Booking.objects.filter(
            resource__site=site, status=Booking.Status.BOOKED, start__gte=now, start__lt=now + AHEAD
        )
        .select_related("resource", "resource__site", "service")
        .order_by("start", "pk")
    )
    if not rows:
        return []
    resources = list({row.resource_id: row.resource for row in rows}.values())
    days = [row.start.astimezone(row.resource.time_zone).date() for row in rows]
    calendar = Calendar.read(resources, days[0] - DAY, days[-1] + DAY)
    taken = list(Busy.objects.filter(resource__in=resources, start__lt=rows[-1].end, end__gt=rows[0].start))
    found: list[Displaced] = []
    for row, day in zip(rows, days, strict=True):
        span = Span(row.start, row.end)
        if any(busy.resource_id == row.resource_id and span.meets(Span(busy.start, busy.end)) for busy in taken):
            found.append(Displaced(booking=row, reason="", elsewhere=True))
        elif not any(
            each.start <= span.start and span.end <= each.end for each in calendar.open_on(row.resource, day)
        ):
            reason = calendar.reason_closed(row.resource, day) or calendar.holiday(row.resource, day) or ""
            found.append(Displaced(booking=row, reason=reason, elsewhere=False))
    return found
