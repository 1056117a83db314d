"""Cuts text into the tokens that the model labels, each with its place in the text.

Words of alphabetic scripts, runs of digits, single signs, and single Hangul syllables: Korean particles cling to the
words before them and spaces come and go, so a slot may begin or end inside of what is written as one word.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

MAX_CHARACTERS: Final = 500
"""Of one utterance; what stands behind is not read. A minute of fast speech is shorter."""
MAX_TOKENS: Final = 128

_TOKEN: Final = re.compile(r"[가-힣]|\d+|[^\W\d_가-힣]+|[^\w\s]|_")
_HANGUL_FIRST, _HANGUL_LAST = 0xAC00, 0xD7A3
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")


class Token(NamedTuple):
    """One token; a NamedTuple because thousands are made in a training step."""

    form: str
    """Lower-cased and in compatibility form (NFKC)."""
    start: int
    """Offset into the text in characters."""
    end: int
    glued: bool
    """Whether it follows the token before it without a space."""

    @property
    def hangul(self) -> bool:
        """Whether it is one Korean syllable."""
        return is_hangul(self.form)


def tokenise(text: str) -> list[Token]:
    """The tokens of the first `MAX_CHARACTERS` of `text`, in order, at most `MAX_TOKENS`."""
    tokens: list[Token] = []
    last_end = -1
    for match in _TOKEN.finditer(text, 0, MAX_CHARACTERS):
        start, end = match.span()
        tokens.append(Token(_form(match.group()), start, end, start == last_end))
        last_end = end
        if len(tokens) == MAX_TOKENS:
            break
    return tokens


@lru_cache(maxsize=50_000)
def _form(word: str) -> str:
    return unicodedata.normalize("NFKC", word).lower()


def is_hangul(character: str) -> bool:
    """Whether a string is exactly one composed Hangul syllable."""
    return len(character) == 1 and _HANGUL_FIRST <= ord(character) <= _HANGUL_LAST


def jamo(syllable: str) -> tuple[str, str, str]:
    """Initial, vowel and final of a composed syllable; the final may be empty.

    Raises ValueError for anything that `is_hangul` denies.
    """
    if not is_hangul(syllable):
        raise ValueError(f"not a Hangul syllable: {syllable!r}")
    index = ord(syllable) - _HANGUL_FIRST
    return _INITIALS[index // 588], _VOWELS[index % 588 // 28], _FINALS[index % 28]


@lru_cache(maxsize=50_000)
def without_accents(word: str) -> str:
    """The word without diacritics, as recognisers and hurried typists leave it; Hangul stays composed."""
    kept = (sign for sign in unicodedata.normalize("NFD", word) if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", "".join(kept))
