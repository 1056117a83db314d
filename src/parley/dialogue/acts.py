"""What the dialogue does next, one small value for each kind of act."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parley.contract import Language, Question, Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Base of all acts."""

    why: str = ""
    """The reason in a few words, for `parley shell --explain` and the turn's record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(Act):
    """Ask for a slot."""

    question: Question
    lead: tuple[Say, ...] = ()
    """Said before the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Act):
    """Offer a few candidates and ask which."""

    question: Question
    lead: tuple[Say, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Act):
    """Read back what is about to be done, and ask for a yes."""

    summary: Say
    lead: tuple[Say, ...] = ()
    """Said before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clarify(Act):
    """Ask whether this is what was meant."""

    intent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepare(Act):
    """Have the skill look at the slots so far."""

    intent: str
    slots: Mapping[str, Any]
    lead: tuple[Say, ...] = ()
    """Said before whatever follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execute(Act):
    """Have the skill do it."""

    intent: str
    slots: Mapping[str, Any]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Act):
    """Have the skill take back what it did."""

    intent: str
    token: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmUndo(Act):
    """Ask whether what was done shall be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(Act):
    """Say something; the open question, if any, is asked again after it."""

    say: tuple[Say, ...]
    again: bool = True
    """Whether to come back to the open question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Tell):
    """A skill has finished: its words, and what it sent to the screen."""

    again: bool = False
    events: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(Act):
    """Say the last reply again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback(Act):
    """Not understood: the open question in other words, or what one can ask for."""

    slot: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferHuman(Act):
    """Shall a person take over?"""

    sorry: bool = True
    """It is offered because nothing was understood."""
    lead: tuple[Say, ...] = ()
    """Said before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover(Act):
    """A person takes over."""

    reason: str
    summary: str = ""
    say: tuple[Say, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency(Act):
    """Somebody may be in danger: the number to call, before anything else."""

    kind: str
    first: bool = True
    """False while it stays in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyDoubt(Act):
    """It was denied once: is really nobody in danger?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopContact(Act):
    """No more calls and messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchLanguage(Act):
    """Go on in another language."""

    language: Language | None
    """None: one that we do not speak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye(Act):
    """The conversation is over."""

    facts: Mapping[str, Any] = field(default_factory=dict)
