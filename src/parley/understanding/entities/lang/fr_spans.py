"""French: from one moment to another."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated, Fields
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import dated, inside, nth
from parley.understanding.entities.lang.fr_days import day_of
from parley.understanding.entities.moments import Clock, Interval, Length, Moment, Part
from parley.understanding.entities.numerals import Number

POINT = "timed|clock_soft|hour_soft|told"
SURE = "timed|clock_soft|told"
MOST_WITHOUT_ARTICLE = 12


def add(g: Grammar) -> None:
    """Add the productions."""
    _clocks(g)
    _days(g)
    _open(g)
    _units(g)


def _clocks(g: Grammar) -> None:
    g.rule("times_span", f"{POINT} to {SURE}", f"{SURE} to hour_soft")(_span)
    g.rule("times_span", f"from {POINT} to {POINT}", f"between {POINT} and {POINT}", weight=0.5)(_span)
    g.rule("hour_digits", "number")(lambda n: build.hour_of(n) if n.digits else None)
    g.rule("times_span", f"from? hour_digits hyphen {SURE}", f"from? {SURE} hyphen hour_digits|{SURE}")(_span)
    g.rule("times_span", "hour_digits until hour_digits")(_span)
    g.rule("interval", "times_span")(lambda s: s)
    g.rule("interval", "date comma? times_span", "the_day comma? times_span", "le_number times_span")(_dated)
    g.rule("interval", "times_span comma? of? date", "times_span on date", "times_span the_day")(_dated)
    g.rule("interval", "times_span dayparts", "dayparts comma? times_span")(_in_part)
    g.rule("interval", "date dayparts comma? times_span")(lambda d, p, _, s: _dated(d, _in_part(s, p)))
    g.rule("interval", "times_span dayparts of? date", "times_span date dayparts")(_dated_part)


def _span(*said: Any) -> Interval | None:
    ends = [build.as_moment(part) for part in said if isinstance(part, Dated | Clock | Part | Moment)]
    return build.span(ends[0], ends[1]) if len(ends) == 2 else None


def _dated(*said: Any) -> Interval | None:
    date = next(part for part in said if isinstance(part, Dated))
    interval = next((part for part in said if isinstance(part, Interval)), None)
    start = interval.start.join(Moment(date=date)) if interval and interval.start else None
    return Interval(start, interval.end, interval.closed) if interval and start else None


def _in_part(*said: Any) -> Interval | None:
    interval = next(part for part in said if isinstance(part, Interval))
    part = next(part for part in said if isinstance(part, Part))
    start = interval.start.join(Moment(part=part)) if interval.start else None
    return Interval(start, interval.end, interval.closed) if start else None


def _dated_part(*said: Any) -> Interval | None:
    date = next(part for part in said if isinstance(part, Dated))
    part = next(part for part in said if isinstance(part, Part))
    interval = _in_part(said[0], part)
    return _dated(date, interval) if interval else None


def _days(g: Grammar) -> None:
    day = "date|the_day|dom"
    g.rule("interval", "from? date to date", "between date and date", "from date to the_day")(_span)
    g.rule("interval", "mday hyphen mday")(_span)
    g.rule("interval", "from moment to moment", "moment to moment")(_span)
    g.rule("interval", "from|between|from_the|on? the? dom to|and|to_the the? mday", "the? dom hyphen mday")(
        _first_days
    )
    g.rule("interval", f"from wday dom to {day}", "wday dom to wday? mday", "from wday dom to wday? mday")(
        _first_days
    )
    g.rule("interval", "from_the dom to_the dom", weight=1)(_span)
    g.rule("interval", "from? the? dom to|and the? dom of? cycle", "from? the? number hyphen number of? cycle")(
        _in_cycle
    )
    g.rule("interval", "month_name between? number to|and|hyphen number")(_month_days)
    g.rule("interval", "from? month_name to month_name", "between month_name and month_name", weight=0.5)(_months)
    g.rule("interval", "from year to year", "between year and year", weight=1)(
        lambda _, a, __, b: _span(dated(Fields(year=a)), dated(Fields(year=b)))
    )


def _first_days(*said: Any) -> Interval | None:
    """Du 13 au 15 juillet, du lundi 1er au mercredi 10 juillet: the month said last is that of both."""
    days = [part for part in said if isinstance(part, Dated) and part.fields]
    last, first = days[-1], next((day for day in days if day.fields and day.fields.day), None)
    if first is None or first is last or first.fields is None or last.fields is None or last.fields.month is None:
        return None
    start = dated(Fields(day=first.fields.day, month=last.fields.month, year=last.fields.year))
    if start is None or (first.fields.day or 0) >= (last.fields.day or 0):
        return None
    return _span(start, last)


def _in_cycle(*said: Any) -> Interval | None:
    days = [day_of(part) if isinstance(part, Number) else part for part in said if isinstance(part, Dated | Number)]
    known = [day for day in days if day is not None]
    if len(known) != 3:
        return None
    first, last, base = known
    if base.grain != "month" or not (first.fields and last.fields):
        return None
    return _span(inside(Fields(day=first.fields.day), base), inside(Fields(day=last.fields.day), base))


def _month_days(month: int, _: Any, first: Any, __: Any, last: Any) -> Interval | None:
    start, end = build.month_day(month, first), build.month_day(month, last)
    return _span(start, end) if start and end and first.value < last.value else None


def _months(*said: Any) -> Interval | None:
    first, last = (build.month_of(part) for part in said if isinstance(part, int))
    return _span(first, last)


def _open(g: Grammar) -> None:
    point = "timed|date|moment"
    g.rule("interval", f"after {point}", "after_the dom")(lambda _, m: Interval(build.as_moment(m), None))
    g.rule("interval", f"before {point}", "before_the dom")(lambda _, m: Interval(None, build.as_moment(m)))
    g.rule("interval", "date|the_day after when|hour_soft")(lambda d, _, m: _edge(d, m, after=True))
    g.rule("interval", "date|the_day before when|hour_soft")(lambda d, _, m: _edge(d, m, after=False))
    g.rule("interval", "after when|hour_soft date|the_day")(lambda _, m, d: _edge(d, m, after=True))
    g.rule("interval", "before when|hour_soft date|the_day")(lambda _, m, d: _edge(d, m, after=False))
    g.rule("interval", "after timed|told|hour_soft until|to timed|told|hour_soft")(_span)
    g.rule("interval", "since_day date|mday|the_day", weight=1)(lambda _, d: build.since(d))
    g.rule("interval", "before end_of stretch|this_stretch", weight=1)(
        lambda _, __, whole: Interval(None, Moment(date=nth(-1, "day", whole)))
    )
    g.rule("void", "between number and number times")(lambda *_: True)
    g.rule("interval", "asap")(lambda _: Interval(Moment(shift=build.length_of(0, "second")), None))


def _edge(date: Dated, time: Any, *, after: bool) -> Interval | None:
    moment = build.together(date, time)
    if moment is None:
        return None
    return Interval(moment, None) if after else Interval(None, moment)


def _units(g: Grammar) -> None:
    g.rule("interval", "the? count next|following long_unit|unit", "count unit|long_unit next|following")(_next)
    g.rule("interval", "next_before count unit", "the? count next_before unit|long_unit")(_next)
    g.rule("interval", "the count last unit|long_unit", "the count unit|long_unit last")(_last)
    g.rule("interval", "count last unit|long_unit", "count unit|long_unit last")(_few_last)
    g.rule("interval", "last_before count unit", "in_ count last unit")(_last)
    g.rule("interval", "within span_of")(_within)
    g.rule("interval", "for_ length from|after date|timed", "from date|timed for_|for_short length", weight=3)(
        _lasting
    )


def _next(*said: Any) -> Interval | None:
    return _counted(said, 1)


def _last(*said: Any) -> Interval | None:
    return _counted(said, -1)


def _few_last(*said: Any) -> Interval | None:
    """Without an article not many are counted: « j'en ai compté 13 dernière minute »."""
    return _last(*said) if next(part for part in said if isinstance(part, int)) <= MOST_WITHOUT_ARTICLE else None


def _counted(said: tuple[Any, ...], way: int) -> Interval | None:
    count = next(part for part in said if isinstance(part, int))
    unit = next(part for part in said if isinstance(part, str))
    return build.coming_units(way * count, unit) if unit != "weekend" else None


def _within(_: Any, length: Length) -> Interval:
    """Sous huit jours: the last day belongs to it."""
    return Interval(Moment(shift=Length(((0, length.grain),))), build.shift_moment(length), closed=True)


def _lasting(*said: Any) -> Interval | None:
    length = next(part for part in said if isinstance(part, Length))
    start = next(part for part in said if isinstance(part, Dated | Clock | Moment))
    return Interval(build.as_moment(start), None, False, length)
