"""Amounts with a unit: `500 mg`, `37,5 °C`, `10 mg/kg`; and percentages."""

import re
from collections.abc import Iterator
from functools import cache

from parley.speaking.normalise.speech import Found, Speech, any_of


@cache
def _pattern(speech: Speech) -> re.Pattern[str]:
    units = any_of(speech.words["units"])
    return re.compile(
        rf"(?<![\d.,])(?P<number>{speech.number})\s?-?(?P<unit>{units})(?:/(?P<per>{units}))?(?![A-Za-zÀ-ÿ²³])"
    )


def find(text: str, speech: Speech) -> Iterator[Found]:
    """Numbers followed by a unit of the language's table."""
    units = speech.words["units"]
    for match in _pattern(speech).finditer(text):
        unit = units[match["unit"]]
        words = f"{speech.say(match['number'], feminine=bool(unit.get('feminine')))} "
        words += speech.one_of(unit["say"], match["number"])
        if match["per"]:
            words += f" {speech.words['per']} {units[match['per']]['say'][0]}"
        yield Found(match.start(), match.end(), words)
