"""Korean: numbers, ranks and amounts."""

from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.numerals import Number

_DEGREES_FROM = 10
"""Degrees said without "above zero" are at least so many: 이도 and 사도 are other words."""
_PARTS_BELOW = 10000
"""More parts are never said: 오분의 일만 is only a fifth."""
_OTHER_WORDS = frozenset({10**12, 10**16})
"""What 조 and 경 by themselves would be."""
_SINO_ONLY = frozenset({"won", "dollar", "cent", "euro", "yen", "%", "mg", "mcg", "g", "kg", "ml"})
"""Units that are not counted with native numerals: 네 불편해요 is no sum of money."""


def add(g: Grammar) -> None:
    """Add the productions."""
    _amounts(g)
    _numbers(g)
    _digits(g)


def _amounts(g: Grammar) -> None:
    g.rule("quantity", "number amount_unit", "number amount_unit times_each")(lambda n, unit, *_: _amount(n, unit))
    g.rule("quantity", "amount_unit number piece")(
        lambda unit, n, _: _amount(n, unit) if unit in ("tablet", "capsule", "sachet", "patch", "vial") else None
    )
    g.rule("quantity", "point_first number amount_unit", weight=1)(
        lambda _, n, unit: (n.value / 10, unit) if n.whole and not n.counting and 0 < n.value < 10 else None
    )
    g.rule("quantity", "number amount_unit half")(lambda n, unit, _: _amount(n, unit, 0.5))
    g.rule("quantity", "half_amount amount_unit", "half amount_unit")(
        lambda _, unit: (0.5, unit) if unit not in ("won", "%", "dollar") else None
    )
    g.rule("quantity", "number amount_unit with_half", "number piece with_half")(
        lambda n, unit, _: _amount(n, unit or "tablet", 0.5)
    )
    g.rule("quantity", "amount_unit number piece half|with_half")(lambda unit, n, *_: _amount(n, unit, 0.5))
    g.rule("quantity", "number piece half")(lambda n, *_: _amount(n, "tablet", 0.5))
    g.rule("quantity", "number amount_unit half_of")(lambda n, unit, _: (n.value / 2, unit))
    g.rule("quantity", "half_of_half amount_unit")(lambda _, unit: (0.25, unit))
    g.rule("quantity", "half_piece")(lambda _: (0.5, "tablet"))
    g.rule("quantity", "fraction amount_unit")(lambda n, unit: (n.value, unit))
    g.rule("quantity", "currency number")(lambda unit, n: (n.value, unit) if n.digits or not n.whole else None)
    g.rule("quantity", "quantity quantity")(_with_cents)
    g.rule("quantity", "number degrees")(lambda n, _: _degrees(n, 1, "degree"))
    g.rule("quantity", "above number degrees")(lambda _, n, __: (n.value, "degree"))
    g.rule("quantity", "below number degrees")(lambda _, n, __: (-n.value, "degree"))
    g.rule("quantity", "celsius number degrees")(lambda _, n, __: (n.value, "celsius"))
    g.rule("quantity", "fahrenheit number degrees")(lambda _, n, __: (n.value, "fahrenheit"))


def _amount(number: Number, unit: str, more: float = 0) -> tuple[float, str] | None:
    if (number.counting and unit in _SINO_ONLY) or not _countable(number):
        return None
    return number.value + more, unit


def _countable(number: Number) -> bool:
    """Nobody counts nothing, or one trillion: 공원 is a park, and 조정 an adjustment."""
    if number.digits or not number.whole:
        return True
    return number.value > 0 and number.value not in _OTHER_WORDS


def _with_cents(first: tuple[float, str], second: tuple[float, str]) -> tuple[float, str] | None:
    if (first[1], second[1]) not in (("dollar", "cent"), ("euro", "cent")) or second[0] >= 100:
        return None
    return round(first[0] + second[0] / 100, 2), first[1]


def _degrees(number: Number, sign: int, unit: str) -> tuple[float, str] | None:
    if number.counting or not (number.digits or not number.whole or abs(number.value) >= _DEGREES_FROM):
        return None
    return sign * number.value, unit


def _numbers(g: Grammar) -> None:
    g.rule("fraction", "number over_ number")(_fraction)
    g.rule("number", "fraction")(lambda n: n)
    g.rule("number", "half_alone")(lambda _: Number(0.5, whole=False, simple=False))
    g.rule("number", "number piece")(lambda n, _: n if n.counting or n.digits else None)
    g.rule("number", "number with fraction")(_mixed)
    g.rule("ordinal", "number nth_mark", "first")(_ordinal)


def _fraction(bottom: Number, _: Any, top: Number) -> Number | None:
    if not bottom.value or not bottom.whole or top.value >= _PARTS_BELOW:
        return None
    value = top.value / bottom.value
    return Number(int(value) if value.is_integer() else value, "", value.is_integer(), simple=False)


def _mixed(number: Number, _: Any, fraction: Number) -> Number | None:
    if not number.whole or number.counting or not number.simple:
        return None
    value = abs(number.value) + fraction.value
    return Number(-value if number.value < 0 else value, "", float(value).is_integer(), simple=False)


def _ordinal(said: Any, *_: Any) -> Number | None:
    return said if isinstance(said, Number) else Number(said)


def _digits(g: Grammar) -> None:
    g.rule("digit_group", "number")(_group)
    g.rule("digit_group", "number dash_word")(lambda n, _: _group(n))


def _group(number: Number) -> str | None:
    """The digits of a telephone number are said one by one, in Sino-Korean numerals."""
    if number.counting or not (number.digits or 0 <= number.value < 10):
        return None
    return build.digit_group(number)
