"""English: lengths of time."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.moments import Length
from parley.understanding.entities.numerals import Number


def add(g: Grammar) -> None:
    """Add the productions."""
    g.rule("count", "number")(lambda n: build.whole(n, 1, 10000))
    g.rule("count", "couple")(lambda n: n)
    g.rule("length", "number unit", "number hyphen unit", "number again unit")(_counted)
    g.rule("shift", "length sooner", "sooner_by length")(lambda *w: _sooner(w))
    g.rule("shift", "length on_later", "later_by length")(lambda *w: next(x for x in w if isinstance(x, Length)))
    g.rule("length", "number prime")(lambda n, u: _length(n.value, u))
    g.rule("length", "couple again? unit")(lambda n, _, u: _length(n, u))
    g.rule("length", "a unit")(lambda _, u: _length(1, u) if u != "second" else None)  # a second opinion
    g.rule("length", "number of unit")(lambda n, _, u: None if n.whole else _length(n.value, u))  # of an hour
    g.rule("length", "whole_ unit", "the_hour")(lambda *w: _length(1, w[-1]) if w[-1] != "second" else None)
    g.rule("length", "number weekend")(lambda n, _: _length(n.value, "weekend") if n.whole else None)
    g.rule("length", "lasts length", weight=0.5)(lambda _, n: n)
    g.rule("length", "number nights")(lambda n, _: _length(n.value, "day"))
    g.rule("length", "number number unit")(_corrected)
    g.rule("length", "number and_ number unit")(
        lambda n, _, m, u: (
            _length(n.value + m.value, u) if 20 <= n.value < 100 and n.value % 10 == 0 and m.value < 10 else None
        )
    )
    g.rule("length", "number unit and_half")(lambda n, u, _: _length(n.value + 0.5, u))
    g.rule("length", "number and_half unit")(lambda n, _, u: _length(n.value + 0.5, u))
    g.rule("length", "a unit and_ quarter_of")(lambda _, u, *__: _length(1.25, u) if u == "hour" else None)
    g.rule("length", "number unit and_ quarter_of")(
        lambda n, u, *_: _length(n.value + 0.25, u) if u == "hour" else None
    )
    g.rule("length", "a unit and_half")(lambda _, u, __: _length(1.5, u))
    g.rule("length", "length and? number", weight=-1)(_hour_and)
    g.rule("length", "a_half unit", "half_ a|hyphen? unit")(lambda *w: _length(0.5, w[-1]))
    g.rule("length", "three_quarters unit")(lambda _, u: _length(0.75, u))
    g.rule("length", "quarter_of unit")(lambda _, u: _length(0.25, u))
    g.rule("length", "length and? length", "length comma length")(lambda a, _, b: build.plus(a, b))
    g.rule("length", "for_ length", weight=1.5)(lambda _, n: n)
    g.rule("length", "again unit")(lambda _, u: _length(1, u))


def _counted(number: Number, *words: Any) -> Length | None:
    if words[-1] == "second" and len(number.digits) == 4 and number.value % 10 == 0:
        return None  # 1990s is a decade
    return _length(number.value, words[-1])


def _corrected(slip: Number, number: Number, unit: str) -> Length | None:
    """Ten, fifteen minutes; but forty five is one number."""
    one = slip.value >= 20 and slip.value % 10 == 0 and number.value < 10
    clock = unit == "hour" and number.value > 12  # oh eight thirty hours
    return None if one or clock else _length(number.value, unit)


def _sooner(said: tuple[Any, ...]) -> Length:
    """An hour earlier."""
    length = next(part for part in said if isinstance(part, Length))
    return Length(tuple((-amount, unit) for amount, unit in length.amounts))


def _length(amount: float, unit: str) -> Length | None:
    return build.length_of(amount, unit) if amount >= 0 else None


def _hour_and(length: Length, _: Any, number: Number) -> Length | None:
    """An hour fifteen: the minutes are understood."""
    minutes = build.whole(number, 1, 59)
    return build.plus(length, build.length_of(minutes, "minute")) if minutes and length.grain == "hour" else None
