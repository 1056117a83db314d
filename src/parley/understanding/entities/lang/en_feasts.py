"""English: feasts and seasons."""

from typing import Any

from parley.understanding.entities.calendar import Dated, Fields, Frame, Period, day_at, floor, step
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import relative, shifted, weekday_after
from parley.understanding.entities.feasts import holiday, holiday_in, last_holiday
from parley.understanding.entities.moments import Length


def add(g: Grammar) -> None:
    """Add the productions."""
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
    g.rule("date", "feast_day weekend", "the? weekend of feast_day")(lambda *w: _weekend(w))
    g.rule("date", "feast year weekend")(lambda f, y, _: _around(holiday(f, y)))
    g.rule("date", "feast weekend year", "weekend of feast year")(lambda *w: _around(holiday(w[-2] or w[0], w[-1])))
    g.rule("date", "feast in_ length", "feast length hence")(lambda f, *w: _away(f, w, 1))
    g.rule("date", "feast length ago")(lambda f, *w: _away(f, w, -1))
    g.rule("date", "this? season")(lambda _, month: _season(month))


def _weekend(said: tuple[Any, ...]) -> Dated:
    return _around(next(part for part in said if isinstance(part, Dated)))


def _around(feast: Dated) -> Dated:
    """The weekend of a feast, with the days between: Labor Day weekend is from Saturday to Monday."""

    def find(frame: Frame) -> list[Period]:
        found: list[Period] = []
        for day in feast.periods(frame):
            before = day.start.weekday() < 2
            saturday = step(floor(day.start, "weekend"), -7 if before else 0, "day")
            start = min(saturday, day.start) if day.start.weekday() != 2 else saturday
            found.append(Period(start, max(step(saturday, 2, "day"), day.end), "weekend"))
        return found

    return Dated("weekend", find)


def _away(feast: Any, said: tuple[Any, ...], way: int) -> Dated | None:
    """Thanksgiving three months ago: that of the year in which it was."""
    length = next(part for part in said if isinstance(part, Length))
    if length.grain not in ("month", "year"):
        return None
    return holiday_in(feast, Dated("day", lambda frame: [day_at(length.after(frame.today, way))]))


def _season(month: int) -> Dated:
    def find(frame: Frame) -> Period:
        start = frame.today.replace(month=month, day=21)
        if step(start, 3, "month") <= frame.today:
            start = step(start, 1, "year")
        return Period(start, step(start, 3, "month"), "part")

    return relative("season", find)
