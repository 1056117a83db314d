"""A text searched: everything found in it that is a time, a number or an amount, as it is meant."""

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from parley.contract import Expectation, Kind, Language
from parley.understanding.entities.births import birthdays, places
from parley.understanding.entities.calendar import Dated, Fields, Frame
from parley.understanding.entities.chart import Token
from parley.understanding.entities.choosing import TIMES, Spot, longest
from parley.understanding.entities.corrections import corrected
from parley.understanding.entities.edges import edges_of
from parley.understanding.entities.emails import Address, addresses
from parley.understanding.entities.engine import TOPS, Engine, engine_for
from parley.understanding.entities.moments import Moment
from parley.understanding.entities.rows import (
    covered,
    digit_dates,
    numbers_by_digit,
    outside_changes,
    outside_digits,
    outside_numbers,
    phones_in,
)
from parley.understanding.entities.spelling import SHORTEST as SHORTEST_SPELLING
from parley.understanding.entities.spelling import spelled
from parley.understanding.entities.written import Written, written

_CATEGORIES: dict[Kind, frozenset[str]] = {
    Kind.DATE: TIMES,
    Kind.TIME: TIMES,
    Kind.DATE_RANGE: TIMES,
    Kind.PART_OF_DAY: TIMES,
    Kind.WEEKDAY: TIMES,
    Kind.DURATION: frozenset({"length", "shift", "moment", "date"}),
    Kind.RECURRENCE: frozenset({"recurrence", "recurring", "frequency"}),
    Kind.FREQUENCY: frozenset({"frequency"}),
    Kind.QUANTITY: frozenset({"quantity"}),
    Kind.NUMBER: frozenset({"number", "ordinal"}),
}


BIRTHS = frozenset({"dob", "birth_date"})
"""Slots whose dates lie in the past."""
_WAITED = {Kind.DATE, Kind.TIME, Kind.DATE_RANGE, Kind.WEEKDAY, Kind.PART_OF_DAY}


@dataclass(frozen=True, slots=True)
class Search:
    """A text searched: what was found, and the text to find the way back with."""

    written: Written
    spots: tuple[Spot, ...]
    frame: Frame
    phones: tuple[tuple[int, int, str], ...] = ()
    """Telephone numbers, as (start, end, E.164)."""
    spellings: tuple[tuple[int, int, str], ...] = ()
    """Spelled names, as (start, end, letters)."""
    emails: tuple[Address, ...] = ()


def search(
    text: str,
    *,
    language: Language,
    now: dt.datetime,
    kinds: Collection[Kind] | None = None,
    expects: Expectation | None = None,
    country: str = "US",
    business_hours: tuple[dt.time, dt.time] | None = None,
    latent: bool = False,
) -> Search:
    """Find the times, numbers and amounts of a text, in order. `latent` takes bare numbers for times as well."""
    engine, source = engine_for(language, country), written(text)
    plain, kind = source.plain, expects.kind if expects else None
    births = places(engine, source, "dob_hint")
    frame = _frame(now, country, business_hours, engine, source, expects, born=bool(births))
    everything = engine.run(plain, frame)
    edges = edges_of(language)
    if edges is not None:
        everything = edges.digits(everything, plain)
        everything += numbers_by_digit(everything, plain)
    emails = addresses(plain, everything, language) if kinds is None or Kind.EMAIL in kinds else []
    taken = [(each.start, each.end, each.value) for each in emails]
    phones: list[tuple[int, int, str]] = []
    if kinds is None or Kind.PHONE in kinds:
        phones = phones_in(everything, plain, country, kind is Kind.PHONE)
    taken += phones
    spellings: list[tuple[int, int, str]] = []
    if kinds is None or Kind.SPELLING in kinds:
        shortest = 1 if kind is Kind.SPELLING else SHORTEST_SPELLING
        spellings = [s for s in spelled(plain, language, shortest=shortest) if not covered(s, taken)]
    if kind is Kind.DATE:
        everything += digit_dates(everything, plain, frame)
    else:
        everything = outside_digits(everything, plain)
    everything = outside_changes(everything, plain, places(engine, source, "change_hint"))
    if _waited(expects) and engine.lexicon.boundaries:
        everything = outside_numbers(everything, plain)
    tokens = [t for t in everything if not covered((t.start, t.end, ""), taken)]
    tokens = [t for t in tokens if t.category != "quantity" or not covered((t.start, t.end, ""), spellings)]
    tokens = _fitting(edges.standing(tokens, plain) if edges is not None else tokens, plain, engine, kinds, expects)
    asked_birth = expects is not None and expects.slot in BIRTHS
    spots = longest(
        tokens,
        frame,
        _waited(expects),
        latent,
        lasting=kind is Kind.DURATION,
        behind=None if asked_birth else birthdays(births, tokens),
    )
    spots = list(corrected(spots, plain, engine, tokens, frame))
    return Search(source, tuple(spots), frame, tuple(phones), tuple(spellings), tuple(emails))


def _frame(
    now: dt.datetime,
    country: str,
    hours: tuple[dt.time, dt.time] | None,
    engine: Engine,
    source: Written,
    expects: Expectation | None,
    *,
    born: bool,
) -> Frame:
    """From where the times of a text are seen. `born`: it speaks of a birth."""
    return Frame(
        now=now.replace(tzinfo=None, microsecond=0),
        zone=now.tzinfo,
        country=country,
        hours=hours,
        past=born or (expects is not None and expects.slot in BIRTHS),
        clock24=bool(engine.data.get("clock24")),
        early=(expects is not None and expects.early) or bool(places(engine, source, "early_hint")),
    )


def _waited(expects: Expectation | None) -> Kind | None:
    """The kind of time that is waited for."""
    return expects.kind if expects is not None and expects.kind in _WAITED else None


def _fitting(
    tokens: list[Token], text: str, engine: Engine, kinds: Collection[Kind] | None, expects: Expectation | None
) -> list[Token]:
    """The tokens that may be what is looked for: of these kinds, no articles, and no ranks among what was offered."""
    allowed = (
        frozenset(TOPS) if kinds is None else frozenset().union(*(_CATEGORIES.get(k, frozenset()) for k in kinds))
    )
    numbers_only = kinds is not None and not _WAITED & set(kinds)
    if expects is not None and expects.kind is Kind.NUMBER:
        tokens = [replace(t, category="number") if t.category == "paired" else t for t in tokens]
    elif numbers_only:
        whole = (t for t in tokens if t.category == "paired" and t.end - t.start == len(text.strip(" .!?")))
        tokens += [replace(t, category="number") for t in whole]
    tokens = [t for t in tokens if t.category in allowed or t.category == "void"]
    if (expects is None or expects.kind is None) and (kinds is None or Kind.NUMBER not in kinds):
        tokens = [t for t in tokens if not _article(t, text, engine)]
    tokens += [replace(t, category="date", value=t.value.date) for t in tokens if _by_itself(t, text)]
    follows = _followers(tuple(engine.data.get("after_day", ())), engine.lexicon.boundaries)
    waited, offered = _waited(expects), expects.choices if expects is not None else 0
    tokens = [t for t in tokens if t.category != "the_day" or waited or follows.match(text, t.end)]
    return [t for t in tokens if not _rank(t, offered)] if offered else tokens


def _by_itself(token: Token, text: str) -> bool:
    """Whether a short weekday or two numbers with a hyphen are a date because nothing else was said."""
    alone = token.category == "soft" and token.end - token.start == len(text.strip(" .!?"))
    return alone and any(token.find("wday_soft", "dashed")) and isinstance(token.value, Moment)


def _rank(token: Token, offered: int) -> bool:
    """Whether a day of the month, said alone, is rather one of so many things that were offered."""
    if token.category not in ("the_day", "soft"):
        return False
    date = token.value.date if isinstance(token.value, Moment) else token.value
    fields = date.fields if isinstance(date, Dated) else None
    return (
        fields is not None and fields.day is not None and fields == Fields(day=fields.day) and fields.day <= offered
    )


def _article(token: Token, text: str, engine: Engine) -> bool:
    """Whether a number is no more than an article (`un rendez-vous`)."""
    if token.category != "number" or token.end - token.start == len(text):
        return False
    return text[token.start : token.end] in engine.data.get("articles", ())


@lru_cache
def _followers(words: tuple[str, ...], boundaries: bool) -> re.Pattern[str]:
    """What may follow a day of the month said alone: the end, punctuation, or one of these words."""
    after = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    edge = r"(?!\w)" if boundaries else ""
    return re.compile(rf"\s*(?:$|[,.;:?!)]|-\s|(?:{after or '$'}){edge})")
