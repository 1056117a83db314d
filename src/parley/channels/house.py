"""What all channels of the process share: the floor, and the services behind every conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from parley.contract import ConfigurationInvalid, Language
from parley.conversation.floor import Floor
from parley.conversation.services import Services
from parley.listening.voice_activity import VoiceActivity


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Made once by the server when it starts, inside its event loop."""

    floor: Floor
    services: Services
    voice_activity: VoiceActivity
    zone: ZoneInfo
    """Of the clinic or household; a person's own goes before it."""
    language: Language = "en"
    """Spoken where nothing says otherwise."""
    country: str = "US"
    greetings: Mapping[Language, str] = field(default_factory=dict)
    """The house's own greeting on the telephone, by language; else a plain one."""
    drain_s: float = 0.0
    """How long calls in progress go on when the server stops."""
    unsigned_calls: bool = False
    """Media streams are answered without proof of who opened them: for load tests, never in service."""


_open: House | None = None


def open_house(house: House | None) -> None:
    """Let the channels serve; None at shutdown."""
    global _open
    _open = house


def the_house() -> House:
    """The house that serves. Raises ConfigurationInvalid before it was opened."""
    if _open is None:
        raise ConfigurationInvalid("the conversation core has not been started")
    return _open
