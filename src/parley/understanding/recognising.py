"""What the grammar recognises in an utterance, as the network is told of it: kinds and places, no values.

A date that training has never seen is a date all the same. The network therefore reads, beside the words, where the
grammar finds times, numbers and amounts, and learns from the words around them what they are there for.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from parley.contract import Language
from parley.understanding.entities import Reading
from parley.understanding.entities import parse as read
from parley.understanding.tokens import MAX_CHARACTERS

NOW: Final = "second"
"""Grain of the present moment, which is nearly always only in passing ("I'm taking it now")."""
_ANY_MOMENT: Final = dt.datetime(2026, 1, 7, 10, tzinfo=dt.UTC)
"""Kinds and places do not hang on the moment at which the words are said."""


class Known(NamedTuple):
    """A stretch of text that is known to be something."""

    what: str
    start: int
    """Offset into the text in characters."""
    end: int
    """Exclusive."""


def known_of(readings: Iterable[Reading]) -> tuple[Known, ...]:
    """The readings without their values, in order, each once."""
    told = list(readings)
    present = {(each.start, each.end) for each in told if each.grain == NOW}
    found = {Known(each.kind.value, each.start, each.end) for each in told if (each.start, each.end) not in present}
    return tuple(sorted(found, key=lambda each: (each.start, -each.end, each.what)))


def apart(known: Sequence[Known]) -> list[Known]:
    """Those that do not overlap, the longer before the shorter where they begin together."""
    chosen: list[Known] = []
    for each in known:
        if not chosen or chosen[-1].end <= each.start:
            chosen.append(each)
    return chosen


@lru_cache(maxsize=400_000)
def known_in(text: str, language: Language) -> tuple[Known, ...]:
    """What is recognised in a text of which nothing else is known; remembered, as training asks again and again."""
    return known_of(read(text[:MAX_CHARACTERS], language=language, now=_ANY_MOMENT))
