"""Where and when words are said, and what the grammar finds in them there."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from parley.contract import Expectation, Kind, Language
from parley.understanding.context import Likely
from parley.understanding.entities import Reading
from parley.understanding.entities import parse as read
from parley.understanding.lexicons import Lexicons

GRAMMAR: Final = frozenset(Kind) - {Kind.CHOICE, Kind.NAME, Kind.TEXT, Kind.FLAG}
"""Kinds that the grammar reads."""


HOMES: Final[Mapping[Language, str]] = {"en": "US", "fr": "FR", "ko": "KR"}
"""Where telephone numbers said in a language are read when the house's own country knows no such number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where and when words are said."""

    language: Language
    now: dt.datetime
    expectation: Expectation
    business_hours: bool
    lexicons: Lexicons
    names: Sequence[Likely] = ()
    whole: tuple[Reading, ...] = ()
    """What the grammar finds in the whole utterance."""
    country: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A slot's value with the slot that it belongs to: words marked as a date may be a range."""

    slot: str
    value: Any
    ambiguous: tuple[Any, ...] = field(default=())


def readings(text: str, scene: Scene, *, kind: Kind | None = None, slot: str | None = None) -> tuple[Reading, ...]:
    """What the grammar finds in the text; with `kind`, only such and as if `slot` had been asked for."""

    def found(country: str) -> tuple[Reading, ...]:
        return _read(text, scene.language, scene.now, kind, slot, scene.business_hours, country)

    here = found(scene.country)
    home = HOMES[scene.language]
    if home == scene.country or kind is not Kind.PHONE:
        return here
    if any(each.kind is Kind.PHONE for each in here):
        return here
    # Who speaks another language than the house may well give a number of another country.
    return (*here, *found(home))


@lru_cache(maxsize=32)
def _read(
    text: str,
    language: Language,
    now: dt.datetime,
    kind: Kind | None,
    slot: str | None,
    business_hours: bool,
    country: str,
) -> tuple[Reading, ...]:
    """The grammar's readings, remembered while an utterance is understood: the network and its slots ask alike."""
    expects = Expectation(slot=slot, kind=kind, business_hours=business_hours)
    kinds = None if kind is None else frozenset({kind})
    return read(text, language=language, now=now, kinds=kinds, expects=expects, country=country)
