"""What the model sees of an utterance: hashed features of each token, and of the utterance as a bag.

A token is the sum of what is known about its form (whole, pieces of two to five characters, shape) and of what the
grammar recognises there; an unseen or misheard word is thereby close to the words that it resembles. The bag holds
words, pairs and pieces, and runs in which what is recognised stands as its kind ("at TIME on DATE"): it carries most
of the intent. Features are 32-bit hashes; a `Vocabulary` keeps those that training found worth a row.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from parley.understanding.recognising import Known, apart
from parley.understanding.tokens import Token, jamo, without_accents

MAX_WORD: Final = 24
"""Characters of a word that are looked at."""
MAX_TOKEN_FEATURES: Final = 64

Rows = npt.NDArray[np.int64]


def _hash(feature: str) -> int:
    return zlib.crc32(feature.encode())


@lru_cache(maxsize=50_000)
def _pieces(word: str, shortest: int, longest: int) -> tuple[str, ...]:
    marked = f"<{word[:MAX_WORD]}>"
    return tuple(
        marked[start : start + length]
        for length in range(shortest, longest + 1)
        for start in range(len(marked) - length + 1)
    )


def _shape(word: str) -> str:
    return "".join("0" if sign.isdigit() else "x" if sign.isalpha() else sign for sign in word[:MAX_WORD])


@lru_cache(maxsize=100_000)
def _word(form: str) -> tuple[int, ...]:
    """Features of a word by itself. The first is the whole word, which training sometimes hides."""
    plain = without_accents(form)
    if form.isdigit():
        return _hash("w" + form), _hash("s" + _shape(form)), _hash(f"d{len(form)}")
    features = [_hash("w" + form), _hash("a" + plain), *(_hash("p" + piece) for piece in _pieces(plain, 2, 5))]
    return tuple(features[:MAX_TOKEN_FEATURES])


@lru_cache(maxsize=200_000)
def _syllable(form: str, before: str, after: str, word: str, place: int) -> tuple[int, ...]:
    """Features of a Hangul syllable between its neighbours; `word` and `place` say where the writer put spaces."""
    initial, vowel, final = jamo(form)
    left, right = before[-1:], after[:1]
    near = (
        "w" + form,
        "b" + left + form,
        "f" + form + right,
        "m" + left + form + right,
        "B" + before + form,
        "F" + form + after,
        "i" + initial + vowel,
        "j" + vowel + final,
        "e" + word,
        f"n{min(place, 3)}",
        "E" + word[place:],
        "S" + word[: place + 1],
    )
    return tuple(_hash(feature) for feature in near)


def token_features(tokens: Sequence[Token], known: Sequence[Known] = ()) -> list[tuple[int, ...]]:
    """Hashed features of each token, and of what it is known to be part of; the first is the token as a whole."""
    found = _forms(tokens)
    for each in known:
        inside = [place for place, token in enumerate(tokens) if token.start < each.end and each.start < token.end]
        for place in inside:
            found[place] += _part(each.what, place == inside[0], place == inside[-1])
    return found


@lru_cache(maxsize=1_000)
def _part(what: str, first: bool, last: bool) -> tuple[int, ...]:
    """Features of a token within what is known; `first` and `last` say where in it."""
    return _hash(f"g{what}"), _hash(f"g{what}{'B' if first else 'I'}{'E' if last else ''}")


def _forms(tokens: Sequence[Token]) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    forms = [token.form for token in tokens]
    word, first = "", 0
    for index, token in enumerate(tokens):
        if not token.hangul:
            found.append(_word(token.form))
            continue
        if not (token.glued and word and first + len(word) > index):
            first, word = index, _written_word(tokens, index)
        before, after = "".join(forms[max(0, index - 2) : index]), "".join(forms[index + 1 : index + 3])
        found.append(_syllable(token.form, before[-2:], after[:2], word, index - first))
    return found


def _written_word(tokens: Sequence[Token], first: int) -> str:
    """The syllables from `first` on that are written as one word, as far as words are looked at."""
    last = first + 1
    while last < len(tokens) and last - first < MAX_WORD and tokens[last].glued and tokens[last].hangul:
        last += 1
    return "".join(token.form for token in tokens[first:last])


def bag_features(tokens: Sequence[Token]) -> list[int]:
    """Hashed features of the whole utterance, each once: words, neighbours, pieces; Hangul in runs of up to four."""
    forms = ["^", *(without_accents(token.form) for token in tokens), "$"]
    found: set[int] = set()
    for index, form in enumerate(forms):
        found.add(_hash("1" + form))
        for gap, mark in ((1, "2"), (2, "k")):
            if index + gap < len(forms):
                found.add(_hash(f"{mark}{form} {forms[index + gap]}"))
        if index + 2 < len(forms):
            found.add(_hash("3" + " ".join(forms[index : index + 3])))
        if 0 < index < len(forms) - 1 and tokens[index - 1].hangul:
            if index + 3 < len(forms):
                found.add(_hash("4" + " ".join(forms[index : index + 4])))
        else:
            found.update(_word_pieces(form))
    return sorted(found)


def known_features(tokens: Sequence[Token], known: Sequence[Known]) -> list[int]:
    """Hashed features of the whole utterance: runs of up to three in which what is known stands as its kind."""
    stretches = apart(known)
    forms, places, last = ["^"], [], None
    for token in tokens:
        around = next((each for each in stretches if each.start < token.end and token.start < each.end), None)
        if around is None:
            forms.append(without_accents(token.form))
        elif around is not last:
            places.append(len(forms))
            forms.append(f"<{around.what}>")
        last = around
    forms.append("$")
    return sorted(
        {
            _hash("g" + " ".join(forms[first : first + length]))
            for place in places
            for length in (1, 2, 3)
            for first in range(max(0, place - length + 1), place + 1)
        }
    )


@lru_cache(maxsize=100_000)
def _word_pieces(form: str) -> tuple[int, ...]:
    return tuple(_hash("c" + piece) for piece in _pieces(form, 3, 5))


class Vocabulary:
    """The features that have a row in a table. Row 0 is nobody's: padding."""

    def __init__(self, hashes: Iterable[int]) -> None:
        self.hashes = np.fromiter(hashes, dtype=np.uint32)
        self._rows = {int(value): row for row, value in enumerate(self.hashes, start=1)}

    def __len__(self) -> int:
        """Rows of the table, padding included."""
        return len(self._rows) + 1

    def rows(self, features: Iterable[int]) -> list[int]:
        """The rows of those features that are known."""
        known = self._rows
        return [row for feature in features if (row := known.get(feature))]

    @classmethod
    def of(cls, features: Iterable[Iterable[int]], *, at_least: int, at_most: int) -> "Vocabulary":
        """The features that occur `at_least` so often, the most frequent `at_most` of them."""
        counts: Counter[int] = Counter()
        for each in features:
            counts.update(each)
        ranked = sorted((-count, feature) for feature, count in counts.items() if count >= at_least)
        return cls(feature for _, feature in ranked[:at_most])


def padded(rows: Sequence[Sequence[int]]) -> Rows:
    """Rows of each token as one array [tokens, most rows of a token], padded with 0."""
    width = max((len(each) for each in rows), default=1) or 1
    array = np.zeros((len(rows), width), dtype=np.int64)
    for index, each in enumerate(rows):
        array[index, : len(each)] = each
    return array
