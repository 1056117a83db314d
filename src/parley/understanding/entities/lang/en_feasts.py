"""English: feasts and seasons."""

from parley.understanding.entities.calendar import (
    Dated,
    Fields,
    Frame,
    Period,
    holiday,
    holiday_in,
    last_holiday,
    relative,
    shifted,
    step,
    weekday_after,
)
from parley.understanding.entities.chart import Grammar


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
    g.rule("date", "this? season")(lambda _, month: _season(month))


def _season(month: int) -> Dated:
    def find(frame: Frame) -> Period:
        start = frame.today.replace(month=month, day=21)
        if step(start, 3, "month") <= frame.today:
            start = step(start, 1, "year")
        return Period(start, step(start, 3, "month"), "part")

    return relative("season", find)
