"""Korean: the time of day, and dates with times."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.moments import Clock, Moment, Part
from parley.understanding.entities.numerals import Number

_NOON = 12
_WORDS_OF_THEIR_OWN = range(1, 5)


def add(g: Grammar) -> None:
    """Add the productions. A `timed` is a time of day, maybe with its part of the day."""
    _clocks(g)
    _halves(g)
    _moments(g)


def _clocks(g: Grammar) -> None:
    g.rule("hour", "number hour_mark")(_hour)
    g.rule("time", "hour", "hour sharp")(lambda clock, *_: clock)
    g.rule("time", "hour half")(lambda clock, _: replace(clock, minute=30, grain="minute"))
    g.rule("minutes", "number minute_mark")(_minutes)
    g.rule("seconds", "number second_mark")(_minutes)
    g.rule("time", "hour minutes")(lambda clock, n: replace(clock, minute=n, grain="minute"))
    g.rule("time", "hour number")(_bare_minutes)
    g.rule("time", "hour minutes seconds")(lambda c, n, s: replace(c, minute=n, second=s, grain="second"))
    g.rule("time", "hour seconds")(lambda clock, s: replace(clock, second=s, grain="second"))
    g.rule("time", "hour minutes ago", weight=1)(lambda clock, n, _: clock.moved(-n))
    g.rule("time", "clock")(lambda clock: clock)
    g.rule("time", "noon")(lambda _: Clock(12, 0, 0, "24"))
    g.rule("time", "midnight")(lambda _: Clock(0, 0, 0, "24"))
    g.rule("time", "noon hour")(lambda _, clock: Clock(12, 0, 0, "24") if clock.hour == _NOON else None)
    g.rule("time", "midnight hour")(lambda _, clock: Clock(0, 0, 0, "24") if clock.hour % _NOON == 0 else None)
    g.rule("soft", "number")(_bare_hour)
    g.rule("hour_soft", "number")(build.hour_of)


def _bare_hour(number: Number) -> Moment | None:
    """An hour without its mark. The native numerals of the first four are words of their own: 네 is a yes."""
    clock = None if number.counting and number.value in _WORDS_OF_THEIR_OWN else build.hour_of(number)
    return build.as_moment(clock) if clock is not None else None


def _hour(number: Number, _: Any) -> Clock | None:
    """The hour. Sino-Korean numerals are said of the 24 hours; below ten they would be other words (일시, 이시)."""
    value = build.whole(number, 0, 24)
    if value is None or len(number.digits) > 2:
        return None
    if number.digits or number.counting:
        return build.hour_of(number)
    if 0 < value < 10:
        return None
    return Clock(value % 24, 0, 0, "24" if value > 12 or value == 0 else None, "hour")


def _minutes(number: Number, _: Any) -> int | None:
    return None if number.counting else build.whole(number, 0, 59)


def _bare_minutes(clock: Clock, number: Number) -> Clock | None:
    """Three o'clock thirty, the word for minutes left out."""
    minute = build.whole(number, 10, 59)
    return None if minute is None or number.counting else replace(clock, minute=minute, grain="minute")


def _halves(g: Grammar) -> None:
    for half in ("am", "pm"):
        g.rule("time", f"oclock_{half} time", weight=0.5)(lambda _, clock, h=half: _halved(clock, h))
        g.rule("time", f"{half} time", f"{half} hour_soft")(lambda _, clock, h=half: _halved(clock, h))
        g.rule("time", f"hour_soft {half}", f"time {half}")(lambda clock, _, h=half: _halved(clock, h))
        g.rule("soft", f"oclock_{half} hour_soft")(lambda _, clock, h=half: _soft_half(clock, h))
    g.rule("time", "time zone")(lambda clock, zone: replace(clock, zone=ZoneInfo(zone)))
    g.rule("time", "time ish", "about time", "about time ish")(lambda *w: next(c for c in w if isinstance(c, Clock)))


def _halved(clock: Clock, half: str) -> Clock | None:
    if half == "am" and clock.half == "24" and clock.hour == 0:
        return clock
    return build.halved(clock, half)


def _soft_half(clock: Clock, half: str) -> Moment | None:
    halved = _halved(clock, half)
    return Moment(clock=halved) if halved else None


def _moments(g: Grammar) -> None:
    g.rule("timed", "time")(build.as_moment)
    g.rule("partly", "part", "tonight", "after_meal")(lambda part, *_: part)
    g.rule("timed", "partly of? time", "partly comma time")(_together)
    g.rule("moment", "partly", "timed")(build.as_moment)
    g.rule("moment", "dom of? partly", "dom of? timed")(_together)
    g.rule("moment", "date of? partly", "date comma partly")(_together)
    g.rule("moment", "date of? timed", "date comma timed", "date of comma timed")(_together)
    g.rule("moment", "timed of? date")(_together)
    g.rule("soft", "date of? hour_soft")(_together)
    g.rule("soft", "date of? partly hour_soft", "partly hour_soft")(_together)
    g.rule("moment", "now")(lambda _: Moment(shift=build.length_of(0, "second")))


def _together(*said: Any) -> Moment | None:
    return build.together(*[part for part in said if isinstance(part, Dated | Clock | Part | Moment)])
