"""Free time: computed from the rules and from what is busy, for just the span that is asked about."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import Q

from parley.scheduling.models import Booking, Busy, Resource, Service
from parley.scheduling.opening import Calendar, days
from parley.scheduling.remembered import Remembered
from parley.scheduling.spans import Span, union, without

LONGEST = dt.timedelta(hours=24)
"""No booking, hold or busy time keeps a resource busy for longer (a longer event of an outside calendar stands in
pieces), so that a look-up by start need not go further back."""
SEARCH_STEPS = (dt.timedelta(days=1), dt.timedelta(days=7))
"""A search goes forward by the first of these, doubled each time up to the last, so that its cost follows what it
finds."""


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """One start at which a service can be given."""

    start: dt.datetime
    """Aware, in the resource's zone."""
    end: dt.datetime
    resource_id: int
    resource_name: str


_able: Final[Remembered[list[Resource]]] = Remembered(
    "resources", seconds=lambda: float(settings.PARLEY.cache_availability_ttl)
)


def able(service: Service, resources: Iterable[int] | None = None) -> list[Resource]:
    """The active resources that may give `service`, by name; only those of `resources` when given."""
    everybody = _able(
        service.pk, lambda: list(service.resources.filter(active=True).select_related("site").order_by("name"))
    )
    if resources is None:
        return list(everybody)
    wanted = set(resources)
    return [each for each in everybody if each.pk in wanted]


def minutes(count: int) -> dt.timedelta:
    """A length in minutes."""
    return dt.timedelta(minutes=count)


def openings(
    service: Service,
    within: Span,
    *,
    now: dt.datetime,
    resources: Sequence[Resource] | None = None,
    holder: str = "",
    duration: dt.timedelta | None = None,
) -> list[Opening]:
    """All starts of `service` in `within`, by time and then by name.

    `holder` sees its own holds as free. Notice and horizon are respected.
    """
    chosen = able(service) if resources is None else resources
    length = duration or minutes(service.duration)
    limits = Span(
        max(within.start, now + minutes(service.notice)),
        min(within.end, now + dt.timedelta(days=service.horizon_days)),
    )
    if not chosen or limits.start >= limits.end:
        return []
    around = Span(limits.start - minutes(service.buffer_before), limits.end + length + minutes(service.buffer_after))
    busy = busy_spans(chosen, around, now=now, holder=holder)
    first = min(days(limits, resource.time_zone)[0] for resource in chosen)
    last = max(days(limits, resource.time_zone)[-1] for resource in chosen)
    calendar = Calendar.read(chosen, first, last)
    return sorted(
        opening
        for resource in chosen
        for opening in _of_resource(service, resource, length, limits, calendar, busy[resource.pk])
    )


def _of_resource(
    service: Service,
    resource: Resource,
    length: dt.timedelta,
    limits: Span,
    calendar: Calendar,
    busy: list[Span],
) -> Iterator[Opening]:
    zone = resource.time_zone
    before, after, step = minutes(service.buffer_before), minutes(service.buffer_after), minutes(service.step)
    # From start-before to end+after nothing may be busy: grow what is busy, and the service itself need only fit.
    taken = union(Span(span.start - after, span.end + before) for span in busy)
    for day in days(limits, zone):
        for hours in calendar.open_on(resource, day):
            for free in without([hours], taken):
                start = max(free.start, limits.start)
                start = hours.start + -((hours.start - start) // step) * step
                while start + length <= free.end and start < limits.end:
                    yield Opening(
                        start.astimezone(zone), (start + length).astimezone(zone), resource.pk, resource.name
                    )
                    start += step


def busy_spans(
    resources: Sequence[Resource], within: Span, *, now: dt.datetime, holder: str = "", but: uuid.UUID | None = None
) -> dict[int, list[Span]]:
    """What keeps each resource busy in `within`, by resource; `but` is the id of a booking to overlook."""
    ids = [resource.pk for resource in resources]
    active = Q(status__in=Booking.TAKES_TIME) & ~Q(status=Booking.Status.HELD, held_until__lte=now)
    rows = Booking.objects.filter(
        active, resource__in=ids, busy_from__gt=within.start - LONGEST, busy_from__lt=within.end
    ).filter(busy_until__gt=within.start)
    if holder:
        rows = rows.exclude(status=Booking.Status.HELD, held_by=holder)
    if but is not None:
        rows = rows.exclude(pk=but)
    busy: dict[int, list[Span]] = defaultdict(list)
    for resource_id, start, end in rows.values_list("resource", "busy_from", "busy_until"):
        busy[resource_id].append(Span(start, end))
    near = {"start__gte": within.start - LONGEST, "start__lt": within.end}
    outside = Busy.objects.filter(resource__in=ids, end__gt=within.start, **near)
    for resource_id, start, end in outside.values_list("resource", "start", "end"):
        busy[resource_id].append(Span(start, end))
    return busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """When somebody would like to come."""

    start: dt.datetime
    """Not before this."""
    end: dt.datetime | None = None
    """Not at or after this; None: up to the horizon."""
    part: tuple[dt.time, dt.time] | None = None
    """Only starts at these wall times, the second excluded."""
    weekdays: frozenset[int] | None = None
    """Only these days, 0 is Monday."""
    resources: tuple[int, ...] | None = None
    """Only with these."""
    duration: dt.timedelta | None = None

    def fits(self, opening: Opening) -> bool:
        """Whether an opening suits the part of the day and the weekday."""
        if self.weekdays is not None and opening.start.weekday() not in self.weekdays:
            return False
        return self.part is None or self.part[0] <= opening.start.time() < self.part[1]


def search(service: Service, wish: Wish, *, now: dt.datetime, holder: str = "", most: int = 3) -> list[Opening]:
    """The first `most` openings that fit the wish, one for each start."""
    resources = able(service, wish.resources)
    end = wish.end or now + dt.timedelta(days=service.horizon_days)
    found: list[Opening] = []
    start, step = max(wish.start, now), SEARCH_STEPS[0]
    while start < end and len(found) < most:
        until = min(start + step, end)
        part = openings(
            service, Span(start, until), now=now, resources=resources, holder=holder, duration=wish.duration
        )
        found += one_a_start(opening for opening in part if wish.fits(opening))
        start, step = until, min(step * 2, SEARCH_STEPS[-1])
    return found[:most]


def alternatives(
    service: Service, wanted: dt.datetime, wish: Wish, *, now: dt.datetime, holder: str = "", most: int = 3
) -> list[Opening]:
    """Openings nearest to a time that cannot be had: the same day first, then the days around, then later.

    They come back in the order of time, as one reads them out.
    """
    zone_day = wanted.replace(hour=0, minute=0, second=0, microsecond=0)
    widths = (dt.timedelta(days=1), dt.timedelta(days=4), dt.timedelta(days=15), dt.timedelta(days=60))
    resources = able(service, wish.resources)
    for width in widths:
        around = Span(zone_day - width + dt.timedelta(days=1), zone_day + width)
        found = one_a_start(
            openings(service, around, now=now, resources=resources, holder=holder, duration=wish.duration)
        )
        if len(found) >= most:
            break
    else:
        return search(service, Wish(start=now, resources=wish.resources), now=now, holder=holder, most=most)
    return sorted(sorted(found, key=lambda opening: abs(opening.start - wanted))[:most])


def one_a_start(found: Iterable[Opening]) -> list[Opening]:
    """The first opening of each start, whoever gives it."""
    starts: dict[dt.datetime, Opening] = {}
    for opening in found:
        starts.setdefault(opening.start, opening)
    return sorted(starts.values())
