"""Abbreviations with a point or a capital: `Dr.`, `St`, `Mme`, `approx.`"""

import re
from collections.abc import Iterator
from functools import cache

from parley.speaking.normalise.speech import Found, Speech


@cache
def _patterns(speech: Speech) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The table's patterns in order: the more special first. The match alone is replaced, never its surroundings."""
    return tuple((re.compile(row["written"]), row["said"]) for row in speech.words["abbreviations"])


def find(text: str, speech: Speech) -> Iterator[Found]:
    """Every row of the table that stands in the text."""
    for pattern, said in _patterns(speech):
        for match in pattern.finditer(text):
            yield Found(match.start(), match.end(), said)
