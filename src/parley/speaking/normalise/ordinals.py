"""Ordinals: `22nd`, `1er`, `3번째`, `제2`."""

import re
from collections.abc import Iterator
from functools import cache

from parley.speaking.normalise.speech import Found, Speech


@cache
def _patterns(speech: Speech) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in speech.words["ordinals"]["patterns"])


def find(text: str, speech: Speech) -> Iterator[Found]:
    """Up to five figures; longer ones are no ordinals that anybody says."""
    feminine = speech.words["ordinals"]["feminine"]
    for pattern in _patterns(speech):
        for match in pattern.finditer(text):
            ending = match.groupdict().get("ending") or ""
            if number := int(match["number"]):
                words = speech.numbers.ordinal(number, feminine=ending in feminine)
                yield Found(match.start(), match.end(), words)
