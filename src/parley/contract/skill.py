"""A skill: intents, sentences, replies, and the two functions that serve them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from parley.contract.context import Context, Later
from parley.contract.expectation import Phrase
from parley.contract.intents import Intent
from parley.contract.reply import Mention, Question, Say
from parley.contract.slots import Slots


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An intent with what is known of its slots."""

    intent: str
    slots: Slots
    """An instance of the intent's own slot model."""
    context: Context
    key: str
    """Idempotency key: the same for every repetition of the same request of the same conversation."""
    speculative: bool = False
    """The person may still be speaking: look, but touch nothing, not even a hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The conversation goes to a human being."""

    reason: str
    summary: str = ""
    """What the human is told, so that the caller repeats nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it, and what is said."""

    say: tuple[Say, ...]
    executed: bool = True
    """False: it was understood and not done (refused, nothing found)."""
    mentions: tuple[Mention, ...] = ()
    """Things read out just now, in the order of reading."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Merged into the conversation's facts; None as a value removes one."""
    ask: Question | None = None
    """A question to go on with; the answer fills a slot of the same intent and it is prepared again."""
    ends: bool = False
    """The conversation is over after this is said."""
    handover: Handover | None = None
    events: tuple[Mapping[str, Any], ...] = ()
    """For the screen: `{"type", …}` objects sent to the channel as they are (a timer card, a changed task)."""
    undo: Mapping[str, Any] | None = None
    """What `Undoing.undo` needs to take it back, JSON-ready; None: it cannot be taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a skill makes of the slots so far, before anything is done.

    Exactly one of these holds: `ask` (something must be asked first), `outcome` (it ends here, nothing to do),
    or neither (ready: confirmed with `summary` where the intent wants it, then executed).
    """

    slots: Slots
    """The same slots with what the skill could settle itself (the only service, the staff of the offered time)."""
    ask: Question | None = None
    outcome: Outcome | None = None
    summary: Say | None = None
    """What is read back for the yes."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What was found out by looking; merged into the conversation's facts, None as a value removes one."""
    confirm: bool | None = None
    """Overrides the intent's confirmation for this one (an unusual hour: yes; a repeated safe request: no)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something a skill says by itself: a timer has ended, a dose is due."""

    say: Say
    conversation_id: str | None = None
    """The conversation that asked for it: said there while somebody listens, else shown as a notice."""
    person_id: str | None = None
    events: tuple[Mapping[str, Any], ...] = ()
    urgent: bool = True
    """Interrupts a reply; False waits for a pause."""


@runtime_checkable
class Skill(Protocol):
    """What every skill is, built in or from outside. Its functions are plain and synchronous.

    Beside the module that holds it stand `sentences/<language>.yaml` (what people say) and
    `replies/<language>.yaml` (what is answered).
    """

    name: str
    """The folder's name, and the prefix of its reply keys."""
    intents: Sequence[Intent]

    def prepare(self, request: Request) -> Prepared:
        """Look at the slots so far. May hold a slot for the caller, may not change anything else."""

    def execute(self, request: Request) -> Outcome:
        """Do it, once for each `request.key`, in one transaction."""

    def phrases(self, context: Context) -> Sequence[Phrase]:
        """Words that are likely in this conversation: names of staff, open tasks, running timers."""

    def on_due(self, handler: str, subject: str, *, now: dt.datetime, later: Later) -> Sequence[Announcement]:
        """Work asked for with `context.later` is due; look at the present state and act, or do nothing.

        `later` asks for the next time, of what comes again and again.
        """


@runtime_checkable
class Undoing(Protocol):
    """A skill that can take back what it did. What it did last thereby stays open to correction as well.

    "No, fifteen" after a timer of ten minutes sets one of fifteen, and then takes back the other.
    """

    def undo(self, token: Mapping[str, Any], *, context: Context) -> Outcome:
        """Take back what an outcome with this `undo` did, once; what has changed since is left as it is."""


@runtime_checkable
class Answering(Protocol):
    """A skill that knows about its house what no intent asks for: where it is, what it costs."""

    def answer(self, text: str, *, slots: Mapping[str, Any], context: Context) -> tuple[Say, ...]:
        """What is said to a question about the house, or nothing when it is none; nothing is changed by it.

        `slots` are the values at hand: those said, and those of what is being worked on.
        """


@runtime_checkable
class Releasing(Protocol):
    """A skill that holds things while a person makes up their mind."""

    def release(self, *, context: Context) -> None:
        """The wish was given up: let go at once of what is held for this conversation, and of nothing else."""
