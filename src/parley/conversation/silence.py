"""What happens when nobody says anything: one gentle prompt, then a goodbye."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long silence is borne."""

    prompt_s: float = 9.0
    """After the reply has ended; then "are you still there?"."""
    goodbye_s: float = 9.0
    """After that prompt; then goodbye."""


class Silence:
    """One timer, set when a reply has ended and stopped by any sign of life."""

    def __init__(self, patience: Patience, *, on_prompt: Callable[[], None], on_goodbye: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._patience = patience
        self._on_prompt = on_prompt
        self._on_goodbye = on_goodbye
        self._timer: asyncio.TimerHandle | None = None
        self._prompted = False

    def begin(self) -> None:
        """It is the person's turn now."""
        self.pause()
        wait = self._patience.goodbye_s if self._prompted else self._patience.prompt_s
        self._timer = self._loop.call_later(wait, self._ring)

    def pause(self) -> None:
        """Somebody speaks, or the assistant does: the time does not run."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def broken(self) -> None:
        """The person did say something: the next silence is met gently again."""
        self.pause()
        self._prompted = False

    def _ring(self) -> None:
        self._timer = None
        if self._prompted:
            self._on_goodbye()
        else:
            self._prompted = True
            self._on_prompt()
