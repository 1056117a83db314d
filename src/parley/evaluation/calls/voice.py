"""The callers' voices: what they say, as sound of a telephone line."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from parley.audio import ulaw
from parley.contract import Language
from parley.evaluation.calls.script import Manner, Step
from parley.speaking.provider import Voice
from parley.speaking.providers import espeak

RATE: Final = 8_000
LEVELS: Final = {Manner.PLAINLY: 0.5, Manner.WHISPERING: 0.03, Manner.LOUDLY: 0.95}
"""The loudest sample, of 1.0: a whisper is 24 dB below speech."""
VOICES: Final[dict[Language, str]] = {"en": "en-us", "fr": "fr", "ko": "ko"}
HUM: Final = 0.0008
"""Noise of the line, of 1.0."""


async def spoken(step: Step, language: Language) -> bytes:
    """Mu-law at 8 kHz, from the first sound to the last."""
    assert step.say is not None
    voice = espeak.Espeak(espeak.Options())
    own = Voice(name=VOICES[language], language=language)
    pieces = [piece async for piece in voice.speak(step.say, language=language, voice=own, rate=RATE)]
    samples = np.frombuffer(b"".join(pieces), "<i2").astype(np.float64)
    loud = np.flatnonzero(np.abs(samples) > 300)
    samples = samples[loud[0] : loud[-1] + 1]
    samples *= LEVELS[step.manner] * 32767 / np.abs(samples).max()
    return ulaw.encode((samples + noise(len(samples))).clip(-32768, 32767).astype("<i2"))


def noise(count: int) -> NDArray[np.float64]:
    """What an open line sounds like, the same every time."""
    return np.random.default_rng(20).standard_normal(count) * HUM * 32767


def quiet(frame: int) -> bytes:
    """One frame of an open line."""
    return ulaw.encode(noise(frame).astype("<i2"))
