"""Korean: lengths of time, and dates and times so long from now."""

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated, Fields, floor, unit_at
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import inside, shifted
from parley.understanding.entities.moments import Length, Moment
from parley.understanding.entities.numerals import Number

_COUNTED_FROM = 30
"""Native numerals below this one do not count minutes and seconds: 두 분 is two persons."""

_HOURS_FROM = 10
"""Hours below so many are counted with native numerals: 이 시간 is this time."""
_MOST = 10**6
"""No length in words has so many of a unit: 경주 is a town."""


def add(g: Grammar) -> None:
    """Add the productions."""
    _lengths(g)
    _away(g)


def _lengths(g: Grammar) -> None:
    g.rule("span", "number unit_time")(_length)
    g.rule("span", "number unit_time half")(lambda n, unit, _: _half_more(_length(n, unit)))
    g.rule("span", "number moons")(_moons)
    g.rule("span", "number moons half")(lambda n, _, __: _half_more(_moons(n, None)))
    g.rule("span", "length_word")(lambda days: build.length_of(days, "day"))
    g.rule("span", "length_word half")(lambda days, _: build.length_of(days + 0.5, "day"))
    g.rule("span", "half_word")(lambda unit: build.length_of(0.5, unit))
    g.rule("span", "half unit_time")(lambda _, unit: build.length_of(0.5, unit) if unit in ("hour", "year") else None)
    g.rule("span", "span and_? span")(_together)
    g.rule("length", "span", weight=-0.5)(lambda span: span)
    g.rule(
        "length",
        "span for_",
        "span more",
        "about span",
        "about span for_",
        "span ish",
        "about span ish",
        "span ish for_",
    )(lambda *w: next(part for part in w if isinstance(part, Length)))
    g.rule("length", "meal_after span", "meal_after span hence", "meal_before span ago", weight=2)(
        lambda _, span, *__: span
    )
    g.rule("length", "meal_after about? span ish? hence?", weight=2)(
        lambda _, __, span, ___, ____: span if span.grain in build.SHORT else None
    )
    g.rule("shift", "span pushed")(lambda span, _: span)
    g.rule("shift", "span pulled")(lambda span, _: Length(tuple((-amount, unit) for amount, unit in span.amounts)))
    g.rule("void", "approx_count any_unit", "approx_count unit_time", weight=1)(lambda *_: True)


def _together(first: Length, _: object, second: Length) -> Length | None:
    """Two lengths as one; not 이주일분, which is what lasts for two weeks and has no minute in it."""
    portion = second.grain == "minute" and all(unit not in build.SHORT for __, unit in first.amounts)
    return None if portion else build.plus(first, second)


def _length(number: Number, unit: str) -> Length | None:
    """So many of a unit. Days are counted with their own words (이틀), minutes with Sino-Korean numerals."""
    said = not number.digits and not number.counting
    if number.value < 0 or (said and (number.value == 0 or number.value >= _MOST)):
        return None
    if said and unit == "hour" and number.value < _HOURS_FROM:
        return None
    if number.counting and (unit == "day" or (unit in ("minute", "second") and number.value < _COUNTED_FROM)):
        return None
    return build.length_of(number.value, unit)


def _moons(number: Number, _: None) -> Length | None:
    """Months by their native word, which goes with native numerals (한 달)."""
    return build.length_of(number.value, "month") if number.counting or number.digits else None


def _half_more(length: Length | None) -> Length | None:
    if length is None or length.grain in ("second", "day"):
        return None
    amount, unit = length.amounts[0]
    return build.length_of(amount + 0.5, unit)


def _away(g: Grammar) -> None:
    g.rule("date", "span hence weekday")(lambda span, _, day: _weekday_after(span, day))
    g.rule("date", "length hence", weight=1)(lambda n, _: _day(n, None, 1))
    g.rule("date", "length ago", weight=1)(lambda n, _: _day(n, None, -1))
    g.rule("moment", "length hence", weight=1)(lambda n, _: _short(n, 1))
    g.rule("moment", "length ago", weight=1)(lambda n, _: _short(n, -1))
    g.rule("date", "date starting_at length hence", "date of? length hence")(lambda d, _, n, __: _day(n, d, 1))
    g.rule("date", "date starting_at length ago", "feast_day length ago", "mday length ago")(
        lambda d, *w: _day(w[-2], d, -1)
    )


def _short(length: Length, way: int) -> Moment | None:
    return build.shift_moment(length, way) if length.grain in build.SHORT else None


def _day(length: Length, base: Dated | None, way: int) -> Dated | None:
    if length.grain in build.SHORT or (base is not None and base.grain != "day"):
        return None
    start = base or build.days_from_today(0)
    for amount, unit in length.amounts:
        start = shifted(start, way * amount, unit)
    return start


def _weekday_after(length: Length, weekday: int) -> Dated | None:
    """이 주 뒤 월요일: the Monday of that week."""
    if length.grain != "week":
        return None
    week = Dated("week", lambda frame: [unit_at(floor(length.after(frame.today), "week"), "week")])
    return inside(Fields(weekday=weekday), week)
