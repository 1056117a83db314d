"""A circuit breaker: a provider that keeps failing is left alone for a while, and then tried once."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Breaker:
    """Counts failures in a row. Has no clock of its own: `now` is any clock that only goes forward, in seconds."""

    failures_to_rest: int
    rest_s: float
    failures: int = 0
    rests_until: float = 0.0

    def allows(self, now: float) -> bool:
        """Whether the provider may be asked; after a rest, one request alone may try it."""
        if self.failures < self.failures_to_rest:
            return True
        if now < self.rests_until:
            return False
        self.rests_until = now + self.rest_s
        return True

    def failed(self, now: float, *, for_good: bool = False) -> None:
        """It failed; `for_good` when asking again is pointless (refused credentials), which rests it at once."""
        self.failures = max(self.failures + 1, self.failures_to_rest if for_good else 0)
        if self.failures >= self.failures_to_rest:
            self.rests_until = now + self.rest_s

    def worked(self) -> None:
        self.failures = 0
