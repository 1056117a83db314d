"""English: months, years, and days in them."""

from dataclasses import replace
from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated, Fields, Frame, Period
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import dated
from parley.understanding.entities.moments import Moment
from parley.understanding.entities.numerals import Number
from parley.understanding.entities.shapes import numeric, year_of


def add(g: Grammar) -> None:
    """Add the productions."""
    g.rule("month_name", "month", "month_soft")(lambda month: month)
    g.rule("date", "month")(build.month_of)
    g.rule("soft", "month_soft")(lambda month: Moment(date=build.month_of(month, soft=True)))
    g.rule("date", "of|on month_soft", "this month_name")(lambda _, month: build.month_of(month))
    g.rule("date", "next|coming month_name")(lambda _, month: build.next_month_name(month))
    g.rule("date", "month_name after_next")(lambda month, _: build.next_month_name(month, 1))
    g.rule("date", "last month_name")(lambda _, month: build.last_month_name(month))
    g.rule("mday", "month_name hyphen? dom", "month_name hyphen? number")(lambda m, _, n: month_day(m, n))
    g.rule("mday", "dom hyphen? of? month_name", "the? number hyphen? of? month_name")(_day_month)
    g.rule("the_day", "month_name period number")(lambda m, _, n: month_day(m, n) if n.digits else None)
    g.rule("mday", "month_name period ordinal")(lambda m, _, n: month_day(m, n))
    g.rule("mday", "number period month_name")(lambda n, _, m: _day_month(n, m) if n.digits else None)
    g.rule("fifth_of_fifth", "the? ordinal of the? ordinal")(
        lambda _, n, __, ___, m: build.month_day(int(m.value), n) if build.whole(m, 1, 12) else None
    )
    g.rule("the_day", "fifth_of_fifth")(lambda day: day)
    g.rule("mday", "fifth_of_fifth year")(lambda day, year: _in_year(day, year))
    g.rule("mday", "fifth_of_fifth number", weight=-0.5)(_two_digits)
    g.rule("date", "mday")(lambda day: day)
    g.rule("date", "on mday")(lambda _, day: day)
    g.rule("year", "number", "year_word number")(lambda *w: _year(w[-1]))
    g.rule("year", "number number", weight=0.5)(lambda a, b: _year_pair(a, b, 10))
    g.rule("year", "number oh number", weight=0.5)(lambda a, _, b: _year_pair(a, b, 1))
    g.rule("mday", "mday comma? of? year", "mday hyphen year")(lambda *w: _in_year(w[0], w[-1]))
    g.rule("mday", "mday number", "mday hyphen number", "mday comma number", weight=-0.5)(_two_digits)
    g.rule("mday", "month_name slash number")(lambda m, _, n: month_day(m, n))
    for mark in ("slash", "hyphen"):
        g.rule("mday", f"year {mark} month_name {mark} number")(lambda y, _, m, __, n: build.month_day(m, n, y))
        g.rule("mday", f"month_name {mark} year {mark} number")(lambda m, _, y, __, n: build.month_day(m, n, y))
        g.rule("mday", f"year {mark} number {mark} month_name")(lambda y, _, n, __, m: build.month_day(m, n, y))
        g.rule("mday", f"number {mark} month_name {mark} year")(lambda n, _, m, __, y: build.month_day(m, n, y))
    g.rule("date", "month_name slash year")(lambda m, _, y: dated(Fields(month=m, year=y)))
    g.rule("date", "year month_name", "year comma month_name")(lambda *w: dated(Fields(month=w[-1], year=w[0])))
    g.rule("date", "on dashed")(lambda _, day: day)
    g.rule("soft", "dashed")(build.as_moment)
    g.rule("date", "month_of mday")(lambda _, day: dated(replace(day.fields, day=None)))
    g.rule("void", "month_name number", "month_name ordinal", "the? ordinal of? month_name")(_no_day)
    g.rule("date", "month_name comma? of? year", "month_name hyphen year")(
        lambda m, *w: dated(Fields(month=m, year=w[-1]))
    )
    g.rule("date", "of year", "year_word number")(
        lambda _, y: dated(Fields(year=y if isinstance(y, int) else build.whole(y, 1, 9000)))
    )
    g.rule("soft_year", "year")(lambda year: dated(Fields(year=year), soft=True))
    g.rule("soft", "soft_year")(build.as_moment)
    g.rule("mday", "number slash number", "oh_number slash oh_number")(_slashed)
    g.rule("mday", "number slash number slash number|year")(_slashed_year)
    g.rule("soft", "number number number")(_three_numbers)
    g.rule("oh_number", "oh number", "number")(lambda *w: w[-1])


def _no_day(*said: Any) -> bool | None:
    """A day that its month does not have (30 February): better no date than the month alone."""
    number = next(part for part in said if isinstance(part, Number))
    month = next(part for part in said if isinstance(part, int))
    return True if build.whole(number, 1, 99) and build.month_day(month, number) is None else None


def month_day(month: int, said: Any) -> Dated | None:
    if isinstance(said, Number):
        return build.month_day(month, said) if len(said.digits) <= 2 else None
    return dated(Fields(month=month, day=said.fields.day))


def _day_month(*said: Any) -> Dated | None:
    day = next(part for part in said if isinstance(part, Dated | Number))
    return month_day(said[-1], day)


def _year(number: Number) -> int | None:
    year = build.whole(number, 1000, 2999)
    return year if number.digits or (year and year % 1000 and year >= 1100) else None


def _year_pair(first: Number, second: Number, least: int) -> int | None:
    high, low = build.whole(first, 18, 20), build.whole(second, least, 99 if least > 9 else 9)
    return None if high is None or low is None or first.digits or second.digits else high * 100 + low


def _in_year(day: Dated, year: int) -> Dated | None:
    if day.fields is None or day.fields.year is not None:
        return None
    return build.joined(day, Dated("year", lambda _: [], Fields(year=year)))


def _two_digits(*said: Any) -> Dated | None:
    day, number = said[0], said[-1]
    value = build.whole(number, 0, 99)
    if (
        value is None
        or not number.simple
        or day.fields is None
        or day.fields.year is not None
        or (number.digits and len(number.digits) != 2)
    ):
        return None
    if value < 10 and not number.digits:
        return None
    return _year_window(day.fields, value)


def _year_window(fields: Fields, value: int) -> Dated:

    def find(frame: Frame) -> list[Period]:
        found = dated(Fields(fields.weekday, fields.day, fields.month, year_of(value, 2, frame, said=True)))
        return list(found.periods(frame)) if found else []

    return Dated("day", find)


def _three_numbers(month: Number, day: Number, year: Number) -> Moment | None:
    """Five fourteen sixty-two: month, day and year, where a date is waited for."""
    if month.digits or day.digits or year.digits or build.whole(month, 1, 12) is None:
        return None
    date = build.month_day(int(month.value), day)
    ended = _two_digits(date, year) if date and year.value >= 20 else None
    return Moment(date=ended) if ended else None


def _slashed(first: Number, _: Any, second: Number) -> Dated | None:
    month, day = build.whole(first, 1, 31), build.whole(second, 1, 31)
    if month is None or day is None or first.digits or second.digits:
        return None
    return _numeric_pair(month, day)


def _slashed_year(first: Number, _: Any, second: Number, __: Any, year: Number | int) -> Dated | None:
    """Four slash five slash forty eight."""
    month, day = build.whole(first, 1, 31), build.whole(second, 1, 31)
    short = year if isinstance(year, int) else build.whole(year, 0, 99)
    if month is None or day is None or short is None or first.digits or second.digits:
        return None

    def find(frame: Frame) -> list[Period]:
        full = short if short > 99 else year_of(short, 2, frame, said=True)
        found = numeric(month, day, full, frame)
        return list(found.periods(frame)) if found else []

    return Dated("day", find)


def _numeric_pair(first: int, second: int) -> Dated:

    def find(frame: Frame) -> list[Period]:
        found = numeric(first, second, None, frame)
        return list(found.periods(frame)) if found else []

    return Dated("day", find)
