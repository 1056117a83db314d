"""Korean: from one time to another, and what is open at one end."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated, Fields
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import dated
from parley.understanding.entities.moments import Clock, Interval, Length, Moment, Part
from parley.understanding.entities.numerals import Number


def add(g: Grammar) -> None:
    """Add the productions."""
    point = "moment|date"
    g.rule("interval", f"{point} from_ {point} until|between", f"{point} from_ {point}")(_span)
    g.rule("interval", f"{point} with {point} between", f"{point} to {point} between|until?")(_span)
    g.rule("interval", "number to number hour_mark")(lambda a, _, b, __: _hours(None, a, b))
    g.rule("interval", "oclock_am|oclock_pm|part number to number hour_mark")(lambda p, a, _, b, __: _hours(p, a, b))
    g.rule(
        "interval",
        "approx_count hour_mark ish?",
        "oclock_am|oclock_pm|part of? approx_count hour_mark ish?",
        weight=1,
    )(_between)
    g.rule("interval", "date of? interval")(lambda d, _, i: _dated(d, i))
    g.rule("interval", f"{point} since")(lambda m, _: Interval(build.as_moment(m), None))
    g.rule("interval", f"{point} until", f"{point} before")(lambda m, _: Interval(None, build.as_moment(m)))
    g.rule("interval", "length within")(_within)
    g.rule("interval", "cycle of? now until")(lambda c, *_: build.since(c))
    g.rule("interval", "rest_of_day")(lambda _: build.rest("day"))
    g.rule("interval", "date starting_at length within")(_lasting)
    g.rule("interval", "asap")(lambda _: Interval(Moment(shift=build.length_of(0, "second")), None))
    for word, way in (("next", 1), ("last", -1)):
        g.rule("interval", f"{word} number unit_time for_?")(lambda _, n, u, __, w=way: _units(n, u, w))
        g.rule("interval", f"{word} number moons for_?")(lambda _, n, __, ___, w=way: _units(n, "month", w))
        g.rule("interval", f"{word} length_word for_?")(lambda _, n, __, w=way: build.coming_units(w * n, "day"))
    g.rule("interval", "date since length", "moment since length", weight=1)(_lasting)
    g.rule("interval", "year since")(lambda y, _: Interval(Moment(date=dated(Fields(year=y))), None))


def _span(*said: Any) -> Interval | None:
    ends = [build.as_moment(part) for part in said if isinstance(part, Dated | Clock | Part | Moment)]
    return build.span(ends[0], ends[1]) if len(ends) == 2 else None


def _between(*said: Any) -> Interval | None:
    """Two or three o'clock: between the two."""
    part = next((part for part in said if isinstance(part, Part)), None)
    hour = next(part for part in said if isinstance(part, int))
    return build.span(Moment(clock=Clock(hour), part=part), Moment(clock=Clock(hour + 1)))


def _hours(part: Part | None, first: Number, last: Number) -> Interval | None:
    start, end = build.hour_of(first), build.hour_of(last)
    if start is None or end is None or first.counting != last.counting:
        return None
    return build.span(Moment(clock=start, part=part), Moment(clock=end))


def _dated(date: Dated, interval: Interval) -> Interval | None:
    if interval.start is None or interval.start.clock is None:
        return None
    start = interval.start.join(Moment(date=date))
    return Interval(start, interval.end, interval.closed) if start else None


def _units(number: Number, unit: str, way: int) -> Interval | None:
    count = build.whole(number, 1, 999)
    return build.coming_units(way * count, unit) if count else None


def _within(length: Length, _: Any) -> Interval:
    return Interval(Moment(shift=Length(((0, "second"),))), build.shift_moment(length))


def _lasting(start: Dated | Moment, _: Any, length: Length, *__: Any) -> Interval:
    return Interval(build.as_moment(start), None, False, length)
