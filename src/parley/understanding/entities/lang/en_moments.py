"""English: a date and its time together."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.lang.en_spans import span_of
from parley.understanding.entities.moments import Clock, Interval, Moment, Part
from parley.understanding.entities.numerals import Number


def add(g: Grammar) -> None:
    """Add the productions."""
    g.rule("moment", "now")(lambda _: Moment(shift=build.length_of(0, "second")))
    g.rule("this_part", "this part")(lambda _, part: part)
    g.rule("in_part", "of part", "on part", "at part", "of this part", "tonight", "at tonight")(lambda *w: w[-1])
    g.rule("partly", "part", "in_part", "this_part")(lambda part: part)
    g.rule("moment", "this part")(lambda _, part: Moment(date=build.days_from_today(0), part=part))
    g.rule("moment", "part_plural", "on|of part_plural")(lambda *w: Moment(part=w[-1]))
    g.rule("moment", "first_thing", "after_meal", weight=1)(build.as_moment)
    g.rule("moment", "date iso_t time")(lambda d, _, t: build.together(d, t))
    g.rule("moment", "partly")(build.as_moment)
    g.rule("moment", "date comma? partly", "date after_meal", "date first_thing", "first_thing on? date")(together)
    g.rule("moment", "partly of_day? date", "partly comma? on|this? date", "after_meal date")(together)
    g.rule("timed", "time")(build.as_moment)
    g.rule(
        "timed",
        "time comma? partly",
        "partly comma? time",
        "time_soft partly",
    )(together)
    g.rule("timed", "hour_soft comma? in_part", "in_part hour_soft")(_bare_hour)
    g.rule("timed", "hour_soft comma? this_part", "this_part hour_soft")(
        lambda *w: together(*w) if _clock(w).grain == "minute" or _clock(w).hour >= _EARLIEST else None
    )
    g.rule("timed", "clock_soft partly", "partly clock_soft")(together)
    g.rule("moment", "timed")(lambda moment: moment)
    g.rule("moment", "this part comma? time|clock_soft", "time|clock_soft comma? this part", weight=1)(
        lambda *w: together(build.days_from_today(0), *w)
    )
    g.rule("moment", "wday_soft comma? timed", "timed on? wday_soft", "wday_soft part")(together)
    g.rule("moment", "timed on the? number", "on the? number comma? timed")(_numbered_day)
    g.rule("moment", "the_day comma? timed", "timed on? the_day", "partly of_day? the_day", "the_day partly")(
        together
    )
    g.rule("interval", "from? the_day to the_day")(span_of)
    g.rule("interval", "between the_day and|to dom", "from the_day to dom")(span_of)
    g.rule("interval", "after|since the_day")(lambda _, day: Interval(Moment(date=day), None))
    g.rule("interval", "before|until the_day")(lambda _, day: Interval(None, Moment(date=day)))
    g.rule("moment", "date comma? timed", "timed comma? on? date", "clock_soft date", "date clock_soft")(together)
    g.rule(
        "moment",
        "date partly comma? timed",
        "date partly hour_soft",
        "timed on? date partly",
    )(together)
    g.rule("moment", "hour_soft date partly")(lambda clock, *w: None if clock.hour == _ONE else together(clock, *w))
    g.rule("moment", "partly date timed", "date partly clock_soft")(together)
    g.rule("soft", "clock_soft", "hour_soft")(build.as_moment)
    g.rule("moment", "day_end date")(lambda _, d: _end_of_day(d) if d.grain == "day" else None)
    g.rule("moment", "date comma? at eod", "at? eod", "date eod")(_end_of_day)


_NIGHT = 17
_EARLIEST = 5
"""Who says fewer of what was done this morning counts tablets."""
_ONE = 1
"""In front of a day, `one` is somebody or something: "one Thursday morning"."""


def _bare_hour(*said: Any) -> Moment | None:
    """Eight in the evening, one in the morning; but one at night is a tablet."""
    part = next(part for part in said if isinstance(part, Part))
    return None if _clock(said).hour == _ONE and part.start >= _NIGHT else together(*said)


def _clock(said: tuple[Any, ...]) -> Clock:
    return next(part for part in said if isinstance(part, Clock))


def _numbered_day(*said: Any) -> Moment | None:
    number = next(part for part in said if isinstance(part, Number))
    time = next(part for part in said if isinstance(part, Moment))
    day = build.day_of_month(number) if number.digits else None
    return build.together(day, time) if day else None


def together(*said: Any) -> Moment | None:
    return build.together(*[part for part in said if isinstance(part, Dated | Clock | Part | Moment)])


def _end_of_day(*said: Any) -> Moment | None:
    return build.together(Clock(17, 0, 0, "24"), *[part for part in said if isinstance(part, Dated)])
