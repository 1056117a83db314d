"""Changing the rate of sound that arrives in pieces, with two milliseconds of delay instead of soxr's hundred."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]


def raised(samples: Samples, factor: int, *, before: int | None = None) -> Samples:
    """`factor` times as many samples, on straight lines between the given ones.

    `before` is the sample that came just ahead (None: the first one, repeated). The last given sample is the last
    of the result, so that pieces join without a gap.
    """
    if factor == 1 or not len(samples):
        return samples
    first = int(samples[0]) if before is None else before
    whole = np.concatenate((np.array([first], np.float32), samples.astype(np.float32)))
    at = np.arange(1, len(samples) * factor + 1, dtype=np.float64) / factor
    return np.rint(np.interp(at, np.arange(len(whole)), whole)).astype(np.int16)


class Raiser:
    """Raises a stream to a whole multiple of its rate by linear interpolation, without delay."""

    def __init__(self, factor: int) -> None:
        self._factor = factor
        self._before: int | None = None

    def __call__(self, samples: Samples) -> Samples:
        """Pieces in, pieces out, of any length."""
        if not len(samples):
            return samples
        out = raised(samples, self._factor, before=self._before)
        self._before = int(samples[-1])
        return out


class Lowerer:
    """Brings a stream down to a whole fraction of its rate through a short low-pass filter.

    16 taps for each step of the factor: 2 ms of delay from 16 to 8 kHz, 1 ms from 48 to 8.
    """

    TAPS_PER_STEP = 16

    def __init__(self, factor: int) -> None:
        self._factor = factor
        taps = self.TAPS_PER_STEP * factor + 1
        n = np.arange(taps) - (taps - 1) / 2
        kernel = np.sinc(n * 0.92 / factor) * np.hamming(taps)
        self._kernel = (kernel / kernel.sum()).astype(np.float32)
        self._held = np.zeros(taps - 1, np.float32)

    def __call__(self, samples: Samples) -> Samples:
        """Pieces in, pieces out, of any length; what does not fill a step is kept for the next piece."""
        if self._factor == 1:
            return samples
        line = np.concatenate((self._held, samples.astype(np.float32)))
        count = (len(line) - len(self._kernel)) // self._factor + 1
        if count <= 0:
            self._held = line
            return np.empty(0, np.int16)
        windows = np.lib.stride_tricks.sliding_window_view(line, len(self._kernel))[:: self._factor][:count]
        self._held = line[count * self._factor :].copy()
        return np.asarray(np.clip(np.rint(windows @ self._kernel), -32768, 32767), np.int16)
