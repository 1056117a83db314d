"""What a skill says: keys and values, never sentences. The sentences stand in `replies/<language>.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parley.contract.expectation import Expectation


@dataclass(frozen=True, slots=True)
class Say:
    """One reply: `key` names the template in the skill's `replies/<language>.yaml`, `values` fill it.

    Values are data (dates, times, numbers, names, lists of these); how they are worded is the template's affair.
    A nested `Say` is rendered in place. A key with a dot and another skill's name in front (`appointments.booked`)
    is looked up there; `say("text", text=…)` of the core speaks words as they are.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a few things a person may pick, by name, by number, or by what it is."""

    value: Any
    """What the slot gets: JSON-ready."""
    label: Say
    """How it is read out."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """Further slots that this choice settles (a slot of time settles date, time and staff)."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """What it is told from the others by ("the one on Tuesday"), and fills no slot."""
    key: str = ""
    """What a person presses or says to pick it, where that differs from its place in the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked next, and what the answer may be."""

    slot: str
    """The slot that is asked for, or `which` for a choice between candidates."""
    say: Say
    choices: tuple[Choice, ...] = ()
    expects: Expectation | None = None
    """What the recogniser and understanding should expect; None: made from the slot's kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A thing just read out, so that "that one", "the second", "the one with Ann" can be resolved."""

    id: str
    """Its id in the skill's tables."""
    slot: str
    """The slot that a reference to it fills (`which`, `medication`, `title`)."""
    label: str
    """Its words, for matching by sound."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """What is known about it (date, time, staff), for "the one on Tuesday"."""
    takes_up: str = ""
    """The intent that is meant by just taking it ("the second, please"); empty: none."""
