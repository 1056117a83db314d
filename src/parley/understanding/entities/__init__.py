"""Dates, times, lengths, repetition, numbers, amounts, telephones, spelled names and e-mail addresses in a text.

    for reading in parse("next friday at half past three", language="en", now=now):
        reading.kind, reading.value, reading.ambiguous

How a language is added stands in `engine.py`.
"""

import datetime as dt

from parley.contract import Expectation, Kind, Language
from parley.understanding.entities.readings import Reading, readings
from parley.understanding.entities.spotting import search
from parley.understanding.entities.switching import others_in
from parley.understanding.entities.written import LONGEST

__all__ = ["Reading", "parse"]

SWITCHED = frozenset(
    {Kind.DATE, Kind.TIME, Kind.DATE_RANGE, Kind.WEEKDAY, Kind.PART_OF_DAY, Kind.DURATION, Kind.RECURRENCE}
)
"""What is understood in another language in the middle of a sentence."""
BUSINESS_HOURS = (dt.time(9), dt.time(18))


def parse(
    text: str,
    *,
    language: Language,
    now: dt.datetime,
    kinds: frozenset[Kind] | None = None,
    expects: Expectation | None = None,
    country: str = "US",
    business_hours: tuple[dt.time, dt.time] = BUSINESS_HOURS,
) -> tuple[Reading, ...]:
    """All values in a text, in its order; one stretch of words may have several (a date, and the time in it).

    `now` is aware, in the person's zone. `kinds` restricts what is looked for. `expects` says what was asked: its
    kind makes a bare number a date or a time, `business_hours` on it puts a bare clock time into opening hours, and
    the slot `dob` puts dates into the past. Never raises for any text.
    """
    if now.tzinfo is None:
        raise ValueError("now must be aware, in the zone of the person")
    hours = business_hours if expects is not None and expects.business_hours else None

    def found(tongue: Language) -> tuple[Reading, ...]:
        places = search(
            text, language=tongue, now=now, kinds=kinds, expects=expects, country=country, business_hours=hours
        )
        return tuple(reading for reading in readings(places) if kinds is None or reading.kind in kinds)

    own = found(language)
    for other in others_in(text[:LONGEST].lower(), language):
        own = _with(own, [reading for reading in found(other) if reading.kind in SWITCHED])
    return own


def _with(own: tuple[Reading, ...], others: list[Reading]) -> tuple[Reading, ...]:
    """The readings, and those of another language where there is none yet, or only a bare number."""
    taken = [reading for reading in own if reading.kind is not Kind.NUMBER]
    new = [reading for reading in others if not any(_touch(reading, each) for each in taken)]
    kept = [each for each in own if each.kind is not Kind.NUMBER or not any(_touch(each, reading) for reading in new)]
    return tuple(sorted([*kept, *new], key=lambda reading: reading.start)) if new else own


def _touch(one: Reading, other: Reading) -> bool:
    return one.start < other.end and other.start < one.end
