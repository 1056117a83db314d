"""Where and when words are said, and what the grammar finds in them there."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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


_MOMENTS: Final = frozenset({Kind.DATE, Kind.TIME, Kind.DATE_RANGE, Kind.WEEKDAY, Kind.PART_OF_DAY, None})
"""Kinds of which an ordinal could be a value, if nothing had been offered."""
_SHORTEST_PHONE: Final = 7
"""Digits from which on a text may hold a telephone number written down."""


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
    early: bool = False
    """Whether a bare clock time means the morning."""
    read_before: dict[Any, tuple[Reading, ...]] = field(default_factory=dict, compare=False, repr=False)
    """What was read in this scene, and in those made from it: marks often ask for the same words again."""

    @property
    def choices(self) -> int:
        """How many things were offered for the slot that was asked for."""
        asked = self.expectation
        offered = sum(phrase.slot == asked.slot for phrase in asked.phrases) if asked.slot else 0
        return asked.choices or (offered if asked.kind in _MOMENTS else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A slot's value with the slot that it belongs to: words marked as a date may be a range."""

    slot: str
    value: Any
    ambiguous: tuple[Any, ...] = field(default=())


def readings(text: str, scene: Scene, *, kind: Kind | None = None, slot: str | None = None) -> tuple[Reading, ...]:
    """What the grammar finds in the text; with `kind`, only such and as if `slot` had been asked for."""
    expects = Expectation(
        slot=slot, kind=kind, business_hours=scene.business_hours, early=scene.early, choices=scene.choices
    )

    def found(country: str, kinds: frozenset[Kind] | None) -> tuple[Reading, ...]:
        asked = (text, kinds, slot, kind, scene.business_hours, scene.early, country)
        if asked not in scene.read_before:
            scene.read_before[asked] = read(
                text, language=scene.language, now=scene.now, kinds=kinds, expects=expects, country=country
            )
        return scene.read_before[asked]

    here = found(scene.country, None if kind is None else frozenset({kind}))
    home = HOMES[scene.language]
    if home == scene.country or kind not in (None, Kind.PHONE) or sum(map(str.isdigit, text)) < _SHORTEST_PHONE:
        return here
    if any(each.kind is Kind.PHONE for each in here):
        return here
    # Who speaks another language than the house may well give a number of another country.
    phones = found(home, frozenset({Kind.PHONE}))
    return (*(each for each in here if all(_apart(each, phone) for phone in phones)), *phones)


def _apart(one: Reading, other: Reading) -> bool:
    return one.end <= other.start or other.end <= one.start
