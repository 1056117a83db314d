"""French: the time of day."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from parley.understanding.entities import build
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.moments import Clock
from parley.understanding.entities.numerals import Number

EARLIEST_SURE = 7
"""From this hour on a bare number after `à` is a time; `à deux` may be the two of us."""


def add(g: Grammar) -> None:
    """Add the productions. `time` is a time for certain; `clock_soft` and `hour_soft` may be plain numbers."""
    _hours(g)
    _minutes(g)
    _said(g)


def _hours(g: Grammar) -> None:
    g.rule("hour", "number hours")(lambda n, _: _hour(n))
    g.rule("hour", "noon", "the noon", "this noon")(lambda *_: Clock(12, 0, 0, "24"))
    g.rule("hour", "midnight", "the midnight")(lambda *_: Clock(0, 0, 0, "24"))
    g.rule("hour_soft", "number")(_hour)
    g.rule("told", "hour")(lambda clock: clock)
    g.rule("told", "clock")(lambda clock: clock)


def _hour(number: Number) -> Clock | None:
    clock = build.hour_of(number)
    return clock if clock and (len(number.digits) <= 2 or clock.grain == "minute") else None


def _minutes(g: Grammar) -> None:
    g.rule("told", "hour number minutes?", "hour and number minutes?")(lambda *w: _and(w[0], _number(w)))
    g.rule("told", "hour minutes_said")(lambda clock, minutes: clock.moved(minutes))
    g.rule("minutes_joined", "and quarter")(lambda *_: 15)
    g.rule("minutes_joined", "and half")(lambda *_: 30)
    g.rule("minutes_joined", "and three_quarters")(lambda *_: 45)
    g.rule("minutes_joined", "moins the? quarter")(lambda *_: -15)
    g.rule("minutes_joined", "moins number minutes?")(lambda _, n, __: _less(n))
    g.rule("minutes_said", "minutes_joined")(lambda minutes: minutes)
    g.rule("minutes_said", "quarter")(lambda _: 15)
    g.rule("minutes_said", "half")(lambda _: 30)
    g.rule("minutes_said", "three_quarters")(lambda _: 45)
    g.rule("told", "half_past hour_soft")(lambda _, clock: clock.moved(30))
    g.rule("loose", "hour_soft minutes_joined")(lambda clock, minutes: _exact(clock, minutes))
    g.rule("told", "loose")(lambda clock: clock)
    g.rule("told", "loose hours")(lambda clock, _: clock)
    g.rule("clock_soft", "number number", weight=-0.5)(_hour_minute)
    g.rule("clock_soft", "number oh number")(lambda h, _, m: build.clock_at(h, m) if build.whole(m, 1, 9) else None)


def _and(hour: Clock, minute: Number) -> Clock | None:
    value = build.whole(minute, 0, 59)
    if value is None or len(minute.digits) not in (0, 2):
        return None
    return replace(hour, minute=value, grain="minute")


def _counted(clock: Clock) -> Clock | None:
    """An hour after `pour`, which `une` is not: "demain matin pour une prise de sang"."""
    return clock if clock.grain == "hour" and clock.hour > 1 else None


def _less(number: Number) -> int | None:
    value = build.whole(number, 1, 59)
    return -value if value else None


def _exact(clock: Clock, minutes: int) -> Clock | None:
    return clock.moved(minutes) if clock.grain == "hour" else None


def _number(said: tuple[Any, ...]) -> Number:
    return next(part for part in said if isinstance(part, Number))


def _hour_minute(hour: Number, minute: Number) -> Clock | None:
    if len(hour.digits) > 2 or len(minute.digits) not in (0, 2) or bool(hour.digits) != bool(minute.digits):
        return None
    if build.whole(hour, 0, 24) is None or build.whole(minute, 0 if minute.digits else 10, 59) is None:
        return None
    return build.clock_at(hour, minute)


def _said(g: Grammar) -> None:
    g.rule("meridiem", "am")(lambda _: "am")
    g.rule("meridiem", "pm")(lambda _: "pm")
    g.rule("told", "told meridiem", "hour_soft meridiem", "clock_soft meridiem")(build.halved)
    g.rule("time", "told", "told ish", "ish told")(_unmistaken)
    g.rule("time", "told", "told ish", "ish told", weight=-0.5)(_clock)
    g.rule("time", "at told ish?", "at ish told", "at the told", "of_part noon|midnight")(_at)
    g.rule("time", "a_ told")(lambda _, clock: clock if clock.half in ("am", "pm") else None)
    g.rule("time", "time zone", "at? hour_soft zone")(lambda *w: _zoned(_clock(*w), w[-1]))
    g.rule("time", "for_hour told")(lambda _, clock: clock if clock.minute or clock.hour >= EARLIEST_SURE else None)
    g.rule("hour_at", "at hour_soft")(lambda _, clock: clock if clock.grain == "hour" else None)
    g.rule("hour_at", "for_hour hour_soft")(lambda _, clock: _counted(clock))
    g.rule("clock_at", "at clock_soft", "for_hour clock_soft")(lambda _, clock: clock)
    g.rule("time", "at hour_soft")(lambda _, clock: _sure(clock))
    g.rule("time", "at clock_soft")(lambda _, clock: clock)
    g.rule("hour_of_day", "hour_soft")(lambda clock: clock if clock.grain == "hour" else None)


def _at(*said: Any) -> Clock:
    clock = [part for part in said if isinstance(part, Clock)]
    return clock[0] if clock else Clock(12, 0, 0, "24")


def _unmistaken(*said: Any) -> Clock | None:
    """Not `deux heures` alone, which is a length just as well, and rather."""
    clock = _clock(*said)
    return clock if clock.half is not None or clock.hour >= EARLIEST_SURE else None


def _clock(*said: Any) -> Clock:
    return next(part for part in said if isinstance(part, Clock))


def _sure(clock: Clock) -> Clock | None:
    return clock if clock.grain == "hour" and (clock.hour >= EARLIEST_SURE or clock.half == "24") else None


def _zoned(clock: Clock, zone: str) -> Clock:
    return replace(clock, zone=ZoneInfo(zone))
