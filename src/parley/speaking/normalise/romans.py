"""Roman numerals, only where a word beside them says that they are numbers: `Type II`, `Louis XIV`, `XXe siècle`."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from parley.speaking.normalise.speech import Found, Speech

_NUMERAL: Final = re.compile(r"(?=[IVX])(X{0,3})(IX|IV|V?I{0,3})")
_VALUES: Final = {"I": 1, "V": 5, "X": 10}


@cache
def _patterns(speech: Speech) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["written"]), row["said"]) for row in speech.words["romans"])


def find(text: str, speech: Speech) -> Iterator[Found]:
    """1 to 39, in capitals, well formed."""
    for pattern, said in _patterns(speech):
        for match in pattern.finditer(text):
            if _NUMERAL.fullmatch(match["roman"]):
                number = value(match["roman"])
                words = said.format(cardinal=speech.numbers.cardinal(number), ordinal=speech.numbers.ordinal(number))
                yield Found(match.start("roman"), match.end(), words)


def value(numeral: str) -> int:
    """The number of a well-formed numeral."""
    values = [_VALUES[letter] for letter in numeral]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))
