"""A breath of noise for sound that is too clean."""

import numpy as np
from numpy.typing import NDArray

FRAME_S = 0.01


def quietest_rms(samples: NDArray[np.int16], rate: int) -> float:
    """The loudness that one frame of 10 ms in ten stays below, in units of a sample."""
    step = round(rate * FRAME_S)
    count = len(samples) // step
    if not count:
        return float("inf")
    frames = samples[: count * step].astype(np.float32).reshape(count, step)
    return float(np.quantile(np.sqrt((frames**2).mean(axis=1)), 0.1))


def masked(samples: NDArray[np.int16], *, sigma: float, seed: int = 0) -> NDArray[np.int16]:
    """The sound with white noise of `sigma`, the same for the same sound.

    Gated microphones and telephone lines send nothing at all between words. The logarithm of nothing spoils the
    mean by which a recogniser makes up for the room; noise that nobody hears repairs it.
    """
    noise = np.random.default_rng(seed).normal(0.0, sigma, len(samples))
    return np.asarray(np.clip(np.rint(samples + noise), -32768, 32767), np.int16)
