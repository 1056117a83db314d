"""Where a word may stand in a language that does not set its words apart.

Korean numerals are syllables of any word: 일 is one, day and work, 이 two and this, 만 ten thousand and only. What a
language says about it is data (`edges` in its file):

`before`      syllables that a word may follow directly: the last ones of particles and endings
`particles`   what may be put to a number
`counters`    words for things that are counted (`두 개`), which may follow a number, too
`ranks`       the ones of them that follow a numeral of the other row, however short it is (`이 번`)
`linked`      endings that begin like a digit, and never follow one that ends so: 이십이에요 is twenty
`endings`     what is put to the last digit of a telephone number, and begins like a digit
`alone`       numerals that mean something else as well: they are taken with a counter, or as the whole answer
`polite`      what may surround a number that is the whole answer
`traps`       expressions for words in which others lie hidden (오늘날, 안내): nothing may begin, end or lie in them
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from parley.contract import Language
from parley.understanding.entities.chart import Token
from parley.understanding.entities.lexicon import data_of
from parley.understanding.entities.numerals import Number

_SURE_FROM = 4
"""Characters from which on a word is long enough to be no piece of another."""


@dataclass(frozen=True, slots=True)
class Edges:
    """What may touch the words of a language."""

    before: frozenset[str]
    alone: frozenset[str]
    counted: re.Pattern[str]
    ranked: re.Pattern[str]
    linked: re.Pattern[str]
    endings: re.Pattern[str]
    free: re.Pattern[str]
    polite: re.Pattern[str]
    traps: re.Pattern[str]

    def standing(self, tokens: Iterable[Token], text: str) -> list[Token]:
        """The tokens that are words, and not pieces of other words."""
        traps = [(trap.start(), trap.end()) for trap in self.traps.finditer(text)]
        return [token for token in tokens if self._stands(token, text) and not _caught(token, traps)]

    def digits(self, tokens: Iterable[Token], text: str) -> list[Token]:
        """The tokens without the digits that are the beginning of an ending."""
        return [t for t in tokens if t.category != "digit_group" or not self.endings.match(text, t.start)]

    def _stands(self, token: Token, text: str) -> bool:
        start, end = token.start, token.end
        touched = start > 0 and _syllable(text[start]) and _syllable(text[start - 1])
        number = token.category in ("number", "ordinal")
        if touched and (number or (_numeral_first(token) and text[start - 1] not in self.before)):
            return False
        if touched and end - start < _SURE_FROM and text[start - 1] not in self.before:
            return False
        if not number:
            return True
        if end - start > 1 and self.linked.match(text, end - 1):
            return False
        alone = text[start:end] in self.alone
        counting = isinstance(token.value, Number) and token.value.counting
        if (self.counted if counting or not alone else self.ranked).match(text, end):
            return True
        return self.free.match(text, end) is not None and (not alone or self._whole(text, start, end))

    def _whole(self, text: str, start: int, end: int) -> bool:
        return self.polite.fullmatch(text[:start] + "0" + text[end:]) is not None


def _syllable(character: str) -> bool:
    return "가" <= character <= "힣"


def _numeral_first(token: Token) -> bool:
    while token.parts:
        token = token.parts[0]
    return token.category == "number"


def _caught(token: Token, traps: list[tuple[int, int]]) -> bool:
    """Whether a token begins, ends or lies in one of these words."""
    return any(
        (start < token.start < end) or (start < token.end < end) or (start <= token.start and token.end <= end)
        for start, end in traps
    )


@lru_cache
def edges_of(language: Language) -> Edges | None:
    """What may touch the words of a language; None where its words are set apart."""
    data = data_of(language).get("edges")
    if data is None:
        return None
    particles = f"(?:{_any(data['particles'])})*"
    return Edges(
        before=frozenset(data["before"]),
        alone=frozenset(data["alone"]),
        counted=re.compile(rf"\s?(?:{_any(data['counters'])}){particles}(?![가-힣])"),
        ranked=re.compile(rf"\s?(?:{_any(data['ranks'])}){particles}(?![가-힣])"),
        linked=re.compile(_any(data["linked"])),
        endings=re.compile(rf"(?:{_any(data['endings'])})(?![가-힣])"),
        free=re.compile(rf"{particles}(?![가-힣])"),
        polite=re.compile(rf"[\s.,!]*(?:(?:{_any(data['polite'])})[\s.,!]*)*0{particles}[\s.,!?]*"),
        traps=re.compile("|".join(f"(?:{trap})" for trap in data["traps"])),
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
