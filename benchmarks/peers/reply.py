"""What every server of the comparison says: the same 1.8 seconds of sound, made once."""

import numpy as np

RATE = 8000
SECONDS = 1.8
WORDS = ("It ", "is ", "half ", "past ", "nine ", "in ", "the ", "morning ", "at ", "the clinic.")


def pcm() -> bytes:
    """A hum in syllables, 16-bit at 8 kHz: audible throughout."""
    at = np.arange(round(SECONDS * RATE)) / RATE
    voice = sum(np.sin(2 * np.pi * 150.0 * n * at) / n for n in range(1, 8))
    shape = 0.65 + 0.35 * np.sin(2 * np.pi * 4.0 * at)
    return np.asarray(voice * shape * 6000, "<i2").tobytes()
