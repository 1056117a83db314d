"""E-mail addresses, written and spoken: `john dot smith at gmail dot com`, « dupont arobase free point fr ».

What a language says is data (`email` in its file): `at`, `signs` (sign: words, the point among them), `hosts` (how
parts of a domain are said: 지메일 is gmail), `letters` beside those of names, `skipped` (words that only tell how to
write) and `introduces` (words before an address that are no part of it). Letters are spelled as in names
(`spelling.py`), with double letters, alphabets and examples; numbers come from the grammar. Domains that are said end
as `domains.yaml` tells.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import yaml

from parley.contract import Language
from parley.understanding.entities.chart import Token
from parley.understanding.entities.lexicon import DATA, data_of
from parley.understanding.entities.numerals import Number
from parley.understanding.entities.spelling import letters_of

_WRITTEN = re.compile(r"(?<![\w.+-])\w[\w.+-]*@(?:[a-z\d-]+\.)+[a-z]{2,24}(?![\w-])", re.ASCII)
_ADDRESS = re.compile(r"[a-z\d](?:[a-z\d._+-]*[a-z\d])?@(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+(?P<last>[a-z]{2,24})")
_SIGN = re.compile(r"@|[.+-](?=\w)|_")
_PAUSE = " ,\t\n"
_MOST_DIGITS = 8
_SPELLED = ("letter", "either")


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address in a text."""

    start: int
    end: int
    value: str
    others: tuple[str, ...] = ()
    """With the word before it, where that may be a part of it: `john smith at …`."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A piece of an address as it is said."""

    kind: str
    """`at`, `sign`, `digits`, `letter`, `word`; `either`: a word that may stand for a letter; `skipped`; `break`."""
    start: int
    end: int
    text: str
    letter: str = ""
    digits: str = ""
    """What it is as a number, where it may be one."""


@dataclass(frozen=True, slots=True)
class _Words:
    """How a language says addresses."""

    gate: re.Pattern[str]
    """What every spoken address holds."""
    pattern: re.Pattern[str]
    """Every expression, the longest first."""
    meaning: Mapping[str, tuple[str, str, str]]
    """Kind, text and letter of each expression."""
    plain: re.Pattern[str]
    """A word that stands for itself."""
    introduces: frozenset[str]
    example: re.Pattern[str]
    """`as in Sam`."""
    repeated: re.Pattern[str]
    """What makes a letter several."""
    times: Mapping[str, int]


def addresses(text: str, tokens: Iterable[Token], language: Language) -> list[Address]:
    """Every e-mail address in a text prepared by `written`; `tokens` are what the grammar found in it."""
    found = [Address(match.start(), match.end(), match[0]) for match in _WRITTEN.finditer(text)]
    known = _words_of(language)
    if known is None or not known.gate.search(text):
        return found
    units = _settled(list(_units(text, _numbers(tokens), known)))
    for place, unit in enumerate(units):
        if unit.kind == "at" and not any(each.start <= unit.start < each.end for each in found):
            address = _around(units, place, known)
            found += [address] if address else []
    return found


def _around(units: Sequence[_Unit], at: int, known: _Words) -> Address | None:
    """The address of which the unit `at` is the sign in the middle."""
    first = at
    while first and (first == at or _together(units[first - 1], units[first], known)):
        first -= 1
    while first < at and units[first].kind in ("sign", "break"):
        first += 1
    if first == at or (first == at - 1 and units[first].text in known.introduces):
        return None
    last = at + 1
    while last < len(units) and (last == at + 1 or _together(units[last - 1], units[last], known)):
        last += 1
    name = _joined(units[first:at])
    for end in range(last, at + 1, -1):
        address = _ADDRESS.fullmatch(f"{name}@{_joined(units[at + 1 : end])}")
        if address and (len(address["last"]) == 2 or address["last"] in _endings()):
            others = _longer(units[first - 1], address[0], known) if first else ()
            return Address(units[first].start, units[end - 1].end, address[0], others)
    return None


def _longer(before: _Unit, address: str, known: _Words) -> tuple[str, ...]:
    """What the address is with the word before it."""
    name = address.partition("@")[0]
    if before.kind != "word" or before.text in known.introduces or not name.isalpha():
        return ()
    return (f"{_joined([before])}{address}", f"{_joined([before])}.{address}")


def _together(before: _Unit, after: _Unit, known: _Words) -> bool:
    """Whether two units stand in one name: not two words without a sign between them, nor a word and a letter."""
    if {"at", "break"} & {before.kind, after.kind}:
        return False
    if "sign" in (before.kind, after.kind) or (before.kind == "letter" and after.kind in ("letter", "digits")):
        return True
    return before.text not in known.introduces and (before.kind in ("letter", "digits") or after.kind == "digits")


def _joined(units: Sequence[_Unit]) -> str:
    """The units as an address is written: small letters without accents."""
    said = "".join(unit.text for unit in units).replace("œ", "oe").replace("æ", "ae")
    return "".join(sign for sign in unicodedata.normalize("NFD", said) if not unicodedata.combining(sign))


def _numbers(tokens: Iterable[Token]) -> dict[int, tuple[int, str]]:
    """Where numbers begin: where the longest ends, and its digits."""
    found: dict[int, tuple[int, str]] = {}
    for token in tokens:
        number = token.value
        if token.category == "number" and isinstance(number, Number) and number.whole and number.value >= 0:
            digits = number.digits or str(int(number.value))
            found[token.start] = max(found.get(token.start, (0, "")), (token.end, digits))
    return {start: each for start, each in found.items() if len(each[1]) <= _MOST_DIGITS}


def _units(text: str, numbers: Mapping[int, tuple[int, str]], known: _Words) -> Iterator[_Unit]:
    """The text in pieces, without its pauses and without words that only tell how to write."""
    at = 0
    while at < len(text):
        if text[at] in _PAUSE:
            at += 1
            continue
        unit = _repeated(text, at, numbers, known) or _said(text, at, numbers, known)
        if unit.kind != "skipped":
            yield unit
        at = unit.end


def _repeated(text: str, at: int, numbers: Mapping[int, tuple[int, str]], known: _Words) -> _Unit | None:
    """A letter said once for several: `double l`."""
    times = known.repeated.match(text, at)
    if times is None or times.end() >= len(text):
        return None
    unit = _said(text, times.end(), numbers, known)
    return (
        replace(unit, kind="letter", start=at, text=unit.letter * known.times[times["times"]])
        if unit.letter
        else None
    )


def _said(text: str, at: int, numbers: Mapping[int, tuple[int, str]], known: _Words) -> _Unit:
    """The piece that begins at a place."""
    number_end, digits = numbers.get(at, (0, ""))
    said, word = known.pattern.match(text, at), known.plain.match(text, at)
    if said and said.end() >= number_end:
        kind, value, letter = known.meaning[said[0]]
        unit = _Unit(kind, at, said.end(), value, letter, digits if letter and said.end() == number_end else "")
    elif word and word.end() - at == 1:
        unit = _Unit("letter", at, word.end(), word[0], word[0], digits)
    elif digits:
        return _Unit("digits", at, number_end, digits, digits=digits)
    elif sign := _SIGN.match(text, at):
        return _Unit("at" if sign[0] == "@" else "sign", at, sign.end(), sign[0])
    elif word and "'" not in word[0]:
        return _Unit("word", at, word.end(), word[0])
    else:
        return _Unit("break", at, word.end() if word else at + 1, "")
    example = known.example.match(text, unit.end) if unit.letter else None
    if example and example["word"][0] == unit.letter:
        return _Unit("letter", at, example.end(), unit.letter, unit.letter)
    return unit


def _settled(units: list[_Unit]) -> list[_Unit]:
    """Units that may be two things, by what stands beside: `mike` is a name, `mike alpha` are letters."""
    settled: list[_Unit] = []
    for place, unit in enumerate(units):
        before = units[place - 1].kind if place else ""
        after = units[place + 1].kind if place + 1 < len(units) else ""
        if unit.digits and _counted(units, place):
            unit = replace(unit, kind="digits", text=unit.digits)
        elif unit.letter == "o" and (before == "digits" or (after == "digits" and before not in _SPELLED)):
            unit = replace(unit, kind="digits", text="0")
        elif unit.kind == "either":
            spelled = before in _SPELLED or after in _SPELLED
            unit = replace(unit, kind="letter", text=unit.letter) if spelled else replace(unit, kind="word")
        settled.append(unit)
    return settled


def _counted(units: Sequence[_Unit], place: int) -> bool:
    """Whether what may be a letter or a digit (이) is a digit: one is in its row, or no letter beside the row."""
    first = last = place
    while first and units[first - 1].digits:
        first -= 1
    while last + 1 < len(units) and units[last + 1].digits:
        last += 1
    around = (*units[max(first - 1, 0) : first], *units[last + 1 : last + 2])
    return any(u.kind == "digits" for u in units[first : last + 1]) or not any(u.kind in _SPELLED for u in around)


@lru_cache
def _endings() -> frozenset[str]:
    """What domains end in, beside the two letters of countries."""
    return frozenset(yaml.safe_load((DATA / "domains.yaml").read_text(encoding="utf-8")))


@lru_cache
def _words_of(language: Language) -> _Words | None:
    data: Mapping[str, Any] | None = data_of(language).get("email")
    if data is None:
        return None
    spelling, apart = letters_of(language), bool(data_of(language)["boundaries"])
    meaning = {word: ("either", word, letter) for word, letter in {**spelling.alphabet, **spelling.names}.items()}
    meaning |= {word: ("letter", each, each) for word, each in spelling.names.items() if " " in word}
    meaning |= {name: ("letter", str(each), str(each)) for each, names in data["letters"].items() for name in names}
    meaning |= {name: ("word", part, "") for part, names in data["hosts"].items() for name in names}
    meaning |= {name: ("sign", sign, "") for sign, names in data["signs"].items() for name in names}
    meaning |= dict.fromkeys(data["skipped"], ("skipped", "", ""))
    meaning |= dict.fromkeys(data["at"], ("at", "@", ""))
    points = [name for sign, names in data["signs"].items() if sign.startswith(".") for name in names]
    return _Words(
        gate=re.compile(rf"{_any(['@', *data['at']], apart)}.*(?:\.(?=\w)|{_any(points, apart)})", re.DOTALL),
        pattern=re.compile(_any(meaning, apart)),
        meaning=meaning,
        plain=re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*" if apart else r"[a-z]+"),
        introduces=frozenset(data["introduces"]),
        example=re.compile(rf"\s{_any([' '.join(phrase) for phrase in spelling.as_in], apart)}\s(?P<word>[^\W\d_]+)"),
        repeated=re.compile(rf"(?P<times>{_any(spelling.times, apart)})\s+"),
        times=spelling.times,
    )


def _any(words: Iterable[str], apart: bool) -> str:
    """One of the words, the longest first; set apart from letters where the language does that."""
    listed = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"
    return rf"(?:(?<![^\W\d_])(?:{listed})(?![^\W\d_]))" if apart else f"(?:{listed})"
