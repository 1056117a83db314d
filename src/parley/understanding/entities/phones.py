"""Telephone numbers, spoken digit by digit or in groups, and written, as E.164."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice

import phonenumbers

from parley.understanding.entities.chart import Token

_WRITTEN = re.compile(r"(?<![\d.])\+?\(?\d[\d\s().\-/]{5,24}\d(?!\d)")
SHORTEST = 7
"""Digits from which on a run of spoken digits may be a telephone number."""
LONGEST = 24
"""Digits beyond which no other grouping is looked for."""
MOST_WAYS = 200
"""Groupings of one run that are looked at."""
_BETWEEN = " -.,()"


@dataclass(frozen=True, slots=True)
class Digits:
    """A run of digits in the text."""

    start: int
    end: int
    digits: str
    groups: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    """Every group of digits in the text: its start, its end, its digits."""


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
    if number.italian_leading_zero and not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def runs(tokens: list[Token], text: str) -> Iterator[Digits]:
    """Runs of `digit_group` tokens (their value is the digits) with nothing but spaces and hyphens between."""
    groups: dict[int, dict[int, str]] = {}
    for token in tokens:
        if token.category == "digit_group":
            groups.setdefault(token.start, {})[token.end] = token.value
    run: Digits | None = None
    for start in sorted(groups):
        end = max(groups[start])
        if run is not None and start < run.end:
            continue
        if run is not None and not text[run.end : start].strip(_BETWEEN):
            run = replace(run, end=end, digits=run.digits + groups[start][end])
            continue
        if run is not None:
            yield run
        run = Digits(start, end, groups[start][end], groups)
    if run is not None:
        yield run


def phone_of(run: Digits, text: str, country: str) -> str | None:
    """The number in a run of digits. Where it has none of a right length as it stands, it may have been said in other
    groups: `quatre vingt douze` is 92, or 4, 20 and 12; `soixante, dix-huit` is 60 and 18, or 78.
    """
    number = e164(run.digits, country)
    if number is not None or len(run.digits) > LONGEST:
        return number
    others = islice(_ways(run.groups, run.start, run.end, text), MOST_WAYS)
    return next((number for digits in others if (number := e164(digits, country))), None)


def _ways(
    groups: Mapping[int, Mapping[int, str]], at: int, end: int, text: str, *, unit: bool = True
) -> Iterator[str]:
    """The digits of every grouping from `at` to `end`. `unit`: a digit from 1 to 9 may come first."""
    begin = _next(text, at, end)
    if begin >= end:
        yield ""
        return
    for stop, digits in sorted(groups.get(begin, {}).items(), reverse=True):
        if not unit and len(digits) == 1 and digits != "0":
            continue
        after = _next(text, stop, end)
        paused = any(sign in text[stop:after] for sign in ".,")
        for rest in _ways(groups, stop, end, text, unit=paused or not _adds(digits, "1")):
            yield digits + rest
        for far, more in groups.get(after, {}).items():
            if paused and _adds(digits, more):
                for rest in _ways(groups, far, end, text):
                    yield str(int(digits) + int(more)) + rest


def _next(text: str, at: int, end: int) -> int:
    while at < end and text[at] in _BETWEEN:
        at += 1
    return at


def _adds(tens: str, unit: str) -> bool:
    """Whether a pause may have cut a number between them."""
    if len(tens) != 2 or tens[1] != "0" or not unit.isdigit() or unit[0] == "0":
        return False
    return int(unit) < (20 if tens in ("60", "80") else 10)
