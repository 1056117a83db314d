"""Sentences: the unit that is synthesised, cached, and begun again when a provider breaks off."""

import re
from collections.abc import Iterator
from typing import Final

LONGEST: Final = 280
"""Characters; a longer sentence is divided at its commas, then at its spaces."""

_END = re.compile(r"(?<=[.!?…。！？])[\"»”’)]*\s+|\n+")
_INITIAL = re.compile(r"(?:^|\s)[A-Z]\.[\"»”’)]*\s*$")
_COMMA = re.compile(r"(?<=[,;:，、])\s+")
_SPACE = re.compile(r"\s+")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of words that are ready to be said, in order. An initial (`J. Smith`) ends none."""
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if "\n" not in end.group() and _INITIAL.search(text[start : end.end()]):
            continue
        found.append(text[start : end.end()])
        start = end.end()
    found.append(text[start:])
    return tuple(part for sentence in found for part in _divided(sentence.strip()) if part)


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
