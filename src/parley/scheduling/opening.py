"""When resources are open: weekly hours, holidays, and overrides in both directions."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings
from django.db.models import Q

from parley.scheduling.models import Hours, Override, Resource, Site
from parley.scheduling.remembered import Remembered
from parley.scheduling.spans import DAY, Span, union, wall_span, without


@dataclass(frozen=True, slots=True)
class Calendar:
    """The opening rules of some resources over some days, read from the database in three queries."""

    hours: dict[int, list[Hours]]
    """By resource."""
    overrides: dict[int | None, dict[dt.date, list[Override]]]
    """By resource and day; None: the whole site."""
    sites: dict[int, Site] = field(default_factory=dict)
    opened: dict[tuple[int, dt.date], list[Span]] = field(default_factory=dict, compare=False)
    """What was worked out already, by resource and day."""

    @classmethod
    def read(cls, resources: Sequence[Resource], first: dt.date, last: dt.date) -> "Calendar":
        """The rules of `resources` from `first` to `last`, both inclusive."""
        asked = (tuple((resource.pk, resource.site_id) for resource in resources), first, last)
        return _rules(asked, lambda: cls._read(resources, first, last))

    @classmethod
    def _read(cls, resources: Sequence[Resource], first: dt.date, last: dt.date) -> "Calendar":
        ids = [resource.pk for resource in resources]
        sites = {resource.site_id: resource.site for resource in resources}
        hours: dict[int, list[Hours]] = defaultdict(list)
        weekdays = {(first + n * DAY).weekday() for n in range(min((last - first).days + 1, 7))}
        for row in Hours.objects.filter(resource__in=ids, weekday__in=weekdays).filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=last),
            Q(valid_until__isnull=True) | Q(valid_until__gte=first),
        ):
            hours[row.resource_id].append(row)
        overrides: dict[int | None, dict[dt.date, list[Override]]] = defaultdict(lambda: defaultdict(list))
        for change in Override.objects.filter(site__in=sites, day__range=(first, last)).filter(
            Q(resource__isnull=True) | Q(resource__in=ids)
        ):
            overrides[change.resource_id][change.day].append(change)
        return cls(hours=hours, overrides=overrides, sites=sites)

    def open_on(self, resource: Resource, day: dt.date) -> list[Span]:
        """When `resource` is open on `day`, in order.

        The resource's own overrides win over the site's, and these over holidays and weekly hours: a site closed for
        the day can still have one person who comes in.
        """
        known = self.opened.get((resource.pk, day))
        if known is None:
            known = self.opened[resource.pk, day] = self._open_on(resource, day)
        return known

    def _open_on(self, resource: Resource, day: dt.date) -> list[Span]:
        zone = resource.time_zone
        spans = [] if self.holiday(resource, day) else self._weekly(resource, day, zone)
        for owner in (None, resource.pk):
            changes = [row for row in self._changes(owner, day) if row.site_id == resource.site_id]
            spans = without(spans, _spans(changes, zone, opens=False))
            spans = union([*spans, *_spans(changes, zone, opens=True)])
        return spans

    def holiday(self, resource: Resource, day: dt.date) -> str | None:
        """The name of the holiday that closes the resource's site on `day`."""
        site = self.sites[resource.site_id]
        if not site.closed_on_holidays:
            return None
        return _holidays(site.country, site.region or None).get(day)

    def reason_closed(self, resource: Resource, day: dt.date) -> str | None:
        """The reason that staff gave for a closing on `day`."""
        rows = [*self._changes(resource.pk, day), *self._changes(None, day)]
        return next((row.reason for row in rows if not row.opens and row.reason), None)

    def _changes(self, owner: int | None, day: dt.date) -> Sequence[Override]:
        return self.overrides.get(owner, {}).get(day, ())

    def _weekly(self, resource: Resource, day: dt.date, zone: ZoneInfo) -> list[Span]:
        return union(
            wall_span(day, row.opens, row.closes, zone)
            for row in self.hours.get(resource.pk, ())
            if row.weekday == day.weekday()
            and (row.valid_from is None or row.valid_from <= day)
            and (row.valid_until is None or row.valid_until >= day)
        )


_rules: Final[Remembered[Calendar]] = Remembered(
    "availability", seconds=lambda: float(settings.PARLEY.cache_availability_ttl)
)


def _spans(changes: Iterable[Override], zone: ZoneInfo, *, opens: bool) -> list[Span]:
    return [wall_span(row.day, row.start, row.end, zone) for row in changes if row.opens is opens]


def days(span: Span, zone: ZoneInfo) -> list[dt.date]:
    """The local days that a span touches."""
    first = span.start.astimezone(zone).date()
    last = (span.end - dt.timedelta(microseconds=1)).astimezone(zone).date()
    return [first + n * DAY for n in range((last - first).days + 1)]


def holiday_name(site: Site, day: dt.date, language: str) -> str | None:
    """How the holiday of that day is called in a language, or in the country's own where that is not known."""
    known = _holidays(site.country, site.region or None).supported_languages
    spoken = next((tag for tag in known if tag.split("_")[0] == language), None)
    return _holidays(site.country, site.region or None, spoken).get(day)


@lru_cache(maxsize=64)
def _holidays(country: str, region: str | None, language: str | None = None) -> holidays.HolidayBase:
    return holidays.country_holidays(country, subdiv=region, language=language)
