"""Numbers as words: one speller for each language, with what num2words gets wrong put right."""

import re
from functools import lru_cache
from typing import Final, Protocol

from num2words import num2words

MOST: Final = 10**15
"""Numbers from here on are read digit by digit."""


class Numbers(Protocol):
    """How a language says numbers."""

    def cardinal(self, number: int, *, feminine: bool = False) -> str:
        """`number` below MOST, in words; negative ones are the caller's affair."""

    def ordinal(self, number: int, *, feminine: bool = False) -> str:
        """First, second, …"""

    def year(self, number: int) -> str:
        """A year of the calendar."""

    def counted(self, number: int) -> str:
        """Before a counting word that wants the native series (Korean); elsewhere the same as cardinal."""


@lru_cache(maxsize=4096)
def _words(number: int, language: str, to: str) -> str:
    return str(num2words(number, lang=language, to=to))


class English:
    """American: no "and" within a number, no commas."""

    def cardinal(self, number: int, *, feminine: bool = False) -> str:
        del feminine
        return _plain(_words(number, "en", "cardinal"))

    def ordinal(self, number: int, *, feminine: bool = False) -> str:
        del feminine
        return _plain(_words(number, "en", "ordinal"))

    def year(self, number: int) -> str:
        return _plain(_words(number, "en", "year"))

    def counted(self, number: int) -> str:
        return self.cardinal(number)


def _plain(words: str) -> str:
    return words.replace(",", "").replace(" and ", " ")


class French:
    """With the feminine of one, and ordinals that drop the plural of vingt and cent."""

    _UN = re.compile(r"\bun$")

    def cardinal(self, number: int, *, feminine: bool = False) -> str:
        words = _words(number, "fr", "cardinal")
        return self._UN.sub("une", words) if feminine else words

    def ordinal(self, number: int, *, feminine: bool = False) -> str:
        if number == 1:
            return "première" if feminine else "premier"
        words = _words(number, "fr", "ordinal")
        return re.sub(r"(vingt|cent)s(?=ième)", r"\1", words)

    def year(self, number: int) -> str:
        return self.cardinal(number)

    def counted(self, number: int) -> str:
        return self.cardinal(number)


class Korean:
    """Sino-Korean for figures, native for what is counted. num2words knows only the first."""

    _DIGITS = ("", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
    _PLACES = ("", "십", "백", "천")
    _MYRIADS = ("", "만", "억", "조")
    _NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
    _NATIVE_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")

    def cardinal(self, number: int, *, feminine: bool = False) -> str:
        del feminine
        if number == 0:
            return "영"
        words = []
        for myriad in self._MYRIADS:
            number, part = divmod(number, 10_000)
            if part:
                alone = part == 1 and myriad == "만" and number == 0
                words.append(("" if alone else self._below_myriad(part)) + myriad)
        return " ".join(reversed(words))

    def _below_myriad(self, number: int) -> str:
        words = ""
        for place in range(3, -1, -1):
            digit = number // 10**place % 10
            if digit:
                words += ("" if digit == 1 and place else self._DIGITS[digit]) + self._PLACES[place]
        return words

    def ordinal(self, number: int, *, feminine: bool = False) -> str:
        del feminine
        return "첫 번째" if number == 1 else f"{self.counted(number)} 번째"

    def year(self, number: int) -> str:
        return self.cardinal(number)

    def counted(self, number: int) -> str:
        """Native below a hundred (twenty alone is 스무), Sino-Korean from there."""
        if not 0 < number < 100:
            return self.cardinal(number)
        if number == 20:
            return "스무"
        return self._NATIVE_TENS[number // 10] + self._NATIVE_ONES[number % 10]


SPELLERS: Final[dict[str, Numbers]] = {"en": English(), "fr": French(), "ko": Korean()}
