"""Korean: weeks, months and years seen from now, and days in them. Weeks begin on Monday."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated, Fields, Frame, Period, step
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import cycle, dated, inside, nth, portion, relative
from parley.understanding.entities.numerals import Number

_WAYS = {"this": 0, "next": 1, "after_next": 2, "last": -1, "before_last": -2}
_UNITS = {"week": "week", "month_cycle": "month", "year_cycle": "year", "weekend": "weekend", "quarter": "quarter"}


def add(g: Grammar) -> None:
    """Add the productions."""
    _cycles(g)
    _inside(g)
    _ranks(g)
    _portions(g)


def _cycles(g: Grammar) -> None:
    for word, unit in _UNITS.items():
        for way, count in _WAYS.items():
            g.rule("cycle", f"{way} {word}")(lambda *_, u=unit, n=count: cycle(u, n))
    g.rule("cycle", "coming weekend")(lambda *_: cycle("weekend", 0))
    g.rule("cycle", "coming week")(lambda *_: cycle("week", 1))
    g.rule("cycle", "coming month_cycle")(lambda *_: cycle("month", 1))
    g.rule("cycle", "this_soft month_cycle")(lambda *_: cycle("month", 0))
    g.rule("cycle", "weeks_word")(lambda count: cycle("week", count))
    g.rule("cycle", "months_word")(lambda count: cycle("month", count))
    g.rule("cycle", "years_word")(lambda count: cycle("year", count))
    g.rule("cycle", "weekend")(lambda _: cycle("weekend", 0))
    for way, count in _WAYS.items():
        g.rule("cycle", f"{way} week weekend")(lambda *_, n=count: cycle("weekend", n))
        g.rule("cycle", f"{way} week? workweek")(lambda *_, n=count: _workdays(n))
    g.rule("cycle", "number quarter", "years_word number quarter")(_quarter)
    g.rule("cycle", "year number quarter")(lambda year, n, _: _quarter_of(build.year(year), n))
    g.rule("date", "half_year")(lambda month: _half(cycle("year", 0), month))
    g.rule("date", "year half_year")(lambda year, month: _half(build.year(year), month))
    g.rule("date", "cycle half_year")(lambda c, month: _half(c, month) if c.grain == "year" else None)
    g.rule("date", "cycle")(lambda c: c)
    g.rule("date", "this season")(lambda _, month: _season(month))


def _workdays(count: int) -> Dated:
    return portion(cycle("week", count), 0, 5 / 7)


def _quarter(*said: Any) -> Dated | None:
    years = said[0] if isinstance(said[0], int) else 0
    return _quarter_of(cycle("year", years), next(part for part in said if isinstance(part, Number)))


def _quarter_of(year: Dated | None, number: Number) -> Dated | None:
    count = build.whole(number, 1, 4)
    return nth(count, "quarter", year) if count and year and not number.counting else None


def _half(year: Dated | None, months: int) -> Dated | None:
    """The half of a year that begins so many months into it."""
    if year is None:
        return None

    def find(frame: Frame) -> list[Period]:
        starts = (step(period.start, months, "month") for period in year.periods(frame))
        return [Period(start, step(start, 6, "month"), "part") for start in starts]

    return Dated("part", find)


def _season(month: int) -> Dated:
    def find(frame: Frame) -> Period:
        start = frame.today.replace(month=month, day=1)
        if step(start, 3, "month") <= frame.today:
            start = step(start, 1, "year")
        return Period(start, step(start, 3, "month"), "part")

    return relative("season", find)


def _inside(g: Grammar) -> None:
    g.rule("date", "cycle of? weekday")(lambda c, _, day: inside(Fields(weekday=day), c))
    g.rule("date", "cycle of? number day_mark")(_day_in)
    g.rule("date", "cycle of? month")(lambda c, _, m: nth(m, "month", c) if c.grain == "year" else None)
    g.rule("date", "cycle of? mday")(_mday_in)
    g.rule("cycle_day", "cycle of? number day_mark")(_day_in)
    g.rule("date", "cycle_day of? weekday", "cycle_day bracketed")(lambda day, *_: day)
    g.rule("date", "late_day", "month_end")(lambda _: nth(-1, "day", cycle("month", 0)))
    g.rule("date", "cycle of? late_day")(lambda c, *_: nth(-1, "day", c) if c.grain == "month" else None)
    g.rule("date", "month of? late_day")(lambda m, *_: nth(-1, "day", _month(m)))
    g.rule("date", "year_end")(lambda _: nth(-1, "day", cycle("year", 0)))


def _month(month: int) -> Dated:
    found = build.month_of(month)
    assert found is not None
    return found


def _day_in(base: Dated, _: Any, number: Number, __: Any) -> Dated | None:
    day = None if number.counting else build.whole(number, 1, 31)
    return inside(Fields(day=day), base) if day and base.grain == "month" else None


def _mday_in(base: Dated, _: Any, day: Dated) -> Dated | None:
    if day.fields is None or day.fields.year is not None or base.grain != "year":
        return None
    return inside(day.fields, base)


def _ranks(g: Grammar) -> None:
    g.rule("month_base", "month")(_month)
    g.rule("month_base", "year month")(lambda y, m: dated(Fields(month=m, year=y)))
    g.rule("month_base", "cycle")(lambda c: c if c.grain in ("month", "year", "quarter") else None)
    g.rule("month_base", "year")(build.year)
    g.rule("rank", "first")(lambda n: n)
    g.rule("rank", "final")(lambda _: -1)
    g.rule("rank", "number nth_mark")(lambda n, _: build.whole(n, 1, 53))
    g.rule("date", "month_base of? rank weekday")(lambda base, _, n, day: nth(n, Fields(weekday=day), base))
    g.rule("ranked_week", "month_base of? rank week")(lambda base, _, n, __: nth(n, "week", base))
    g.rule("void", "final weekday")(lambda *_: True)  # of which month?
    g.rule("ranked_week", "rank week")(lambda n, _: _coming_rank(n))
    g.rule("date", "ranked_week")(lambda week: week)
    g.rule("date", "ranked_week of? weekday")(lambda week, _, day: inside(Fields(weekday=day), week))
    g.rule("date", "month_base of? final day_word", "month_base of? final day_mark")(
        lambda base, *_: nth(-1, "day", base)
    )


def _coming_rank(count: int) -> Dated:
    """The second week: of this month, or of the next one where it is over."""

    def find(frame: Frame) -> list[Period]:
        months = (nth(count, "week", cycle("month", ahead)).periods(frame) for ahead in (0, 1))
        return [week for found in months for week in found if week.end > frame.today][:1]

    return Dated("week", find)


def _portions(g: Grammar) -> None:
    for word, first, last in (("early", 0, 1 / 3), ("middle", 1 / 3, 2 / 3), ("late", 2 / 3, 1)):
        g.rule("date", f"month {word}")(lambda m, _, a=first, b=last: portion(_month(m), a, b))
        g.rule("date", f"year month {word}")(
            lambda y, m, _, a=first, b=last: _portion(dated(Fields(month=m, year=y)), a, b)
        )
        g.rule("date", f"cycle of? {word}")(
            lambda c, _, __, a=first, b=last: portion(c, a, b) if c.grain in ("week", "month", "year") else None
        )
        g.rule("date", f"year {word}")(lambda y, _, a=first, b=last: _portion(build.year(y), a, b))
    g.rule("date", "month_begin")(lambda _: portion(cycle("month", 0), 0, 1 / 3))
    g.rule("date", "year_begin")(lambda _: portion(cycle("year", 0), 0, 1 / 3))
    g.rule("date", "week early")(lambda *_: portion(cycle("week", 0), 0, 1 / 3))
    g.rule("date", "week late")(lambda *_: portion(cycle("week", 0), 2 / 3, 1))


def _portion(base: Dated | None, first: float, last: float) -> Dated | None:
    return portion(base, first, last) if base else None
