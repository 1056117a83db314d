"""Money: `$25.50`, `25,50 €`, `5,000원`, `CAD 40`."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from parley.speaking.normalise.speech import Found, Speech, any_of


@cache
def _pattern(speech: Speech) -> re.Pattern[str]:
    signs = any_of(speech.words["currencies"])
    scales = any_of(speech.words["scales"])
    before, after = (
        rf"(?P<{name}>{speech.number})(?:\s?(?P<{name}_scale>{scales})(?![^\W\d]))?" for name in ("before", "after")
    )
    return re.compile(
        rf"(?<![A-Za-z])(?P<sign>{signs})\s?{before}|(?<![\d.,]){after}\s?(?P<trailing_sign>{signs})(?![A-Za-z])"
    )


def find(text: str, speech: Speech) -> Iterator[Found]:
    """Amounts with a sign or a code of the language's table."""
    for match in _pattern(speech).finditer(text):
        side = "before" if match["before"] else "after"
        written, scale = match[side], match[f"{side}_scale"]
        currency = speech.words["currencies"][match["sign"] or match["trailing_sign"]]
        words = _scaled(written, scale, currency, speech) if scale else _words(written, currency, speech)
        yield Found(match.start(), match.end(), words)


def _scaled(written: str, scale: str, currency: dict[str, Any], speech: Speech) -> str:
    """`1,5 million €`: French links the unit to a noun such as million (un million d'euros)."""
    way = speech.words["scales"][scale]
    unit = currency.get("linked", currency["unit"][-1]) if way.get("linked") else currency["unit"][-1]
    return f"{speech.say(written)} {speech.one_of(way['say'], written)} {unit}"


def _words(written: str, currency: dict[str, Any], speech: Speech) -> str:
    """Two decimals are cents; other decimals stay decimals."""
    whole, fraction = speech.parts(written)
    if len(fraction) not in (1, 2) or "cents" not in currency:
        if fraction.strip("0"):
            return f"{speech.say(written)} {speech.one_of(currency['unit'], written)}"
        fraction = ""
    feminine = bool(currency.get("feminine"))
    cents = int(fraction.ljust(2, "0")) if fraction else 0
    said = []
    if int(whole) or not cents:
        said.append(
            f"{speech.say(whole.lstrip('0') or '0', feminine=feminine)} {speech.one_of(currency['unit'], whole)}"
        )
    if cents:
        said.append(f"{speech.say(str(cents))} {speech.one_of(currency['cents'], str(cents))}")
    return str(speech.words["money_join"]).join(said)
