"""A language's way of saying things: the words of its YAML file, and its numbers."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from parley.contract import Language
from parley.speaking.normalise.numbers import MOST, SPELLERS, Numbers


@dataclass(frozen=True, slots=True)
class Found:
    """Characters `start` to `end` of the text are said as `words`."""

    start: int
    end: int
    words: str
    attached: bool = False
    """The words bring their own spaces (Korean "에서" clings to the number before it)."""


class Speech:
    """One language. Compiled once, shared by every rule."""

    def __init__(self, language: Language) -> None:
        file = Path(__file__).with_name(f"{language}.yaml")
        self.language: Language = language
        self.words: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        self.numbers: Numbers = SPELLERS[language]

    @cached_property
    def number(self) -> str:
        """A pattern of a number as it is written, without its sign: groups of three, decimals."""
        group, mark = self.words["group"], self.words["decimal"]
        return rf"(?:\d{{1,3}}(?:{group}\d{{3}})+(?:{mark}\d+)?(?!\d)|\d+(?:{mark}\d+)?)"

    def parts(self, written: str) -> tuple[str, str]:
        """Digits before and after the decimal mark."""
        mark = re.search(rf"{self.words['decimal']}(\d+)$", written)
        grouped = re.fullmatch(rf"\d{{1,3}}(?:{self.words['group']}\d{{3}})+", written)
        if mark is None or grouped:
            return re.sub(r"\D", "", written), ""
        return re.sub(r"\D", "", written[: mark.start()]), mark.group(1)

    def say(self, written: str, *, feminine: bool = False) -> str:
        """A number as written, in words: `1,250.5` as one thousand two hundred fifty point five."""
        whole, fraction = self.parts(written)
        if (len(whole) > 1 and whole[0] == "0") or int(whole) >= MOST:
            words = self.digits(whole)
        else:
            words = self.numbers.cardinal(int(whole), feminine=feminine and not fraction)
        return f"{words} {self.words['point']} {self._after_point(fraction)}" if fraction else words

    def _after_point(self, digits: str) -> str:
        """French says two figures after the comma as one number; the others go digit by digit."""
        if len(digits) <= self.words["decimals_as_number"] and digits[0] != "0":
            return self.numbers.cardinal(int(digits))
        return self.digits(digits, zero=self.words["zero_in_decimals"])

    def digits(self, digits: str, *, zero: str | None = None) -> str:
        """Digit by digit."""
        names: list[str] = self.words["digits"]
        return str(self.words["between_digits"]).join(
            zero if zero and digit == "0" else names[int(digit)] for digit in digits
        )

    def is_plural(self, written: str) -> bool:
        """Whether the thing counted stands in the plural: from two in French, other than one in English."""
        whole, fraction = self.parts(written)
        if self.words["plural_from_two"]:
            return int(whole) >= 2
        return bool(fraction) or int(whole) != 1

    def one_of(self, forms: list[str], written: str) -> str:
        """The singular or the plural of `[one, many]`; a list of one form serves both."""
        return forms[-1] if self.is_plural(written) else forms[0]


def any_of(words: Any) -> str:
    """A pattern of any of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def speech(language: Language) -> Speech:
    """The one `Speech` of a language."""
    return Speech(language)
