"""Where a public set says the same thing as Parley and writes another value, and what lies outside of its scope.

What lies *outside* is named by its words or its kind, and left out whether it would come out right or not. A
*convention* is found by the values themselves: what was read must be what the row says, but for one named
difference, never by the words of the row. `CONVENTIONS` are those of dates and times, each with its reason.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from benchmarks._entity_values import published, repaired, seconds

from parley.understanding.entities.calendar import WEEKDAYS, Fields, step
from parley.understanding.entities.choosing import Spot
from parley.understanding.entities.moments import Interval, Moment, Resolved
from parley.understanding.entities.numerals import Number
from parley.understanding.entities.spotting import Search

_DAY: Final = dt.timedelta(days=1)
_HALF_A_DAY: Final = dt.timedelta(hours=12)
_HOURS_APART: Final = dt.timedelta(hours=8)
_PERIODS: Final = frozenset({7, 28, 29, 30, 31, 365, 366})
"""Days of a week, a month, a year."""
_ONE_BEFORE: Final = (7 * _DAY, 365 * _DAY, 366 * _DAY)
_LONGEST: Final[dict[str, dt.timedelta]] = {
    "second": dt.timedelta(minutes=1), "minute": dt.timedelta(hours=1), "hour": dt.timedelta(hours=1), "day": _DAY,
    "week": 7 * _DAY, "month": 31 * _DAY, "quarter": 92 * _DAY, "year": 366 * _DAY,
}  # fmt: skip

Bounds = tuple[dt.datetime | None, dt.datetime | None]


@dataclass(frozen=True, slots=True)
class Pair:
    """What was read, beside what a row has."""

    spot: Spot
    resolved: Resolved
    moments: list[Moment]
    now: dt.datetime
    mine: dt.datetime | None
    last: dt.datetime | None
    start: dt.datetime | None
    end: dt.datetime | None

    @property
    def today(self) -> dt.datetime:
        """Midnight of this day."""
        return self.now.replace(hour=0, minute=0, second=0)

    @property
    def parts(self) -> bool:
        """Whether a part of the day was said."""
        return any(moment.part for moment in self.moments)


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


def convention(spot: Spot, expected: dict[str, Any], found: Search) -> str:
    """The one convention by which a spot differs from what a row accepts; empty when it differs by more."""
    values = [value for value in expected.get("values") or () if value is not None]
    if spot.resolved is None:
        return next((name for value in values if (name := _timeless(spot, value, expected, found))), "")
    if any(_timex(value).startswith("T") for value in values) and any(m.part for m in _moments(spot)):
        return _REPEATED_PART
    for start, end in (bounds for value in values if (bounds := _bounds(value, spot))):
        pair = Pair(
            spot, spot.resolved, _moments(spot), found.frame.now, spot.resolved.start, spot.resolved.end, start, end
        )
        if name := next((name for name, holds in CONVENTIONS if holds(pair)), ""):
            return name
    return ""


_REPEATED_PART: Final = "repeated part: every morning is a part of the day there, a repetition here"


def _timeless(spot: Spot, value: Any, expected: dict[str, Any], found: Search) -> str:
    """The convention of a repetition, a length or a number."""
    said = spot.token.value
    match spot.token.category:
        case "recurrence" if said == "FREQ=DAILY" and _timex(value) in ("TMO", "TAF", "TEV", "TNI"):
            return _REPEATED_PART
        case "recurrence" | "recurring":
            rule = said if isinstance(said, str) else said[0]
            days = rule.partition("BYDAY=")[2].split(",")
            if len(days) > 1 and _weekday(value) in days:
                return "several days: one repetition on Tuesdays and Thursdays here, one for each day there"
        case "length" if isinstance(value, str) and re.fullmatch(r"T\d\d:00:00", value):
            if said.amounts == ((int(value[1:3]), "hour"),):
                return "so many hours: taken for an hour of the clock there"
        case "ordinal" if isinstance(value, str) and abs(float(value.replace(",", ".")) * said.value - 1) < 1e-6:
            return "a rank as a part: 'a twenty-first' is one part of twenty-one there"
        case "number" if isinstance(said, Number) and not said.whole and str(value) == str(int(said.value)):
            words = found.written.text[spot.token.start : spot.token.end]
            if words.startswith(expected["text"]) and words != expected["text"]:
                return "cut at the point: the row has a number without its decimals"
    return ""


def _weekday(value: Any) -> str:
    """The weekday that a row has, as of a repetition or of a day."""
    if (found := re.fullmatch(r"XXXX-WXX-(\d)", _timex(value))) is not None:
        return WEEKDAYS[int(found[1]) - 1]
    start = _at(value.get("start"), dt.date.min) if isinstance(value, dict) else None
    return WEEKDAYS[start.weekday()] if start else ""


def unlisted(spot: Spot, row: dict[str, Any]) -> str | None:
    """Why what a row does not have may stand beside what it has; None where it is a mistake."""
    fields = [m.date.fields for m in _moments(spot) if m.date]
    if fields and all(each is not None and each == Fields(day=each.day) for each in fields):
        return "a day of the month said alone: a date here, nothing there"
    if not row["expected"]:
        return None
    if any(spot.token.find("after_meal")):
        return "around what people do: 'after school' is a part of the day here, nothing there"
    lengths = any(isinstance(value, dict) and "unit" in value for e in row["expected"] for value in e["values"])
    if spot.token.category == "length" and not lengths:
        return "a length beside: the row has the date alone"
    return None


def ungrouped(written: str) -> str:
    """Decimals without the spaces that French rows put after each three of them: `1 818,303 34`."""
    return re.sub(r"(?<=,)(\d{3}) (?=\d)", r"\1", written)


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
            if open_ and abs(bounds[0] - start) <= _HOURS_APART:
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
        return dt.datetime.fromisoformat(repaired(text)).replace(tzinfo=None)
    except ValueError:
        return None


def _moments(spot: Spot) -> list[Moment]:
    said = spot.said
    return [m for m in (said.start, said.end) if m] if isinstance(said, Interval) else [said] if said else []


def told_time(spot: Spot) -> bool:
    """Whether a time or a part of the day was said."""
    return any(moment.clock or moment.part or moment.shift for moment in _moments(spot))


def _half_of_the_day(pair: Pair) -> bool:
    if not any(m.clock and m.clock.half is None and not m.part for m in pair.moments):
        return False
    pairs = [(pair.mine, pair.start), *([(pair.last, pair.end)] if pair.resolved.interval else [])]
    apart = [abs(a - b) for a, b in pairs if a and b]
    return bool(pair.mine and pair.start) and all(each in (dt.timedelta(), _HALF_A_DAY, _DAY) for each in apart)


def _rolls_forward(pair: Pair) -> bool:
    if not (pair.mine and pair.start) or not pair.start < pair.now <= (pair.last or pair.mine):
        return False
    bare = not any(m.date or m.part for m in pair.moments)
    return _same_day_later(pair) or (bare and pair.mine - pair.start == _DAY)


def _same_day_later(pair: Pair) -> bool:
    """Whether it is the same day of the year, of the month or of the week, and a later one."""
    if not (pair.mine and pair.start) or pair.mine <= pair.start:
        return False
    fields = [m.date.fields for m in pair.moments if m.date and m.date.fields]
    yearly = (pair.start.month, pair.start.day) == (pair.mine.month, pair.mine.day)
    monthly = pair.start.day == pair.mine.day and any(f.day and not f.month for f in fields)
    weekly = pair.start.weekday() == pair.mine.weekday() and any(f.weekday is not None and not f.day for f in fields)
    return yearly or monthly or weekly


def _latest(pair: Pair) -> bool:
    return bool(
        pair.mine
        and pair.start
        and pair.mine <= pair.now
        and _same_day_later(pair)
        and pair.mine - pair.start in _ONE_BEFORE
    )


def _first_of_its_month(pair: Pair) -> bool:
    """Two years from now, or within them: that day, and not the first of the month or year."""
    mine = pair.last if pair.resolved.interval and pair.mine == pair.now else pair.mine
    if not (mine and pair.start) or pair.end is not None or pair.resolved.grain not in ("day", "hour"):
        return False
    first = pair.start.day == 1 and (pair.start.year, pair.start.month) == (mine.year, mine.month)
    return first and pair.start.time() == mine.time()


def _open_end(pair: Pair) -> bool:
    if not (pair.resolved.interval and pair.last is None and pair.mine and pair.start):
        return False
    return pair.mine == pair.start or abs(pair.mine - pair.start).days in _PERIODS


def _open_beginning(pair: Pair) -> bool:
    if pair.mine is not None or pair.last is None:
        return False
    if pair.start and pair.last.date() == pair.start.date():
        return True
    return pair.end is not None and abs(pair.last - pair.end) <= _LONGEST["hour"]


def _end_of_business(pair: Pair) -> bool:
    if not (pair.mine and pair.start) or pair.mine.hour != 17:
        return False
    last = pair.end or pair.start
    midnight = last.time() == dt.time() and last.date() == pair.mine.date() + _DAY
    return midnight or (last.date() == pair.mine.date() and (last.hour, last.minute) == (23, 59))


def _after_midnight(pair: Pair) -> bool:
    late = any(m.part and m.part.start >= 17 for m in pair.moments)
    return bool(late and pair.mine and pair.start and pair.mine.hour < 5 and pair.mine - pair.start == _DAY)


def _weekday_that_does_not_agree(pair: Pair) -> bool:
    if not (pair.mine and pair.start and pair.resolved.others):
        return False
    return (pair.start.month, pair.start.day) == (pair.mine.month, pair.mine.day)


def _hours_of_a_part(pair: Pair) -> bool:
    if not (pair.mine and pair.start and pair.parts) or abs(pair.mine - pair.start) > _HOURS_APART:
        return False
    return pair.end is None or pair.mine.date() == pair.start.date()


def _on_the_way(pair: Pair) -> bool:
    """Within a time is the time until then here, its end there; or the other way round."""
    if not (pair.mine and pair.start):
        return False
    if pair.resolved.interval and pair.mine == pair.now and pair.last and pair.end is None:
        return abs(pair.last - pair.start) < _DAY
    counted = any(pair.spot.token.find("length"))
    if counted and pair.resolved.interval and pair.last and pair.end is None:
        return abs(pair.last - pair.start) < _DAY
    begins = pair.start in (pair.now, pair.today, pair.today + _DAY)
    return bool(counted and begins and pair.end and dt.timedelta() <= pair.end - pair.mine <= _DAY)


def _of_the_calendar_week(pair: Pair) -> bool:
    week = pair.today - pair.today.weekday() * _DAY
    return bool(pair.mine and pair.start and pair.start - pair.mine == 7 * _DAY and week <= pair.mine < pair.today)


def _from_now_on(pair: Pair) -> bool:
    """Of a week or a day at hand, what is still to come, or its later part."""
    if not (pair.mine and pair.start and pair.end and pair.last):
        return False
    at_hand = pair.mine <= pair.now <= pair.last and pair.resolved.grain in ("week", "month", "year")
    if at_hand and pair.start == pair.today and pair.end <= pair.last:
        return True
    return pair.resolved.interval and pair.end == pair.last and pair.mine in (pair.now, pair.today) <= (pair.start,)


def _weekend(pair: Pair) -> bool:
    friday = pair.mine and pair.start and pair.mine - pair.start == dt.timedelta(hours=6)
    return bool(pair.resolved.grain == "weekend" and friday and pair.end == pair.last)


def _portion(pair: Pair) -> bool:
    if pair.resolved.grain != "part" or not (pair.mine and pair.start and pair.end and pair.last):
        return False
    return min(pair.end, pair.last) > max(pair.start, pair.mine)


def _last_unit(pair: Pair) -> bool:
    """Whether they differ by the last unit alone, or ours is the last day of the period there."""
    if not (pair.mine and pair.start and pair.end and pair.last):
        return False
    last_day = pair.resolved.grain == "day" and pair.last - pair.mine == _DAY
    if last_day and pair.last == pair.end and (pair.last.day == 1 or pair.last.weekday() == 0):
        return True
    grain = pair.resolved.grain
    return grain in ("week", "month", "quarter") and pair.mine == pair.start and step(pair.end, 1, grain) == pair.last


def _run_of_units(pair: Pair) -> bool:
    if not (pair.mine and pair.start and pair.end and pair.last and isinstance(pair.spot.said, Interval)):
        return False
    unit = _LONGEST.get(pair.resolved.grain, dt.timedelta())
    length = pair.end - pair.start
    near = abs(pair.mine - pair.start) <= unit and abs(pair.last - pair.end) <= unit
    return near and abs((pair.last - pair.mine) - length) <= length / 20


def _until_now(pair: Pair) -> bool:
    return bool(
        pair.last and pair.end and pair.mine == pair.start and pair.last == pair.now and pair.end == pair.today
    )


def _feast_that_is_over(pair: Pair) -> bool:
    counted = any(pair.spot.token.find("length")) and any(pair.spot.token.find("feast_day"))
    return bool(counted and pair.mine and pair.start and step(pair.start, 1, "year") == pair.mine)


def _zone(pair: Pair) -> bool:
    """Whether they differ by the zone that was said: left out there, or without the summer time of its country."""
    clock = next((m.clock for m in pair.moments if m.clock and m.clock.zone), None)
    if clock is None or not (pair.mine and pair.start):
        return False
    as_said = (pair.start.hour % 12, pair.start.minute) == (clock.hour % 12, clock.minute)
    return as_said or abs(pair.mine - pair.start) == dt.timedelta(hours=1)


def _ranked_week(pair: Pair) -> bool:
    ranked = pair.resolved.grain == "week" and any(pair.spot.token.find("ordinal"))
    return bool(ranked and pair.mine and pair.start and abs(pair.mine - pair.start) == 7 * _DAY)


CONVENTIONS: Final[tuple[tuple[str, Callable[[Pair], bool]], ...]] = (
    ("half of the day: a bare hour is the coming one, or that of opening hours", _half_of_the_day),
    ("rolls forward: a day that is over is the coming one, as nobody books the past", _rolls_forward),
    ("that very day: in a year is this day of next year, not the first of its month", _first_of_its_month),
    ("the latest one: of the past it is the nearest", _latest),
    ("open end: 'from' and 'after' are heard, and a period must be over", _open_end),
    ("open beginning: 'until' and 'before' are heard", _open_beginning),
    ("end of the day: that of business, at five", _end_of_business),
    ("night: its hours after midnight belong to the day before", _after_midnight),
    ("weekday and date do not agree: both are offered", _weekday_that_does_not_agree),
    ("hours of a part of the day: the evening begins at six", _hours_of_a_part),
    ("on the way: 'within three days' is all the time until then", _on_the_way),
    ("weekday of the calendar week: 'this Monday' said on a Tuesday is the coming one", _of_the_calendar_week),
    ("from now on: of the week at hand, what is left of it", _from_now_on),
    ("weekend: Saturday and Sunday, without Friday evening", _weekend),
    ("portion: where the beginning, the middle and the end of a period part", _portion),
    ("last unit: 'to the third quarter' has that quarter in it; the end of a month is its last day", _last_unit),
    ("run of units: the next three days are whole days", _run_of_units),
    ("until now: to the minute, not to midnight", _until_now),
    ("a year after a feast: counted from the coming one, not from the last", _feast_that_is_over),
    ("zone: it is heard, and 'EST' in summer is New York's time", _zone),
    ("week of a month: the first one lies mostly in it", _ranked_week),
)
"""What may differ, with what Parley does; the first that holds names the row."""
