"""A recogniser that always hears the same sentence, at once, for load tests: all else is what is measured then.

Used only where the settings name it: `recognisers = {en = ["instant"]}`. The sentence is `PARLEY_INSTANT_TEXT`.
"""

from collections.abc import Callable
from typing import Final

from pydantic_settings import BaseSettings, SettingsConfigDict

from parley.audio.sound import Sound
from parley.contract import LANGUAGES, Expectation, Language
from parley.listening.recognition import (
    NOTHING_EXPECTED,
    Abilities,
    Recognition,
    Transcript,
    ignore_partial,
)
from parley.listening.settings import ListeningSettings

PARTIAL_S: Final = 0.5
"""Sound after which the partial transcript is there."""


class InstantOptions(BaseSettings):
    """From the environment."""

    model_config = SettingsConfigDict(env_prefix="PARLEY_INSTANT_", frozen=True)

    text: str = "what time is it"


class InstantRecognition:
    """One turn."""

    def __init__(self, text: str, language: Language, rate: int, on_partial: Callable[[str], None]) -> None:
        self._text = text
        self._language = language
        self._on_partial = on_partial
        self._wanted = round(PARTIAL_S * rate) * 2

    def feed(self, pcm: bytes) -> None:
        """Count the sound."""
        if self._wanted > 0:
            self._wanted -= len(pcm)
            if self._wanted <= 0:
                self._on_partial(self._text)

    async def finish(self, *, sound: Sound | None = None) -> Transcript:
        """The sentence."""
        return Transcript(text=self._text, language=self._language, confidence=1.0, provider="instant")

    def cancel(self) -> None:
        """Nothing is open."""


class Instant:
    """A `Recogniser` without any work."""

    name = "instant"
    abilities = Abilities(languages=frozenset(LANGUAGES), streaming=True)

    def __init__(self, text: str) -> None:
        self._text = text

    async def open(
        self,
        *,
        language: Language,
        rate: int,
        expectation: Expectation = NOTHING_EXPECTED,
        on_partial: Callable[[str], None] = ignore_partial,
    ) -> Recognition:
        """Begin a turn."""
        return InstantRecognition(self._text, language, rate, on_partial)

    async def close(self) -> None:
        """Nothing is open."""


def provider(_: ListeningSettings) -> Instant:
    """The provider."""
    return Instant(InstantOptions().text)
