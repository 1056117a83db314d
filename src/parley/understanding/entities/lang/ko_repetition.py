"""Korean: what is done again and again, and how often."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import WEEKDAYS
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.moments import Length, Moment
from parley.understanding.entities.numerals import Number

_PERIODS = {"hour": "PT{}H", "day": "P{}D", "week": "P{}W", "month": "P{}M", "year": "P{}Y"}

_LONGEST = 99
"""More of a unit is no period of a repetition: 2018년 is a year."""


def add(g: Grammar) -> None:
    """Add the productions."""
    _rules(g)
    _frequencies(g)


def _rules(g: Grammar) -> None:
    for word, unit in (
        ("every_day", "day"),
        ("every_week", "week"),
        ("every_month", "month"),
        ("every_year", "year"),
        ("every_hour", "hour"),
    ):
        g.rule("recurrence", word)(lambda _, u=unit: build.every(1, u))
    g.rule("recurrence", "adverb")(lambda rule: rule)
    g.rule("weekdays", "weekday", "letters")(lambda day: day if isinstance(day, tuple) else (day,))
    g.rule("letters", "weekday_letter")(lambda day: (day,))
    g.rule("letters", "letters comma|with? weekday_letter")(_more_days)
    g.rule("weekdays", "weekdays comma|with? weekday")(_more_days)
    g.rule("recurrence", "weekday_letter weekday_letter weekday_letter weekday_letter? weekday_letter?")(_row)
    g.rule("recurrence", "weekday_letter weekday_letter", weight=-1)(_row)
    g.rule("recurrence", "weekday from_|until? weekday until", weight=-1)(_workweek)
    g.rule("recurrence", "every_month rank weekday each?")(lambda _, n, day, __: _ranked(n, day))
    g.rule("recurrence", "every_month rank week of? weekday each?")(lambda _, n, __, ___, day, ____: _ranked(n, day))
    g.rule("recurrence", "every_week weekdays", "every_week weekdays each|day_word|of?")(_weekly)
    g.rule("recurrence", "weekdays each", "every weekday")(lambda *w: build.weekly(_days(w)))
    g.rule("recurrence", "adverb weekdays each?")(
        lambda rule, days, _: build.weekly(days, 2) if rule.startswith("FREQ=WEEKLY") else None
    )
    g.rule("recurrence", "workweek", "workweek of", weight=-1)(lambda *_: build.weekly((0, 1, 2, 3, 4)))
    g.rule("recurrence", "workweek each", "every workweek", "workweek of? every_day")(
        lambda *_: build.weekly((0, 1, 2, 3, 4))
    )
    g.rule("recurrence", "weekend each", "every weekend")(lambda *_: build.weekly((5, 6)))
    g.rule("recurrence", "part each", "every_day part")(lambda *_: "FREQ=DAILY")
    g.rule("recurrence", "length each")(lambda length, _: _every(length))
    g.rule("recurrence", "length each of? weekdays each?", "weekdays each? of? length each")(_by_week)
    g.rule("recurrence", "frequency of? weekdays each?")(
        lambda rate, _, days, __: build.weekly(days) if rate == f"{len(days)}/P1W" else None
    )
    g.rule("recurrence", "every_month number day_mark each?")(_monthly)
    g.rule("recurrence", "every_month late_day each?", "every_month month_end")(
        lambda *_: "FREQ=MONTHLY;BYMONTHDAY=-1"
    )
    g.rule("recurrence", "every_year mday each?")(lambda _, day, __: _yearly(day))
    g.rule("recurring", "recurrence of? timed", "recurrence comma timed")(_at)
    g.rule("recurring", "every_day of? timed")(lambda _, __, time: ("FREQ=DAILY", time))
    g.rule("recurring", "timed each", "timed every_day")(lambda time, _: ("FREQ=DAILY", time))


def _more_days(*said: Any) -> tuple[int, ...]:
    return (*said[0], said[-1])


def _days(said: tuple[Any, ...]) -> tuple[int, ...]:
    return next(part if isinstance(part, tuple) else (part,) for part in said if isinstance(part, tuple | int))


def _row(*said: int | None) -> str | None:
    """Three weekdays and more by their first syllables (월수금), in the order of the week."""
    days = tuple(day for day in said if day is not None)
    return build.weekly(days) if list(days) == sorted(set(days)) else None


def _workweek(*said: Any) -> str | None:
    """Monday to Friday, said of what comes again and again."""
    first, last = [part for part in said if isinstance(part, int)]
    return build.weekly(tuple(range(first, last + 1))) if first < last else None


def _ranked(count: int, weekday: int) -> str:
    return f"FREQ=MONTHLY;BYDAY={count}{WEEKDAYS[weekday]}"


def _weekly(*said: Any) -> str:
    return build.weekly(_days(said))


def _every(length: Length) -> str | None:
    (amount, unit), *rest = length.amounts
    return build.every(int(amount), unit) if not rest and float(amount).is_integer() else None


def _by_week(*said: Any) -> str | None:
    """Once a week, on Mondays."""
    rule = _every(next(part for part in said if isinstance(part, Length)))
    if rule is None or not rule.startswith("FREQ=WEEKLY"):
        return None
    return rule + build.weekly(_days(said)).removeprefix("FREQ=WEEKLY")


def _monthly(_: Any, number: Number, *__: Any) -> str | None:
    day = None if number.counting else build.whole(number, 1, 31)
    return f"FREQ=MONTHLY;BYMONTHDAY={day}" if day else None


def _yearly(day: Any) -> str | None:
    fields = day.fields
    if fields is None or not (fields.month and fields.day) or fields.year:
        return None
    return f"FREQ=YEARLY;BYMONTH={fields.month};BYMONTHDAY={fields.day}"


def _at(*said: Any) -> tuple[str, Moment]:
    return said[0], next(part for part in said if isinstance(part, Moment))


def _frequencies(g: Grammar) -> None:
    g.rule("count", "number times")(lambda n, _: build.whole(n, 1, 99))
    g.rule(
        "frequency", "per_day count", "every_day count", "per_day count times_each", "per_day most count", weight=1
    )(lambda *w: f"{next(part for part in w if part is not None)}/P1D")
    g.rule("frequency", "week per_mark? count", "every_week count")(
        lambda *w: f"{next(part for part in w if part is not None)}/P1W"
    )
    g.rule("date", "cycle count")(lambda c, _: c if c.grain == "week" else None)
    g.rule("frequency", "span per_mark? count", weight=0.5)(lambda length, _, n: _per(length, n))


def _per(length: Length, count: int) -> str | None:
    """So many times in a period. Once in more than a day is a repetition (한 달에 한 번)."""
    (amount, unit), *rest = length.amounts
    if (
        rest
        or (count == 1 and length.amounts != ((1, "day"),))
        or unit not in _PERIODS
        or amount > _LONGEST
        or not float(amount).is_integer()
    ):
        return None
    return f"{count}/{_PERIODS[unit].format(int(amount))}"
