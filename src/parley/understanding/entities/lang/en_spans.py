"""English: from one moment to another."""

from dataclasses import replace
from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated, Fields
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import dated, inside, nth
from parley.understanding.entities.lang.en_clock import NOON
from parley.understanding.entities.lang.en_months import month_day
from parley.understanding.entities.moments import Clock, Interval, Length, Moment, Part
from parley.understanding.entities.numerals import Number


def add(g: Grammar) -> None:
    """Add the productions."""
    _closed(g)
    _closed_days(g)
    _half_open(g)
    _counted(g)


def _closed(g: Grammar) -> None:
    """From one clock time or moment to another."""
    point = "timed|clock_soft|hour_soft"
    g.rule("times_span", f"{point} to timed|clock_soft", "timed to hour_soft", "clock_soft to hour_soft")(span_of)
    g.rule(
        "times_span",
        f"from {point} to {point}",
        f"between {point} and {point}",
        f"from {point} and {point}",
        weight=1,
    )(_told)
    g.rule("counts_span", "from number to number")(
        lambda _, a, __, b: True if a.value < b.value and NOON < b.value < 100 else None
    )
    g.rule("interval", "times_span")(lambda s: s)
    g.rule("times_span", "times_span zone", weight=1)(lambda s, zone: build.zoned_span(s, zone))
    g.rule("interval", "lasts interval")(lambda _, s: s)
    g.rule("interval", "between|from now and|to date|moment")(
        lambda _, __, ___, m: span_of(build.shift_moment(build.length_of(0, "second")), m)
    )
    g.rule("interval", "from? month_name to month_name", "between month_name and month_name", weight=0.5)(
        _months_span
    )
    g.rule("interval", "on? date comma? times_span")(lambda _, d, __, s: _dated_span(d, s))
    g.rule("interval", "times_span on|of_day? date")(lambda s, _, d: _dated_span(d, s))
    g.rule("interval", "hour_soft to hour_soft on? date")(lambda a, _, b, __, d: _dated_span(d, span_of(a, b)))
    g.rule("interval", "on? date comma? hour_soft to hour_soft")(
        lambda _, d, __, a, ___, b: _dated_span(d, span_of(a, b))
    )
    for rank in ("ordinal", "last"):
        g.rule("interval", f"the? {rank} weekday times_span named_month")(
            lambda _, n, day, s, p: _dated_span(nth(_rank(n), Fields(weekday=day), p), s)
        )
    g.rule("interval", "cycle between|from weekday and|to weekday")(
        lambda c, _, a, __, b: span_of(*[inside(Fields(weekday=day), c) for day in (a, b)])
    )
    g.rule("interval", "from? timed to date comma? timed", weight=2)(
        lambda _, start, __, d, ___, end: Interval(start, build.together(d, end))
    )
    g.rule("interval", "times_span partly", "partly comma? times_span")(_part_span)
    g.rule("interval", "date partly comma? times_span")(lambda d, p, _, s: _dated_span(d, _part_span(s, p)))
    g.rule("interval", "times_span comma? on? date partly", "partly comma? on? date comma? times_span")(
        lambda *w: _dated_span(_one(w, Dated), _part_span(*w))
    )
    g.rule("interval", "from? date to date", "between date and date", "from moment to moment", "moment to moment")(
        span_of
    )


def _closed_days(g: Grammar) -> None:
    """From one day, month or year to another."""
    g.rule("days_span", "between the? dom|number and|to the? dom|number of? month_name")(_days_month)
    g.rule("days_span", "between month_name dom|number and dom|number")(_month_days)
    g.rule("days_span", "from? month_name dom|number to dom|number")(_month_days)
    g.rule("days_span", "month_name between|from dom|number and|to dom|number")(
        lambda m, _, a, __, b: _month_days(None, m, a, None, b)
    )
    g.rule("days_span", "from? the? dom|number to the? dom|number of? month_name")(_days_month)
    g.rule("days_span", "from dom|number to month_name dom|number")(
        lambda _, a, __, m, b: _month_days(None, m, a, None, b)
    )
    g.rule("interval", "days_span")(lambda s: s)
    g.rule("interval", "days_span comma? of? year")(lambda s, *w: _in_year(s, w[-1]))
    g.rule("interval", "from? month_name to month_name of? year", "between month_name and month_name of? year")(
        lambda *w: _in_year(_months_span(*w[:-2]), w[-1])
    )
    g.rule("interval", "between date and year", "between year and date", "from date to year", "from year to date")(
        lambda _, a, __, b: span_of(*[dated(Fields(year=end)) if isinstance(end, int) else end for end in (a, b)])
    )
    g.rule("interval", "from? year to year", "between year and year", weight=1)(
        lambda _, a, __, b: span_of(dated(Fields(year=a)), dated(Fields(year=b)))
    )


def _half_open(g: Grammar) -> None:
    """After one, or before one."""
    g.rule("interval", "after timed|hour_soft|clock_soft|date|moment")(lambda _, m: build.after(m))
    g.rule("interval", "before|until end_of cycle|month_name", weight=1)(
        lambda _, __, p: Interval(None, Moment(date=build.month_of(p) if isinstance(p, int) else p), True)
    )
    g.rule("interval", "year or_later")(lambda year, _: Interval(Moment(date=dated(Fields(year=year))), None))
    for word, later in (("or_later", True), ("or_earlier", False)):
        g.rule("interval", f"timed {word}", f"timed {word} on? date")(
            lambda m, _, *d, later=later: _open(d[-1] if d else None, m, later)
        )
    g.rule("interval", "since|starting timed|moment|hour_soft|clock_soft", "starting date")(
        lambda _, m: Interval(build.as_moment(m), None)
    )
    g.rule("interval", "to_date")(lambda _: Interval(None, Moment(shift=build.length_of(0, "second"))))
    g.rule("interval", "from? date to_date")(lambda _, d, __: build.since(d))
    g.rule("interval", "from month_name to_date")(lambda _, m, __: _since_month(m))
    g.rule("interval", "since date|mday|the_day", weight=1)(lambda _, d: build.since(d))
    g.rule("interval", "beyond timed")(lambda _, m: Interval(m, None))
    g.rule(
        "interval", "from|between moment to|and timed|clock_soft|hour_soft|moment|date", "between date and moment"
    )(span_of)
    g.rule(
        "interval", "from? the? dom|number to the? dom|number cycle", "between the? dom|number and dom|number cycle"
    )(_days_in)
    g.rule("interval", "before|until timed|hour_soft|clock_soft|date|moment")(
        lambda _, m: Interval(None, build.as_moment(m))
    )
    g.rule("interval", "starting|since year", weight=1.5)(
        lambda _, y: Interval(Moment(date=dated(Fields(year=y))), None)
    )
    g.rule("interval", "after year", weight=1.5)(lambda _, y: _after_year(y))
    g.rule("interval", "before|until year", weight=1)(lambda _, y: Interval(None, Moment(date=dated(Fields(year=y)))))
    g.rule("interval", "date after|since|starting timed|hour_soft|clock_soft")(lambda d, _, m: _open(d, m, True))
    g.rule("interval", "after|since|starting timed|hour_soft|clock_soft on? date")(
        lambda _, m, __, d: _open(d, m, True)
    )
    g.rule("interval", "date before|until timed|hour_soft|clock_soft")(lambda d, _, m: _open(d, m, False))
    g.rule("interval", "before|until timed|hour_soft|clock_soft on? date")(lambda _, m, __, d: _open(d, m, False))


def _counted(g: Grammar) -> None:
    """The next three weeks, for two days from Monday."""
    g.rule("interval", "next|coming|following count cycle_unit", "count coming cycle_unit")(lambda *w: _units(w, 1))
    g.rule("interval", "last count cycle_unit", "count last cycle_unit")(lambda *w: _units(w, -1))
    g.rule("interval", "within length")(
        lambda _, n: Interval(Moment(shift=Length(((0, "second"),))), build.shift_moment(n))
    )
    g.rule(
        "interval",
        "for_ length comma? from|starting date|timed|moment",
        "for_ length from hour_soft",
        "from? date|timed for_ length",
        "from hour_soft for_ length",
        weight=3,
    )(_lasting)
    g.rule("interval", "next|coming unit")(lambda _, u: build.coming_units(1, u) if u == "hour" else None)
    g.rule("interval", "last unit")(lambda _, u: build.coming_units(-1, u) if u == "hour" else None)
    g.rule("interval", "rest_of_day")(lambda _: build.rest("day"))
    g.rule("interval", "asap")(lambda _: Interval(Moment(shift=build.length_of(0, "second")), None))


def _told(*said: Any) -> Interval | None:
    """Two ends, of which no bare number counts the hours on to 24: "from ten to twenty" is a dose."""
    late = any(isinstance(end, Clock) and end.grain == "hour" and end.hour > NOON for end in said)
    return None if late else span_of(*said)


def _months_span(*said: Any) -> Interval | None:
    first, last = (build.month_of(part) for part in said if isinstance(part, int))
    return span_of(first, last)


def span_of(*said: Any) -> Interval | None:
    ends = [build.as_moment(part) for part in said if isinstance(part, Dated | Clock | Part | Moment)]
    return build.span(ends[0], ends[1]) if len(ends) == 2 else None


def _dated_span(date: Dated, interval: Interval | None) -> Interval | None:
    if interval is None or interval.start is None:
        return None
    start = interval.start.join(Moment(date=date))
    return Interval(start, interval.end, interval.closed) if start else None


def _part_span(*said: Any) -> Interval | None:
    interval = _one(said, Interval)
    part = _one(said, Part)
    start = interval.start.join(Moment(part=part)) if interval.start else None
    return Interval(start, interval.end, interval.closed) if start else None


def _since_month(month: int) -> Interval | None:
    found = build.month_of(month)
    return build.since(found) if found else None


def _rank(number: Number | None) -> int:
    return int(number.value) if number else -1


def _month_days(_: Any, month: int, first: Any, __: Any, last: Any) -> Interval | None:
    start, end = month_day(month, first), month_day(month, last)
    if start is None or end is None or start.fields is None or end.fields is None:
        return None
    return span_of(start, end) if (start.fields.day or 0) < (end.fields.day or 0) else None


def _days_in(*said: Any) -> Interval | None:
    """From the 4th to the 22nd of this month."""
    *ends, month = [part for part in said if isinstance(part, Dated | Number)]
    days = [part.fields.day if isinstance(part, Dated) and part.fields else _day(part) for part in ends]
    if not isinstance(month, Dated) or month.grain != "month" or (days[0] or 31) >= (days[1] or 0):
        return None
    return span_of(*[inside(Fields(day=day), month) for day in days])


def _day(number: Any) -> int | None:
    return build.whole(number, 1, 31) if isinstance(number, Number) else None


def _days_month(*said: Any) -> Interval | None:
    first, last = [part for part in said[:-1] if isinstance(part, Dated | Number)]
    return _month_days(None, said[-1], first, None, last)


def _after_year(year: int) -> Interval | None:
    whole_year = dated(Fields(year=year))
    return build.after(whole_year) if whole_year else None


def _one(said: tuple[Any, ...], sort: type[Any]) -> Any:
    return next(part for part in said if isinstance(part, sort))


def _in_year(span: Interval | None, year: int) -> Interval | None:
    """The 2nd to the 7th of February 2027."""
    if span is None or not (span.end and span.end.date and span.end.date.fields and span.start):
        return None
    last = dated(replace(span.end.date.fields, year=year))
    return build.span(span.start, Moment(date=last)) if last else None


def _open(date: Dated | None, time: Any, after: bool) -> Interval | None:
    moment = build.together(date, time)
    if moment is None:
        return None
    return Interval(moment, None) if after else Interval(None, moment)


def _units(said: tuple[Any, ...], way: int) -> Interval | None:
    count = _one(said, int)
    first = isinstance(said[0], int)  # "13 last minute" are no minutes
    return build.coming_units(way * count, said[-1]) if said[-1] != "weekend" and not (first and count > 12) else None


def _lasting(*said: Any) -> Interval | None:
    length = next(part for part in said if isinstance(part, Length))
    start = next(part for part in said if isinstance(part, Dated | Clock | Moment))
    return Interval(build.as_moment(start), None, False, length)
