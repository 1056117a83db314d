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
