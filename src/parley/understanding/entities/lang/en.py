"""English: how its words combine into dates and times. Amounts and repetition stand in `en_amounts.py`."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import (
    Dated,
    Fields,
    Frame,
    Period,
    cycle,
    dated,
    day_at,
    holiday,
    holiday_in,
    inside,
    last_holiday,
    nth,
    portion,
    relative,
    shifted,
    step,
    upcoming,
    weekday_after,
)
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.lang import en_amounts, en_clock
from parley.understanding.entities.moments import Clock, Interval, Length, Moment, Part
from parley.understanding.entities.numerals import Number


def grammar() -> Grammar:
    """The productions of English."""
    rules = Grammar()
    _days(rules)
    _months(rules)
    _cycles(rules)
    _feasts(rules)
    en_clock.add(rules)
    _moments(rules)
    _intervals(rules)
    en_amounts.add(rules)
    return rules


def _days(g: Grammar) -> None:
    g.rule("date", "day_word")(build.days_from_today)
    g.rule("wday", "weekday")(build.weekday_of)
    g.rule("date", "wday")(lambda day: day)
    g.rule("wday_soft", "weekday_soft")(lambda day: build.weekday_of(day, soft=True))
    g.rule("soft", "wday_soft")(build.as_moment)
    g.rule("date", "on wday_soft")(lambda _, day: dated(day.fields))
    for name in ("weekday", "weekday_soft"):
        g.rule("date", f"this|coming {name}", f"this coming {name}")(lambda *w: upcoming(Fields(weekday=w[-1]), 1))
        g.rule("date", f"next|following {name}")(lambda _, day: build.next_weekday(day))
        g.rule("date", f"last {name}")(lambda _, day: upcoming(Fields(weekday=day), -1))
    g.rule("date", "weekday after_next")(lambda day, _: upcoming(Fields(weekday=day), 2))
    g.rule("date", "weekday unit", "a unit on? weekday")(_week_on)
    g.rule("date", "number wday hence")(lambda n, day, _: _counted(n, day, 1))
    g.rule("date", "number wday ago")(lambda n, day, _: _counted(n, day, -1))
    g.rule("ordinal", "number ord_suffix", weight=0.5)(lambda n, _: n if n.digits else None)
    g.rule("dom", "the? ordinal")(lambda _, n: build.day_of_month(n))
    g.rule("thedom", "the ordinal")(lambda _, n: build.day_of_month(n))
    g.rule("the_day", "on? thedom")(lambda _, day: day)
    g.rule("the_day", "on ordinal")(lambda _, n: build.day_of_month(n))
    g.rule("soft", "ordinal", "the? number")(lambda *w: _soft_day(w[-1]))
    g.rule("date", "wday comma? dom", "wday_soft comma? dom")(lambda w, _, d: build.joined(w, d))
    g.rule("date", "wday the? number")(lambda w, _, n: _joined_day(w, n))
    g.rule("date", "wday comma? mday", "wday_soft comma? mday", "this|next wday comma? mday")(_with_weekday)
    g.rule("date", "mday comma? wday", "mday comma? wday_soft")(lambda d, _, w: build.joined(w, d))


def _with_weekday(*said: Any) -> Dated | None:
    first, second = [part for part in said if isinstance(part, Dated)]
    return build.joined(first, second)


def _week_on(*said: Any) -> Dated | None:
    weekday = next(part for part in said if isinstance(part, int))
    if "week" not in said:
        return None
    return shifted(upcoming(Fields(weekday=weekday), 1), 1, "week")


def _counted(number: Number, day: Dated, way: int) -> Dated | None:
    count = build.whole(number, 1, 99)
    return upcoming(day.fields, way * count) if count and day.fields else None


def _soft_day(number: Number) -> Moment | None:
    day = build.day_of_month(number, soft=True)
    return Moment(date=day) if day else None


def _joined_day(weekday: Dated, number: Number) -> Dated | None:
    day = build.day_of_month(number)
    return build.joined(weekday, day) if day and len(number.digits) <= 2 and number.digits else None


def _months(g: Grammar) -> None:
    g.rule("month_name", "month", "month_soft")(lambda month: month)
    g.rule("date", "month")(build.month_of)
    g.rule("soft", "month_soft")(lambda month: Moment(date=build.month_of(month, soft=True)))
    g.rule("date", "of|on month_soft", "this month_name")(lambda _, month: build.month_of(month))
    g.rule("date", "next|coming month_name")(lambda _, month: build.next_month_name(month))
    g.rule("date", "last month_name")(lambda _, month: build.last_month_name(month))
    g.rule("mday", "month_name hyphen? dom", "month_name hyphen? number")(lambda m, _, n: _month_day(m, n))
    g.rule("mday", "dom hyphen? of? month_name", "the? number hyphen? of? month_name")(_day_month)
    g.rule("date", "mday")(lambda day: day)
    g.rule("date", "on mday")(lambda _, day: day)
    g.rule("year", "number", "year_word number")(lambda *w: _year(w[-1]))
    g.rule("year", "number number", weight=0.5)(lambda a, b: _year_pair(a, b, 10))
    g.rule("year", "number oh number", weight=0.5)(lambda a, _, b: _year_pair(a, b, 1))
    g.rule("mday", "mday comma? of? year", "mday hyphen year")(lambda *w: _in_year(w[0], w[-1]))
    g.rule("mday", "mday number", "mday hyphen number", "mday comma number", weight=-0.5)(_two_digits)
    g.rule("mday", "month_name slash number")(lambda m, _, n: _month_day(m, n))
    g.rule("mday", "year slash month_name slash number")(lambda y, _, m, __, n: build.month_day(m, n, y))
    g.rule("date", "year month_name", "year comma month_name")(lambda *w: dated(Fields(month=w[-1], year=w[0])))
    g.rule("date", "on dashed")(lambda _, day: day)
    g.rule("soft", "dashed")(build.as_moment)
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
    g.rule("oh_number", "oh number", "number")(lambda *w: w[-1])


def _no_day(*said: Any) -> bool | None:
    """A day that its month does not have (30 February): better no date than the month alone."""
    number = next(part for part in said if isinstance(part, Number))
    month = next(part for part in said if isinstance(part, int))
    return True if build.whole(number, 1, 99) and build.month_day(month, number) is None else None


def _month_day(month: int, said: Any) -> Dated | None:
    if isinstance(said, Number):
        return build.month_day(month, said) if len(said.digits) <= 2 else None
    return dated(Fields(month=month, day=said.fields.day))


def _day_month(*said: Any) -> Dated | None:
    day = next(part for part in said if isinstance(part, Dated | Number))
    return _month_day(said[-1], day)


def _year(number: Number) -> int | None:
    year = build.whole(number, 1000, 2999)
    return year if number.digits or (year and year >= 1900) else None


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
        or day.fields is None
        or day.fields.year is not None
        or (number.digits and len(number.digits) != 2)
    ):
        return None
    if value < 10 and not number.digits:
        return None
    return _year_window(day.fields, value)


def _year_window(fields: Fields, value: int) -> Dated:
    from parley.understanding.entities.shapes import year_of

    def find(frame: Frame) -> list[Period]:
        found = dated(Fields(fields.weekday, fields.day, fields.month, year_of(value, 2, frame)))
        return list(found.periods(frame)) if found else []

    return Dated("day", find)


def _slashed(first: Number, _: Any, second: Number) -> Dated | None:
    month, day = build.whole(first, 1, 31), build.whole(second, 1, 31)
    if month is None or day is None or first.digits or second.digits:
        return None
    return _numeric_pair(month, day)


def _numeric_pair(first: int, second: int) -> Dated:
    from parley.understanding.entities.shapes import numeric

    def find(frame: Frame) -> list[Period]:
        found = numeric(first, second, None, frame)
        return list(found.periods(frame)) if found else []

    return Dated("day", find)


def _cycles(g: Grammar) -> None:
    longer = ("week", "month", "quarter", "year", "decade", "weekend", "day")

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
    g.rule("cycle", "the weekend")(lambda *_: cycle("weekend", 0))
    g.rule("date", "cycle")(lambda c: c)
    g.rule("cycle", "week_of date", "week_of dom")(lambda _, d: _week_of(d))
    g.rule("soft", "the unit")(
        lambda _, u: Moment(date=cycle(u, 0)) if u in ("week", "month", "quarter", "year") else None
    )
    g.rule("date", "weekday of? cycle", "cycle on? weekday")(_weekday_in)
    g.rule("date", "the? ordinal of cycle", "the? number of cycle")(lambda _, n, __, c: _day_in(n, c))
    g.rule("named_month", "of month_name")(lambda _, m: build.month_of(m))
    g.rule("named_month", "of month_name year")(lambda _, m, y: dated(Fields(month=m, year=y)))
    g.rule("named_month", "of cycle", "of|of_day year")(
        lambda _, c: c if isinstance(c, Dated) else dated(Fields(year=c))
    )
    g.rule("date", "the? ordinal weekday named_month")(lambda _, n, w, p: nth(int(n.value), Fields(weekday=w), p))
    g.rule("date", "last weekday named_month")(lambda _, w, p: nth(-1, Fields(weekday=w), p))
    g.rule("date", "the? ordinal cycle_unit named_month")(lambda _, n, u, p: nth(int(n.value), u, p))
    g.rule("date", "the? ordinal last cycle_unit named_month")(lambda _, n, __, u, p: nth(-int(n.value), u, p))
    g.rule("date", "last cycle_unit named_month")(lambda _, u, p: nth(-1, u, p))
    g.rule("date", "beginning cycle", "beginning month_name year?")(lambda _, p, *y: _portion(p, y, 0, 1 / 3))
    g.rule("date", "end_of cycle", "end_of month_name year?")(lambda _, p, *y: _portion(p, y, 2 / 3, 1))
    g.rule("date", "beginning year")(lambda _, y: _portion(build.year(y), (), 0, 1 / 3))
    g.rule("date", "end_of year")(lambda _, y: _portion(build.year(y), (), 2 / 3, 1))
    g.rule("date", "middle cycle", "middle month_name year?")(lambda _, p, *y: _portion(p, y, 1 / 3, 2 / 3))
    for word, unit in (("eom", "month"), ("eoy", "year")):
        g.rule("date", word, f"at {word}")(lambda *_, u=unit: _last_day(u))
    g.rule("end_phrase", "end_of unit")(lambda _, u: u)
    g.rule("date", "end_phrase")(lambda u: _last_day(u) if u in ("month", "year", "week") else None)
    for word, unit in (("bom", "month"), ("boy", "year")):
        g.rule("date", word, f"at {word}")(lambda *_, u=unit: portion(cycle(u, 0), 0, 1 / 3))
    g.rule("date", "beginning unit")(
        lambda _, u: portion(cycle(u, 0), 0, 1 / 3) if u in ("month", "year", "week") else None
    )
    g.rule("date", "length from_ date", "length hence")(lambda n, _, d=None: _after(n, d, 1))
    g.rule("date", "length before_ date")(lambda n, _, d: _after(n, d, -1))
    g.rule("date", "length ago")(lambda n, _: _after(n, None, -1))
    g.rule("date", "in_ length")(lambda _, n: _after(n, None, 1))
    g.rule("moment", "in_ length", "length hence")(lambda *w: _short(w, 1))
    g.rule("moment", "length ago")(lambda *w: _short(w, -1))


def _last_day(unit: str) -> Dated:
    """The end of the month, said of a deadline: its last day."""

    def find(frame: Frame) -> list[Period]:
        period = cycle(unit, 0).periods(frame)[0]
        return [day_at(step(period.end, -1, "day"))]

    return Dated("day", find)


def _week_of(date: Dated) -> Dated:
    def find(frame: Frame) -> list[Period]:
        from parley.understanding.entities.calendar import floor, unit_at

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


def _feasts(g: Grammar) -> None:
    g.rule("feast_day", "feast", "the feast", "coming|next|this feast")(lambda *w: holiday(w[-1]))
    g.rule("date", "feast_day", "on feast_day")(lambda *w: w[-1])
    g.rule("date", "feast of? year")(lambda f, _, y: holiday(f, y))
    g.rule("date", "last feast")(lambda _, f: last_holiday(f))
    g.rule("date", "feast of cycle", "feast cycle")(
        lambda f, *w: holiday_in(f, w[-1]) if w[-1].grain == "year" else None
    )
    g.rule("date", "the? weekday after feast_day", "the? weekday from_ feast_day")(
        lambda _, w, __, f: weekday_after(Fields(weekday=w), f)
    )
    g.rule("date", "the? weekday before feast_day")(lambda _, w, __, f: weekday_after(Fields(weekday=w), f, -1))
    g.rule("date", "the unit after feast_day")(lambda _, u, __, f: shifted(f, 1, u) if u == "day" else None)
    g.rule("date", "the unit before feast_day")(lambda _, u, __, f: shifted(f, -1, u) if u == "day" else None)
    g.rule("date", "this? season")(lambda _, month: _season(month))


def _season(month: int) -> Dated:
    def find(frame: Frame) -> Period:
        start = frame.today.replace(month=month, day=21)
        if step(start, 3, "month") <= frame.today:
            start = step(start, 1, "year")
        return Period(start, step(start, 3, "month"), "part")

    return relative("season", find)


def _moments(g: Grammar) -> None:
    g.rule("moment", "now")(lambda _: Moment(shift=build.length_of(0, "second")))
    g.rule("partly", "part", "this part", "of part", "on part", "at part", "of this part")(lambda *w: w[-1])
    g.rule("moment", "this part")(lambda _, part: Moment(date=build.days_from_today(0), part=part))
    g.rule("partly", "tonight", "at tonight")(lambda *w: w[-1])
    g.rule("moment", "partly", "after_meal")(build.as_moment)
    g.rule("moment", "date comma? partly", "date after_meal", "date first_thing", "first_thing on? date")(_together)
    g.rule("moment", "partly of_day? date", "partly on date", "after_meal date")(_together)
    g.rule("timed", "time")(build.as_moment)
    g.rule(
        "timed",
        "time comma? partly",
        "partly comma? time",
        "hour_soft partly",
        "partly hour_soft",
        "time_soft partly",
    )(_together)
    g.rule("timed", "clock_soft partly", "partly clock_soft")(_together)
    g.rule("moment", "timed")(lambda moment: moment)
    g.rule("moment", "timed on the? number", "on the? number comma? timed")(_numbered_day)
    g.rule("moment", "the_day comma? timed", "timed on? the_day", "partly of_day? the_day", "the_day partly")(
        _together
    )
    g.rule("interval", "from? the_day to the_day")(_span)
    g.rule("interval", "after|since the_day")(lambda _, day: Interval(Moment(date=day), None))
    g.rule("interval", "before|until the_day")(lambda _, day: Interval(None, Moment(date=day)))
    g.rule("moment", "date comma? timed", "timed comma? on? date", "clock_soft date", "date clock_soft")(_together)
    g.rule(
        "moment",
        "date partly comma? timed",
        "date partly hour_soft",
        "timed on? date partly",
        "hour_soft date partly",
    )(_together)
    g.rule("moment", "partly date timed", "date partly clock_soft")(_together)
    g.rule("soft", "clock_soft", "hour_soft")(build.as_moment)
    g.rule("moment", "date comma? at eod", "at? eod", "date eod")(_end_of_day)


def _numbered_day(*said: Any) -> Moment | None:
    number = next(part for part in said if isinstance(part, Number))
    time = next(part for part in said if isinstance(part, Moment))
    day = build.day_of_month(number) if number.digits else None
    return build.together(day, time) if day else None


def _together(*said: Any) -> Moment | None:
    return build.together(*[part for part in said if isinstance(part, Dated | Clock | Part | Moment)])


def _end_of_day(*said: Any) -> Moment | None:
    return build.together(Clock(17, 0, 0, "24"), *[part for part in said if isinstance(part, Dated)])


def _intervals(g: Grammar) -> None:
    point = "timed|clock_soft|hour_soft"
    g.rule("times_span", f"{point} to timed|clock_soft", "timed to hour_soft", "clock_soft to hour_soft")(_span)
    g.rule("times_span", f"from {point} to {point}", f"between {point} and {point}", f"from {point} and {point}")(
        _span
    )
    g.rule("interval", "times_span")(lambda s: s)
    g.rule("times_span", "times_span zone", weight=1)(lambda s, zone: build.zoned_span(s, zone))
    g.rule("interval", "between|from now and|to date|moment")(
        lambda _, __, ___, m: _span(build.shift_moment(build.length_of(0, "second")), m)
    )
    g.rule("interval", "from? month_name to month_name", "between month_name and month_name", weight=0.5)(
        _months_span
    )
    g.rule("interval", "on? date comma? times_span")(lambda _, d, __, s: _dated_span(d, s))
    g.rule("interval", "times_span on|of_day? date")(lambda s, _, d: _dated_span(d, s))
    g.rule("interval", "on? date comma? hour_soft to hour_soft")(
        lambda _, d, __, a, ___, b: _dated_span(d, _span(a, b))
    )
    g.rule("interval", "times_span partly", "partly comma? times_span")(_part_span)
    g.rule("interval", "date partly comma? times_span")(lambda d, p, _, s: _dated_span(d, _part_span(s, p)))
    g.rule("interval", "from? date to date", "between date and date", "from moment to moment", "moment to moment")(
        _span
    )
    g.rule("interval", "between the? dom|number and the? dom|number of? month_name")(_days_month)
    g.rule("interval", "between month_name dom|number and dom|number")(_month_days)
    g.rule("interval", "from? month_name dom|number to dom|number")(_month_days)
    g.rule("interval", "from? the? dom|number to the? dom|number of? month_name")(_days_month)
    g.rule("interval", "from? year to year", "between year and year", weight=1)(
        lambda _, a, __, b: _span(dated(Fields(year=a)), dated(Fields(year=b)))
    )
    g.rule("interval", "after timed|hour_soft|clock_soft|date|moment")(
        lambda _, m: Interval(build.as_moment(m), None)
    )
    g.rule("interval", "since timed|date|moment|hour_soft|clock_soft")(
        lambda _, m: Interval(build.as_moment(m), None)
    )
    g.rule("interval", "before|until timed|hour_soft|clock_soft|date|moment")(
        lambda _, m: Interval(None, build.as_moment(m))
    )
    g.rule("interval", "after|since year", weight=1)(lambda _, y: Interval(Moment(date=dated(Fields(year=y))), None))
    g.rule("interval", "before|until year", weight=1)(lambda _, y: Interval(None, Moment(date=dated(Fields(year=y)))))
    g.rule("interval", "date after|since timed|hour_soft|clock_soft")(lambda d, _, m: _open(d, m, True))
    g.rule("interval", "after|since timed|hour_soft|clock_soft on? date")(lambda _, m, __, d: _open(d, m, True))
    g.rule("interval", "date before|until timed|hour_soft|clock_soft")(lambda d, _, m: _open(d, m, False))
    g.rule("interval", "before|until timed|hour_soft|clock_soft on? date")(lambda _, m, __, d: _open(d, m, False))
    g.rule("interval", "next|coming|following count cycle_unit", "count coming cycle_unit")(lambda *w: _units(w, 1))
    g.rule("interval", "last count cycle_unit", "count last cycle_unit")(lambda *w: _units(w, -1))
    g.rule("interval", "within length")(
        lambda _, n: Interval(Moment(shift=Length(((0, "second"),))), build.shift_moment(n))
    )
    g.rule("interval", "for_ length from|since date|timed", "from? date|timed for_ length", weight=3)(_lasting)
    g.rule("interval", "asap")(lambda _: Interval(Moment(shift=build.length_of(0, "second")), None))


def _months_span(*said: Any) -> Interval | None:
    first, last = (build.month_of(part) for part in said if isinstance(part, int))
    return _span(first, last)


def _span(*said: Any) -> Interval | None:
    ends = [build.as_moment(part) for part in said if isinstance(part, Dated | Clock | Part | Moment)]
    return build.span(ends[0], ends[1]) if len(ends) == 2 else None


def _dated_span(date: Dated, interval: Interval | None) -> Interval | None:
    if interval is None or interval.start is None:
        return None
    start = interval.start.join(Moment(date=date))
    return Interval(start, interval.end, interval.closed) if start else None


def _part_span(*said: Any) -> Interval | None:
    interval = next(p for p in said if isinstance(p, Interval))
    part = next(p for p in said if isinstance(p, Part))
    start = interval.start.join(Moment(part=part)) if interval.start else None
    return Interval(start, interval.end, interval.closed) if start else None


def _month_days(_: Any, month: int, first: Any, __: Any, last: Any) -> Interval | None:
    start, end = _month_day(month, first), _month_day(month, last)
    if start is None or end is None or start.fields is None or end.fields is None:
        return None
    return _span(start, end) if (start.fields.day or 0) < (end.fields.day or 0) else None


def _days_month(*said: Any) -> Interval | None:
    first, last = [part for part in said[:-1] if isinstance(part, Dated | Number)]
    return _month_days(None, said[-1], first, None, last)


def _open(date: Dated, time: Any, after: bool) -> Interval | None:
    moment = build.together(date, time)
    if moment is None:
        return None
    return Interval(moment, None) if after else Interval(None, moment)


def _units(said: tuple[Any, ...], way: int) -> Interval | None:
    count = next(part for part in said if isinstance(part, int))
    return build.coming_units(way * count, said[-1]) if said[-1] != "weekend" else None


def _lasting(*said: Any) -> Interval | None:
    length = next(part for part in said if isinstance(part, Length))
    start = next(part for part in said if isinstance(part, Dated | Clock | Moment))
    return Interval(build.as_moment(start), None, False, length)
