"""French: weeks, months, years, and parts of them."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import Dated, Fields, Frame, Period, floor, step, unit_at
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.dates import cycle, dated, inside, nth, portion, relative
from parley.understanding.entities.moments import Moment
from parley.understanding.entities.numerals import Number

EDGE = {"month": (7, 7), "week": (2, 4), "year": (59, 61)}
"""Days that the beginning and the end of a stretch have: a week ends on Thursday."""


def add(g: Grammar) -> None:
    """Add the productions."""
    _cycles(g)
    _ranked(g)
    _portions(g)


def _cycles(g: Grammar) -> None:
    g.rule("long_unit", "unit")(lambda u: u if u not in build.SHORT and u != "day" else None)
    g.rule("long_unit", "weekend")(lambda _: "weekend")
    g.rule("cycle", "this long_unit here?")(lambda _, u, __: cycle(u, 0))
    g.rule("cycle", "the? long_unit next", "next_before long_unit", "this next_before long_unit")(_cycle(1))
    g.rule("cycle", "the? long_unit following", "the? long_unit coming")(_cycle(1))
    g.rule("cycle", "the? long_unit last", "last_before long_unit")(_cycle(-1))
    g.rule("cycle", "the weekend")(lambda *_: cycle("weekend", 0))
    g.rule("cycle", "weekend", weight=1)(lambda *_: cycle("weekend", 0))
    g.rule("date", "cycle", "on cycle", "of_part cycle")(lambda *w: w[-1])
    g.rule("date", "in_week")(lambda _: cycle("week", 0))
    g.rule("date", "week_of mday|dom|date")(lambda _, day: _week_of(day))
    g.rule("soft", "the long_unit", "of_part long_unit")(lambda _, u: Moment(date=cycle(u, 0)))
    g.rule("date", "weekday weekday_of? cycle", "cycle comma? the? weekday")(_weekday_in)
    g.rule("date", "the? dom of? cycle", "on dom of? cycle")(lambda *w: _day_in(w))
    g.rule("date", "season_at? season", "season next|last")(lambda *w: _season(next(p for p in w if p)))


def _cycle(count: int) -> Any:
    return lambda *said: cycle(next(part for part in said if isinstance(part, str)), count)


def _week_of(date: Dated) -> Dated:
    def find(frame: Frame) -> list[Period]:
        return [unit_at(floor(period.start, "week"), "week") for period in date.periods(frame)]

    return Dated("week", find)


def _weekday_in(*said: Any) -> Dated | None:
    weekday = next(part for part in said if isinstance(part, int))
    base = next(part for part in said if isinstance(part, Dated))
    return inside(Fields(weekday=weekday), base) if base.grain != "weekend" or weekday >= 5 else None


def _day_in(said: tuple[Any, ...]) -> Dated | None:
    day, base = [part for part in said if isinstance(part, Dated)]
    return inside(Fields(day=day.fields.day), base) if base.grain == "month" and day.fields else None


def _season(month: int) -> Dated:
    def find(frame: Frame) -> Period:
        start = frame.today.replace(month=month, day=21)
        if step(start, 3, "month") <= frame.today:
            start = step(start, 1, "year")
        return Period(start, step(start, 3, "month"), "part")

    return relative("season", find)


def _ranked(g: Grammar) -> None:
    """Le premier lundi du mois, la dernière semaine de juin."""
    g.rule("base", "of month_name")(lambda _, month: build.month_of(month))
    g.rule("base", "of month_name year")(lambda _, month, year: dated(Fields(month=month, year=year)))
    g.rule("base", "of cycle")(lambda _, c: c)
    g.rule("base", "the_month")(lambda _: cycle("month", 0))
    g.rule("base", "of year")(lambda _, year: dated(Fields(year=year)))
    g.rule("rank", "the? ordinal")(lambda _, n: build.whole(n, 1, 60))
    g.rule("rank", "last_before")(lambda _: -1)
    g.rule("rank", "the? ordinal last_before", "the? last_before ordinal")(_from_the_end)
    g.rule("ranked", "rank weekday base", "on rank weekday base")(lambda *w: nth(w[-3], Fields(weekday=w[-2]), w[-1]))
    g.rule("ranked", "rank long_unit base", "on rank long_unit base")(lambda *w: nth(w[-3], w[-2], w[-1]))
    g.rule("ranked", "rank unit base")(lambda n, u, b: nth(n, u, b) if u == "day" else None)
    g.rule("date", "ranked")(lambda day: day)
    g.rule("date", "the? half_month base")(lambda _, half, b: _half(half, b))


def _from_the_end(*said: Any) -> int | None:
    number = next(part for part in said if isinstance(part, Number))
    count = build.whole(number, 1, 60)
    return -count if count else None


def _half(half: int, base: Dated) -> Dated | None:
    if base.grain != "month":
        return None

    def find(frame: Frame) -> list[Period]:
        return [
            Period(p.start, step(p.start, 14, "day"), "part")
            if half == 1
            else Period(step(p.start, 14, "day"), p.end, "part")
            for p in base.periods(frame)
        ]

    return Dated("part", find)


def _portions(g: Grammar) -> None:
    """Fin mars, début avril, mi-mai, en fin de semaine."""
    g.rule("stretch", "month_name")(lambda month: build.month_of(month))
    g.rule("stretch", "month_name year")(lambda month, year: dated(Fields(month=month, year=year)))
    g.rule("stretch", "cycle")(lambda c: c)
    g.rule("stretch", "year")(lambda year: dated(Fields(year=year)))
    g.rule("this_stretch", "the? unit", "this unit")(lambda _, u: cycle(u, 0) if u in EDGE else None)
    for word, way in (("beginning", 1), ("end_of", -1)):
        g.rule("date", f"{word} stretch", f"in_month {word} stretch")(lambda *w, way=way: _edge(w[-1], way))
        g.rule("date", f"{word} this_stretch")(lambda *w, way=way: _edge(w[-1], way, roll=True))
    g.rule("date", "middle stretch", "middle hyphen stretch", "middle this_stretch")(
        lambda *w: portion(w[-1], 1 / 3, 2 / 3)
    )


def _edge(base: Dated, way: int, *, roll: bool = False) -> Dated | None:
    """The first or the last days of a stretch. `roll`: where they are over, those of the next one."""
    days = EDGE.get(base.grain)
    if days is None:
        return None

    def cut(period: Period) -> Period:
        if way > 0:
            return Period(period.start, step(period.start, days[0], "day"), "part")
        return Period(step(period.end, -days[1], "day"), period.end, "part")

    def find(frame: Frame) -> list[Period]:
        found = [cut(period) for period in base.periods(frame)]
        if roll and found[0].end <= frame.today:
            return [cut(unit_at(step(period.start, 1, base.grain), base.grain)) for period in base.periods(frame)]
        return found

    return Dated("part", find)
