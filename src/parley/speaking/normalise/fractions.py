"""Fractions: `1/2`, `¾`, `2 ½`; and readings such as a blood pressure, `120/80`."""

import re
from collections.abc import Iterator
from typing import Final

from parley.speaking.normalise.speech import Found, Speech

_SIGNS: Final = {"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4)}
_PATTERN: Final = re.compile(
    rf"(?<![\d/.,])(?:(?P<whole>\d{{1,3}})\s?)?(?P<sign>[{''.join(_SIGNS)}])"
    r"|(?<![\d/.,])(?:(?P<mixed>\d{1,3})\s)?(?P<top>\d{1,3})/(?P<bottom>\d{1,3})(?![\d/])"
)


def find(text: str, speech: Speech) -> Iterator[Found]:
    """Those with a name of their own by name; the rest as one number over the other."""
    named = speech.words["fractions"]
    for match in _PATTERN.finditer(text):
        if match["sign"]:
            pair, whole = _SIGNS[match["sign"]], match["whole"]
        else:
            pair, whole = (int(match["top"]), int(match["bottom"])), match["mixed"]
        start = match.start()
        name = named.get(f"{pair[0]}/{pair[1]}")
        if name is None:
            start, whole = (match.start("top"), None) if match["top"] else (start, whole)
            top, bottom = (speech.numbers.cardinal(part) for part in pair)
            name = speech.words["over"].format(top=top, bottom=bottom)
        elif whole:
            name = speech.words["mixed"].format(whole=speech.numbers.cardinal(int(whole)), fraction=name)
        yield Found(start, match.end(), name)
