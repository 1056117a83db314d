"""Numbers in words and digits: how numerals of a language add up.

The words are data (`numerals` in the language's file). Three kinds of numeral are enough for English, French and
Korean: an *adder* has a value, and says how much may be added to it (`twenty` takes 1 to 9, `soixante` 1 to 19); a
*multiplier* multiplies what stands right before it (`hundred`, 십, 백); a *scale* multiplies the whole group
(`thousand`, 만). From a place in the text all readings are given, so that `nine thirty` can be 9 and 30.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from parley.understanding.entities.lexicon import Lexicon

WRITTEN = re.compile(
    r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?(?!\d)|(?<!\d,)\d+,\d+(?![\d,])"
    r"|[1-9]\d{0,2}(?:(?: \d{3}){2,}|(?: \d{3})* 000)(?:\.\d+)?(?! ?\d)|\d+(?:\.\d+)?|\.\d+"
)
"""Thousands are set apart by commas, or by spaces where that is no row of numbers: `1 234 567`, `40 000`."""
WRITTEN_COMMA = re.compile(r"\d{1,3}(?:([ .])\d{3})(?:\1\d{3})*(?![ .]?\d)(?:,\d+)?|\d+(?:[.,]\d+)?|,\d+")
"""As `WRITTEN`, where the comma is the decimal sign and thousands are set apart by a space or a point."""

_PIECE = re.compile(r"\d\.\d")
"""What a digit after the sign of a decimal is seen in: it begins no number of its own."""
_DIGITS = re.compile(r"\d{1,15}(?![\d.,]\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number that was said or written."""

    value: float
    """A whole number is an int."""
    digits: str = ""
    """The digits as written (`05`), empty for words."""
    whole: bool = True
    simple: bool = True
    """Whether one can put it before a unit without a pause: `a half` cannot."""
    counting: bool = False
    """Whether it was said in the row for counting things, where a language has two rows (하나, 둘 beside 일, 이)."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """One numeral word."""

    kind: str
    """`add`, `times`, `scale`, `and`, `point`, `inner_point` (never first), `minus`,
    `zero` (said for 0 only after a point, as `oh`)."""
    value: float = 0
    takes: float = 0
    """For an adder, what is added to it must be below this."""
    ordinal: bool = False
    bare: bool = True
    """A multiplier that may stand alone (`mille`, 백); `hundred` may not."""
    counting: bool = False
    """Of the row for counting things."""


def learn(lexicon: Lexicon, data: Mapping[str, Any]) -> None:
    """Put a language's numerals into the lexicon, as words of the category `numeral`."""
    for group, entries in data["numerals"].items():
        for value, words in entries["words"].items():
            kind = entries.get("kind", "add")
            numeral = Numeral(
                kind,
                value,
                entries.get("takes", 0),
                bool(entries.get("ordinal")),
                bool(entries.get("bare")),
                bool(entries.get("counting")),
            )
            lexicon.add("numeral", words, numeral)
        assert group
    for kind, words in data["number_words"].items():
        lexicon.add("numeral", words, Numeral(kind))


@dataclass(frozen=True, slots=True)
class _Sum:
    """A number in the making: `total` of closed groups, `group` of this one, and the `unit` before a multiplier."""

    total: float = 0
    group: float = 0
    unit: float = 0
    room: float = float("inf")
    """The next adder must be below this."""
    floor: float = float("inf")
    """The next group, multiplied, must stay below this."""
    scale: float = float("inf")
    empty: bool = True
    joined: bool = False
    """Whether "and" was just said."""
    counting: bool = False
    """The row of the last numeral."""

    @property
    def value(self) -> float:
        return self.total + self.group + self.unit

    def plus(self, numeral: Numeral) -> "_Sum | None":
        """This number with one more numeral said after it, or None where it begins another number."""
        if not (self.counting or numeral.counting):
            return self._plus(numeral)
        if not self.empty and (not numeral.counting or not (self.counting or self.room == 100)):
            return None  # the rows do not mix, but for tens and ones after hundreds
        further = self._plus(numeral)
        return further and replace(further, counting=True)

    def _plus(self, numeral: Numeral) -> "_Sum | None":
        value = numeral.value
        if numeral.kind == "add":
            if not (self.empty or 0 < value < self.room):
                return None
            floor = self.floor if self.unit else self.room
            return _Sum(
                self.total, self.group, self.unit + value, numeral.takes if value else 0, floor, self.scale, False
            )
        alone = self.unit == 0
        if numeral.kind == "times":
            if (alone and not (numeral.bare and self.room > value)) or (
                not alone and self.unit * value >= self.floor
            ):
                return None
            if not alone and (self.unit >= value or not float(self.unit * value).is_integer()):
                return None
            return _Sum(self.total, self.group + (self.unit or 1) * value, 0, value, value, self.scale, False)
        group = self.group + self.unit
        if value >= self.scale or (group == 0 and not numeral.bare):
            return None
        return _Sum(self.total + (group or 1) * value, 0, 0, value, value, value, False)


def numbers_at(
    text: str,
    start: int,
    words_at: Callable[[int], list[tuple[int, Numeral]]],
    skip: Callable[[int], int],
    *,
    and_from: float,
    comma: bool = False,
) -> Iterator[tuple[int, bool, Number]]:
    """Every number that begins at `start`, as (end, is it an ordinal, number). `comma`: it is the decimal sign."""
    if start and text[start].isdigit() and text[start - 1].isdigit():
        return
    if text[start].isdigit() and text[max(start - 2, 0) : start] and _PIECE.match(text, max(start - 2, 0)):
        return
    sign: float = 1
    begin = start
    if text[start] == "-" and (start == 0 or not text[start - 1].isalnum()):
        sign, start = -1, skip(start + 1)
    else:
        for end, numeral in words_at(start):
            if numeral.kind == "minus":
                sign, start = -1, skip(end)
    if start >= len(text):
        return
    written = (WRITTEN_COMMA if comma else WRITTEN).match(text, start)
    if written and begin and text[begin] == "-" and text[begin - 1] == " " and text[:begin].rstrip()[-1:].isalnum():
        return
    if written:
        digits = written[0]
        number = _written(digits, comma=comma)
        value = sign * number
        slashed = text[written.end() : written.end() + 2]
        simple = not (slashed[:1] == "/" and slashed[1:].isdigit())
        yield written.end(), False, Number(value, digits if digits.isdigit() else "", value == int(value), simple)
        if not digits.isdigit() and (number != int(number) or ("." in digits) is not comma):
            yield from _scaled(written.end(), number, sign, words_at, skip)
        else:
            yield from _said(
                _Sum(unit=number, room=0, empty=False), written.end(), sign, text, words_at, skip, and_from
            )
        return
    yield from _said(_Sum(), start, sign, text, words_at, skip, and_from)


def _written(digits: str, *, comma: bool = False) -> float:
    if comma:
        if re.fullmatch(r"\d{1,3}(?:[ .]\d{3})+(?:,\d+)?", digits):
            digits = digits.replace(" ", "").replace(".", "")
    else:
        digits = digits.replace(" ", "")
        if re.fullmatch(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?", digits):
            digits = digits.replace(",", "")
    if digits.isdigit():
        return int(digits)
    value = float(digits.replace(",", "."))
    return int(value) if value.is_integer() and len(digits) < 16 else value


def _scaled(
    at: int,
    number: float,
    sign: float,
    words_at: Callable[[int], list[tuple[int, Numeral]]],
    skip: Callable[[int], int],
) -> Iterator[tuple[int, bool, Number]]:
    for end, numeral in words_at(skip(at)):
        if numeral.kind in ("times", "scale"):
            value = round(sign * number * numeral.value, 6)
            whole = float(value).is_integer()
            yield end, False, Number(int(value) if whole else value, "", whole)


def _said(
    done: _Sum,
    at: int,
    sign: float,
    text: str,
    words_at: Callable[[int], list[tuple[int, Numeral]]],
    skip: Callable[[int], int],
    and_from: float,
) -> Iterator[tuple[int, bool, Number]]:
    place = at if done.empty else skip(at)
    between_groups = done.total > 0 and done.value == done.total
    if not done.empty and text[place : place + 1] in (("-", ",") if between_groups else ("-",)):
        place = skip(place + 1)
    written = None if done.empty or done.room < 2 else _DIGITS.match(text, place)
    if written and 0 < int(written[0]) < done.room:
        floor = done.floor if done.unit else done.room
        longer = replace(done, unit=done.unit + int(written[0]), room=0, floor=floor)
        yield written.end(), False, Number(sign * longer.value)
        yield from _said(longer, written.end(), sign, text, words_at, skip, and_from)
    for end, numeral in words_at(place):
        if numeral.kind in ("add", "times", "scale"):
            further = done.plus(numeral)
            if further is None:
                continue
            value = sign * further.value
            yield end, numeral.ordinal, Number(value, "", float(value).is_integer(), counting=further.counting)
            if not numeral.ordinal:
                yield from _said(further, end, sign, text, words_at, skip, and_from)
        elif numeral.kind == "and" and done.room >= max(and_from, 2) and not (done.empty or done.joined):
            yield from _said(replace(done, joined=True), end, sign, text, words_at, skip, and_from)
        elif numeral.kind == "point" or (numeral.kind == "inner_point" and not done.empty):
            yield from _decimals(done, end, sign, text, words_at, skip)


def _decimals(
    done: _Sum,
    at: int,
    sign: float,
    text: str,
    words_at: Callable[[int], list[tuple[int, Numeral]]],
    skip: Callable[[int], int],
) -> Iterator[tuple[int, bool, Number]]:
    digits = ""
    while len(digits) < 15:
        place = skip(at)
        written = _DIGITS.match(text, place)
        if written and not digits:
            digits, at = written[0], written.end()
        else:
            longest = _two_digits(place, text, words_at, skip)
            if longest is None:
                return
            at, said = longest
            digits += said
        value = float(f"{int(done.value)}.{digits}")
        yield at, False, Number(sign * value, "", False)
        yield from _scaled(at, value, sign, words_at, skip)


def _two_digits(
    place: int, text: str, words_at: Callable[[int], list[tuple[int, Numeral]]], skip: Callable[[int], int]
) -> tuple[int, str] | None:
    """The longest numeral below a hundred after the decimal sign, as (end, digits): `five`, `oh`, `seventy-one`."""
    found = [(end, "0") for end, numeral in words_at(place) if numeral.kind == "zero"]
    for end, ordinal, number in _said(_Sum(), place, 1, text, words_at, skip, 2):
        if not ordinal and number.whole and 0 <= number.value < 100:
            found.append((end, str(int(number.value))))
    return max(found, default=None)
