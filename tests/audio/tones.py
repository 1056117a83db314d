"""Test tones."""

import numpy as np
from numpy.typing import NDArray

from parley.audio.sound import Sound


def tone(seconds: float = 1.0, rate: int = 16_000, hertz: float = 440.0) -> NDArray[np.int16]:
    """A sine at a quarter of full scale."""
    return (8000 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.int16)


def loudest_hertz(sound: Sound) -> float:
    """Where the spectrum has its peak."""
    spectrum = np.abs(np.fft.rfft(sound.samples.astype(float)))
    return float(spectrum.argmax() * sound.rate / len(sound.samples))
