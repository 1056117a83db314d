"""The keys of the telephone: one is an answer, several are a number."""

import asyncio
from collections.abc import Callable
from typing import Final

from parley.contract import Kind

PAUSE_S: Final = 1.5
"""After the last key of a number."""
MANY_KEYS: Final = frozenset({Kind.PHONE, Kind.NUMBER, Kind.SPELLING, Kind.DATE, Kind.TIME, Kind.QUANTITY})
"""Slots whose value takes more than one key."""


class Keys:
    """Gathers the keys of one answer."""

    def __init__(self, on_answer: Callable[[str], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_answer = on_answer
        self._pressed = ""
        self._timer: asyncio.TimerHandle | None = None

    def press(self, key: str, *, several: bool) -> None:
        """A key. `#` ends a number, and so does a pause; where one key is asked for, it is the answer."""
        self.close()
        if key != "#":
            self._pressed += key
        if key == "#" or not several:
            self._take()
        else:
            self._timer = self._loop.call_later(PAUSE_S, self._take)

    def _take(self) -> None:
        pressed, self._pressed = self._pressed, ""
        self._on_answer(pressed)

    def close(self) -> None:
        """Wait no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
