"""English: the time of day."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from parley.understanding.entities import build
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.moments import Clock
from parley.understanding.entities.numerals import Number

_LIKE_YEARS = range(18, 22)
"""Hours that, written together with their minutes, may be years: 1830, 2015."""

NOON = 12
"""The last hour that has minutes to it and past it: nobody says "ten to twenty" of the clock."""


def add(g: Grammar) -> None:
    """Add the productions. `time` is a time for certain; `clock_soft` and `hour_soft` may be plain numbers."""
    g.rule("hour_soft", "number")(build.hour_of)
    g.rule("clock_soft", "number number")(_hour_minute)
    g.rule("clock_soft", "number oh number")(_oh_minute)
    g.rule("time", "clock ish?")(lambda clock, _: clock)
    g.rule("time", "hour_soft ish oclock?", "hour_soft oclock", "hour_soft oclock ish")(
        lambda *w: w[0] if w[0].grain == "hour" else None
    )
    g.rule("meridiem", "am")(lambda _: "am")
    g.rule("meridiem", "pm")(lambda _: "pm")
    halves = "hour_soft meridiem", "clock_soft meridiem", "clock meridiem", "time meridiem"
    g.rule("time", *halves, "hour_soft ish meridiem", "hour_soft oclock meridiem")(
        lambda *w: build.halved(w[0], w[-1])
    )
    g.rule("time", "hour_ish", "at hour_ish")(lambda *w: Clock(w[-1]))
    g.rule("clock_soft", "number")(_hundreds)
    g.rule("time", "number unit", weight=1)(lambda n, unit: _hundreds(n) if unit == "hour" else None)
    g.rule("time", "oh? clock_soft unit", weight=1)(lambda _, clock, unit: clock if unit == "hour" else None)
    g.rule("time", "oh number unit?")(lambda _, n, unit: _oh_hundred(n) if unit in (None, "hour") else None)
    g.rule("time", "at number number")(lambda _, hour, minute: _five_past(hour, minute))
    g.rule("time", "for_ number number")(lambda _, hour, minute: _hour_minute(hour, minute))
    g.rule("time", "noon")(lambda _: Clock(12, 0, 0, "24"))
    g.rule("time", "midnight")(lambda _: Clock(0, 0, 0, "24"))
    g.rule("base", "hour_soft")(lambda clock: clock if clock.grain == "hour" and clock.hour <= NOON else None)
    g.rule("base", "time")(lambda clock: clock if clock.minute == 0 else None)
    g.rule("time", "half_past base", "half base")(lambda _, clock: clock.moved(30))
    g.rule("time", "quarter past_ base")(lambda _, __, clock: clock.moved(15))
    g.rule("time", "quarter minus_to base", "quarter of_clock base")(lambda _, __, clock: clock.moved(-15))
    g.rule("time", "three_quarters_past past_ base")(lambda _, __, clock: clock.moved(45))
    g.rule("time", "number and_ number past_ base")(lambda a, _, b, __, c: _five_and(a, b, c))
    g.rule("time", "number unit? past_ base")(lambda n, u, _, clock: _minutes(n, u, clock, 1))
    g.rule("time", "number unit? minus_to base")(lambda n, u, _, clock: _minutes(n, u, clock, -1))
    g.rule("time", "at number minus_to base", weight=1)(
        lambda _, n, __, clock: clock.moved(-n.value) if build.whole(n, 5, 25) and n.value % 5 == 0 else None
    )
    g.rule("time", "hour_soft hyphen ish", "time hyphen ish")(
        lambda clock, *_: clock if clock.grain == "hour" or clock.half or clock.minute else None
    )
    g.rule("time", "at clock_dotted")(lambda at, clock: clock if at == "exact" else None)
    g.rule("time", "at hour_soft")(_at_hour)
    g.rule("time", "at clock_soft", "at time", "at ish time")(lambda *w: w[-1])
    g.rule("time", "at_for time")(lambda _, clock: clock)
    g.rule("time", "time zone", "clock_soft zone")(_zoned)
    g.rule("time", "time open zone close")(lambda clock, _, zone, __: _zoned(clock, zone))
    g.rule("time_soft", "on hour_soft")(lambda _, clock: clock)


def _hour_minute(hour: Number, minute: Number) -> Clock | None:
    if len(hour.digits) > 2 or len(minute.digits) not in (0, 2) or build.whole(minute, 10, 59) is None:
        return None
    if build.whole(hour, 0, 24) is None or (bool(hour.digits) != bool(minute.digits)):
        return None
    return build.clock_at(hour, minute)


def _hundreds(number: Number) -> Clock | None:
    """Fifteen hundred."""
    hour, rest = divmod(number.value, 100)
    return Clock(int(hour), 0, 0, "24") if not number.digits and not rest and 13 <= hour <= 23 else None


def _oh_hundred(number: Number) -> Clock | None:
    """Oh nine hundred."""
    hour, rest = divmod(number.value, 100)
    return Clock(int(hour), 0, 0, "24") if not number.digits and not rest and 1 <= hour <= 9 else None


def _five_past(hour: Number, minute: Number) -> Clock | None:
    """At eleven five."""
    return build.clock_at(hour, minute) if minute.value == 5 and not (hour.digits or minute.digits) else None


def _oh_minute(hour: Number, _: Any, minute: Number) -> Clock | None:
    return build.clock_at(hour, minute) if build.whole(minute, 1, 9) and len(minute.digits) < 2 else None


def _minutes(number: Number, unit: str | None, clock: Clock, way: int) -> Clock | None:
    minutes = build.whole(number, 1, 59)
    if (
        minutes is None
        or unit not in (None, "minute")
        or (unit is None and (minutes % 5 or (number.digits and way < 0)))
    ):
        return None
    return clock.moved(way * minutes)


def _five_and(five: Number, number: Number, clock: Clock) -> Clock | None:
    """Five and twenty past three."""
    return clock.moved(25) if (five.value, number.value) == (5, 20) and not number.digits else None


def _at_hour(at: str, clock: Clock) -> Clock | None:
    """At 2015 is an hour, about 2015 a year."""
    return None if at == "loose" and clock.grain == "minute" and clock.hour in _LIKE_YEARS else clock


def _zoned(clock: Clock, zone: str) -> Clock:
    return replace(clock, zone=ZoneInfo(zone))
