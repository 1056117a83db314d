"""Korean: days, weekdays, months and years by what is said of them."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated, Fields, Frame, Period, day_at, step
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import dated, inside, upcoming
from parley.understanding.entities.feasts import day_off_for, holiday, holiday_in, last_holiday
from parley.understanding.entities.moments import Moment
from parley.understanding.entities.numerals import Number
from parley.understanding.entities.shapes import year_of

_MONTHS = 12


def add(g: Grammar) -> None:
    """Add the productions. `mday` is a day of a month, `dom` a day without its month."""
    _days(g)
    _months(g)
    _years(g)
    _feasts(g)


def _days(g: Grammar) -> None:
    g.rule("date", "day_word")(build.days_from_today)
    g.rule("date", "recently", weight=-1)(lambda _: build.recently())
    g.rule("date", "next_day")(lambda _: build.days_from_today(1))
    g.rule("date", "date of? next_day")(lambda day, *_: _beside(day, 1))
    g.rule("date", "date of? eve")(lambda day, *_: _beside(day, -1))
    g.rule("date", "later")(lambda _: build.days_from_today(0))
    g.rule("wday", "weekday")(build.weekday_of)
    g.rule("wday", "open weekday|weekday_letter close")(lambda _, day, __: build.weekday_of(day))
    g.rule("bracketed", "open weekday|weekday_letter close")(lambda _, day, __: build.weekday_of(day))
    g.rule("date", "wday")(lambda day: day)
    g.rule("date", "this|coming weekday")(lambda _, day: upcoming(Fields(weekday=day), 1))
    g.rule("date", "next weekday")(lambda _, day: build.next_weekday(day))
    g.rule("date", "last weekday")(lambda _, day: upcoming(Fields(weekday=day), -1))
    g.rule("date", "wday of? dom", "dom of? wday", "dom bracketed")(_both)
    g.rule("dom", "number day_mark")(_day)
    g.rule("date", "dom")(lambda day: None if day.soft else day)
    g.rule("date", "dom at_day")(lambda day, _: day)
    g.rule("soft", "dom", weight=1)(lambda day: Moment(date=_or_one_later(day)) if day.soft else None)
    g.rule("date", "mday of? wday", "mday comma? wday", "mday bracketed", weight=1)(_both)
    g.rule("date", "day_word comma? mday", "day_word comma? wday")(lambda _, __, day: day)
    g.rule("soft", "number")(_bare_day)
    g.rule("void", "lunar date")(lambda *_: True)


def _beside(date: Dated, way: int) -> Dated | None:
    """The day after a date or a feast of several days, or the day before it."""
    if date.grain != "day":
        return None

    def find(frame: Frame) -> list[Period]:
        edges = (period.end if way > 0 else step(period.start, -1, "day") for period in date.periods(frame))
        return [day_at(edge) for edge in edges]

    return Dated("day", find)


def _both(*said: Any) -> Dated | None:
    first, second = [part for part in said if isinstance(part, Dated)]
    return build.joined(first, second)


def _day(number: Number, _: Any) -> Dated | None:
    """A day of the month. Said alone, 이십일 may be the 20th and the number 21: it is soft."""
    if number.counting:
        return None
    return build.day_of_month(number, soft=not number.digits and number.value in (10, 20, 30))


def _or_one_later(day: Dated) -> Dated:
    """이십일 said for a date: the 20th, and beside it the 21st, as one 일 may have been lost."""
    assert day.fields is not None
    later = dated(Fields(day=(day.fields.day or 0) + 1))
    return Dated("day", lambda frame: [*day.periods(frame)[:1], *(later.periods(frame)[:1] if later else ())])


def _bare_day(number: Number) -> Moment | None:
    day = None if number.counting else build.day_of_month(number, soft=True)
    return Moment(date=day) if day else None


def _months(g: Grammar) -> None:
    g.rule("month", "number month_mark")(lambda n, _: None if n.counting else build.whole(n, 1, 12))
    g.rule("month", "month_word")(lambda month: month)
    g.rule("date", "month")(build.month_of)
    g.rule("date", "this month")(lambda _, month: build.month_of(month))
    g.rule("date", "next month")(lambda _, month: build.next_month_name(month))
    g.rule("date", "last month")(lambda _, month: build.last_month_name(month))
    g.rule("mday", "month of? number day_mark")(lambda m, _, n, __: None if n.counting else build.month_day(m, n))
    g.rule("mday", "month of? early_dom")(lambda month, _, day: dated(Fields(month=month, day=day)))
    g.rule("date", "cycle of? early_dom")(
        lambda c, _, day: inside(Fields(day=day), c) if c.grain == "month" else None
    )
    g.rule("soft", "dashed")(build.as_moment)
    g.rule("soft", "month number")(_month_number)
    g.rule("date", "mday")(lambda day: day)
    g.rule("void", "month of? number day_mark")(_no_day)
    g.rule("void", "year number month_mark")(lambda _, n, __: True if n.value > _MONTHS else None)
    g.rule("date", "next mday", "this mday")(lambda _, day: day)


def _month_number(month: int, number: Number) -> Moment | None:
    day = None if number.counting else build.month_day(month, number)
    return Moment(date=day) if day else None


def _no_day(month: int, _: Any, number: Number, __: Any) -> bool | None:
    """A day that its month does not have (이월 삼십일): better no date than the month alone."""
    return True if build.whole(number, 1, 99) and build.month_day(month, number) is None else None


def _years(g: Grammar) -> None:
    g.rule("digit", "number")(lambda n: None if n.counting or n.digits else build.whole(n, 0, 9))
    g.rule("short_year", "digit digit year_mark")(lambda a, b, _: a * 10 + b)
    g.rule("short_year", "number year_mark")(lambda n, _: None if n.counting else build.whole(n, 0, 99))
    g.rule("year", "digit digit digit digit year_mark")(lambda a, b, c, d, _: _year(1000 * a + 100 * b + 10 * c + d))
    g.rule("year", "number year_mark")(lambda n, _: None if n.counting else _year(build.whole(n, 1000, 2999)))
    g.rule("date", "year")(build.year)
    g.rule("date", "year month")(lambda year, month: dated(Fields(month=month, year=year)))
    g.rule("mday", "year comma? mday")(lambda year, _, day: _in_year(day, year))
    g.rule("mday", "short_year mday", weight=0.5)(lambda year, day: _in_short_year(day, year))
    g.rule("mday", "short_year born of? mday")(lambda year, _, __, day: _in_short_year(day, year))
    g.rule("mday", "year born of? mday")(lambda year, _, __, day: _in_year(day, year))
    g.rule("void", "short_year born")(lambda *_: True)
    g.rule("mday", "number mday", "number number mday")(_bare_year)
    g.rule("mday", "mday born", "mday born of")(lambda day, *_: day)


def _year(value: int | None) -> int | None:
    return value if value is not None and 1800 <= value <= 2200 else None


def _in_year(day: Dated, year: int) -> Dated | None:
    if day.fields is None or day.fields.year is not None:
        return None
    return build.joined(day, Dated("year", lambda _: [], Fields(year=year)))


def _in_short_year(day: Dated, value: int) -> Dated | None:
    """A year of two digits (사팔년): the century is settled from now."""
    fields = day.fields
    if fields is None or fields.year is not None:
        return None

    def find(frame: Frame) -> list[Period]:
        found = dated(Fields(fields.weekday, fields.day, fields.month, year_of(value, 2, frame, said=True)))
        return list(found.periods(frame)) if found else []

    return Dated("day", find)


def _bare_year(*said: Any) -> Dated | None:
    """A year without its word (천구백사십팔 오월 사일, 사팔 오월 사일)."""
    numbers, day = said[:-1], said[-1]
    if any(number.counting for number in numbers):
        return None
    if len(numbers) == 2:
        tens, ones = (build.whole(number, 0, 9) for number in numbers)
        return None if tens is None or ones is None else _in_short_year(day, tens * 10 + ones)
    year = _year(build.whole(numbers[0], 1000, 2999))
    if year is not None:
        return _in_year(day, year)
    short = build.whole(numbers[0], 40, 99)
    return None if short is None else _in_short_year(day, short)


def _feasts(g: Grammar) -> None:
    g.rule("feast_day", "feast", "this|next feast")(lambda *w: holiday(w[-1]))
    g.rule("date", "feast_day")(lambda day: day)
    g.rule("date", "feast of? substitute")(lambda feast, *_: day_off_for(feast))
    g.rule("date", "substitute")(lambda _: day_off_for(None))
    g.rule("date", "year of? feast")(lambda year, _, feast: holiday(feast, year))
    g.rule("date", "cycle of? feast")(lambda c, _, feast: holiday_in(feast, c) if c.grain == "year" else None)
    g.rule("date", "last feast")(lambda _, feast: last_holiday(feast))
