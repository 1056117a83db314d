"""Closed lists: whose words these are. Accents, signs and a slip of spelling do not matter."""

from collections.abc import Mapping, Sequence
from typing import Final

from rapidfuzz import fuzz, process

from parley.understanding.tokens import is_hangul, without_accents

LEXICON_CLOSE: Final = 86.0


Lexicons = Mapping[str, Mapping[str, Sequence[str]]]


def listed_once(words: str, lexicon: Mapping[str, Sequence[str]]) -> str | None:
    """The one value of which words stand among these; None when there is none, or several."""
    exact = in_lexicon(words, lexicon, within=False)
    found = [exact] if exact else all_in_lexicon(words, lexicon)
    return found[0] if len(found) == 1 else None


def all_in_lexicon(words: str, lexicon: Mapping[str, Sequence[str]]) -> list[str]:
    """Every value of which a word stands in the words as a word, in the order in which they stand there."""
    said = f" {words.lower()} "
    places = {
        value: min((said.find(word.lower()) for word in (value, *entries) if _stands(word.lower(), said)), default=-1)
        for value, entries in lexicon.items()
    }
    return sorted((value for value, place in places.items() if place >= 0), key=lambda value: places[value])


def _stands(word: str, said: str) -> bool:
    return word in said if is_hangul(word[:1]) else f" {word} " in said.replace(",", " ").replace(".", " ")


def in_lexicon(words: str, lexicon: Mapping[str, Sequence[str]], *, within: bool = True) -> str | None:
    """The value whose words these are, or nearly, or, if `within`, are among these; None when they are nobody's."""
    if not lexicon:
        return None
    said = _plain(words)
    listed = [(_plain(word), value) for value, entries in lexicon.items() for word in (value, *entries)]
    for word, value in listed:
        if word == said:
            return value
    best = process.extractOne(said, [word for word, _ in listed], scorer=fuzz.ratio, score_cutoff=LEXICON_CLOSE)
    if best is not None:
        return listed[best[2]][1]
    inside = [(len(word), value) for word, value in listed if len(word) > 1 and word in said] if within else []
    return max(inside)[1] if inside else None


def _plain(words: str) -> str:
    return "".join(sign for sign in without_accents(words.lower()) if sign.isalnum())
