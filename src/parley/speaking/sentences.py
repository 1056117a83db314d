"""Sentences: the unit that is synthesised, cached, said while more is to come, and begun again when a provider breaks
off.

A point ends one unless it stands in a number, behind an initial or an abbreviation, or before words that go on in
lower case. `sentence_ends.yaml` knows the abbreviations of each language.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from parley.contract import Language

LONGEST: Final = 280
"""Characters; a longer sentence is divided at its commas, then at its spaces."""

_MARK: Final = re.compile(r"(?P<mark>[.!?…]+)[\"”’)\]]*(?:\s?»)?(?=\s)|[。！？]+[\"”’)\]」』]*|\n+")
_LAST_WORD: Final = re.compile(r"[^\s(\[\"“«]+$")
_INITIAL: Final = re.compile(r"(?:[A-Z]\.)*[A-Z]")
"""`J` of "J. Smith", `U.S` of "U.S. dollars"."""
_COMMA: Final = re.compile(r"(?<=[,;:，、])\s+")
_SPACE: Final = re.compile(r"\s+")


class Sentences:
    """Cuts words that come in pieces into sentences, each as soon as it surely has ended."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language
        self._text = ""

    def add(self, piece: str) -> tuple[str, ...]:
        """The sentences that have ended with this piece. One ends for sure when it is seen what comes after it."""
        self._text += piece
        found = tuple(self._ended())
        return tuple(part for sentence in found for part in _divided(sentence))

    def rest(self) -> tuple[str, ...]:
        """What is left when no more comes."""
        rest, self._text = self._text.strip(), ""
        return tuple(_divided(rest)) if rest else ()

    def _ended(self) -> Iterator[str]:
        start = 0
        for mark in _MARK.finditer(self._text):
            after = self._text[mark.end() :].lstrip()
            if after in ("", "»"):
                break
            if mark["mark"] is None or self._ends(start, mark, after[0]):
                if sentence := self._text[start : mark.end()].strip():
                    yield sentence
                start = mark.end()
        self._text = self._text[start:]

    def _ends(self, start: int, mark: re.Match[str], following: str) -> bool:
        """Whether the mark behind the words since `start` ends them, where `following` is the next sign."""
        if "?" in mark["mark"] or "!" in mark["mark"]:
            return True
        if following.islower():
            return False
        if mark["mark"] != ".":
            return True
        words = self._text[start : mark.start()].strip()
        last = _LAST_WORD.search(words)
        word = last.group() if last is not None else ""
        if word.isdigit() and (word == words or following.isdigit()):
            return False
        return not (_INITIAL.fullmatch(word) or self._abbreviates(words.casefold(), number=following.isdigit()))

    def _abbreviates(self, words: str, *, number: bool) -> bool:
        known = _abbreviations(self._language)
        kinds = ("always", "before_number") if number else ("always",)
        return any(known[kind].search(words) for kind in kinds)


def sentences(text: str, language: Language) -> tuple[str, ...]:
    """The sentences of a text, in order."""
    cut = Sentences(language)
    return (*cut.add(text), *cut.rest())


@cache
def _abbreviations(language: Language) -> Mapping[str, re.Pattern[str]]:
    data = yaml.safe_load(Path(__file__).with_name("sentence_ends.yaml").read_text(encoding="utf-8"))
    return {kind: re.compile(rf"(?<![^\W_])(?:{'|'.join(words)})$") for kind, words in data[language].items()}


def _divided(sentence: str) -> Iterator[str]:
    if len(sentence) <= LONGEST:
        yield sentence
        return
    line = ""
    for clause in _COMMA.split(sentence):
        words = [clause] if len(clause) <= LONGEST else _SPACE.split(clause)
        for word in (piece for whole in words for piece in _cut(whole)):
            if line and len(line) + 1 + len(word) > LONGEST:
                yield line
                line = word
            else:
                line = f"{line} {word}" if line else word
    yield line


def _cut(word: str) -> Iterator[str]:
    for start in range(0, len(word), LONGEST):
        yield word[start : start + LONGEST]
