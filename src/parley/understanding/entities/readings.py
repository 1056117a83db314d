"""What is found, as the values of slots."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from parley.contract import Kind
from parley.understanding.entities.changes import Change, change_at
from parley.understanding.entities.chart import Token
from parley.understanding.entities.choosing import Spot
from parley.understanding.entities.moments import Interval, Length, Moment, hours_of, resolve
from parley.understanding.entities.numerals import Number
from parley.understanding.entities.spotting import Search

_DAYS = ("date", "mday", "the_day", "dashed", "tonight", "cycle", "dom", "wday_soft", "soft_year")
_CLOCKS = ("time", "clock", "clock_soft", "hour_soft")
_PARTS = ("partly", "tonight", "after_meal", "first_thing", "part")
_CALENDAR = ("day", "weekend", "week", "month", "season", "quarter", "year", "decade", "part")

_ONCE = {"1/P1W": "FREQ=WEEKLY", "1/P1M": "FREQ=MONTHLY", "1/P1Y": "FREQ=YEARLY"}
"""How often, where it is a repetition as well."""

CERTAIN, UNSURE, SOFT = 0.95, 0.6, 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value that some words of the text may stand for."""

    start: int
    end: int
    """Where the words stand in the text; the end is exclusive."""
    kind: Kind
    value: Any
    """JSON value as in the slot vocabulary."""
    grain: str
    """How exact it was said: second, minute, hour, part, day, weekend, week, month, quarter, year; empty: no time."""
    sure: float
    """0 to 1. Under 0.7 there is something to ask about: what is `ambiguous`, or a `change` of the clocks."""
    ambiguous: tuple[Any, ...] = ()
    """Other values that the words may stand for."""
    text: str = ""
    """The words, as they came."""
    change: Change | None = None
    """Of a clock time on a day on which the clocks change: that there is no such time, which is asked about (`value`
    is what was said; `changes.around_gap` tells what is near), or that it comes twice.
    """


def readings(found: Search) -> Iterator[Reading]:
    """The values of everything found: times and amounts in order, then telephone numbers, spellings and addresses."""
    for spot in found.spots:
        if spot.said is None:
            yield from _amount(found, spot.token)
        elif isinstance(spot.said, Interval):
            yield from _interval(found, spot, spot.said)
        else:
            yield from _moment(found, spot, spot.said)
    for kind, stretches in ((Kind.PHONE, found.phones), (Kind.SPELLING, found.spellings)):
        for start, end, value in stretches:
            yield _plain(found, [Token("", start, end, value)], kind, value, "", soft=False)
    for each in found.emails:
        words = [Token("", each.start, each.end, each.value)]
        yield _reading(found, words, Kind.EMAIL, each.value, others=each.others)


def iso_duration(length: Length) -> str:
    """ISO 8601, negative for earlier: fractions go over into the smaller unit, days and weeks stay."""
    if length.amounts[0][0] < 0:
        return "-" + iso_duration(Length(tuple((-amount, unit) for amount, unit in length.amounts)))
    counts: dict[str, int] = {}
    seconds = 0.0
    letters = {
        "year": "Y",
        "month": "M",
        "week": "W",
        "day": "D",
        "quarter": "M",
        "fortnight": "W",
        "decade": "Y",
        "century": "Y",
    }
    times = {"quarter": 3, "fortnight": 2, "decade": 10, "century": 100}
    many = len(length.amounts) > 1
    for amount, unit in length.amounts:
        count = amount * times.get(unit, 1)
        letter = letters.get(unit)
        if letter == "W" and (many or not float(count).is_integer()):
            count, letter = count * 7, "D"
        if letter is None or not float(count).is_integer():
            seconds += Length(((amount, unit),)).seconds()
        else:
            counts[letter] = counts.get(letter, 0) + int(count)
    calendar = "".join(f"{counts[letter]}{letter}" for letter in "YMWD" if letter in counts)
    hours, rest = divmod(round(seconds, 3), 3600)
    minutes, second = divmod(rest, 60)
    clock = (
        (f"{int(hours)}H" if hours else "")
        + (f"{int(minutes)}M" if minutes else "")
        + (f"{second:g}S" if second else "")
    )
    return f"P{calendar}" + (f"T{clock}" if clock else "" if calendar else "T0S")


def _reading(
    found: Search,
    parts: list[Token],
    kind: Kind,
    value: Any,
    *,
    grain: str = "",
    others: tuple[Any, ...] = (),
    soft: bool = False,
) -> Reading:
    start, end = found.written.span(min(p.start for p in parts), max(p.end for p in parts))
    others = tuple(dict.fromkeys(other for other in others if other != value))
    sure = UNSURE if others else SOFT if soft else CERTAIN
    return Reading(
        start=start,
        end=end,
        kind=kind,
        value=value,
        grain=grain,
        sure=sure,
        ambiguous=others,
        text=found.written.text[start:end],
    )


def _amount(found: Search, token: Token) -> Iterator[Reading]:
    match token.category:
        case "length" | "shift":
            yield _reading(found, [token], Kind.DURATION, iso_duration(token.value), grain=token.value.grain)
        case "recurrence":
            yield _reading(found, [token], Kind.RECURRENCE, token.value)
            for inner in token.find("length"):
                if inner.value.grain == "hour" and float(inner.value.amounts[0][0]).is_integer():
                    yield _reading(found, [token], Kind.FREQUENCY, f"1/{iso_duration(inner.value)}")
        case "recurring":
            rule, when = token.value
            yield _reading(found, list(token.find("recurrence")) or [token], Kind.RECURRENCE, rule)
            if isinstance(when, Interval):
                yield from _span_of_day(found, token, when)
            elif when is not None:  # "every evening at 5 am" has no moment
                yield from _time_of_day(found, token, when)
        case "frequency":
            yield _reading(found, [token], Kind.FREQUENCY, token.value)
            if rule := _ONCE.get(token.value):
                yield _reading(found, [token], Kind.RECURRENCE, rule)
        case "quantity":
            value, unit = token.value
            yield _reading(found, [token], Kind.QUANTITY, {"value": value, "unit": unit})
        case "number" | "ordinal":
            number: Number = token.value
            yield _reading(found, [token], Kind.NUMBER, int(number.value) if number.whole else number.value)


def _time_of_day(found: Search, token: Token, moment: Moment) -> Iterator[Reading]:
    """When on its days a repetition is."""
    if moment.clock:
        hours = hours_of(moment.clock, moment.part, found.frame, None)
        times = [f"{hour % 24:02}:{moment.clock.minute:02}" for hour in hours]
        words = list(token.find(*_CLOCKS)) or [token]
        yield _reading(found, words, Kind.TIME, times[0], grain=moment.clock.grain, others=tuple(times[1:]))
    if moment.part:
        words = list(token.find(*_PARTS)) or [token]
        yield _reading(found, words, Kind.PART_OF_DAY, moment.part.name, grain="part")


def _span_of_day(found: Search, token: Token, span: Interval) -> Iterator[Reading]:
    """From when to when on its days a repetition is: every Tuesday from seven to nine."""
    resolved = resolve(span, found.frame)
    if resolved is None:
        return
    ends = [at for at in (resolved.start, resolved.end) if at is not None]
    clocks = list(token.find(*_CLOCKS))
    for number, at in enumerate(ends):
        words = [clocks[number]] if len(clocks) == len(ends) else [token]
        yield _reading(found, words, Kind.TIME, at.strftime("%H:%M"), grain=resolved.grain)


def _moment(found: Search, spot: Spot, said: Moment) -> Iterator[Reading]:
    resolved = spot.resolved
    assert resolved is not None
    assert resolved.start is not None
    token = spot.token
    for inner in token.find("length", "idiomatic"):
        yield _reading(found, [inner], Kind.DURATION, iso_duration(inner.value), grain=inner.value.grain)
    clocks = list(token.find(*_CLOCKS)) or [token]
    days = list(token.find(*_DAYS)) or [token]
    starts = (resolved.start, *resolved.others)
    if said.date is not None and said.date.weekday_only:
        yield _reading(found, days, Kind.WEEKDAY, said.date.weekday_only, grain="day", soft=spot.soft)
    if (
        said.date is not None
        or (resolved.dated and not said.part)
        or (said.part and said.part.tonight is not None)
        or (said.clock and resolved.dated)
    ):
        if (resolved.grain in _CALENDAR and resolved.grain != "day") or _lasts(spot):
            yield _range(found, days, resolved.start, resolved.end, resolved.grain, spot.soft)
        else:
            dates = [at.date().isoformat() for at in starts]
            yield _reading(found, days, Kind.DATE, dates[0], grain="day", others=tuple(dates[1:]), soft=spot.soft)
    if said.clock is not None or (said.shift is not None and resolved.grain in ("second", "minute", "hour")):
        change = change_at(resolved.start, found.frame.zone) if said.clock else None
        times = [at.strftime("%H:%M") for at in starts]
        others = tuple(times[1:])
        time = _reading(found, clocks, Kind.TIME, times[0], grain=resolved.grain, others=others, soft=spot.soft)
        yield replace(time, change=change, sure=UNSURE if change is Change.GAP else time.sure)
    if said.part is not None:
        yield _reading(found, list(token.find(*_PARTS)) or [token], Kind.PART_OF_DAY, said.part.name, grain="part")


def _lasts(spot: Spot) -> bool:
    resolved = spot.resolved
    assert resolved is not None
    return bool(
        resolved.grain == "day"
        and resolved.start
        and resolved.end
        and resolved.end - resolved.start > dt.timedelta(days=1)
    )


def _range(
    found: Search, parts: list[Token], start: dt.datetime, end: dt.datetime | None, grain: str, soft: bool
) -> Reading:
    value = {"start": start.date().isoformat()}
    if end is not None:
        value["end"] = (end - dt.timedelta(seconds=1)).date().isoformat()
    return _plain(found, parts, Kind.DATE_RANGE, value, grain, soft)


def _plain(found: Search, parts: list[Token], kind: Kind, value: Any, grain: str, soft: bool) -> Reading:
    start, end = found.written.span(min(p.start for p in parts), max(p.end for p in parts))
    sure = SOFT if soft else CERTAIN
    return Reading(
        start=start, end=end, kind=kind, value=value, grain=grain, sure=sure, text=found.written.text[start:end]
    )


def _interval(found: Search, spot: Spot, said: Interval) -> Iterator[Reading]:
    resolved = spot.resolved
    assert resolved is not None
    token = spot.token
    calendar = resolved.grain in _CALENDAR
    for inner in token.find("length"):
        yield _reading(found, [inner], Kind.DURATION, iso_duration(inner.value), grain=inner.value.grain)
    if calendar and resolved.start and resolved.end:
        yield _range(found, [token], resolved.start, resolved.end, resolved.grain, spot.soft)
        return
    ends = [(moment, at) for moment, at in ((said.start, resolved.start), (said.end, resolved.end)) if moment and at]
    clocks = list(token.find(*_CLOCKS))
    days = list(token.find(*_DAYS)) or [token]
    if any(moment.date for moment, _ in ends) and ends:
        yield _reading(found, days, Kind.DATE, ends[0][1].date().isoformat(), grain="day", soft=spot.soft)
    for number, (moment, at) in enumerate(ends):
        if moment.clock:
            words = [clocks[number]] if len(clocks) == len(ends) else [token]
            yield _reading(found, words, Kind.TIME, at.strftime("%H:%M"), grain=resolved.grain, soft=spot.soft)
