"""French: the whole grammar, and how days, times and parts of the day come together.

Days stand in `fr_days.py`, longer stretches in `fr_cycles.py`, the clock in `fr_clock.py`, intervals in
`fr_spans.py`, lengths, repetition and amounts in `fr_amounts.py`.
"""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import shifted
from parley.understanding.entities.lang import fr_amounts, fr_clock, fr_cycles, fr_days, fr_spans
from parley.understanding.entities.moments import Clock, Moment, Part
from parley.understanding.entities.numerals import Number


def grammar() -> Grammar:
    """The productions of French."""
    rules = Grammar()
    fr_days.add(rules)
    fr_cycles.add(rules)
    fr_clock.add(rules)
    _parts(rules)
    _moments(rules)
    fr_spans.add(rules)
    fr_amounts.add(rules)
    return rules


def _parts(g: Grammar) -> None:
    g.rule("moment", "now")(lambda _: Moment(shift=build.length_of(0, "second")))
    g.rule("partly", "part", "of_part part", "of of_part part")(lambda *w: w[-1])
    g.rule("partly", "after_meal", "meal")(lambda part: part)
    g.rule("tonightly", "tonight", "of_part tonight")(lambda *w: w[-1])
    g.rule("moment", "this part", "on this part")(
        lambda *w: Moment(date=build.days_from_today(0), part=w[-1]) if w[-1].start != 21 else None
    )
    g.rule("moment", "partly", "tonightly")(build.as_moment)
    g.rule("dayparts", "part", "of_part part", "tonight", "after_meal", "meal")(lambda *w: w[-1])
    g.rule("moment", "date comma? dayparts", "the_day comma? dayparts")(together)
    g.rule("moment", "dayparts of? date", "dayparts of? the_day", "dayparts comma date")(together)


def _moments(g: Grammar) -> None:
    g.rule("timed", "time")(build.as_moment)
    g.rule("timed", "time comma? dayparts", "dayparts comma? time", weight=0.5)(together)
    g.rule("late_hour", "hour_soft")(lambda clock: clock if clock.hour >= fr_clock.EARLIEST_SURE else None)
    g.rule("timed", "clock_soft|late_hour|hour_at comma? dayparts", "dayparts comma? clock_soft|hour_at")(together)
    g.rule("timed", "clock_soft|late_hour|time comma? this part", "this part comma? time|hour_at|clock_soft")(
        together
    )
    g.rule("moment", "timed")(lambda moment: moment)
    g.rule("moment", "this part comma? when", "when comma? this part", weight=1)(
        lambda *w: together(build.days_from_today(0), *w)
    )
    g.rule("moment", "wday_soft comma? timed", "wday_soft part")(together)
    g.rule("when", "timed", "clock_soft", "hour_at", "clock_at")(build.as_moment)
    g.rule("moment", "date comma? when", "the_day comma? when", "le_number comma? when")(together)
    g.rule("moment", "when comma? date", "when comma? the_day", "when comma? on date", "when comma? le_number")(
        together
    )
    g.rule("moment", "date iso_t time")(together)
    g.rule("moment", "date of hour_of_day", "the_day of hour_of_day")(together)
    g.rule("moment", "date dayparts comma? when", "dayparts of? date comma? when")(together)
    g.rule("moment", "when comma? date dayparts", "when comma? dayparts of? date")(together)
    g.rule("moment", "date comma? time comma? dayparts")(together)
    g.rule("moment", "wday part in_n", weight=2)(lambda day, part, days: together(shifted(day, days, "day"), part))
    g.rule("soft", "clock_soft", "hour_soft", "hour_at", "clock_at")(build.as_moment)


def together(*said: Any) -> Moment | None:
    """What was said of one moment."""
    return build.together(*[part for part in said if isinstance(part, Dated | Clock | Part | Moment)])


def numbered(number: Number) -> Dated | None:
    """`le 12`: a day of the month."""
    return build.day_of_month(number) if len(number.digits) <= 2 else None
