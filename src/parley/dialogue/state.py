"""What a conversation remembers from one turn to the next: a small value that is saved after every turn."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from parley.contract import Expectation, Language, Mention


class Pending(StrEnum):
    """What kind of question is open."""

    SLOT = "slot"
    CHOICE = "choice"
    """One of a few was offered."""
    CONFIRMATION = "confirmation"
    """A summary was read back."""
    INTENT = "intent"
    """"Did you want to …?", because it was not understood surely."""
    CHANGE = "change"
    """The summary was refused: what shall be different?"""
    HUMAN = "human"
    """Shall a person take over?"""
    UNDO = "undo"
    """Shall what was done be taken back?"""
    MORE_DANGER = "danger"
    """After an emergency: is really nobody in danger?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of the things offered, with its words as they were read out."""

    value: Any
    text: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The question that is open."""

    kind: Pending
    slot: str = ""
    text: str = ""
    """As it was asked, to be said again after a side question."""
    options: tuple[Option, ...] = ()
    expects: Expectation | None = None
    """What the skill said the answer may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """An intent that is being worked on, with what is known of its slots."""

    intent: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    number: int = 0
    """Counts the frames of a conversation: part of the idempotency key."""
    refused: tuple[Any, ...] = ()
    """Values offered and turned down; skills find them in `context.facts["refused"]`."""
    offered: tuple[Option, ...] = ()
    """Among what was chosen last, for "no, the other one"."""
    chose: str = ""
    """The slot that this choice filled."""
    confirmed: bool = False
    """Its intent was doubtful and has been asked about, or its summary has been accepted."""
    replaces: Mapping[str, Any] | None = None
    """It corrects something that was done: by this the skill takes that back once the new one is done."""

    def with_slots(self, slots: Mapping[str, Any]) -> "Frame":
        """The same frame with other slots."""
        return replace(self, slots=dict(slots))


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One intent that was served, for what refers back to it."""

    intent: str
    slots: Mapping[str, Any]
    turn: int
    undo: Mapping[str, Any] | None = None
    """By this the skill takes it back; None: nothing was changed, or it cannot be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """An emergency in force. It is undone by two clear answers, never by one "no"."""

    kind: str
    denials: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything the dialogue knows about a conversation."""

    conversation_id: str = ""
    language: Language = "en"
    turn: int = 0
    """How often the person has spoken."""
    at: dt.datetime | None = None
    """When the person spoke last."""
    frame: Frame | None = None
    """What is being worked on."""
    asked: Asked | None = None
    suspended: tuple[Frame, ...] = ()
    """Work left for a side question, the latest last; it is taken up again."""
    held: tuple[Frame, ...] = ()
    """Wishes of the same breath that wait their turn, the first first."""
    frames: int = 0
    """How many frames there have been."""
    past: tuple[Past, ...] = ()
    """The intents of the last turns, the latest last."""
    mentions: tuple[Mention, ...] = ()
    """Things read out last, in the order of reading."""
    mentioned: int = 0
    """The turn in which they were read out."""
    said: tuple[str, ...] = ()
    """The last reply, for "repeat that"."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What skills have found out for the whole conversation (a verified patient)."""
    talk: tuple[tuple[str, str], ...] = ()
    """What was said lately, as (`user` or `assistant`, words): kept only where a language model leads."""
    failures: int = 0
    """Turns in a row that were not understood."""
    danger: Danger | None = None
    human: bool = False
    """A person has been asked for."""
    over: bool = False

    def to_json(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return dict(_adapter().dump_python(self, mode="json"))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "State":
        """The state that `to_json` wrote. Raises pydantic.ValidationError for anything else."""
        return _adapter().validate_python(data)

    def key(self, frame: Frame) -> str:
        """The idempotency key of a frame: the same however often the same turn is tried again."""
        return f"{self.conversation_id}:{frame.number}"

    def opened(self, intent: str, slots: Mapping[str, Any], *, replaces: Mapping[str, Any] | None = None) -> "State":
        """With a new frame in hand; a question about the former one falls away with it."""
        number = self.frames + 1
        frame = Frame(intent=intent, slots=dict(slots), number=number, replaces=replaces)
        return replace(self, frame=frame, frames=number, asked=None)

    def at_work(self) -> tuple[Frame, ...]:
        """The wish in hand, and those that were interrupted."""
        return (*self.suspended, *((self.frame,) if self.frame is not None else ()))

    def knowing(self, facts: Mapping[str, Any]) -> "State":
        """With more facts; one that is None is forgotten."""
        known = {**self.facts, **facts}
        return replace(self, facts={name: value for name, value in known.items() if value is not None})

    def undoable(self) -> Past | None:
        """What was done last and can be taken back."""
        return next((past for past in reversed(self.past) if past.undo is not None), None)

    def closed(self) -> "State":
        """With nothing in hand, and nothing waiting."""
        return replace(self, frame=None, asked=None, suspended=(), held=())

    def aged(self, now: dt.datetime, *, minutes: int, turns: int) -> "State":
        """One turn later: what is older than the context lives has been forgotten."""
        turn = self.turn + 1
        stale = self.at is not None and now - self.at > dt.timedelta(minutes=minutes)
        if stale:
            fresh = replace(self, frame=None, asked=None, suspended=(), held=(), past=(), mentions=(), failures=0)
            return replace(fresh, turn=turn, at=now, facts={}, talk=())
        past = tuple(item for item in self.past if turn - item.turn <= turns)
        mentions = self.mentions if turn - self.mentioned <= turns else ()
        return replace(self, turn=turn, at=now, past=past, mentions=mentions)


@cache
def _adapter() -> TypeAdapter[State]:
    return TypeAdapter(State)
