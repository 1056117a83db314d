"""The last seconds of a stream."""

import numpy as np
from numpy.typing import NDArray


class Ring:
    """Keeps the newest `seconds` of a stream in memory of fixed size."""

    def __init__(self, seconds: float, rate: int) -> None:
        self.rate = rate
        self.written = 0
        """Samples written since the beginning, so that a place in the stream has a number."""
        self._line = np.zeros(max(1, round(seconds * rate)), np.int16)

    def __len__(self) -> int:
        """Samples that can be had."""
        return min(self.written, len(self._line))

    def write(self, samples: NDArray[np.int16]) -> None:
        """Add samples; the oldest fall out."""
        self.written += len(samples)
        samples = samples[-len(self._line) :]
        start = (self.written - len(samples)) % len(self._line)
        first = min(len(samples), len(self._line) - start)
        self._line[start : start + first] = samples[:first]
        self._line[: len(samples) - first] = samples[first:]

    def last(self, seconds: float) -> NDArray[np.int16]:
        """A copy of the newest `seconds`, or of what there is."""
        count = min(round(seconds * self.rate), len(self))
        return self.between(self.written - count, self.written)

    def between(self, start: int, end: int) -> NDArray[np.int16]:
        """A copy of the samples number `start` to `end` (exclusive), as far as they are still kept."""
        start = max(start, self.written - len(self), 0)
        end = min(end, self.written)
        if start >= end:
            return np.empty(0, np.int16)
        at = np.arange(start, end) % len(self._line)
        return self._line[at]
