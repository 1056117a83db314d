"""English: lengths of time, repetition, numbers and amounts."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.moments import Clock, Length, Moment
from parley.understanding.entities.numerals import Number


def add(g: Grammar) -> None:
    """Add the productions."""
    _lengths(g)
    _repetition(g)
    _amounts(g)


def _lengths(g: Grammar) -> None:
    g.rule("count", "number")(lambda n: build.whole(n, 1, 10000))
    g.rule("count", "couple")(lambda n: n)
    g.rule("length", "number unit", "number hyphen unit", "number again unit")(lambda *w: _length(w[0].value, w[-1]))
    g.rule("length", "number prime")(lambda n, u: _length(n.value, u))
    g.rule("length", "couple again? unit")(lambda n, _, u: _length(n, u))
    g.rule("length", "a unit")(lambda _, u: _length(1, u))
    g.rule("length", "number unit and_half")(lambda n, u, _: _length(n.value + 0.5, u))
    g.rule("length", "number and_half unit")(lambda n, _, u: _length(n.value + 0.5, u))
    g.rule("length", "a unit and_half")(lambda _, u, __: _length(1.5, u))
    g.rule("length", "length and? number", weight=-1)(_hour_and)
    g.rule("length", "a_half unit", "half_ a? unit")(lambda *w: _length(0.5, w[-1]))
    g.rule("length", "three_quarters unit")(lambda _, u: _length(0.75, u))
    g.rule("length", "quarter_of unit")(lambda _, u: _length(0.25, u))
    g.rule("length", "length and? length", "length comma length")(lambda a, _, b: build.plus(a, b))
    g.rule("length", "for_ length", weight=1.5)(lambda _, n: n)
    g.rule("length", "again unit")(lambda _, u: _length(1, u))


def _length(amount: float, unit: str) -> Length | None:
    return build.length_of(amount, unit) if amount >= 0 else None


def _hour_and(length: Length, _: Any, number: Number) -> Length | None:
    """An hour fifteen: the minutes are understood."""
    minutes = build.whole(number, 1, 59)
    return build.plus(length, build.length_of(minutes, "minute")) if minutes and length.grain == "hour" else None


def _repetition(g: Grammar) -> None:
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
    g.rule("recurrence", "every workday")(lambda *_: build.weekly((0, 1, 2, 3, 4)))
    g.rule("recurrence", "every unit")(lambda _, unit: build.every(1, unit))
    g.rule("recurrence", "every weekend")(lambda *_: build.weekly((5, 6)))
    g.rule("recurrence", "every length")(lambda _, length: _every(length))
    g.rule("recurrence", "adverb")(lambda rule: rule)
    g.rule("recurrence", "every part", "every tonight")(lambda *_: "FREQ=DAILY")
    g.rule("recurring", "recurrence comma? timed", "timed recurrence", "recurrence clock_soft")(_at_times)
    g.rule("recurring", "every partly timed", "partly timed recurrence")(
        lambda *w: ("FREQ=DAILY", build.together(*w[1:])) if w[0] is None else None
    )
    g.rule("frequency", "number times per unit", "times_word per unit", "number times per_adverb")(_per)
    g.rule("frequency", "times_word per_adverb")(_per)
    g.rule("frequency", "every length")(lambda _, length: _period(length))


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


def _amounts(g: Grammar) -> None:
    g.rule("amount", "number")(lambda n: n.value)
    g.rule("amount", "number and_half")(lambda n, _: n.value + 0.5)
    g.rule("amount", "couple")(float)
    g.rule("quantity", "amount hyphen? amount_unit")(lambda n, _, unit: (n, unit))
    g.rule("quantity", "a amount_unit")(lambda _, unit: (1, unit))
    g.rule("quantity", "half_|a_half a? of? the? amount_unit")(lambda *w: (0.5, w[-1]))
    g.rule("quantity", "amount amount_unit and_half", "a amount_unit and_half")(
        lambda n, unit, _: ((1 if n is None else n) + 0.5, unit)
    )
    g.rule("number", "number and_half")(
        lambda n, _: Number(n.value + 0.5, whole=False, simple=False) if n.whole and n.value < 1000 else None
    )
    g.rule("quantity", "currency number")(lambda unit, n: (n.value, unit))
    g.rule("digit_group", "number")(build.digit_group)
    g.rule("digit_group", "oh")(lambda _: "0")
    g.rule("digit_group", "repeat number")(build.digit_repeat)
    g.rule("digit_group", "repeat oh")(lambda times, _: "0" * times)
    g.rule("number", "number dozen", "a dozen", "couple dozen")(_dozen)


def _dozen(count: Any, dozen: int) -> Number | None:
    times = count.value if isinstance(count, Number) else count or 1
    if times > 99:
        return None
    return Number(times * dozen, simple=False)
