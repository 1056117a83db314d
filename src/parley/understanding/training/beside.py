"""What people say beside what they want: who is calling, why, for when; and what matters to nobody.

A template says one thing. On the telephone it comes with another in front or behind: "this is Ann Lee, …", "…, my car
broke down", "…, my dear". Which slots go beside which intents, in which words, stands in `beside/<language>.yaml`.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from parley.contract import Intent, Kind, Language
from parley.contract.pages import read_yaml
from parley.understanding.training.templates import Piece, Template, parse

FOLDER: Final = Path(__file__).parent / "beside"
ANOTHER: Final = 0.14
"""Share of utterances with a clause that fills one more slot, where there may be one."""
ASIDE: Final = 0.07
"""Share of utterances with a clause that fills none."""
COURTESY: Final = 0.09
"""Share of utterances with how somebody is addressed, thanked or asked to excuse, in front or behind."""
PAUSED: Final = 0.5
"""How often a comma stands between the two."""
QUOTED: Final = frozenset({"message", "question"})
"""Slots whose own words may well be those of a courtesy."""
_WHEN: Final = (
    frozenset({Kind.DATE, Kind.DATE_RANGE, Kind.WEEKDAY, Kind.RECURRENCE}),
    frozenset({Kind.TIME, Kind.PART_OF_DAY, Kind.DURATION}),
)
"""Kinds of which an utterance has one: who says "tomorrow" does not add "on Friday"."""


class Speaker(Protocol):
    """Says templates of one source in one language."""

    def say(self, intent: str, template: Template, chance: random.Random) -> list[Piece]:
        """The template once, with words in its slots."""


@dataclass(frozen=True, slots=True)
class _Clauses:
    """The ways to fill one slot in a clause of its own."""

    intents: frozenset[str]
    before: Sequence[Template]
    after: Sequence[Template]


class Company:
    """The clauses of one language."""

    def __init__(self, language: Language) -> None:
        where = f"beside/{language}.yaml"
        content = read_yaml(FOLDER / f"{language}.yaml")

        def templates(sources: Sequence[str]) -> list[Template]:
            return [parse(source, where=where) for source in sources]

        self._asides = templates(content["asides"])
        self._courtesies = templates(content["courtesies"])
        self._clauses = {
            slot: _Clauses(frozenset(entry["intents"]), templates(entry["before"]), templates(entry["after"]))
            for slot, entry in content["slots"].items()
        }

    def beside(self, intent: Intent, pieces: list[Piece], speaker: Speaker, chance: random.Random) -> list[Piece]:
        """The pieces, now and then with a clause before or after them."""
        front, back = _open(intent, pieces[:1]), _open(intent, pieces[-1:])
        if chance.random() < ANOTHER and (fitting := self._fitting(intent, pieces)):
            clauses = self._clauses[chance.choice(fitting)]
            before, after = () if front else clauses.before, () if back else clauses.after
        elif chance.random() < COURTESY and intent.slots.model_fields:
            before, after = self._courtesies, () if _quoted(pieces[-1:]) else self._courtesies
        elif chance.random() < ASIDE and _takes_asides(intent):
            before, after = () if front else self._asides, () if back else self._asides
        else:
            return pieces
        if not (before or after):
            return pieces
        in_front = bool(before) and (not after or chance.random() < 0.5)
        clause = speaker.say(intent.name, chance.choice(before if in_front else after), chance)
        joint = Piece(", " if chance.random() < PAUSED else " ")
        return [*clause, joint, *pieces] if in_front else [*pieces, joint, *clause]

    def _fitting(self, intent: Intent, pieces: Sequence[Piece]) -> list[str]:
        """Slots of the intent that a clause may fill beside those that are filled."""
        kinds: Mapping[str, Kind] = {name: intent.slots.slot_of(name).kind for name in intent.slots.model_fields}
        said = {piece.slot for piece in pieces if piece.slot}
        told = {kinds[slot] for slot in said}
        return [
            slot
            for slot, clauses in self._clauses.items()
            if intent.name in clauses.intents
            and slot in kinds
            and slot not in said
            and not any(kinds[slot] in group and told & group for group in _WHEN)
        ]


@cache
def company_of(language: Language) -> Company:
    """The clauses of a language. Raises ConfigurationInvalid where its file cannot be read."""
    return Company(language)


def _open(intent: Intent, edge: Sequence[Piece]) -> bool:
    """Whether the piece at an edge fills a slot in free words, of which a neighbouring clause would seem a part."""
    return any(piece.slot and intent.slots.slot_of(piece.slot).kind is Kind.TEXT for piece in edge)


def _quoted(edge: Sequence[Piece]) -> bool:
    return any(piece.slot in QUOTED for piece in edge)


def _takes_asides(intent: Intent) -> bool:
    """Whether words of no matter may stand beside it: not without a wish, nor where they would be a reason."""
    return bool(intent.slots.model_fields) and "reason" not in intent.slots.model_fields
