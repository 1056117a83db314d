"""What a model said of the same words in the same situation: kept for an hour, found without their being readable.

Kept is what the words mean, never a date: "tomorrow" is read anew each time.
"""

import hashlib
import hmac
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from parley.understanding.llm.model import Answer, Call

PREFIX: Final = "parley.meant."
MOST: Final = 2_000
"""Entries in memory."""


class Cache(Protocol):
    """As Django's caches, and so Redis."""

    def get(self, key: str) -> Any:
        """The value, or None."""

    def set(self, key: str, value: Any, timeout: int) -> None:
        """Keep it for `timeout` seconds."""


class MemoryCache:
    """In this process only, the longest unused given up first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, Any]] = OrderedDict()

    def get(self, key: str) -> Any:
        """See `Cache.get`."""
        until, value = self._kept.get(key, (0.0, None))
        if value is None or until <= self._clock():
            self._kept.pop(key, None)
            return None
        self._kept.move_to_end(key)
        return value

    def set(self, key: str, value: Any, timeout: int) -> None:
        """See `Cache.set`."""
        self._kept[key] = (self._clock() + timeout, value)
        self._kept.move_to_end(key)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)


def key_of(secret: bytes, parts: Sequence[Any]) -> str:
    """A key from which nobody without the secret can tell, or try out, what was said."""
    written = json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str).encode()
    return PREFIX + hmac.new(secret, written, hashlib.sha256).hexdigest()


def kept(answer: Answer) -> str:
    """The calls of an answer as text."""
    return json.dumps([[call.name, dict(call.arguments)] for call in answer.calls], ensure_ascii=False)


def restored(written: str) -> Answer:
    """The answer again."""
    return Answer(calls=tuple(Call(name=name, arguments=arguments) for name, arguments in json.loads(written)))
