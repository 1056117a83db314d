"""Ahead of the end of the turn: the words so far are understood, and where nothing changes in the world by it the
answer and its first sentence are made. If the person ends there, they are answered at once; if the rest changes the
meaning, it never happened.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from parley.conversation.interruption import bare
from parley.conversation.reply import Reply
from parley.conversation.stages import Stages
from parley.dialogue.state import State
from parley.dialogue.turn import TurnResult
from parley.understanding.result import Understanding

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Guess:
    """What the turn would be, if it ended now."""

    text: str
    state: State
    """The state it was made for; it holds for no other."""
    understanding: Understanding
    result: TurnResult | None = None
    reply: Reply | None = None
    stages: Stages = field(default_factory=Stages)

    def says(self, text: str) -> bool:
        """The same words."""
        return bare(self.text) == bare(text)

    def fits(self, understanding: Understanding) -> bool:
        """The same was meant, though perhaps in more words."""
        mine = self.understanding
        return (mine.intent, mine.slots, mine.emergency, mine.stop_contact) == (
            understanding.intent,
            understanding.slots,
            understanding.emergency,
            understanding.stop_contact,
        )

    def discard(self) -> None:
        """It was wrong."""
        if self.reply is not None:
            self.reply.discard()


class Speculation:
    """At most one guess is in the making; while it is, only the latest words wait."""

    def __init__(
        self, guess: Callable[[str], Awaitable[Guess | None]], *, on_guess: Callable[[], None] = lambda: None
    ) -> None:
        self._make = guess
        self._on_guess = on_guess
        """Called when the words so far are understood."""
        self._task: asyncio.Task[None] | None = None
        self._text = ""
        """The words that are being understood."""
        self._next: str | None = None
        self._guess: Guess | None = None

    def consider(self, text: str) -> None:
        """The words so far."""
        words = bare(text)
        if not words or (self._task is not None and words == self._text):
            return
        if self._task is not None and not self._task.done():
            self._next = text
        elif self._guess is None or bare(self._guess.text) != words:
            self._start(text)

    def _start(self, text: str) -> None:
        self._text, self._next = bare(text), None
        self._task = asyncio.get_running_loop().create_task(self._work(text))

    async def _work(self, text: str) -> None:
        try:
            guess = await self._make(text)
        except Exception as error:  # noqa: BLE001 - only a guess; the turn itself will tell what is wrong
            log.info("speculation failed", error=type(error).__name__)
            return
        self._drop_guess()
        self._guess = guess
        if guess is not None:
            self._on_guess()
        if self._next is not None:
            self._start(self._next)

    def of(self, text: str) -> Guess | None:
        """The guess for these very words, if it is made."""
        return self._guess if self._guess is not None and self._guess.says(text) else None

    async def claim(self, text: str, state: State) -> Guess | None:
        """The guess, if there is one for `state`; one that is being made for these very words is waited for."""
        task = self._task
        if task is not None and not task.done() and self._text == bare(text):
            self._next = None
            await asyncio.shield(task)
        guess, self._guess = self._guess, None
        self.discard()
        if guess is not None and guess.state is not state:
            guess.discard()
            return None
        return guess

    def discard(self) -> None:
        """Forget everything."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._next, self._text = None, ""
        self._drop_guess()

    def _drop_guess(self) -> None:
        if self._guess is not None:
            self._guess.discard()
            self._guess = None
