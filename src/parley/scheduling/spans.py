"""Spans of time, half-open, and what remains when some are taken away. Pure."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = dt.timedelta(days=1)


class Span(NamedTuple):
    """From `start` up to and without `end`; both aware, in UTC."""

    start: dt.datetime
    end: dt.datetime

    def meets(self, other: "Span") -> bool:
        """Whether they share any time."""
        return self.start < other.end and other.start < self.end


def at_wall(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The instant, in UTC, at which clocks in `zone` show `time` on `day`.

    A time that the change to summer time skips is taken an hour later, with the clocks; of a time that comes twice
    it is the first.
    """
    return dt.datetime.combine(day, time, zone).astimezone(dt.UTC)


def instant(moment: dt.datetime) -> dt.datetime:
    """The same in UTC, where what is added is time that passes; in a zone it is that of clocks, which jump."""
    return moment.astimezone(dt.UTC)


def exists(day: dt.date, time: dt.time, zone: ZoneInfo) -> bool:
    """Whether clocks in `zone` ever show `time` on `day`."""
    wall = dt.datetime.combine(day, time, zone)
    return wall.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None)


def wall_span(day: dt.date, start: dt.time | None, end: dt.time | None, zone: ZoneInfo) -> Span:
    """The span between two wall times of a day; None, and 00:00 as an end, are the borders of the day."""
    first = at_wall(day, start or dt.time(), zone)
    last = at_wall(day + DAY, dt.time(), zone) if end is None or end == dt.time() else at_wall(day, end, zone)
    return Span(first, last)


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time in the fewest spans, in order; empty ones are dropped."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What remains of `spans` when `taken` is taken away."""
    holes = union(taken)
    return [rest for span in union(spans) for rest in gaps(span, holes)]


def gaps(span: Span, holes: Sequence[Span]) -> Iterator[Span]:
    """What remains of one span between `holes`, which are in order and apart, as `union` gives them."""
    start = span.start
    first = bisect_right(holes, start, key=lambda hole: hole.end)
    for hole in holes[first:]:
        if hole.start >= span.end:
            break
        if hole.start > start:
            yield Span(start, hole.start)
        start = hole.end
    if start < span.end:
        yield Span(start, span.end)
