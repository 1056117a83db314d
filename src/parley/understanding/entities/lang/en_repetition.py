"""English: repetition, and how often in a period."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import WEEKDAYS, Dated
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.lang.en_spans import span_of
from parley.understanding.entities.moments import Clock, Length, Moment, Part
from parley.understanding.entities.numerals import Number


def add(g: Grammar) -> None:
    """Add the productions."""
    _of_weeks(g)
    _of_months(g)
    _with_hours(g)
    _of_days(g)
    _rates(g)


def _of_weeks(g: Grammar) -> None:
    g.rule("weekdays", "weekday")(lambda day: (day,))
    g.rule("weekdays", "weekdays and|comma weekdays", "weekdays comma and weekdays")(
        lambda *w: w[0] + w[-1] if len(w[0]) == 1 else None
    )
    g.rule("recurrence", "every weekdays")(lambda _, days: build.weekly(days))
    g.rule("recurrence", "every other weekdays")(lambda _, __, days: build.weekly(days, 2))
    g.rule("recurrence", "every other unit")(lambda _, __, unit: build.every(2, unit))
    g.rule("plurals", "weekday_plural")(lambda day: (day,))
    g.rule("plurals", "plurals and|comma weekday_plural")(lambda days, _, day: (*days, day))
    g.rule("recurrence", "on? plurals", weight=0.5)(lambda _, days: build.weekly(days))
    g.rule("recurrence", "weekday to weekday", weight=-1)(lambda first, _, last: _workweek(first, last))
    g.rule("recurrence", "on workday|weekend_plural")(lambda _, days: build.weekly(_DAYS[days]))
    g.rule("recurrence", "workdays", weight=-0.5)(lambda _: build.weekly(_DAYS[None]))


def _of_months(g: Grammar) -> None:
    g.rule("recurrence", "every month_name")(lambda _, month: f"FREQ=YEARLY;BYMONTH={month}")
    g.rule("recurrence", "every mday")(lambda _, day: _yearly(day))
    g.rule("recurrence", "every ordinal weekday of_the_month")(lambda _, n, day, __: _ranked(n.value, day))
    g.rule("recurrence", "every last weekday of_the_month")(lambda _, __, day, ___: _ranked(-1, day))
    g.rule("recurrence", "the ordinal weekday of_every_month")(lambda _, n, day, __: _ranked(n.value, day))
    g.rule("recurrence", "the? last weekday of_every_month", "last weekday of_every_month")(
        lambda *w: _ranked(-1, w[-2])
    )
    g.rule("recurrence", "the ordinal of_every_month")(lambda _, n, __: _monthly(n.value))
    g.rule("recurrence", "the? ordinal and_ the? ordinal of_every_month")(
        lambda _, a, __, ___, b, ____: _two_days(a, b)
    )


def _with_hours(g: Grammar) -> None:
    g.rule("recurrence", "weekday|weekday_soft to weekday|weekday_soft")(
        lambda first, _, last: _workweek(first, last) if (first, last) == (0, 4) else None
    )
    g.rule("recurring", "recurrence comma? hour_soft to hour_soft")(
        lambda rule, _, start, __, end: (rule, span_of(start, end))
    )
    g.rule("void", "every number to number unit")(lambda *_: True)  # every four to six hours: as needed
    g.rule("recurrence", "the? last unit of_every_month")(lambda _, __, u, ___: _monthly(-1) if u == "day" else None)
    g.rule("recurring", "weekday|weekday_plural part_plural", "weekday_plural part")(
        lambda day, part: (build.weekly((day,)), Moment(part=part))
    )
    g.rule("recurring", "on weekday|weekday_plural part_plural", "on weekday_plural part")(
        lambda _, day, part: (build.weekly((day,)), Moment(part=part))
    )
    g.rule("recurring", "part_plural timed", "on part_plural timed", "part_plural at hour_soft")(
        lambda *w: ("FREQ=DAILY", build.together(*w[-2:]) if isinstance(w[-2], Part) else None)
    )


def _of_days(g: Grammar) -> None:
    g.rule("recurrence", "every workday")(lambda *_: build.weekly((0, 1, 2, 3, 4)))
    g.rule("recurrence", "every unit")(lambda _, unit: build.every(1, unit))
    g.rule("recurrence", "every weekend")(lambda *_: build.weekly((5, 6)))
    g.rule("recurrence", "every length")(lambda _, length: _every(length))
    g.rule("recurrence", "adverb")(lambda rule: rule)
    g.rule("recurrence", "every unit comma? except_ on? weekdays|plurals")(
        lambda _, unit, __, ___, ____, days: build.without(days) if unit == "day" else None
    )
    g.rule("recurrence", "recurrence on weekdays|plurals", "recurrence plurals")(
        lambda rule, *w: _on_days(rule, w[-1])
    )
    g.rule("recurrence", "frequency on weekdays|plurals", "frequency plurals")(
        lambda rate, *w: _on_days("FREQ=WEEKLY", w[-1]) if rate == f"{len(w[-1])}/P1W" else None
    )
    g.rule("recurrence", "every part", "every tonight")(lambda *_: "FREQ=DAILY")
    g.rule("recurring", "recurrence comma? timed", "timed recurrence", "recurrence clock_soft")(_at_times)
    g.rule("recurring", "recurrence comma? times_span")(lambda rule, _, span: (rule, span))
    g.rule("recurring", "every partly timed", "partly timed recurrence")(
        lambda *w: ("FREQ=DAILY", build.together(*w[1:])) if w[0] is None else None
    )


def _rates(g: Grammar) -> None:
    g.rule("frequency", "number times per unit", "times_word per unit", "number times per_adverb")(_per)
    g.rule("frequency", "times_word per_adverb")(_per)
    g.rule("frequency", "number per unit")(lambda n, _, u: _per(n, u) if u == "day" and n.value < 10 else None)
    g.rule("frequency", "every length")(lambda _, length: _period(length))


_DAYS = {None: (0, 1, 2, 3, 4), "weekend": (5, 6)}


def _workweek(first: int, last: int) -> str | None:
    """Monday to Friday."""
    return build.weekly(tuple(range(first, last + 1))) if first < last else None


def _on_days(rule: str, days: tuple[int, ...]) -> str | None:
    """Every two weeks on Mondays."""
    by_week = rule.startswith("FREQ=WEEKLY") and "BYDAY" not in rule
    return rule + build.weekly(days).removeprefix("FREQ=WEEKLY") if by_week else None


def _yearly(day: Dated) -> str | None:
    fields = day.fields
    if fields is None or fields.year is not None or not (fields.month and fields.day):
        return None
    return f"FREQ=YEARLY;BYMONTH={fields.month};BYMONTHDAY={fields.day}"


def _ranked(count: float, day: int) -> str | None:
    return f"FREQ=MONTHLY;BYDAY={count:.0f}{WEEKDAYS[day]}" if -1 <= count <= 5 else None


def _monthly(day: float) -> str | None:
    return f"FREQ=MONTHLY;BYMONTHDAY={day:.0f}" if -1 <= day <= 31 else None


def _two_days(first: Number, second: Number) -> str | None:
    """The 1st and 15th of every month."""
    days = [build.whole(number, 1, 31) for number in (first, second)]
    return f"FREQ=MONTHLY;BYMONTHDAY={days[0]},{days[1]}" if all(days) else None


def _at_times(*said: Any) -> tuple[str, Moment] | None:
    """A repetition and its time of day."""
    rule = next(part for part in said if isinstance(part, str))
    time = next(part for part in said if isinstance(part, Clock | Moment))
    return rule, build.as_moment(time)


def _every(length: Length) -> str | None:
    (amount, unit), *rest = length.amounts
    return build.every(int(amount), unit) if not rest and float(amount).is_integer() else None


def _per(*said: Any) -> str | None:
    count, unit = said[0], said[-1]
    times = count if isinstance(count, int) else build.whole(count, 1, 99)
    names = {"hour": "PT1H", "day": "P1D", "week": "P1W", "month": "P1M", "year": "P1Y"}
    return f"{times}/{names[unit]}" if times and unit in names else None


def _period(length: Length) -> str | None:
    (amount, unit), *rest = length.amounts
    return f"1/PT{int(amount)}H" if unit == "hour" and not rest and float(amount).is_integer() else None
