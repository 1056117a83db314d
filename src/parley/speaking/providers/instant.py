"""A voice that answers at once with the same sound, for load tests: what is measured then is everything else.

Used only where the settings name it: `providers = {en = ["instant"]}`.
"""

from collections.abc import AsyncIterator
from functools import cache
from typing import Final

import numpy as np

from parley.contract import LANGUAGES, Language
from parley.speaking.provider import Abilities, Voice
from parley.speaking.settings import SpeakingSettings

SECONDS: Final = 0.9
"""Of one sentence: an answer of two lasts as long as those of the servers that this one is measured beside."""
CHUNK_S: Final = 0.2
_PITCH_HZ: Final = 150.0
_SYLLABLES_HZ: Final = 4.0


@cache
def hum(rate: int) -> bytes:
    """A hum in syllables, PCM16 at `rate`: audible throughout, and no words."""
    at = np.arange(round(SECONDS * rate)) / rate
    voice = sum(np.sin(2 * np.pi * _PITCH_HZ * n * at) / n for n in range(1, 8))
    shape = 0.65 + 0.35 * np.sin(2 * np.pi * _SYLLABLES_HZ * at)
    return np.asarray(voice * shape * 6000, "<i2").tobytes()


class Instant:
    """A `Synthesiser` without any work."""

    name = "instant"
    abilities = Abilities(voices=dict.fromkeys(LANGUAGES, ("hum",)), streaming=True, local=True)

    async def speak(
        self,
        text: str,
        *,
        language: Language,
        voice: Voice | None,
        rate: int,
    ) -> AsyncIterator[bytes]:
        """The hum, in chunks."""
        sound, step = hum(rate), round(CHUNK_S * rate) * 2
        for start in range(0, len(sound), step):
            yield sound[start : start + step]

    async def warm(self) -> None:
        """Make the hum."""
        hum(8_000)

    async def close(self) -> None:
        """Nothing is open."""


def provider(_: SpeakingSettings) -> Instant:
    """The provider."""
    return Instant()
