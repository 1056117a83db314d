"""Text as it is written to words as they are said.

Each rule looks at the same text and says which characters it would say otherwise; the rules stand in the order of
their claims, and what one has claimed is left alone by those after it. Words of the languages stand in
`<language>.yaml`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from parley.contract import Language
from parley.speaking.normalise import (
    abbreviations,
    addresses,
    counts,
    dates,
    fractions,
    money,
    ordinals,
    phones,
    romans,
    times,
    units,
)
from parley.speaking.normalise.speech import Found, Speech, speech

__all__ = ["spoken"]

RULES: Final[tuple[Callable[[str, Speech], Iterator[Found]], ...]] = (
    addresses.find,
    dates.find,
    money.find,
    times.find,
    phones.find,
    units.find,
    fractions.find,
    ordinals.find,
    romans.find,
    abbreviations.find,
    counts.find,
)

LONGEST: Final = 20_000
"""Characters of one reply that are said; nobody listens to more."""

_UNSAID: Final = re.compile(r"[^\w\s.,;:!?…'’\"«»“”()\-–—·。、，！？]|_")
_SPACES: Final = re.compile(r"[^\S\n]+")
_BEFORE_POINT: Final = re.compile(r"\s+(?=[.,…](?:\s|$))")


@lru_cache(maxsize=256)
def spoken(text: str, language: Language) -> str:
    """The words to be said for a text; no figures are left in it, and no sign that a voice would stumble over.

    Any text gives a text: what is not understood is left as it is, or left out.
    """
    way = speech(language)
    text = _plain(text[:LONGEST])
    taken = bytearray(len(text))
    found: list[Found] = []
    for rule in RULES:
        for item in rule(text, way):
            if not any(taken[item.start : item.end]):
                taken[item.start : item.end] = b"\1" * (item.end - item.start)
                found.append(item)
    return _tidy(_joined(text, sorted(found, key=lambda item: item.start)), way)


def _plain(text: str) -> str:
    """One form of each character: composed letters, figures 0 to 9, unit signs as letters, no controls."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_plain_character(character) for character in unicodedata.normalize("NFC", text))


def _plain_character(character: str) -> str:
    if character.isascii():
        return character if character.isprintable() or character == "\n" else " "
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "Zs":
        return " "
    if "\u3371" <= character <= "\u33df":
        return unicodedata.normalize("NFKC", character)
    return "" if category in ("Cc", "Cf", "Cs", "Co", "Cn") else character


def _joined(text: str, found: list[Found]) -> str:
    """The text with the words in place, apart from their neighbours; a Korean particle stays where it was."""
    parts, at = [], 0
    for item in found:
        before, after = text[item.start - 1 : item.start], text[item.end : item.end + 1]
        parts += [text[at : item.start], " " if _apart(before, item.words) and not item.attached else "", item.words]
        parts.append(" " if _apart(item.words[-1:], after) and not _is_hangul(after) and not item.attached else "")
        at = item.end
    return "".join([*parts, text[at:]])


def _apart(left: str, right: str) -> bool:
    return left.isalnum() and right[:1].isalnum()


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7a3"


def _tidy(text: str, way: Speech) -> str:
    for sign, words in way.words["signs"].items():
        text = text.replace(sign, f" {words} ")
    text = _UNSAID.sub(" ", text)
    text = "".join(character if not character.isnumeric() or _is_word(character) else " " for character in text)
    return _BEFORE_POINT.sub("", _SPACES.sub(" ", text)).strip()


def _is_word(character: str) -> bool:
    """Letters that also count (一) are words; figures in circles and exponents are not."""
    return unicodedata.category(character).startswith("L")
