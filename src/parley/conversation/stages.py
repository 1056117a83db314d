"""How long each stage of a turn took, and when."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One bar of the waterfall."""

    name: str
    began: float
    """By `time.perf_counter`."""
    seconds: float


class Stages:
    """The stages of one turn, in the order in which they ended. Used from one thread at a time."""

    def __init__(self, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self.all: list[Stage] = []
        self.ended = clock()
        """When the turn was over."""

    def add(self, name: str, seconds: float) -> None:
        """A stage that has just ended after `seconds`."""
        self.all.append(Stage(name=name, began=self._clock() - seconds, seconds=seconds))

    def since_end(self, name: str) -> None:
        """A stage that reaches from the end of the turn to now."""
        self.add(name, self._clock() - self.ended)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time what is inside, also when it raises."""
        began = self._clock()
        try:
            yield
        finally:
            self.add(name, self._clock() - began)

    @property
    def ms(self) -> dict[str, float]:
        """Milliseconds by stage; a stage that came twice is summed up."""
        sums: dict[str, float] = {}
        for stage in self.all:
            sums[stage.name] = sums.get(stage.name, 0.0) + stage.seconds
        return {name: round(seconds * 1000, 2) for name, seconds in sums.items()}
