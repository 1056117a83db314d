"""Dates, times, intervals, lengths, repetition, numbers, amounts, telephone numbers and spelled names in a text.

    for reading in parse("next friday at half past three", language="en", now=now):
        reading.kind, reading.value, reading.ambiguous

How a language is added stands in `engine.py`.
"""

import datetime as dt

from parley.contract import Expectation, Kind, Language
from parley.understanding.entities.readings import Reading, readings
from parley.understanding.entities.spotting import search

__all__ = ["Reading", "parse"]

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
    found = search(
        text, language=language, now=now, kinds=kinds, expects=expects, country=country, business_hours=hours
    )
    return tuple(reading for reading in readings(found) if kinds is None or reading.kind in kinds)
