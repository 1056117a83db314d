"""English: this and next week, ranks in a period, portions, shifts from today."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import (
    Dated,
    Fields,
    Frame,
    Period,
    day_at,
    floor,
    midnight,
    step,
    unit_at,
)
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import cycle, dated, inside, nth, portion, shifted
from parley.understanding.entities.moments import Length, Moment
from parley.understanding.entities.numerals import Number


def add(g: Grammar) -> None:
    """Add the productions."""
    _whole(g)
    _ranks_and_portions(g)
    _ahead_of_now(g)
    _counted(g)


def _whole(g: Grammar) -> None:
    """This week, next month, the weekend."""
    longer = ("week", "month", "quarter", "year", "decade", "weekend", "day", "fortnight")

    def whole_unit(count: int) -> Any:
        return lambda *w: cycle(w[-1], count) if w[-1] in longer else None

    g.rule("cycle_unit", "unit")(lambda unit: unit)
    g.rule("cycle_unit", "weekend")(lambda _: "weekend")
    g.rule("cycle", "this cycle_unit")(whole_unit(0))
    g.rule("cycle", "next|coming|following cycle_unit", "this coming cycle_unit")(whole_unit(1))
    g.rule("cycle", "coming weekend", "this coming weekend")(lambda *_: cycle("weekend", 0))
    g.rule("cycle", "last cycle_unit")(whole_unit(-1))
    g.rule("cycle", "the cycle_unit after_next", "cycle_unit after_next")(lambda *w: cycle(w[-2], 2))
    g.rule("cycle", "cycle_unit of cycle")(lambda u, _, c: c if u == "week" else None)
    g.rule("cycle", "the|on|my weekend")(lambda *_: cycle("weekend", 0))
    g.rule("date", "for_the unit", "in_the unit")(
        lambda _, u: cycle(u, 0) if u in ("day", "week", "month", "year", "quarter", "fortnight") else None
    )
    g.rule("date", "this workweek")(lambda *_: _workweek(0))
    g.rule("date", "next|coming workweek")(lambda *_: _workweek(1))
    g.rule("date", "last workweek")(lambda *_: _workweek(-1))
    g.rule("date", "week_number number", "week_number number of year|cycle")(_numbered_week)
    g.rule("date", "cycle")(lambda c: c)
    g.rule("cycle", "week_of date", "week_of dom")(lambda _, d: _week_of(d))
    g.rule("soft", "the unit")(
        lambda _, u: Moment(date=cycle(u, 0)) if u in ("week", "month", "quarter", "year") else None
    )


def _ranks_and_portions(g: Grammar) -> None:
    """The first Monday of May, the end of the year."""
    g.rule("date", "weekday of? cycle", "cycle on? weekday")(_weekday_in)
    g.rule("date", "the? ordinal of cycle", "the? number of cycle")(lambda _, n, __, c: _day_in(n, c))
    g.rule("named_month", "of month_name")(lambda _, m: build.month_of(m))
    g.rule("named_month", "of month_name year")(lambda _, m, y: dated(Fields(month=m, year=y)))
    g.rule("named_month", "of cycle", "of|of_day year")(
        lambda _, c: c if isinstance(c, Dated) else dated(Fields(year=c))
    )
    g.rule("date", "the? ordinal weekday named_month")(lambda _, n, w, p: nth(int(n.value), Fields(weekday=w), p))
    g.rule("date", "last weekday month_name")(lambda _, w, m: _last_in(w, m))
    g.rule("date", "last weekday named_month")(lambda _, w, p: nth(-1, Fields(weekday=w), p))
    g.rule("date", "the? ordinal cycle_unit named_month")(lambda _, n, u, p: nth(int(n.value), u, p))
    g.rule("date", "the? ordinal last cycle_unit named_month")(lambda _, n, __, u, p: nth(-int(n.value), u, p))
    g.rule("date", "last cycle_unit named_month")(lambda _, u, p: nth(-1, u, p))
    g.rule("date", "beginning cycle", "beginning month_name year?")(lambda _, p, *y: _portion(p, y, 0, 1 / 3))
    g.rule("date", "end_of cycle", "end_of month_name year?")(lambda _, p, *y: _portion(p, y, 2 / 3, 1))
    g.rule("date", "beginning year", weight=2)(lambda _, y: _portion(build.year(y), (), 0, 1 / 3))
    g.rule("date", "end_of year")(lambda _, y: _portion(build.year(y), (), 2 / 3, 1))
    g.rule("date", "middle year")(lambda _, y: _portion(build.year(y), (), 1 / 3, 2 / 3))
    g.rule("date", "middle cycle", "middle month_name year?")(lambda _, p, *y: _portion(p, y, 1 / 3, 2 / 3))


def _ahead_of_now(g: Grammar) -> None:
    """The last day of the month, later this week, the third quarter."""
    g.rule("this_unit", "of_the unit")(lambda _, u: _coming(u) if u in ("month", "quarter", "year") else None)
    g.rule("date", "the? ordinal weekday this_unit")(
        lambda _, n, w, p: _ahead(nth(int(n.value), Fields(weekday=w), p))
    )
    g.rule("date", "last weekday this_unit")(lambda _, w, p: _ahead(nth(-1, Fields(weekday=w), p)))
    g.rule("date", "the? ordinal cycle_unit this_unit")(lambda _, n, u, p: _ahead(nth(int(n.value), u, p)))
    g.rule("date", "last cycle_unit this_unit")(lambda _, u, p: _ahead(nth(-1, u, p)))
    g.rule("moment", "in_ a unit")(
        lambda _, __, u: build.shift_moment(build.length_of(1, u)) if u == "second" else None
    )
    g.rule("interval", "later_in this unit", "later_in_the unit")(lambda *w: build.rest(w[-1]))
    g.rule("interval", "later_in day_word")(lambda _, day: build.rest("day") if day == 0 else None)
    g.rule("interval", "earlier_in this unit", "earlier_in_the unit")(lambda *w: build.so_far(w[-1]))
    g.rule("date", "earlier_in cycle")(lambda _, c: portion(c, 0, 1 / 3))
    g.rule("date", "later_in cycle")(lambda _, c: portion(c, 2 / 3, 1))
    g.rule("date", "the? number decade_quote")(lambda _, n, __: _short_decade(n))
    g.rule("interval", "rest_of unit")(lambda _, u: build.rest(u))
    g.rule("date", "the? ordinal cycle_unit cycle", "the? ordinal cycle_unit year")(
        lambda _, n, u, p: nth(int(n.value), u, _year_of(p)) if u == "quarter" else None
    )
    g.rule("date", "the? ordinal unit")(lambda _, n, u: _quarter(n.value, None) if u == "quarter" else None)
    g.rule("date", "quarter_code", "quarter_code of? year", "quarter_code of? cycle")(lambda q, *w: _quarter(q, w))
    g.rule("date", "year hyphen? quarter_code")(lambda y, _, q: _quarter(q, (y,)))
    g.rule("date", "number quarter_code")(lambda n, q: _quarter(q, (2000 + n.value,)) if len(n.digits) == 2 else None)
    g.rule("date", "cycle ordinal unit")(
        lambda c, n, u: nth(int(n.value), u, c) if (c.grain, u) == ("year", "quarter") else None
    )
    g.rule("date", "half_code of? year")(lambda h, _, y: _half(h, y))
    g.rule("date", "year hyphen? half_code")(lambda y, _, h: _half(h, y))
    g.rule("date", "the? year decade_mark")(lambda _, y, __: _decade(y))


def _counted(g: Grammar) -> None:
    """The end of the month, in three days, two weeks ago."""
    for word, unit in (("eom", "month"), ("eoy", "year")):
        g.rule("date", word, f"at {word}")(lambda *_, u=unit: _last_day(u))
    g.rule("end_phrase", "end_of unit")(lambda _, u: u)
    g.rule("date", "end_phrase")(lambda u: _last_day(u) if u in ("month", "year", "week") else None)
    for word, unit in (("bom", "month"), ("boy", "year")):
        g.rule("date", word, f"at {word}")(lambda *_, u=unit: portion(cycle(u, 0), 0, 1 / 3))
    g.rule("date", "beginning unit")(
        lambda _, u: portion(cycle(u, 0), 0, 1 / 3) if u in ("month", "year", "week") else None
    )
    g.rule("date", "length from_ date", "length hence", "length from_today")(lambda n, _, d=None: _after(n, d, 1))
    g.rule("date", "length before_ date")(lambda n, _, d: _after(n, d, -1))
    g.rule("date", "month_name in_ length")(lambda m, _, n: _month_away(m, n))
    g.rule("date", "length ago")(lambda n, _: _after(n, None, -1))
    g.rule("date", "in_ length")(lambda _, n: _after(n, None, 1))
    g.rule("void", "last length ago")(lambda *_: True)  # "for the last three months and two days ago"
    g.rule("moment", "in_ length", "length hence")(lambda *w: _short(w, 1))
    g.rule("moment", "length ago")(lambda *w: _short(w, -1))


def _workweek(way: int) -> Dated:
    """From Monday to Friday."""

    def find(frame: Frame) -> list[Period]:
        monday = step(floor(frame.now, "week"), way, "week")
        return [Period(monday, step(monday, 5, "day"), "part")]

    return Dated("part", find)


def _numbered_week(*said: Any) -> Dated | None:
    """The third week of the year, counted as calendars do."""
    number, of = said[1], said[-1] if len(said) > 2 else cycle("year", 0)
    year = _year_of(of)
    count = build.whole(number, 1, 53)
    return nth(count, "week", year) if count and year.grain == "year" else None


def _coming(unit: str) -> Dated:
    """The unit at hand, and the one after it for a day in it that is over."""
    return Dated(unit, lambda frame: [cycle(unit, n).periods(frame)[0] for n in (0, 1)])


def _ahead(said: Dated) -> Dated:
    """What is not over yet."""
    return Dated(said.grain, lambda frame: [p for p in said.periods(frame) if p.end > frame.today][:1])


def _year_of(said: Dated | int) -> Dated:
    return said if isinstance(said, Dated) else Dated("year", lambda _: [unit_at(midnight(said), "year")])


def _quarter(count: float, said: tuple[Any, ...] | None) -> Dated | None:
    """A quarter by its number, of a year that was said, or the coming one."""
    year = next((part for part in said or () if part is not None), None)
    if year is not None:
        return nth(int(count), "quarter", _year_of(year))

    def find(frame: Frame) -> list[Period]:
        years = (cycle("year", n) for n in (0, 1))
        quarters = [period for year in years for period in nth(int(count), "quarter", year).periods(frame)]
        return [period for period in quarters if period.end > frame.now][:1]

    return Dated("quarter", find)


def _half(count: int, year: int) -> Dated:
    first, last = (count - 1) * 6 + 1, count * 6
    return Dated("part", lambda _: [Period(midnight(year, first), step(midnight(year, last), 1, "month"), "part")])


def _decade(year: int) -> Dated | None:
    return Dated("decade", lambda _: [unit_at(midnight(year), "decade")]) if year % 10 == 0 else None


def _short_decade(number: Number) -> Dated | None:
    """The seventies, written 70's."""
    value = build.whole(number, 20, 99)
    return _decade(1900 + value) if value and number.digits else None


def _last_day(unit: str) -> Dated:
    """The end of the month, said of a deadline: its last day."""

    def find(frame: Frame) -> list[Period]:
        period = cycle(unit, 0).periods(frame)[0]
        return [day_at(step(period.end, -1, "day"))]

    return Dated("day", find)


def _week_of(date: Dated) -> Dated:
    def find(frame: Frame) -> list[Period]:
        return [unit_at(floor(p.start, "week"), "week") for p in date.periods(frame)]

    return Dated("week", find)


def _weekday_in(*said: Any) -> Dated | None:
    weekday = next(part for part in said if isinstance(part, int))
    return inside(Fields(weekday=weekday), next(part for part in said if isinstance(part, Dated)))


def _day_in(number: Number, base: Dated) -> Dated | None:
    day = build.whole(number, 1, 31)
    return inside(Fields(day=day), base) if day and base.grain == "month" else None


def _portion(base: Dated | int | None, year: tuple[int | None, ...], first: float, last: float) -> Dated | None:
    period = dated(Fields(month=base, year=year[0])) if isinstance(base, int) else base
    return portion(period, first, last) if period else None


def _month_away(month: int, length: Length) -> Dated | None:
    """March in one year."""
    if length.grain != "year":
        return None
    away = Dated("day", lambda frame: [day_at(length.after(frame.today))])
    return Dated("month", lambda frame: [unit_at(away.periods(frame)[0].start.replace(month=month, day=1), "month")])


def _last_in(weekday: int, month: int) -> Dated | None:
    found = build.month_of(month)
    return nth(-1, Fields(weekday=weekday), found) if found else None


def _short(said: tuple[Any, ...], way: int) -> Moment | None:
    length = next(part for part in said if isinstance(part, Length))
    return build.shift_moment(length, way) if length.grain in build.SHORT else None


def _after(length: Length, base: Dated | None, way: int) -> Dated | None:
    if length.grain in build.SHORT:
        return None
    start = base or build.days_from_today(0)
    for amount, unit in length.amounts:
        start = shifted(start, way * amount, unit)
    return start
