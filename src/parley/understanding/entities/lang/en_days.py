"""English: days of the week and of the month."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated, Fields
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import cycle, dated, inside, shifted, soon, upcoming
from parley.understanding.entities.moments import Moment
from parley.understanding.entities.numerals import Number

_WEEKS = ("week", "fortnight")
_HOURS = 12
_FARTHEST = 35
"""Days ahead: who means the eleventh of a month farther away than five weeks says the month."""


def add(g: Grammar) -> None:
    """Add the productions."""
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
        g.rule("date", f"before_this {name}", weight=0.1)(lambda _, day: build.last_weekday(day))
    g.rule("date", "weekday gone")(lambda day, _: upcoming(Fields(weekday=day), -1))
    g.rule("date", "weekday after_next")(lambda day, _: upcoming(Fields(weekday=day), 2))
    g.rule("date", "weekday unit", "a unit on? weekday", "number unit on weekday")(_weeks_on)
    g.rule("date", "day_word unit", "a unit day_word", "number unit day_word")(_weeks_from)
    g.rule("length", "for_ a|number unit day_word")(
        lambda _, n, unit, __: build.length_of(n.value if n else 1, unit) if unit in _WEEKS else None
    )
    g.rule("date", "any weekday of month_name")(lambda _, __, ___, month: build.month_of(month))
    g.rule("date", "any weekday", "any wday_soft")(lambda _, d: d if isinstance(d, Dated) else build.weekday_of(d))
    g.rule("date", "in_ count workday", "in_ a workday")(lambda _, n, __: build.workdays(n or 1))
    g.rule("date", "count workday hence")(lambda n, *_: build.workdays(n))
    g.rule("date", "number wday hence")(lambda n, day, _: _counted(n, day, 1))
    g.rule("date", "number wday ago")(lambda n, day, _: _counted(n, day, -1))
    g.rule("ordinal", "number ord_suffix", weight=0.5)(lambda n, _: n if n.digits else None)
    g.rule("dom", "the? ordinal")(lambda _, n: build.day_of_month(n))
    g.rule("thedom", "the ordinal")(lambda _, n: build.day_of_month(n))
    g.rule("the_day", "on? thedom")(lambda _, day: day)
    g.rule("the_day", "on the number")(lambda _, __, n: build.day_of_month(n) if len(n.digits) == 2 else None)
    g.rule("the_day", "on ordinal")(lambda _, n: build.day_of_month(n))
    g.rule("soft", "ordinal", "the? number")(lambda *w: _soft_day(w[-1]))
    g.rule("date", "wday comma? dom", "wday_soft comma? dom")(lambda w, _, d: build.joined(w, d))
    g.rule("date", "wday the number")(lambda w, _, n: _joined_day(w, n))
    g.rule("date", "wday number")(_near_day)
    g.rule("moment", "wday number", weight=-1)(_at_hour)
    g.rule("date", "wday|wday_soft comma|hyphen? mday", "this|next wday comma? mday")(_with_weekday)
    g.rule("date", "this|next wday hyphen mday", weight=0.5)(_with_weekday)
    g.rule("date", "wday|wday_soft open mday close", "this|next wday open mday close")(_with_weekday)
    g.rule("date", "this mday")(lambda _, day: _this_year(day))
    g.rule("date", "next mday")(lambda _, day: day)
    g.rule("date", "mday comma? wday", "mday comma? wday_soft")(lambda d, _, w: build.joined(w, d))


def _with_weekday(*said: Any) -> Dated | None:
    first, second = [part for part in said if isinstance(part, Dated)]
    return build.joined(first, second)


def _this_year(day: Dated) -> Dated | None:
    """This 5/12: that of the year at hand, over or not."""
    return inside(day.fields, cycle("year", 0)) if day.fields and day.fields.year is None else None


def _weeks_on(*said: Any) -> Dated | None:
    """Friday week, a fortnight on Friday: so many weeks after the coming one."""
    weekday = next(part for part in said if isinstance(part, int))
    return _weeks_after(upcoming(Fields(weekday=weekday), 1), said)


def _weeks_from(*said: Any) -> Dated | None:
    """Tomorrow week, three weeks today."""
    return _weeks_after(build.days_from_today(next(part for part in said if isinstance(part, int))), said)


def _weeks_after(day: Dated, said: tuple[Any, ...]) -> Dated | None:
    unit = next(part for part in said if isinstance(part, str))
    number = next((part for part in said if isinstance(part, Number)), None)
    count = build.whole(number, 1, 52) if number else 1
    return shifted(day, count, unit) if count and unit in _WEEKS else None


def _counted(number: Number, day: Dated, way: int) -> Dated | None:
    count = build.whole(number, 1, 99)
    return upcoming(day.fields, way * count) if count and day.fields else None


def _soft_day(number: Number) -> Moment | None:
    day = build.day_of_month(number, soft=True)
    return Moment(date=day) if day else None


def _near_day(weekday: Dated, number: Number) -> Dated | None:
    """Saturday 14: a day of the month; a number that is an hour as well only of one that is near."""
    day = _joined_day(weekday, number)
    return soon(day, _FARTHEST) if day and number.value <= _HOURS else day


def _at_hour(weekday: Dated, number: Number) -> Moment | None:
    """Saturday 11, where no such 11th is near: an hour."""
    clock = build.hour_of(number)
    hour = clock is not None and number.digits and 0 < number.value <= _HOURS
    return build.together(weekday, clock) if hour and clock else None


def _joined_day(weekday: Dated, number: Number) -> Dated | None:
    day = build.day_of_month(number)
    return build.joined(weekday, day) if day and len(number.digits) <= 2 and number.digits else None
