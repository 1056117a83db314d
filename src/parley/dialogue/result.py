"""What came of one turn."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parley.contract import Expectation, Handover, Language, Mention
from parley.dialogue.acts import Act
from parley.dialogue.state import Pending, State
from parley.understanding.understander import NOTHING_EXPECTED


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """What came of one turn."""

    state: State
    replies: tuple[str, ...] = ()
    """Sentences to show and to speak, in order."""
    acts: tuple[Act, ...] = ()
    intent: str = ""
    """What the turn was about: the conversation itself, else what was served, is in hand, or was understood."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """Its slots, as far as they are known after the turn."""
    executed: str | None = None
    """The intent that was carried out, or `emergency.escalate`."""
    asks_for: str | None = None
    """A slot, `confirmation`, `which`, or None."""
    expectation: Expectation = NOTHING_EXPECTED
    """For the next utterance."""
    mentions: tuple[Mention, ...] = ()
    events: tuple[Mapping[str, Any], ...] = ()
    ends: bool = False
    handover: Handover | None = None
    emergency: str | None = None
    """Its kind while one is in force."""
    stop_contact: bool = False

    @property
    def reply(self) -> str:
        """All that is said, as one text."""
        return " ".join(self.replies)

    @property
    def language(self) -> Language:
        """The language in which it is said."""
        return self.state.language


def asks_for(state: State) -> str | None:
    """The open question in the words of the shared vocabulary."""
    asked = state.asked
    if asked is None or asked.kind in (Pending.CHANGE, Pending.HUMAN):
        return None
    if asked.kind is Pending.SLOT or asked.kind is Pending.CHOICE:
        return asked.slot or "which"
    return "confirmation"
