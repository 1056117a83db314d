"""The calendar as a grid: columns of days or of staff, rows of five minutes. No request, no words."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from parley.scheduling.models import Booking, Busy, Resource
from parley.scheduling.opening import Calendar
from parley.scheduling.spans import DAY, Span, union, wall_span

ROW: Final = 5
"""Minutes of a row."""
USUAL: Final = (9, 17)
"""Hours shown where nobody is open and nothing is booked."""
_SHOWN: Final = (Booking.Status.BOOKED, Booking.Status.ARRIVED, Booking.Status.FULFILLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a column, by wall time."""

    start: int
    """Minutes since midnight."""
    end: int

    def row(self, first_hour: int) -> int:
        """The grid line it begins at, counted from 1."""
        return (self.start - 60 * first_hour) // ROW + 1

    @property
    def span(self) -> int:
        """How many rows it covers."""
        return max(1, -(-(self.end - self.start) // ROW))


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One booking in its column."""

    booking: Booking
    start: dt.datetime
    """On the clock of its resource."""
    end: dt.datetime
    row: int
    span: int
    movable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Time that an outside calendar takes: when, and nothing of what for."""

    start: dt.datetime
    """On the clock of its resource."""
    end: dt.datetime
    row: int
    span: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One day of one resource."""

    day: dt.date
    resource: Resource
    open: tuple[tuple[int, int], ...]
    """Row and span of when they work."""
    outside: tuple[Outside, ...]
    """What stands in their outside calendars."""
    cards: tuple[Card, ...]
    closed: str
    """Why they do not work on that day: the holiday, or the reason given by staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """What the calendar page shows."""

    first_hour: int
    last_hour: int
    columns: tuple[Column, ...]

    @property
    def hours(self) -> tuple[tuple[int, dt.time], ...]:
        """Each full hour with its row."""
        return tuple(
            ((hour - self.first_hour) * 60 // ROW + 1, dt.time(hour))
            for hour in range(self.first_hour, self.last_hour)
        )

    @property
    def rows(self) -> int:
        """How many there are."""
        return (self.last_hour - self.first_hour) * 60 // ROW


def grid_of(places: Sequence[tuple[Resource, dt.date]], *, now: dt.datetime) -> Grid:
    """The grid with a column for each resource and day, from the earliest opening or booking to the latest."""
    resources = list({resource.pk: resource for resource, _ in places}.values())
    if not places:
        return Grid(first_hour=USUAL[0], last_hour=USUAL[1], columns=())
    first, last = min(day for _, day in places), max(day for _, day in places)
    calendar = Calendar.read(resources, first, last)
    opened = [[_block(span, resource, day) for span in calendar.open_on(resource, day)] for resource, day in places]
    bookings = _bookings(resources, first, last, now=now)
    booked = [[row for row in bookings if _touches(row, resource, day)] for resource, day in places]
    blocks = [block for column in opened for block in column]
    for (resource, day), rows in zip(places, booked, strict=True):
        blocks += [_block(Span(row.start, row.end), resource, day) for row in rows]
    outside = _outside(resources, first, last)
    first_hour = min((block.start // 60 for block in blocks), default=USUAL[0])
    last_hour = max((-(-block.end // 60) for block in blocks), default=USUAL[1])
    columns = tuple(
        Column(
            day=day,
            resource=resource,
            open=tuple((block.row(first_hour), block.span) for block in spans),
            outside=tuple(_taken(outside, resource, day, (first_hour, last_hour))),
            cards=tuple(_card(row, resource, day, first_hour, now) for row in rows),
            closed="" if spans else calendar.holiday(resource, day) or calendar.reason_closed(resource, day) or "",
        )
        for (resource, day), spans, rows in zip(places, opened, booked, strict=True)
    )
    return Grid(first_hour=first_hour, last_hour=last_hour, columns=columns)


def week_of(day: dt.date) -> list[dt.date]:
    """Monday to Sunday."""
    monday = day - day.weekday() * DAY
    return [monday + n * DAY for n in range(7)]


def _bookings(resources: Sequence[Resource], first: dt.date, last: dt.date, *, now: dt.datetime) -> list[Booking]:
    """In the order of time, with the holds of this moment. A day more on both sides serves every zone."""
    held = Q(status=Booking.Status.HELD, held_until__gt=now)
    since = dt.datetime.combine(first - DAY, dt.time(), dt.UTC)
    until = dt.datetime.combine(last + 2 * DAY, dt.time(), dt.UTC)
    rows = Booking.objects.filter(Q(status__in=_SHOWN) | held, resource__in=resources)
    return list(rows.filter(start__gte=since, start__lt=until).select_related("service").order_by("start"))


def _outside(resources: Sequence[Resource], first: dt.date, last: dt.date) -> list[tuple[int, Span]]:
    since = dt.datetime.combine(first - 2 * DAY, dt.time(), dt.UTC)
    until = dt.datetime.combine(last + 2 * DAY, dt.time(), dt.UTC)
    rows = Busy.objects.filter(resource__in=resources, start__gte=since, start__lt=until).order_by("start")
    return [(resource, Span(start, end)) for resource, start, end in rows.values_list("resource", "start", "end")]


def _taken(
    outside: Sequence[tuple[int, Span]], resource: Resource, day: dt.date, shown: tuple[int, int]
) -> Iterator[Outside]:
    """What of it is on that day and within the hours that are shown, in one piece where pieces meet."""
    zone = resource.time_zone
    whole = wall_span(day, None, None, zone)
    for span in union(span for owner, span in outside if owner == resource.pk and span.meets(whole)):
        block = _block(span, resource, day)
        block = Block(start=max(block.start, 60 * shown[0]), end=min(block.end, 60 * shown[1]))
        if block.start < block.end:
            yield Outside(
                start=span.start.astimezone(zone),
                end=span.end.astimezone(zone),
                row=block.row(shown[0]),
                span=block.span,
            )


def _touches(booking: Booking, resource: Resource, day: dt.date) -> bool:
    return booking.resource_id == resource.pk and booking.start.astimezone(resource.time_zone).date() == day


def _block(span: Span, resource: Resource, day: dt.date) -> Block:
    """By the clock on the wall, cut off at the end of the day."""
    whole = wall_span(day, None, None, resource.time_zone)
    start, end = max(span.start, whole.start), min(span.end, whole.end)
    first, last = start.astimezone(resource.time_zone), end.astimezone(resource.time_zone)
    until = last.hour * 60 + last.minute if last.date() == day else 24 * 60
    return Block(start=first.hour * 60 + first.minute, end=until)


def _card(booking: Booking, resource: Resource, day: dt.date, first_hour: int, now: dt.datetime) -> Card:
    block = _block(Span(booking.start, booking.end), resource, day)
    return Card(
        booking=booking,
        start=booking.start.astimezone(resource.time_zone),
        end=booking.end.astimezone(resource.time_zone),
        row=block.row(first_hour),
        span=block.span,
        movable=booking.status in (Booking.Status.BOOKED, Booking.Status.ARRIVED) and booking.start > now,
    )
