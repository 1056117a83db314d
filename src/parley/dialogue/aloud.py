"""Where a turn that a language model leads is heard while it is still being thought."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from parley.contract import Language

T = TypeVar("T")


class Stopped(Exception):
    """The person spoke on, or is gone: no more of the answer is wanted."""


def unspoken(_sentence: str, _language: Language) -> None:
    """Nobody listens before the answer is whole: it is read, and not heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aloud:
    """How the sentences of an answer get out, and how it is told that no more of them are wanted."""

    say: Callable[[str, Language], None] = unspoken
    """Speak this sentence now, after those before it. It will stand in the result, too."""
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when no more is wanted."""

    async def unless_stopped(self, work: Coroutine[Any, Any, T]) -> T:
        """What comes of `work`. Cancels it, and raises Stopped, as soon as no more is wanted."""
        working, stopping = asyncio.create_task(work), asyncio.create_task(self.stopped.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if self.stopped.is_set():
                raise Stopped
            return working.result()
        finally:
            working.cancel()
            stopping.cancel()
            await asyncio.gather(working, stopping, return_exceptions=True)
