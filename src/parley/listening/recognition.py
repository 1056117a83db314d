"""The seam at which speech recognition plugs in."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

from parley.audio.sound import Sound
from parley.contract import Expectation, Language

ANY_RATE: Final = (8_000, 16_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One recognised word and where it was said."""

    text: str
    start_s: float
    """From the beginning of the turn."""
    end_s: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What a turn's sound says, as far as it could be recognised."""

    text: str
    """Empty: nothing was said, or nothing that the recogniser knows."""
    language: Language
    confidence: float
    """0.0 to 1.0; below 0.6 it is better to ask again."""
    provider: str
    words: tuple[Word, ...] = ()
    """Empty where the provider has no word times."""
    alternatives: tuple[str, ...] = ()
    """Other readings, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a recogniser can do; the conversation adapts to it and never asks for its name."""

    languages: frozenset[Language]
    streaming: bool = False
    """Gives partial transcripts while the person speaks."""
    word_times: bool = False
    expectations: bool = False
    """Makes use of what the dialogue expects."""
    identifies_language: bool = False
    """The transcript's language is what was heard, and not what was asked for."""
    prepares: bool = False
    """Recognises a turn as it stands whenever the speaker pauses, so that nothing is left to do if it ends there."""
    rates: tuple[int, ...] = ANY_RATE
    """Rates in Hz that it takes."""


NOTHING_EXPECTED: Final = Expectation()


def ignore_partial(_: str) -> None:
    """For whoever wants no partial transcripts."""


class Recognition(Protocol):
    """One turn being recognised."""

    def feed(self, pcm: bytes) -> None:
        """More sound, 16-bit mono at the rate it was opened with. Never blocks."""

    async def finish(self, *, sound: Sound | None = None) -> Transcript:
        """The final transcript. `sound` is the turn as voice activity cut it, for a better second look.

        Raises SystemFault when the recogniser fails, ExternalTimeout when it does not answer in its time.
        """

    def cancel(self) -> None:
        """Nobody wants the transcript any more. Harmless after `finish`."""


@runtime_checkable
class Preparing(Protocol):
    """A recognition that makes use of a pause."""

    def prepare(self) -> None:
        """The speaker pauses, and may have finished: have the transcript of what was fed ready. Never blocks."""


class Recogniser(Protocol):
    """Opens recognitions. Any number may be open at once."""

    name: str
    abilities: Abilities

    async def open(
        self,
        *,
        language: Language,
        rate: int,
        expectation: Expectation = NOTHING_EXPECTED,
        on_partial: Callable[[str], None] = ignore_partial,
    ) -> Recognition:
        """Begin a turn. `on_partial` is called in the event loop with the transcript so far, when it changed."""

    async def close(self) -> None:
        """Let go of processes, models and connections."""


async def transcribe(
    recogniser: Recogniser, sound: Sound, *, language: Language, expectation: Expectation = NOTHING_EXPECTED
) -> Transcript:
    """The transcript of a finished sound."""
    recognition = await recogniser.open(language=language, rate=sound.rate, expectation=expectation)
    try:
        return await recognition.finish(sound=sound)
    except asyncio.CancelledError:
        recognition.cancel()
        raise
