"""English: numbers and amounts."""

from dataclasses import replace
from typing import Any

from parley.understanding.entities import build
from parley.understanding.entities.chart import Grammar
from parley.understanding.entities.numerals import Number


def add(g: Grammar) -> None:
    """Add the productions."""
    g.rule("amount", "number")(lambda n: n.value)
    g.rule("amount", "number and_half")(lambda n, _: n.value + 0.5)
    g.rule("amount", "couple")(lambda n: n)
    g.rule("quantity", "amount hyphen? amount_unit")(lambda n, _, unit: (n, unit))
    g.rule("quantity", "a amount_unit")(lambda _, unit: (1, unit))
    g.rule("quantity", "scale_alone amount_unit")(lambda n, unit: (n, unit))
    g.rule("quantity", "half_|a_half hyphen? of? a|the? amount_unit")(lambda *w: (0.5, w[-1]))
    g.rule("quantity", "three_quarters of? a|the? amount_unit")(lambda *w: (0.75, w[-1]))
    g.rule("quantity", "a fraction of_ a|the? amount_unit")(lambda *w: (1 / w[1], w[-1]))
    g.rule("void", "of_ a amount_unit")(lambda *_: True)  # a part of one that cannot be read is not one
    g.rule("quantity", "amount of_ a|the? amount_unit")(lambda n, _, __, unit: (n, unit) if n < 1 else None)
    g.rule("quantity", "fraction hyphen? of? amount_unit", "quarter_of hyphen? amount_unit")(
        lambda *w: (1 / (w[0] or 4), w[-1])
    )
    g.rule("quantity", "amount amount_unit and_half", "a amount_unit and_half")(
        lambda n, unit, _: ((1 if n is None else n) + 0.5, unit)
    )
    g.rule("number", "number and_half")(
        lambda n, _: Number(n.value + 0.5, whole=False, simple=False) if n.whole and n.value < 1000 else None
    )
    g.rule("number", "number hyphen? fractions")(lambda n, _, part: _fraction(n, part))
    g.rule("number", "number hyphen? fraction")(
        lambda n, _, part: _fraction(n, part) if n.value == 1 and not n.digits else None
    )
    g.rule("number", "a fraction")(lambda _, part: Number(1 / part, whole=False, simple=False) if part > 3 else None)
    g.rule("number", "number ordinal")(
        lambda n, part: (
            _fraction(n, int(part.value)) if n.value == 1 and not n.digits and 20 < part.value < 100 else None
        )
    )
    g.rule("number", "number and_ number and_ number fractions")(
        lambda n, _, m, __, top, part: (
            _mixed(Number(n.value + m.value), _fraction(top, part)) if n.value % 10 == 0 and m.value < 10 else None
        )
    )
    g.rule("ordinal", "ordinal one_")(lambda n, _: replace(n, counting=True))  # a rank, and no day
    g.rule("void", "one_pronoun")(lambda _: True)
    g.rule("number", "number and_ number fractions")(lambda n, _, top, part: _mixed(n, _fraction(top, part)))
    g.rule("number", "number and_ number fraction")(
        lambda n, _, top, part: _mixed(n, _fraction(top, part)) if not top.digits else None
    )
    g.rule("number", "number and_ a fraction")(lambda n, _, __, part: _mixed(n, 1 / part))
    g.rule("quantity", "currency number")(lambda unit, n: (n.value, unit))
    g.rule("digit_group", "number")(build.digit_group)
    g.rule("digit_group", "oh")(lambda _: "0")
    g.rule("digit_group", "repeat number")(build.digit_repeat)
    g.rule("digit_group", "repeat oh")(lambda times, _: "0" * times)
    g.rule("number", "number dozen", "a dozen", "couple dozen")(_dozen)
    g.rule("number", "number and_ number dozen")(
        lambda n, _, count, dozen: (
            Number(n.value + count.value * dozen, simple=False) if n.value % 100 == 0 and count.value < 10 else None
        )
    )
    g.rule("number", "number open number close")(lambda n, _, again, __: n if n.value == again.value else None)
    g.rule("paired", "number number")(_paired)
    g.rule("number", "a_half dozen")(lambda _, dozen: Number(dozen / 2, simple=False))


def _paired(hundreds: Number, rest: Number) -> Number | None:
    """One twenty two, eleven fifty five: a number said in pairs, where a number is waited for."""
    high, low = build.whole(hundreds, 1, 19), build.whole(rest, 10, 99)
    if high is None or low is None or hundreds.digits or rest.digits or high == 10:
        return None
    return Number(high * 100 + low, simple=False)


def _fraction(top: Number, part: int) -> Number | None:
    """Two thirds."""
    if not top.whole or not top.simple or not 0 < top.value < 1000:
        return None
    return Number(top.value / part, whole=False, simple=False)


def _mixed(number: Number, part: Number | float | None) -> Number | None:
    """Three and a fifth."""
    value = part.value if isinstance(part, Number) else part
    return Number(number.value + value, whole=False, simple=False) if value and value < 1 and number.whole else None


def _dozen(count: Any, dozen: int) -> Number | None:
    times = count.value if isinstance(count, Number) else count or 1
    if times > 99:
        return None
    return Number(times * dozen, simple=False)
