"""Where conversations are kept: the seam, and one in memory."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from parley.audio.sound import Sound

if TYPE_CHECKING:
    from parley.conversation.services import Opening


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """One turn, as it is recorded when its answer is known; what was heard of the answer follows later."""

    conversation_id: str
    turn_id: str
    """Correlation id."""
    number: int
    at: dt.datetime
    language: str
    source: str
    """`speech`, `text`, `keys` or `announcement`."""
    transcript: str
    confidence: float
    """Of recognition; 1 for what was typed."""
    provider: str
    """The recogniser; empty for what was typed."""
    intent: str
    intent_confidence: float
    slots: Mapping[str, Any]
    reply: str
    executed: str | None
    """The intent that was carried out."""
    asks_for: str | None
    acts: tuple[str, ...]
    speculated: bool
    stages: Mapping[str, float]
    """Milliseconds by stage so far."""
    sound: Sound | None = None
    """Only where the person agreed to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What became of an answer."""

    conversation_id: str
    turn_id: str
    heard: str
    complete: bool
    stages: Mapping[str, float]


class Store(Protocol):
    """Synchronous, called off the event loop, one call at a time for each conversation."""

    def began(self, opening: "Opening", *, resumed: bool) -> None:
        """A conversation began, or was gone on with."""

    def resume(self, conversation_id: str) -> Mapping[str, Any] | None:
        """What `save` was given last, or None."""

    def save(self, conversation_id: str, memory: Mapping[str, Any]) -> None:
        """Keep what is needed to go on: small, JSON-ready."""

    def turned(self, record: TurnRecord, memory: Mapping[str, Any]) -> None:
        """Record a turn, and what is needed to go on after it: small, JSON-ready."""

    def spoken(self, spoken: Spoken) -> None:
        """Add to a turn what was heard of its answer."""

    def ended(self, conversation_id: str, reason: str) -> None:
        """The conversation is over."""

    def together(self, works: Sequence[Callable[[], object]]) -> None:
        """Do pieces of writing to this store in one go. What fails is told in the log, the others are done."""


class MemoryStore:
    """Keeps all in the process: for one question on the command line, and for tests."""

    def __init__(self) -> None:
        self.memories: dict[str, Mapping[str, Any]] = {}
        self.openings: list[Opening] = []
        self.turns: list[TurnRecord] = []
        self.answers: list[Spoken] = []
        self.endings: dict[str, str] = {}

    def began(self, opening: "Opening", *, resumed: bool) -> None:
        """Note it, once."""
        if not resumed:
            self.openings.append(opening)

    def resume(self, conversation_id: str) -> Mapping[str, Any] | None:
        """The last memory."""
        return self.memories.get(conversation_id)

    def save(self, conversation_id: str, memory: Mapping[str, Any]) -> None:
        """Keep it."""
        self.memories[conversation_id] = memory

    def turned(self, record: TurnRecord, memory: Mapping[str, Any]) -> None:
        """Keep it."""
        self.turns.append(record)
        self.memories[record.conversation_id] = memory

    def spoken(self, spoken: Spoken) -> None:
        """Keep it."""
        self.answers.append(spoken)

    def ended(self, conversation_id: str, reason: str) -> None:
        """Keep it."""
        self.endings[conversation_id] = reason

    def together(self, works: Sequence[Callable[[], object]]) -> None:
        """One after the other."""
        for work in works:
            work()
