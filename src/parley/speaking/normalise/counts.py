"""Every other number: with its sign, its counting word, its gender; ranges; references and codes."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from parley.speaking.normalise.speech import Found, Speech, any_of

_RANGE: Final = re.compile(r"(?<=\d)\s?[-–~]\s?(?=\d)")


@cache
def _counted(speech: Speech) -> re.Pattern[str] | None:
    """A number before a word that wants it in another form; None where the language has no such words."""
    words = speech.words["counted_before"]
    if not words:
        return None
    unless = speech.words["not_counted_before"]
    return re.compile(rf"(?<![\d.,])(?P<number>\d{{1,2}})(?P<gap>\s?)(?=(?:{any_of(words)}))(?!\s?(?:{unless}))")


@cache
def _number(speech: Speech) -> re.Pattern[str]:
    feminine = speech.words["feminine_before"]
    gender = rf"(?P<feminine>(?=\s(?:{any_of(feminine)})s?\b))?" if feminine else "(?P<feminine>(?!))?"
    return re.compile(rf"(?P<minus>(?<![^\s(\[])[-−])?(?P<number>{speech.number}){gender}")


def find(text: str, speech: Speech) -> Iterator[Found]:
    """What no rule before this has claimed."""
    if counted := _counted(speech):
        for match in counted.finditer(text):
            yield Found(match.start(), match.end(), speech.numbers.counted(int(match["number"])) + " ")
    for match in _RANGE.finditer(text):
        yield Found(match.start(), match.end(), speech.words["range"], attached=True)
    for match in _number(speech).finditer(text):
        words = speech.say(match["number"], feminine=match["feminine"] is not None)
        yield Found(match.start(), match.end(), f"{speech.words['minus']} {words}" if match["minus"] else words)
