"""How long each stage of a turn took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stages:
    """Milliseconds by stage, in the order in which the stages ended. Adding to a stage again sums it up."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.ms: dict[str, float] = {}
        self._clock = clock

    def add(self, stage: str, seconds: float) -> None:
        """Record that `stage` took `seconds`."""
        self.ms[stage] = round(self.ms.get(stage, 0.0) + seconds * 1000, 2)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Time what is inside, also when it raises."""
        began = self._clock()
        try:
            yield
        finally:
            self.add(stage, self._clock() - began)
