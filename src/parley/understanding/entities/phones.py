"""Telephone numbers, spoken digit by digit or in groups, and written, as E.164."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import phonenumbers

from parley.understanding.entities.chart import Token

_WRITTEN = re.compile(r"(?<![\d.])\+?\(?\d[\d\s().\-/]{5,24}\d(?!\d)")
SHORTEST = 7
"""Digits from which on a run of spoken digits may be a telephone number."""


@dataclass(frozen=True, slots=True)
class Digits:
    """A run of digits in the text."""

    start: int
    end: int
    digits: str


def written_phones(text: str, country: str) -> Iterator[tuple[int, int, str]]:
    """Valid numbers written in digits, as (start, end, E.164)."""
    for match in _WRITTEN.finditer(text):
        number = e164(match[0], country)
        if number:
            yield match.start(), match.end(), number


def e164(said: str, country: str) -> str | None:
    """A number in the form of the country or with its country code; None where it is no valid number."""
    try:
        number = phonenumbers.parse(said, country)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def runs(tokens: list[Token], text: str) -> Iterator[Digits]:
    """Runs of `digit_group` tokens (their value is the digits) with nothing but spaces and hyphens between."""
    groups: dict[int, Token] = {}
    for token in tokens:
        if token.category == "digit_group" and (token.start not in groups or token.end > groups[token.start].end):
            groups[token.start] = token
    run: Digits | None = None
    for token in (groups[start] for start in sorted(groups)):
        if run is not None and token.start < run.end:
            continue
        if run is not None and not text[run.end : token.start].strip(" -.,()"):
            run = replace(run, end=token.end, digits=run.digits + token.value)
            continue
        if run is not None:
            yield run
        run = Digits(token.start, token.end, token.value)
    if run is not None:
        yield run
