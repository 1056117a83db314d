"""Free time: computed from the rules and from what is busy, for just the span that is asked about."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django.conf import settings
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet

from parley.scheduling.models import Booking, Busy, Resource, Service
from parley.scheduling.opening import Calendar, days
from parley.scheduling.remembered import Remembered
from parley.scheduling.spans import DAY, Span, gaps, instant, union

LONGEST = dt.timedelta(hours=24)
"""No booking, hold or busy time keeps a resource busy for longer (a longer event of an outside calendar stands in
pieces), so that a look-up by start need not go further back."""
A_LOOK: Final = 50
"""How many days of people a search reads at first: a day of fifty, ten of five. Where it finds too little, it goes on
with twice as many, so that its cost follows what it finds and few questions are asked of the database."""
FARTHEST_LOOK: Final = 28 * DAY


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
    limits = _limits(service, within, now=now)
    if not chosen or limits.start >= limits.end:
        return []
    length, calendar = duration or minutes(service.duration), _calendar(chosen, limits)
    return _Look.read(service, chosen, calendar, limits, length, now=now, holder=holder).openings(limits)


def _limits(service: Service, within: Span, *, now: dt.datetime) -> Span:
    """What notice and horizon leave of a span."""
    first, last = now + minutes(service.notice), now + dt.timedelta(days=service.horizon_days)
    return Span(instant(max(within.start, first)), instant(min(within.end, last)))


def _calendar(resources: Sequence[Resource], within: Span) -> Calendar:
    zones = {resource.time_zone for resource in resources}
    first = min(within.start.astimezone(zone).date() for zone in zones)
    last = max(within.end.astimezone(zone).date() for zone in zones)
    return Calendar.read(resources, first, last)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """Rules and busy times of some resources over a span, from which the openings of each part of it follow."""

    service: Service
    length: dt.timedelta
    resources: Sequence[Resource]
    calendar: Calendar
    taken: dict[int, list[Span]]
    """When a start would meet what is busy, by resource: in order and apart."""

    @classmethod
    def read(
        cls,
        service: Service,
        resources: Sequence[Resource],
        calendar: Calendar,
        within: Span,
        length: dt.timedelta,
        *,
        now: dt.datetime,
        holder: str,
    ) -> "_Look":
        """In one question to the database."""
        before, after = minutes(service.buffer_before), minutes(service.buffer_after)
        busy = busy_spans(resources, Span(within.start - before, within.end + length + after), now=now, holder=holder)
        # From start-before to end+after nothing may be busy: grow what is busy, and the service itself need only fit.
        taken = {key: union(Span(start - after, end + before) for start, end in spans) for key, spans in busy.items()}
        return cls(
            service=service,
            length=length,
            resources=resources,
            calendar=calendar,
            taken=taken,
        )

    def openings(self, within: Span) -> list[Opening]:
        """By time and then by name."""
        return sorted(opening for resource in self.resources for opening in self._of(resource, within))

    def _of(self, resource: Resource, within: Span) -> Iterator[Opening]:
        zone, length, step = resource.time_zone, self.length, minutes(self.service.step)
        taken = self.taken.get(resource.pk, ())
        for day in days(within, zone):
            for hours in self.calendar.open_on(resource, day):
                for free in gaps(hours, taken):
                    start = max(free.start, within.start)
                    start = hours.start + -((hours.start - start) // step) * step
                    while start + length <= free.end and start < within.end:
                        end = start + length
                        yield Opening(start.astimezone(zone), end.astimezone(zone), resource.pk, resource.name)
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
    near = {"start__gte": within.start - LONGEST, "start__lt": within.end}
    outside = Busy.objects.filter(resource__in=ids, end__gt=within.start, **near)
    busy: dict[int, list[Span]] = defaultdict(list)
    both = _moments(rows, "busy_from", "busy_until").union(_moments(outside, "start", "end"), all=True)
    for resource_id, start, end in both:
        busy[resource_id].append(Span(start, end))
    return busy


class _Moment(DateTimeField[dt.datetime, dt.datetime]):
    """A moment read without all that Django allows for, which by the thousand takes a third of a search's time."""

    def get_internal_type(self) -> str:
        """One for which no backend converts."""
        return "Moment"

    def from_db_value(self, value: dt.datetime, *_: object) -> dt.datetime:
        """SQLite keeps them in UTC, and does not say so."""
        return value if value.tzinfo is not None else value.replace(tzinfo=dt.UTC)


def _moments(rows: QuerySet[Any], start: str, end: str) -> QuerySet[Any, tuple[int, dt.datetime, dt.datetime]]:
    """Resource, start and end of each row."""
    found = rows.values_list(
        "resource",
        ExpressionWrapper(F(start), output_field=_Moment()),
        ExpressionWrapper(F(end), output_field=_Moment()),
    )
    return cast("QuerySet[Any, tuple[int, dt.datetime, dt.datetime]]", found)


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
    horizon = now + dt.timedelta(days=service.horizon_days)
    limits = _limits(service, Span(max(wish.start, now), wish.end or horizon), now=now)
    if not resources or limits.start >= limits.end:
        return []
    length, calendar = wish.duration or minutes(service.duration), _calendar(resources, limits)
    found: list[Opening] = []
    start, step = limits.start, max(A_LOOK // len(resources), 1) * DAY
    while start < limits.end and len(found) < most:
        until = min(start + min(step, FARTHEST_LOOK), limits.end)
        look = _Look.read(service, resources, calendar, Span(start, until), length, now=now, holder=holder)
        while start < until and len(found) < most:
            day = Span(start, min(start + DAY, until))
            found += one_a_start(opening for opening in look.openings(day) if wish.fits(opening))
            start = day.end
        step *= 2
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
