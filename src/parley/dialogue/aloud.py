"""Where a turn that a language model leads is heard while it is still being thought."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from parley.contract import Language


class Stopped(Exception):
    """The person went on speaking before anything was done or said: their words belong to the next turn."""


def unspoken(_sentence: str, _language: Language) -> None:
    """Nobody listens before the answer is whole: it is read, and not heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aloud:
    """How the sentences of an answer get out, and how it is told that no more of them are wanted."""

    say: Callable[[str, Language], None] = unspoken
    """Speak this sentence now, after those before it. It will stand in the result, too."""
    stopped: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the person speaks over it, or is gone."""
