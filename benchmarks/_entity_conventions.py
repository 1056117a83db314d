"""Where a public set says the same thing as Parley and writes another value, and what lies outside of its scope.

What lies *outside* is named by its words or its kind, and left out whether it would come out right or not. A
*convention* is found by the values themselves: what was read must be what the row says, but for one named
difference, never by the words of the row.
"""

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from benchmarks._entity_values import published, seconds

from parley.understanding.entities.choosing import Spot
from parley.understanding.entities.moments import Interval, Moment
from parley.understanding.entities.spotting import Search

_DAY: Final = dt.timedelta(days=1)
_HALF_A_DAY: Final = dt.timedelta(hours=12)
_EARLIER: Final = dt.timedelta(hours=8)
_PERIODS: Final = frozenset({7, 28, 29, 30, 31, 365, 366})
"""Days of a week, a month, a year."""
_ONE_BEFORE: Final = (7 * _DAY, 365 * _DAY, 366 * _DAY)
_LONGEST: Final[dict[str, dt.timedelta]] = {
    "second": dt.timedelta(minutes=1), "minute": dt.timedelta(hours=1), "hour": dt.timedelta(hours=1), "day": _DAY,
    "week": 7 * _DAY, "month": 31 * _DAY, "quarter": 92 * _DAY, "year": 366 * _DAY,
}  # fmt: skip

Bounds = tuple[dt.datetime | None, dt.datetime | None]


def outside(row: dict[str, Any]) -> str | None:
    """Why a row is none of Parley's affair, whatever is read in it; None when it is."""
    for language, source, kind, text, reason in _scope():
        if (
            language in ("", row["lang"])
            and source.search(row["source"])
            and kind.search(row["type"] or "")
            and text.search(row["text"])
        ):
            return reason
    return None


@lru_cache
def _scope() -> list[tuple[str, re.Pattern[str], re.Pattern[str], re.Pattern[str], str]]:
    return [
        (
            entry.get("language", ""),
            re.compile(entry.get("source", "")),
            re.compile(entry.get("type", "")),
            re.compile(entry.get("text", ""), re.IGNORECASE),
            entry["reason"],
        )
        for entry in published()["outside"]
    ]


def convention(spot: Spot, expected: dict[str, Any], found: Search) -> str | None:
    """The one convention by which a spot differs from what a row accepts; None when it differs by more."""
    values = [value for value in expected.get("values") or () if value is not None]
    if spot.resolved is None:
        parts = ("TMO", "TAF", "TEV", "TNI")
        again = spot.token.category == "recurrence" and spot.token.value == "FREQ=DAILY"
        return "repeated part" if again and any(_timex(value) in parts for value in values) else None
    if any(_timex(value).startswith("T") for value in values) and any(m.part for m in _moments(spot)):
        return "repeated part"
    ours = (spot.resolved.start, spot.resolved.end)
    for theirs in (bounds for value in values if (bounds := _bounds(value, spot))):
        for name in _ways(spot, ours, theirs, found):
            return name
    return None


def piece(spot: Spot, expected: dict[str, Any]) -> bool:
    """Whether the expected value is the day, the time or the length of a spot that holds more of them in one."""
    if spot.resolved is None or spot.resolved.start is None:
        return False
    start = spot.resolved.start
    for value in expected.get("values") or ():
        if isinstance(value, dict) and "unit" in value:
            if any(abs(seconds(value) - inner.value.seconds()) < 1 for inner in spot.token.find("length")):
                return True
        elif (bounds := _bounds(value, spot)) and bounds[0] is not None:
            open_ = isinstance(value, dict) and str(value.get("start")).startswith("T")
            if open_ and abs(bounds[0] - start) <= _EARLIER:
                return True
            timed = isinstance(value, str) and value.startswith("T")
            day = (bounds[0].month, bounds[0].day) == (start.month, start.day) and bounds[0].time() == dt.time()
            if (timed and bounds[0].time() == start.time()) or (not timed and day):
                return True
    return False


def _timex(value: Any) -> str:
    return str(value.get("timex")) if isinstance(value, dict) else ""


def _bounds(value: Any, spot: Spot) -> Bounds | None:
    """Beginning and end as a row writes them; a time of day is one of the day that was read."""
    assert spot.resolved is not None
    ours = spot.resolved.start or spot.resolved.end
    day = ours.date() if ours else dt.date.min
    if isinstance(value, dict):
        return (_at(value.get("start"), day), _at(value.get("end"), day)) if {"start", "end"} & set(value) else None
    return (_at(value, day), None)


def _at(text: str | None, day: dt.date) -> dt.datetime | None:
    if text is None:
        return None
    try:
        if text.startswith("T"):
            return dt.datetime.combine(day, dt.time.fromisoformat(text[1:].ljust(5, "0")))
        return dt.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _ways(spot: Spot, ours: Bounds, theirs: Bounds, found: Search) -> Iterator[str]:
    start, end = theirs
    mine, last = ours
    resolved = spot.resolved
    assert resolved is not None
    moments = _moments(spot)
    if start is not None and mine is not None:
        if _open_half(moments) and _shifted(ours, theirs, resolved.interval):
            yield "half of the day"
        if start < found.frame.now <= (last or mine) and _same_day_later(start, mine, moments):
            yield "rolls forward"
        if _ahead(mine, start, end, resolved.grain):
            yield "that day of a later month"
        if mine <= found.frame.now and _same_day_later(start, mine, moments) and mine - start in _ONE_BEFORE:
            yield "the latest one"
        if resolved.interval and last is None and mine == start:
            yield "open end"
        after = resolved.interval and last is None and start < mine
        if after and (mine - start).days in _PERIODS:
            yield "after a period when it is over"
        if mine.hour == 17 and start.date() == mine.date() and (start.hour, start.minute) == (23, 59):
            yield "end of a day as the end of business"
        if any(m.part and m.part.start >= 17 for m in moments) and mine.hour < 5 and mine - start == _DAY:
            yield "night ends after midnight"
        if resolved.others and (start.month, start.day) == (mine.month, mine.day):
            yield "weekday that does not agree"
        if any(m.part for m in moments) and end is None and abs(mine - start) <= _EARLIER:
            yield "hours of a part of the day"
        if resolved.interval and mine == found.frame.now and last and end is None and abs(last - start) < _DAY:
            yield "within a time"
        week = found.frame.today - found.frame.today.weekday() * _DAY
        if start - mine == 7 * _DAY and week <= mine < found.frame.today:
            yield "weekday of the calendar week"
    if mine is None and end is not None and last is not None and abs(last - end) <= _LONGEST["hour"]:
        yield "open beginning"
    if start is not None and mine is not None and end is not None and last is not None:
        overlap = min(end, last) - max(start, mine)
        if any(m.part for m in moments) and mine.date() == start.date() and abs(mine - start) <= _EARLIER:
            yield "hours of a part of the day"
        if resolved.grain == "weekend" and mine - start == dt.timedelta(hours=6) and end == last:
            yield "weekend"
        if end == last and mine.date() == found.frame.today.date() < start.date() and resolved.interval:
            yield "later in a period from today on"
        if resolved.grain == "part" and overlap > dt.timedelta():
            yield "portion"
        if resolved.grain == "day" and last == end and last - mine == _DAY and (last.day == 1 or last.weekday() == 0):
            yield "end of a period as its last day"
        unit = _LONGEST.get(resolved.grain, dt.timedelta())
        run = isinstance(spot.said, Interval) and abs((last - mine) - (end - start)) <= (end - start) / 20
        if run and abs(mine - start) <= unit and abs(last - end) <= unit:
            yield "run of units from now"


def _moments(spot: Spot) -> list[Moment]:
    said = spot.said
    return [m for m in (said.start, said.end) if m] if isinstance(said, Interval) else [said] if said else []


def told_time(spot: Spot) -> bool:
    """Whether a time or a part of the day was said."""
    return any(moment.clock or moment.part or moment.shift for moment in _moments(spot))


def _open_half(moments: list[Moment]) -> bool:
    """Whether nothing said which half of the day a clock time is in."""
    return any(m.clock and m.clock.half is None and not m.part for m in moments)


def _shifted(ours: Bounds, theirs: Bounds, interval: bool) -> bool:
    pairs = [(a, b) for a, b in zip(ours if interval else ours[:1], theirs, strict=False) if a and b]
    return bool(pairs) and all(abs(a - b) in (dt.timedelta(), _HALF_A_DAY, _DAY) for a, b in pairs)


def _same_day_later(theirs: dt.datetime, ours: dt.datetime, moments: list[Moment]) -> bool:
    """Whether it is the same day of the year, of the month or of the week, and a later one."""
    fields = [m.date.fields for m in moments if m.date and m.date.fields]
    yearly = (theirs.month, theirs.day) == (ours.month, ours.day)
    monthly = theirs.day == ours.day and any(f.day and not f.month for f in fields)
    weekly = theirs.weekday() == ours.weekday() and any(f.weekday is not None and not f.day for f in fields)
    return ours > theirs and (yearly or monthly or weekly)


def _ahead(ours: dt.datetime, start: dt.datetime, end: dt.datetime | None, grain: str) -> bool:
    """Two years from now: that day, and not the first of the month or year."""
    first = start.day == 1 and (start.year, start.month) == (ours.year, ours.month)
    return grain in ("day", "hour") and end is None and first and start.time() == ours.time()
