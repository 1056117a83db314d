"""French: lengths of time, repetition, numbers and amounts."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.calendar import WEEKDAYS, Dated
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.moments import Clock, Length, Moment, Part
from parley.understanding.entities.numerals import Number

SHORT_HOURS = range(1, 7)
"""`un rendez-vous de deux heures` lasts two hours; `de neuf heures` is that of nine o'clock."""


def add(g: Grammar) -> None:
    """Add the productions."""
    _lengths(g)
    _repetition(g)
    _amounts(g)
    _phones(g)


def _lengths(g: Grammar) -> None:
    g.rule("count", "number")(lambda n: build.whole(n, 1, 10000))
    g.rule("count", "couple")(lambda n: n)
    g.rule("length", "number unit", "number hyphen unit")(lambda *w: _length(w[0].value, w[-1]))
    g.rule("length", "number small unit")(lambda n, _, u: _length(n.value, u))
    g.rule("length", "number weekend")(lambda n, _: _length(n.value, "weekend"))
    g.rule("length", "number prime", weight=-1)(lambda n, u: _length(n.value, u))
    g.rule("length", "couple unit")(_length)
    g.rule("length", "number unit and half", "number unit half")(lambda n, u, *_: _length(n.value + 0.5, u))
    g.rule("length", "number and half unit")(lambda n, _, __, u: _length(n.value + 0.5, u))
    g.rule("length", "number unit and quarter")(lambda n, u, *_: _length(n.value + 0.25, u) if u == "hour" else None)
    g.rule("length", "number unit and? three_quarters")(lambda n, u, *_: _length(n.value + 0.75, u))
    g.rule("length", "a? half hyphen? unit")(lambda _, __, ___, u: _length(0.5, u))
    g.rule("length", "three_quarters_of unit")(lambda _, u: _length(0.75, u))
    g.rule("length", "quarter_of unit", "a quarter_of unit")(lambda *w: _length(0.25, w[-1]))
    g.rule("length", "length number", "length and number", weight=-1)(lambda *w: _hour_and(w[0], w[-1]))
    g.rule("length", "length and? length", "length comma length", "length comma and length")(
        lambda *w: build.plus(w[0], w[-1])
    )
    g.rule("length", "number around_count? dozen unit", "a|around_count dozen unit")(
        lambda *w: _length(w[-2] * (w[0].value if isinstance(w[0], Number) else 1), w[-1])
    )
    g.rule("length", "idiomatic", weight=-1)(lambda n: n)
    g.rule("length", "for_ length", "length another", weight=1.5)(_the_length)
    g.rule("length", "for_ unit", "whole_unit unit", "for_ whole_unit unit", "a? unit entire")(
        lambda *w: _length(1, next(p for p in w if isinstance(p, str)))
    )
    g.rule("length", "for_short length", weight=1.5)(_of_length)
    g.rule("length", "clock", weight=-1)(_written)
    g.rule("length", "a? semester")(lambda *_: _length(6, "month"))


def _length(amount: float, unit: str) -> Length | None:
    return build.length_of(amount, unit) if amount >= 0 else None


def _the_length(*said: Any) -> Length:
    return next(part for part in said if isinstance(part, Length))


def _of_length(_: Any, length: Length) -> Length | None:
    amount, unit = length.amounts[0]
    return length if unit != "hour" or amount < SHORT_HOURS.stop or amount >= 24 else None


def _written(clock: Clock) -> Length | None:
    """1h30 may be as long."""
    if clock.half is not None or clock.second:
        return None
    hours = build.length_of(clock.hour, "hour")
    return build.plus(hours, build.length_of(clock.minute, "minute")) if clock.minute else hours


def _hour_and(length: Length, number: Number) -> Length | None:
    """Une heure quinze: the minutes are understood."""
    minutes = build.whole(number, 1, 59)
    smaller = {"hour": "minute", "minute": "second"}.get(length.grain)
    whole = float(length.amounts[-1][0]).is_integer()
    return build.plus(length, build.length_of(minutes, smaller)) if minutes and smaller and whole else None


def _repetition(g: Grammar) -> None:
    _weekly(g)
    g.rule("recurrence", "every unit")(lambda _, unit: build.every(1, unit))
    g.rule("recurrence", "every mday")(lambda _, day: _yearly(day))
    g.rule("recurrence", "every length", "every idiomatic")(lambda _, length: _every(length))
    g.rule("recurrence", "every the? number unit")(lambda _, __, n, u: _every(build.length_of(n.value, u)))
    g.rule("recurrence", "number unit one_of_two")(lambda n, unit, _: build.every(2, unit) if n.value == 1 else None)
    g.rule("recurrence", "number weekday one_of_two")(
        lambda n, day, _: build.weekly((day,), 2) if n.value == 1 else None
    )
    g.rule("recurring", "number part one_of_two")(
        lambda n, part, _: ("FREQ=DAILY;INTERVAL=2", Moment(part=part)) if n.value == 1 else None
    )
    g.rule("recurrence", "every ordinal|last_before weekday|weekday_plural the_month")(
        lambda _, n, day, __: _ranked(int(n.value) if n else -1, day)
    )
    g.rule("recurrence", "every unit the|on dom")(lambda _, unit, __, day: _monthly(day) if unit == "month" else None)
    g.rule("void", "every number to number unit")(lambda *_: True)  # toutes les quatre à six heures : au besoin
    g.rule("recurrence", "every unit comma? except_ the? weekdays", "every unit comma? except_ the? weekday_plural")(
        lambda _, unit, __, ___, ____, days: build.without(days) if unit == "day" else None
    )
    g.rule("recurrence", "number weekend one_of_two")(lambda *_: build.weekly((5, 6), 2))
    g.rule("recurrence", "every number weekend")(lambda _, n, __: _weekends(n))
    g.rule("recurrence", "every workday", "on_workdays")(lambda *_: build.weekly((0, 1, 2, 3, 4)))
    g.rule("recurrence", "every weekend", "the_plural weekend")(lambda *_: build.weekly((5, 6)))
    g.rule("recurrence", "rank weekday of_every_month", "on rank weekday of_every_month")(
        lambda *w: _ranked(w[-3], w[-2])
    )
    g.rule("recurrence", "rank weekday the_month", "rank weekday base", weight=-1)(
        lambda n, day, base: _ranked(n, day) if base is None or base.grain == "month" else None
    )
    g.rule("recurrence", "rank unit of_every_month")(
        lambda n, unit, _: "FREQ=MONTHLY;BYMONTHDAY=-1" if n == -1 and unit == "day" else None
    )
    g.rule("recurrence", "the weekend", weight=-2)(lambda *_: build.weekly((5, 6)))
    g.rule("recurrence", "adverb")(lambda rule: rule)
    g.rule("recurrence", "the dom of_every_month", "on dom of_every_month", "dom of_every_month")(
        lambda *w: _monthly(next(part for part in w if isinstance(part, Dated)))
    )
    g.rule("recurrence", "every part", "every noon", "every of part", "every after_meal")(lambda *_: "FREQ=DAILY")
    g.rule("recurring", "recurrence comma? timed", "timed recurrence", "recurrence clock_soft|hour_at")(_at_times)
    g.rule(
        "recurring", "every part hour_soft|clock_soft", "every of? part timed|hour_at", "timed|hour_at recurrence"
    )(_daily_at)
    g.rule("frequency", "number times per unit", "number times hyphen? per unit")(_per)
    g.rule("frequency", "number times per the? number unit")(_per_many)


def _weekly(g: Grammar) -> None:
    g.rule("weekdays", "weekday", "weekday_plural")(lambda day: (day,))
    g.rule("weekdays", "weekdays or_comma the_plural? weekday", "weekdays or_comma the_plural? weekday_plural")(
        lambda *w: (*w[0], w[-1])
    )
    g.rule("weekdays", "weekdays or_comma every weekday|weekday_plural")(lambda *w: (*w[0], w[-1]))
    g.rule("recurrence", "every weekdays")(lambda _, days: build.weekly(days))
    g.rule("plurals", "weekday_plural")(lambda day: (day,))
    g.rule("plurals", "plurals or_comma the_plural? weekday_plural")(lambda *w: (*w[0], w[-1]))
    g.rule("recurrence", "the_plural? plurals", weight=0.5)(lambda _, days: build.weekly(days))
    g.rule("recurrence", "the weekday and the weekday")(lambda _, a, __, ___, b: build.weekly((a, b)))
    g.rule("recurrence", "every number weekday_plural|weekday")(
        lambda _, n, day: build.weekly((day,), int(n.value)) if build.whole(n, 2, 9) else None
    )
    g.rule("recurring", "every weekdays of_part? part")(
        lambda _, days, __, part: (build.weekly(days), Moment(part=part))
    )
    g.rule("this_habit", "every unit", "number times per unit")(
        lambda *w: True if w[-1] == "week" and (len(w) == 2 or w[0].value == 1) else None
    )
    g.rule("the_weekdays", "the|on? weekday|weekday_plural", "the_plural weekdays", "every weekdays")(
        lambda *w: w[-1] if isinstance(w[-1], tuple) else (w[-1],)
    )
    g.rule("the_weekdays", "the weekday and the weekday")(lambda _, a, __, ___, b: (a, b))
    g.rule("recurrence", "recurrence comma? the_weekdays")(lambda rule, _, days: _on_days(rule, days))
    g.rule("recurrence", "this_habit comma? the_weekdays", "the_weekdays comma? this_habit")(
        lambda *w: build.weekly(_days(w))
    )
    g.rule(
        "recurring", "this_habit comma? the_weekdays of_part? part", "the_weekdays of_part? part comma? this_habit"
    )(lambda *w: (build.weekly(_days(w)), Moment(part=next(p for p in w if isinstance(p, Part)))))
    g.rule("recurrence", "every dom the_month", "every dom of unit")(
        lambda _, day, *month: _monthly(day) if month[-1] in (None, "month") else None
    )


def _on_days(rule: str, days: tuple[int, ...]) -> str | None:
    """Toutes les deux semaines, le mardi."""
    by_week = rule.startswith("FREQ=WEEKLY;INTERVAL") and "BYDAY" not in rule
    return rule + build.weekly(days).removeprefix("FREQ=WEEKLY") if by_week else None


def _days(said: tuple[Any, ...]) -> tuple[int, ...]:
    return next(part for part in said if isinstance(part, tuple))


def _yearly(day: Dated) -> str | None:
    fields = day.fields
    if fields is None or fields.year is not None or not (fields.month and fields.day):
        return None
    return f"FREQ=YEARLY;BYMONTH={fields.month};BYMONTHDAY={fields.day}"


def _ranked(count: int, weekday: int) -> str | None:
    return f"FREQ=MONTHLY;BYDAY={count}{WEEKDAYS[weekday]}" if -1 <= count <= 5 else None


def _monthly(day: Dated) -> str | None:
    return f"FREQ=MONTHLY;BYMONTHDAY={day.fields.day}" if day.fields and day.fields.day else None


def _weekends(number: Number) -> str | None:
    count = build.whole(number, 2, 9)
    return build.weekly((5, 6), count) if count else None


def _at_times(*said: Any) -> tuple[str, Moment] | None:
    """A repetition and its time of day."""
    rule = next(part for part in said if isinstance(part, str))
    time = next(part for part in said if isinstance(part, Clock | Moment))
    return rule, build.as_moment(time)


def _daily_at(*said: Any) -> tuple[str, Moment] | None:
    """Chaque soir à neuf heures: the part of the day tells which nine."""
    rule = next((part for part in said if isinstance(part, str) and part.startswith("FREQ")), "FREQ=DAILY")
    time = next(part for part in said if isinstance(part, Clock | Moment))
    part = next((part for part in said if isinstance(part, Part)), None)
    moment = build.together(time, part)
    return (rule, moment) if moment else None


def _every(length: Length | None) -> str | None:
    if length is None or len(length.amounts) > 1 or not float(length.amounts[0][0]).is_integer():
        return None
    amount, unit = length.amounts[0]
    if unit == "day" and amount in (7, 14):
        return build.every(int(amount) // 7, "week")
    return build.every(int(amount), unit)


PERIODS = {"hour": "PT1H", "day": "P1D", "week": "P1W", "month": "P1M", "year": "P1Y"}


def _per(*said: Any) -> str | None:
    times, unit = build.whole(said[0], 1, 99), said[-1]
    return f"{times}/{PERIODS[unit]}" if times and unit in PERIODS else None


def _per_many(*said: Any) -> str | None:
    times, count, unit = build.whole(said[0], 1, 99), build.whole(said[-2], 1, 99), said[-1]
    if not times or not count or unit not in PERIODS:
        return None
    return f"{times}/{PERIODS[unit].replace('1', str(count))}"


def _amounts(g: Grammar) -> None:
    g.rule("amount", "number")(lambda n: n.value)
    g.rule("amount", "number and half")(lambda n, *_: n.value + 0.5)
    g.rule("amount", "couple")(lambda n: n)
    g.rule("quantity", "amount hyphen? of? amount_unit")(lambda n, _, __, unit: (n, unit))
    g.rule("quantity", "number half hyphen? amount_unit")(
        lambda n, _, __, unit: (n.value / 2, unit) if n.whole and 1 < n.value < 10 else None
    )
    g.rule("quantity", "amount amount_unit and half")(lambda n, unit, *_: (n + 0.5, unit))
    g.rule("quantity", "amount amount_unit and? three_quarters")(lambda n, unit, *_: (n + 0.75, unit))
    g.rule("quantity", "number fractions of_one amount_unit")(
        lambda n, part, _, unit: (n.value / part, unit) if n.value < part else None
    )
    g.rule("quantity", "amount amount_unit and quarter")(lambda n, unit, *_: (n + 0.25, unit))
    g.rule("quantity", "a? half_of hyphen? amount_unit", "the half_of amount_unit")(lambda *w: (0.5, w[-1]))
    g.rule("quantity", "a? quarter_of amount_unit")(lambda *w: (0.25, w[-1]))
    g.rule("quantity", "three_quarters_of amount_unit")(lambda _, unit: (0.75, unit))
    g.rule("quantity", "currency number")(lambda unit, n: (n.value, unit))
    g.rule("quantity", "number currency_unit and? number cents?")(_with_cents)
    g.rule("currency_unit", "amount_unit")(lambda unit: unit if unit in ("euro", "dollar", "gbp") else None)
    g.rule("cents", "amount_unit")(lambda unit: unit if unit == "cent" else None)
    g.rule("number", "number and half")(
        lambda n, *_: Number(n.value + _half_of_scale(n.value), whole=n.value >= 1_000_000) if n.whole else None
    )
    g.rule("number", "number hyphen? fractions", weight=-1)(lambda n, _, part: _fraction(n, part))
    g.rule("number", "a fractions", weight=0.5)(lambda _, part: Number(1 / part, whole=False, simple=False))
    g.rule("number", "number and number fractions")(lambda n, _, top, part: _mixed(n, _fraction(top, part)))
    g.rule("number", "a? half", weight=-1)(lambda *_: Number(0.5, whole=False, simple=False))
    g.rule("number", "half_of_one", weight=-1)(lambda _: Number(0.5, whole=False, simple=False))
    g.rule("number", "number dozen", "a|around_count dozen", weight=-0.5)(_dozen)


def _half_of_scale(number: float) -> float:
    """Three million and a half are three and a half million."""
    return next((scale / 2 for scale in (1e9, 1e6) if number >= scale), 0.5)


def _fraction(top: Number, part: int) -> Number | None:
    """Two thirds."""
    if not top.whole or top.digits or not 0 < top.value < 1000:
        return None
    return Number(top.value / part, whole=False, simple=False)


def _mixed(number: Number, part: Number | None) -> Number | None:
    """Three and a fifth."""
    if part is None or part.value >= 1 or not number.whole:
        return None
    return Number(number.value + part.value, whole=False, simple=False)


def _with_cents(number: Number, unit: str, _: Any, cents: Number, __: Any) -> tuple[float, str] | None:
    part = build.whole(cents, 1, 99)
    return (round(number.value + part / 100, 2), unit) if part and number.whole else None


def _dozen(count: Any, dozen: int) -> Number | None:
    times = count.value if isinstance(count, Number) else 1
    return Number(times * dozen, simple=False) if times <= 99 else None


def _phones(g: Grammar) -> None:
    g.rule("digit_group", "number")(_digits)
    g.rule("digit_group", "oh")(lambda _: "0")
    g.rule("digit_group", "repeat number", "repeat the number")(lambda times, *w: build.digit_repeat(times, w[-1]))
    g.rule("digit_group", "plus_sign number")(lambda _, n: f"+{int(n.value)}" if build.whole(n, 1, 999) else None)


def _digits(number: Number) -> str | None:
    """Numbers are said in pairs, in Quebec in threes as well."""
    if not number.whole or number.value < 0 or (not number.digits and number.value >= 1000):
        return None
    return number.digits or str(int(number.value))
