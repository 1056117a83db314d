"""What changes seldom and is asked for in every turn: sites, services, staff, opening rules, names of timers.

It is kept in this process until somebody here writes to a table of the same application, in whatever way, and no
longer than its time: another process may have written. Inside a transaction nothing is taken from here and nothing
put: what is decided there is decided by the rows themselves.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Generic, TypeVar, cast

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

MOST: Final = 500
"""Answers of one kind that are kept."""
WRITING: Final = ("INSERT", "UPDATE", "DELETE")
LIVE: Final = frozenset({"scheduling_booking", "scheduling_busy"})
"""Tables that are never remembered, and written all the time."""

T = TypeVar("T")


@dataclass(slots=True)
class Counts:
    """How often was asked, and how often the answer was known."""

    hits: int = 0
    misses: int = 0


class Remembered(Generic[T]):
    """Answers of one kind, by what was asked. They are shared: whoever gets one leaves it as it is."""

    def __init__(
        self,
        name: str,
        *,
        application: str = "scheduling",
        seconds: Callable[[], float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        _versions.setdefault(application, 0)
        self._application = application
        self.counts = Counts()
        self._seconds = seconds
        self._clock = clock
        self._answers: dict[Hashable, tuple[int, float, T]] = {}
        KINDS[name] = self

    def __call__(self, key: Hashable, ask: Callable[[], T]) -> T:
        """The answer to `key`: the one that is known, or what `ask` says."""
        if connection.in_atomic_block:
            return ask()
        version, now = _versions[self._application], self._clock()
        known = self._answers.get(key)
        if known is not None and known[0] == version and now < known[1]:
            self.counts.hits += 1
            return known[2]
        self.counts.misses += 1
        answer = ask()
        if len(self._answers) >= MOST:
            self._answers.clear()
        self._answers[key] = (version, now + self._seconds(), answer)
        return answer


KINDS: Final[dict[str, Remembered[Any]]] = {}
"""All kinds by name, for the figures."""
_versions: Final[dict[str, int]] = {}
"""The state of each application's tables, as a number that grows with every change."""


def forget(application: str = "scheduling") -> None:
    """Something has changed there."""
    _versions[application] += 1


def watch(*, connection: BaseDatabaseWrapper, **_: object) -> None:
    """Notice what is written through a connection that was opened just now."""
    if _noticing not in connection.execute_wrappers:
        connection.execute_wrappers.append(_noticing)


def _noticing(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    result = execute(sql, params, many, context)
    text = str(sql)
    if text.startswith(WRITING):
        table = text[:200].split('"', 2)[1:2]
        application = table[0].partition("_")[0] if table else ""
        if application in _versions and table[0] not in LIVE:
            forget(application)
            using = cast(BaseDatabaseWrapper, context["connection"]).alias
            # Who asked meanwhile still saw the rows as they were.
            transaction.on_commit(partial(forget, application), using=using)
    return result
