"""What this process can do of itself, for the services' addresses: opened when it starts."""

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from zoneinfo import ZoneInfo

from parley.contract import ConfigurationInvalid, Language
from parley.conversation.services import Take
from parley.listening.recognition import Recogniser
from parley.speaking.synthesis import Speaking
from parley.understanding.result import Understanding

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """Recognition."""

    recogniser_for: Callable[[Language], Recogniser | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mind:
    """Understanding, and what is answered."""

    understand: Callable[..., Awaitable[Understanding]]
    """As `Understander.understand`, awaited."""
    take: Take
    now: Callable[[], dt.datetime]
    """Aware."""
    zone: ZoneInfo
    country: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Faculties:
    """None: this process has not opened it."""

    ears: Ears | None = None
    voices: Speaking | None = None
    mind: Mind | None = None


_open = Faculties()


def open_faculties(faculties: Faculties) -> None:
    """Let the addresses serve; an empty one at shutdown."""
    global _open
    _open = faculties


def ears() -> Ears:
    """Raises ConfigurationInvalid where this process does not listen."""
    return _there(_open.ears)


def voices() -> Speaking:
    """Raises ConfigurationInvalid where this process does not speak."""
    return _there(_open.voices)


def mind() -> Mind:
    """Raises ConfigurationInvalid where this process does not understand."""
    return _there(_open.mind)


def _there(faculty: T | None) -> T:
    if faculty is None:
        raise ConfigurationInvalid("this process does not serve that")
    return faculty
