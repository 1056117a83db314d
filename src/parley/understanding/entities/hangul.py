"""Korean names spelled by jamo (`ㄱ ㅣ ㅁ`, 기역 이 미음) or by the meaning of their characters (나무 목).

What is said is data (`spelling` in the language's file): `consonants` and `vowels` (jamo: spoken names), `gloss`
(meaning and syllable), `letter_joiners` (words between jamo).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from parley.contract import Language
from parley.understanding.entities.lexicon import data_of

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_BASE = 0xAC00

_SHORTEST_GLOSS = 2
"""Syllables explained by their meaning from which on it is a name being spelled."""


def composed(jamo: str) -> str | None:
    """Jamo put together to syllables: ㄱㅣㅁㅎㅏㄴㅡㄹ is 김하늘; None where they make none."""
    syllables: list[str] = []
    at = 0
    while at < len(jamo):
        if at + 1 >= len(jamo) or jamo[at] not in _INITIALS or jamo[at + 1] not in _VOWELS:
            return None
        initial, vowel, final = _INITIALS.index(jamo[at]), _VOWELS.index(jamo[at + 1]), 0
        at += 2
        if at < len(jamo) and jamo[at] in _FINALS and not (at + 1 < len(jamo) and jamo[at + 1] in _VOWELS):
            final, at = _FINALS.index(jamo[at]), at + 1
        syllables.append(chr(_BASE + (initial * len(_VOWELS) + vowel) * len(_FINALS) + final))
    return "".join(syllables) or None


@dataclass(frozen=True, slots=True)
class Syllables:
    """How a language spells syllables."""

    jamo: Mapping[str, str]
    """Spoken name: jamo; the jamo themselves included."""
    sequence: re.Pattern[str]
    letter: re.Pattern[str]
    gloss: re.Pattern[str]
    glosses: re.Pattern[str]

    def spelled(self, text: str, *, shortest: int) -> Iterator[tuple[int, int, str]]:
        """Every spelled name, as (start, end, name); `shortest` is the fewest jamo."""
        for match in self.sequence.finditer(text):
            letters = [self.jamo[said] for said in self.letter.findall(match[0])]
            name = composed("".join(letters))
            if name and len(letters) >= shortest:
                yield match.start(), match.end(), name
        for match in self.glosses.finditer(text):
            name = "".join(said.split()[-1] for said in self.gloss.findall(match[0]))
            if len(name) >= min(shortest, _SHORTEST_GLOSS):
                yield match.start(), match.end(), name


@lru_cache
def syllables_of(language: Language) -> Syllables | None:
    """The syllables of a language; None for one that is spelled in letters."""
    data: Mapping[str, Any] = data_of(language).get("spelling", {})
    if "consonants" not in data:
        return None
    names: dict[str, list[str]] = {**data["consonants"], **data["vowels"]}
    jamo = {said: letter for letter, words in names.items() for said in (*words, letter)}
    letter = _any(jamo)
    consonant = _any(said for said, one in jamo.items() if one in _INITIALS)
    joiner = _any(data["letter_joiners"])
    between = rf"(?:[\s,.-]*(?:(?:{joiner})\s+)?)"
    gloss = _any(data["gloss"])
    return Syllables(
        jamo=jamo,
        sequence=re.compile(rf"(?<![가-힣])(?:{consonant})(?:{between}(?:{letter}))+(?![가-힣])"),
        letter=re.compile(letter),
        gloss=re.compile(gloss),
        glosses=re.compile(
            rf"(?<![가-힣])(?:{gloss})(?:자)?(?:[\s,.]*(?:에|하고)?[\s,.]*(?:{gloss})(?:자)?(?![가-힣]))*"
        ),
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
