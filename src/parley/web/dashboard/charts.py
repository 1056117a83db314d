"""Small charts of the last days: what is counted, and where its bars stand. Drawn by a template as SVG."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.db.models.functions import TruncDate

from parley.records.models import Call, Conversation
from parley.scheduling.models import Booking, Change, Site
from parley.scheduling.spans import DAY, wall_span

DAYS: Final = 14
WIDTH: Final = 280
HEIGHT: Final = 96
"""Of the bars, in the units of the drawing."""
ENDS: Final[Mapping[str, frozenset[str]]] = {
    "ended": frozenset({"ended", "goodbye", "completed"}),
    "handover": frozenset({"handover", "transfer"}),
    "hung_up": frozenset({"hung_up"}),
    "silence": frozenset({"silence"}),
    "other": frozenset(),
}
"""How conversations end, in the order in which a bar is stacked from below; `other` is all the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One rectangle."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart with its table."""

    name: str
    kinds: tuple[str, ...]
    days: tuple[dt.date, ...]
    counts: tuple[tuple[int, ...], ...]
    """By day, by kind."""

    @property
    def most(self) -> int:
        """The highest bar; the top of the scale."""
        return max((sum(row) for row in self.counts), default=0)

    @property
    def total(self) -> int:
        """All of it."""
        return sum(sum(row) for row in self.counts)

    @property
    def rows(self) -> list[tuple[dt.date, tuple[int, ...]]]:
        """The table, the latest day first."""
        return list(zip(self.days, self.counts, strict=True))[::-1]

    @property
    def bars(self) -> list[Bar]:
        """Where they stand, from the left, stacked from below."""
        step, bars = WIDTH / len(self.days), list[Bar]()
        for place, row in enumerate(self.counts):
            top = float(HEIGHT)
            for kind, count in zip(self.kinds, row, strict=True):
                height = round(count / max(1, self.most) * HEIGHT, 2)
                top -= height
                if height:
                    bars.append(
                        Bar(kind=kind, x=round(place * step + 2, 2), y=round(top, 2), width=step - 4, height=height)
                    )
        return bars


def charts(site: Site, *, now: dt.datetime) -> list[Chart]:
    """Calls, appointments made, and how conversations ended, of each of the last days."""
    zone = ZoneInfo(site.zone)
    today = now.astimezone(zone).date()
    days = tuple(today - n * DAY for n in reversed(range(DAYS)))
    since = wall_span(days[0], None, None, zone).start
    called = Call.objects.filter(started_at__gte=since)
    booked = Change.objects.filter(what="booked", at__gte=since, at__lte=now, booking__resource__site=site)
    booked = booked.exclude(booking__status=Booking.Status.HELD)
    ended = Conversation.objects.filter(started_at__gte=since).exclude(outcome="")
    return [
        _chart("calls", ("calls",), days, _plain("calls", called, "started_at", zone)),
        _chart("bookings", ("bookings",), days, _plain("bookings", booked, "at", zone)),
        _chart("outcomes", tuple(ENDS), days, _by_outcome(ended, zone)),
    ]


def _chart(name: str, kinds: tuple[str, ...], days: Sequence[dt.date], found: Iterable[tuple[dt.date, str]]) -> Chart:
    counted = Counter(found)
    return Chart(
        name=name,
        kinds=kinds,
        days=tuple(days),
        counts=tuple(tuple(counted[day, kind] for kind in kinds) for day in days),
    )


def _plain(kind: str, rows: QuerySet[Any], field: str, zone: ZoneInfo) -> Iterable[tuple[dt.date, str]]:
    days = rows.annotate(day=TruncDate(field, tzinfo=zone)).values_list("day", flat=True)
    return ((day, kind) for day in days)


def _by_outcome(rows: QuerySet[Conversation], zone: ZoneInfo) -> Iterable[tuple[dt.date, str]]:
    kinds = {outcome: kind for kind, outcomes in ENDS.items() for outcome in outcomes}
    found = rows.annotate(day=TruncDate("started_at", tzinfo=zone)).values_list("day", "outcome")
    return ((day, kinds.get(outcome, "other")) for day, outcome in found)
