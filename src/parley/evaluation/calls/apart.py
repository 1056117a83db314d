"""A real recogniser beside a clock that jumps: it listens in a thread with a clock of its own, and is waited for.

While it works, no time passes for the call: what is tried is what it hears, not how long it takes.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Protocol

from parley.audio.sound import Sound
from parley.contract import LANGUAGES, Expectation, Language
from parley.listening.recognition import (
    NOTHING_EXPECTED,
    Abilities,
    Recogniser,
    Recognition,
    Transcript,
    ignore_partial,
    transcribe,
)


class Several(Protocol):
    """The recognisers of a process."""

    def for_language(self, language: Language) -> Recogniser | None:
        """None: nothing here hears it."""

    async def close(self) -> None:
        """End them."""


class Apart:
    """A `Recogniser` that has another thread's recognisers listen."""

    name = "embedded"
    abilities = Abilities(languages=frozenset(LANGUAGES))

    def __init__(self, make: Callable[[], Several]) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="recognition", daemon=True)
        self._thread.start()
        self._recognisers = make()

    async def open(
        self,
        *,
        language: Language,
        rate: int,
        expectation: Expectation = NOTHING_EXPECTED,
        on_partial: Callable[[str], None] = ignore_partial,
    ) -> Recognition:
        """Begin a turn."""
        return _Turn(self, language, rate, expectation)

    def transcript(self, sound: Sound, *, language: Language, expectation: Expectation) -> Transcript:
        """What is heard; nothing where nobody here hears the language."""
        recogniser = self._recognisers.for_language(language)
        if recogniser is None:
            return Transcript(text="", language=language, confidence=0.0, provider=self.name)
        work = transcribe(recogniser, sound, language=language, expectation=expectation)
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def close(self) -> None:
        """End the recognisers and the thread."""
        asyncio.run_coroutine_threadsafe(self._recognisers.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class _Turn:
    def __init__(self, apart: Apart, language: Language, rate: int, expectation: Expectation) -> None:
        self._apart = apart
        self._language = language
        self._rate = rate
        self._expectation = expectation
        self._pcm = bytearray()

    def feed(self, pcm: bytes) -> None:
        """Kept for the end."""
        self._pcm += pcm

    async def finish(self, *, sound: Sound | None = None) -> Transcript:
        """The transcript."""
        heard = sound if sound is not None else Sound.of_bytes(bytes(self._pcm), self._rate)
        return self._apart.transcript(heard, language=self._language, expectation=self._expectation)

    def cancel(self) -> None:
        """Nothing is open."""
