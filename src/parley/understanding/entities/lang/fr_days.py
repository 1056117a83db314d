"""French: days — by name, by number, by month, by what they are seen from."""

from dataclasses import replace
from typing import Any, TypeVar

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated, Fields, Frame, Period, day_at, step
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import dated, shifted, soon, upcoming, weekday_after
from parley.understanding.entities.feasts import holiday, holiday_in, last_holiday
from parley.understanding.entities.moments import Length, Moment
from parley.understanding.entities.numerals import Number
from parley.understanding.entities.shapes import year_of

_T = TypeVar("_T")

FARTHEST = 35
"""Days ahead that a short weekday with a number may lie."""
EVENING = 18
"""From this hour on a part of a feast may be that of its eve."""


def add(g: Grammar) -> None:
    """Add the productions. `dom` is a day of the month, `mday` a day and a month."""
    _weekdays(g)
    _days(g)
    _months(g)
    _years(g)
    _numeric(g)
    _away(g)
    _feasts(g)


def _weekdays(g: Grammar) -> None:
    g.rule("date", "day_word")(build.days_from_today)
    g.rule("date", "far_day", weight=1)(build.days_from_today)
    g.rule("date", "date of_part day_word")(lambda date, _, day: date if day == 0 else None)  # demain dans la journée
    g.rule("wday", "weekday", "the weekday", "on weekday", "on the weekday")(lambda *w: build.weekday_of(w[-1]))
    g.rule("date", "wday")(lambda day: day)
    g.rule("date", "any_day weekday")(lambda _, day: build.weekday_of(day))
    g.rule("date", "the_plural? weekday_plural", weight=-2)(lambda _, day: build.weekday_of(day))
    g.rule("date", "recently", weight=-1)(lambda _: build.recently())
    g.rule("interval", "since_length length", weight=2)(
        lambda _, n: build.until_now(n) if n.grain not in build.SHORT else None
    )
    g.rule("wday_soft", "weekday_soft")(lambda day: build.weekday_of(day, soft=True))
    g.rule("soft", "wday_soft")(build.as_moment)
    g.rule("date", "this weekday here?", "the? weekday coming", "this weekday coming")(
        lambda *w: upcoming(Fields(weekday=_first(w, int)), 1)
    )
    g.rule("date", "the? weekday next", "on weekday next", "the? next_before weekday")(
        lambda *w: build.next_weekday(_first(w, int))
    )
    g.rule("date", "the? weekday following")(lambda _, day, __: build.next_weekday(day))
    g.rule("date", "the? weekday last", "last_before weekday")(
        lambda *w: upcoming(Fields(weekday=_first(w, int)), -1)
    )
    g.rule("date", "wday in_n", weight=2)(lambda day, days: shifted(day, days, "day"))
    g.rule("date", "day_word in_n", weight=2)(lambda day, days: shifted(build.days_from_today(day), days, "day"))


def _days(g: Grammar) -> None:
    g.rule("ordinal", "number ord_suffix", weight=0.5)(lambda n, _: n if n.digits else None)
    g.rule("dom", "number", "ordinal")(lambda n: day_of(n))
    g.rule("the_day", "the dom", "on dom")(lambda _, day: day)
    g.rule("le_number", "the dom", "on dom", "on the dom")(lambda *w: w[-1])
    g.rule("date", "the? dom the_month")(lambda _, day, __: day)
    g.rule("soft", "dom")(lambda day: Moment(date=replace(day, soft=True)))
    g.rule("date", "wday comma? the? dom", "the dom weekday")(_joined)
    g.rule("date", "wday_soft dom")(lambda w, d: (day := _joined(w, d)) and soon(day, FARTHEST))
    g.rule("date", "wday comma? mday", "wday_soft comma? mday", "mday comma? wday")(_joined)
    g.rule("date", "this weekday mday", "the? weekday next comma? mday")(_joined)


def day_of(number: Number) -> Dated | None:
    """A day of the month: a number, or `premier`; other ranks are not said of days."""
    return build.day_of_month(number) if len(number.digits) <= 2 else None


def _joined(*said: Any) -> Dated | None:
    days = [build.weekday_of(p) if isinstance(p, int) else p for p in said if isinstance(p, Dated | int)]
    return build.joined(days[0], days[1]) if days[0] and days[1] else None


def _months(g: Grammar) -> None:
    g.rule("month_name", "month", "month_of month")(lambda *w: w[-1])
    g.rule("date", "month_name", "in_month month_name", "this month_name")(lambda *w: build.month_of(w[-1]))
    g.rule("date", "month_name next", "next_before month_name")(lambda *w: build.next_month_name(_first(w, int)))
    g.rule("date", "month_name last", "last_before month_name")(lambda *w: build.last_month_name(_first(w, int)))
    g.rule("mday", "the? dom of? month_name", "the? dom hyphen month_name")(_month_day)
    g.rule("mday", "the? number hyphen? month_soft")(lambda _, n, __, m: build.month_day(m, n) if n.digits else None)
    g.rule("mday", "on dom of? month_name", "month_name number", "month_name the ordinal")(_month_day)
    g.rule("mday", "month_name slash number", "dom slash month_name", "dom of_day month_name")(_month_day)
    g.rule("mday", "the number of_month number")(lambda _, d, __, m: _pair(d, m))
    g.rule("date", "mday")(lambda day: day)
    g.rule("void", "the? number month_name", "month_name number")(_no_day)


def _month_day(*said: Any) -> Dated | None:
    month = _first(said, int)
    day = next((p.fields.day for p in said if isinstance(p, Dated) and p.fields), None)
    if day is None:
        number = _first(said, Number)
        return build.month_day(month, number) if len(number.digits) <= 2 else None
    return dated(Fields(month=month, day=day))


def _no_day(*said: Any) -> bool | None:
    """A day that its month does not have (30 février): better no date than the month alone."""
    number, month = _first(said, Number), _first(said, int)
    return True if build.whole(number, 1, 99) and build.month_day(month, number) is None else None


def _years(g: Grammar) -> None:
    g.rule("year", "number")(_year)
    g.rule("year", "number number", weight=0.5)(_year_pair)
    g.rule("mday", "mday comma? of? year", "mday hyphen year", "mday at year")(lambda *w: in_year(w[0], w[-1]))
    g.rule("mday", "mday number", "mday hyphen number", weight=-0.5)(_two_digits)
    g.rule("date", "month_name comma? of? year", "in_month month_name of? year")(
        lambda *w: dated(Fields(month=_first(w[:-1], int), year=w[-1]))
    )
    g.rule("date", "month_name number", "in_month month_name number", weight=-0.5)(_month_two_digits)
    g.rule("date", "in_month year", "this year")(lambda *w: dated(Fields(year=w[-1])))
    g.rule("mday", "year slash month_name slash number")(lambda y, _, m, __, n: build.month_day(m, n, y))
    g.rule("soft", "the? number number year", "the? number zero_word number year")(_three_numbers)
    g.rule("soft", "the? number number number", "the? number zero_word number number")(_three_numbers)
    g.rule("soft", "year")(lambda year: Moment(date=dated(Fields(year=year), soft=True)))


def _three_numbers(*said: Any) -> Moment | None:
    """Le cinq zéro quatre quarante-huit: day, month and year, where a date is waited for."""
    year = said[-1]
    day, month = [part for part in said[:-1] if isinstance(part, Number)]
    if month.digits or build.whole(month, 1, 12) is None:
        return None
    date = build.month_day(int(month.value), day)
    if date is None:
        return None
    ended = in_year(date, year) if isinstance(year, int) else _two_digits(date, year) if year.value >= 20 else None
    return Moment(date=ended) if ended else None


def _year(number: Number) -> int | None:
    year = build.whole(number, 1000, 2999)
    return year if number.digits or (year and year >= 1900) else None


def _year_pair(first: Number, second: Number) -> int | None:
    """Dix-neuf soixante-douze."""
    high, low = build.whole(first, 18, 20), build.whole(second, 10, 99)
    return None if high is None or low is None or first.digits or second.digits else high * 100 + low


def in_year(day: Dated, year: int) -> Dated | None:
    """A day and month, in a year."""
    if day.fields is None or day.fields.year is not None:
        return None
    return build.joined(day, Dated("year", lambda _: [], Fields(year=year)))


def _two_digits(*said: Any) -> Dated | None:
    """4 mai 48."""
    day, number = said[0], said[-1]
    value = build.whole(number, 0, 99)
    if value is None or day.fields is None or day.fields.year is not None:
        return None
    if number.digits:
        return _late_year(day.fields, value) if len(number.digits) == 2 else None
    return _late_year(day.fields, value, born=value < 32) if value >= 20 else day


def _month_two_digits(*said: Any) -> Dated | None:
    """Juillet 98; juillet 12 is a day."""
    value = build.whole(said[-1], 32, 99)
    return _late_year(Fields(month=_first(said, int)), value) if value and len(said[-1].digits) == 2 else None


def _late_year(fields: Fields, value: int, *, said: bool = True, born: bool = False) -> Dated:
    """`born`: the number is a year only of a birth, and else no part of the date (`le douze juin trente`)."""

    def find(frame: Frame) -> list[Period]:
        told = fields if born and not frame.past else replace(fields, year=year_of(value, 2, frame, said=said))
        found = dated(told)
        return list(found.periods(frame)) if found else []

    return Dated("day" if fields.day else "month", find)


def _numeric(g: Grammar) -> None:
    """Days and months as numbers: `3 barre 4`, `20 02 2014`, `le 17 2`."""
    g.rule("mday", "number slash number", "oh_number slash oh_number")(lambda d, _, m: _pair(d, m))
    g.rule("oh_number", "oh number", "number")(lambda *w: w[-1])
    g.rule("date", "number slash|hyphen number")(lambda m, _, y: _month_year(m, y))
    g.rule("void", "number hyphen number hyphen number", "number slash number")(_no_date)
    g.rule("mday", "the? number number number", weight=1)(_triple)
    g.rule("date", "the number number")(lambda _, d, m: _pair(d, m) if d.digits and m.digits else None)
    g.rule("soft", "number number", weight=-0.5)(lambda d, m: _soft(_pair(d, m)) if d.digits and m.digits else None)
    g.rule("soft", "dashed")(build.as_moment)
    g.rule("date", "the dashed", "on dashed", "on the dashed", "on mday")(lambda *w: w[-1])


def _soft(day: Dated | None) -> Moment | None:
    return Moment(date=day) if day else None


def _pair(first: Number, second: Number) -> Dated | None:
    day, month = build.whole(first, 1, 31), build.whole(second, 1, 12)
    if day is None or month is None or len(first.digits) > 2 or len(second.digits) > 2:
        return None
    return dated(Fields(day=day, month=month))


def _month_year(first: Number, second: Number) -> Dated | None:
    """3/2015, 2015-3."""
    month, year = (second, first) if len(first.digits) == 4 else (first, second)
    if len(year.digits) != 4 or len(month.digits) not in (1, 2) or build.whole(month, 1, 12) is None:
        return None
    return dated(Fields(month=int(month.value), year=int(year.value)))


def _no_date(*said: Any) -> bool | None:
    """2026-2-30, 30/2: written as a date, but there is no such day."""
    numbers = [part for part in said if isinstance(part, Number)]
    if not all(number.digits for number in numbers):
        return None
    if len(numbers) == 3:
        return True if len(numbers[0].digits) == 4 else None
    day, month = numbers
    real = build.whole(day, 28, 31) and build.whole(month, 1, 12)
    return True if real and _pair(day, month) is None and _pair(month, day) is None else None


def _triple(_: Any, first: Number, second: Number, third: Number) -> Dated | None:
    day = _pair(first, second)
    if day is None or day.fields is None or not (first.digits and second.digits and third.digits):
        return None
    if len(third.digits) == 2:
        return _late_year(day.fields, int(third.value), said=False)
    return in_year(day, int(third.value)) if len(third.digits) == 4 else None


def _away(g: Grammar) -> None:
    """So many days from now or from another day; fifteen days are two weeks when they are counted from a day."""
    g.rule("idiomatic", "idiom")(lambda days: build.length_of(days, "day"))
    g.rule("span_of", "length", "idiomatic")(lambda n: n)
    g.rule("date", "in_ length", "length later", "in_ length later")(lambda *w: after(_first(w, Length), None, 1))
    g.rule("date", "in_ idiomatic", "idiomatic later", weight=0.5)(lambda *w: after(_first(w, Length), None, 1))
    g.rule("date", "ago length", "length earlier")(lambda *w: after(_first(w, Length), None, -1))
    g.rule("date", "ago idiomatic", "idiomatic earlier", weight=0.5)(lambda *w: after(_first(w, Length), None, -1))
    g.rule("date", "span_of after date")(lambda n, _, d: after(n, d, 1))
    g.rule("date", "span_of before date")(lambda n, _, d: after(n, d, -1))
    g.rule("date", "the_day_after date|the_day|dom")(lambda _, d: shifted(d, 1, "day"))
    g.rule("date", "the_day_before date|the_day|dom")(lambda _, d: shifted(d, -1, "day"))
    g.rule("moment", "in_ length", "length later")(lambda *w: _short(w, 1))
    g.rule("moment", "ago length", "length earlier")(lambda *w: _short(w, -1))


def after(length: Length, base: Dated | None, way: int) -> Dated | None:
    """A day so long after (`way` -1: before) another, or today."""
    if length.grain in build.SHORT:
        return None
    start = base or build.days_from_today(0)
    for amount, unit in length.amounts:
        start = shifted(start, way * amount, unit)
    return start


def _short(said: tuple[Any, ...], way: int) -> Moment | None:
    length = _first(said, Length)
    return build.shift_moment(length, way) if length.grain in build.SHORT else None


def _feasts(g: Grammar) -> None:
    g.rule("feast_day", "feast", "the feast", "next_before feast", "feast next", "this feast")(
        lambda *w: holiday(_rule(w))
    )
    g.rule("date", "feast_day", "on feast_day", "at feast_day", "for_hour feast_day")(lambda *w: w[-1])
    g.rule("date", "feast of? year")(lambda f, _, y: holiday(f, y))
    g.rule("date", "feast last", "last_before feast")(lambda *w: last_holiday(_rule(w)))
    g.rule("date", "feast of? cycle")(lambda f, _, c: holiday_in(f, c) if c.grain == "year" else None)
    g.rule("date", "wday after feast_day", "wday following feast_day")(
        lambda w, _, f: weekday_after(w.fields, f) if w.fields else None
    )
    g.rule("date", "wday before feast_day")(lambda w, _, f: weekday_after(w.fields, f, -1) if w.fields else None)
    g.rule("moment", "dayparts of feast_day", weight=0.5)(
        lambda p, _, f: build.together(_or_eve(f) if p.start >= EVENING else f, p)
    )


def _or_eve(feast: Dated) -> Dated:
    """Le soir de Noël: that of the day, or of its eve."""
    return Dated(
        "day", lambda frame: [p for d in feast.periods(frame) for p in (d, day_at(step(d.start, -1, "day")))]
    )


def _rule(said: tuple[Any, ...]) -> Any:
    return next(part for part in said if isinstance(part, list | tuple))


def _first(said: tuple[Any, ...], kind: type[_T]) -> _T:
    return next(part for part in said if isinstance(part, kind))
