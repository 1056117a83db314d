"""What a conversation is given: every collaborator, so that a test can put a plain one in its place."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from parley.contract import Caller, Context, Expectation, Language, Later
from parley.conversation.silence import Patience
from parley.conversation.store import Store
from parley.conversation.turns import DEFAULT, Rules
from parley.dialogue.aloud import Aloud
from parley.dialogue.rules import RULES
from parley.dialogue.state import State
from parley.dialogue.turn import TurnResult
from parley.listening.end_of_turn import EndOfTurn
from parley.listening.recognition import Recogniser
from parley.speaking.provider import Synthesiser, Voice
from parley.understanding.result import Understanding
from parley.understanding.understander import NOTHING_EXPECTED, Understander


class Take(Protocol):
    """The dialogue with its skills: one turn, synchronous, called off the event loop."""

    def __call__(
        self, state: State, understanding: Understanding, context: Context, *, speculative: bool = False
    ) -> TurnResult | None:
        """What is done and said. Speculative: without any effect, or None where that is not possible."""


class Lead(Protocol):
    """Answers a turn by leading it. It acts through `act` alone, which is the dialogue with all its rules."""

    async def __call__(
        self,
        text: str,
        *,
        state: State,
        context: Context,
        expectation: Expectation,
        known: Mapping[str, Any],
        act: Callable[[State, Understanding], Awaitable[TurnResult]],
        aloud: Aloud,
    ) -> tuple[Understanding, TurnResult]:
        """What was understood last, and what came of the turn; its replies begin with what was said `aloud` already.

        Raises Stopped where the person spoke on before anything was done or said.
        """


async def nothing_open() -> None:
    """There is nothing to close."""


def nothing_known(_: Context, __: State) -> Mapping[str, Any]:
    """The world of a house without skills."""
    return {}


def nothing_expected(_: State, __: Context) -> Expectation:
    """Anything may be said first."""
    return NOTHING_EXPECTED


def nothing_whole(_: Understanding) -> bool:
    """Of no wish it is known that it is complete."""
    return False


def nothing_only_read(_: str) -> bool:
    """Every intent that was carried out may have changed something."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Made once by the composition root."""

    recogniser_for: Callable[[Language], Recogniser | None]
    """None: nothing here recognises that language, and nothing pretends to."""
    synthesiser_for: Callable[[Language], Synthesiser]
    end_of_turn: EndOfTurn
    understander: Understander
    understand_async: Callable[..., Awaitable[Understanding]] | None = None
    """A chain with providers in it (a language model); it is asked instead of `understander`, with the same words."""
    stands_alone: Callable[[Understanding], bool] | None = None
    """Whether what `understander` makes of half a sentence needs no chain; None: the chain is asked, too."""
    lead: Lead | None = None
    """A language model that leads the conversation, with `take` as its only way to do anything."""
    take: Take
    store: Store
    now: Callable[[], dt.datetime]
    """Aware."""
    known: Callable[[Context, State], Mapping[str, Any]] = nothing_known
    """The names of this person's world (tasks, medicines, staff), for understanding."""
    expected: Callable[[State, Context], Expectation] = nothing_expected
    """What the first words of a conversation, or of one that is gone on with, probably are."""
    reads_only: Callable[[str], bool] = nothing_only_read
    """Whether carrying out this intent changes nothing: what was not heard of it is not told again."""
    whole: Callable[[Understanding], bool] = nothing_whole
    """Whether a wish is understood for sure and has all that it needs: its turn may end sooner."""
    later: Later | None = None
    surest: float = RULES.surest
    """How sure the recogniser must be of words for an answer that was made while they were spoken."""
    rules: Rules = DEFAULT
    patience: Patience = field(default_factory=Patience)
    close: Callable[[], Awaitable[None]] = nothing_open
    """Gives the connections of language models back."""
    hold_on_s: float = 1.5
    """An answer that takes longer is announced ("one moment")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Who calls, and how, as the channel found out."""

    conversation_id: str
    """A reconnect with the same one goes on."""
    owner: str = ""
    """Only the same owner may go on with the conversation."""
    channel: str
    """As in `Context.channel`."""
    language: Language
    zone: ZoneInfo
    caller: Caller = field(default_factory=Caller)
    country: str = "US"
    voice: Voice | None = None
    greeting: str | None = ""
    """Said first; "" is the house's own, None is silence (a page that is typed to)."""
    again: str | None = None
    """Said where an earlier connection's conversation goes on; None is silence."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the channel knows beside the caller; skills find it in `context.facts`."""
    prompts: bool = True
    """Silence is met with a prompt and a goodbye."""
    save_audio: bool = False
    """The person agreed that what they say is kept."""
