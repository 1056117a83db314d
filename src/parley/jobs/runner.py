"""The loop that finds due work and has it done. Any number of them may run, in any number of processes."""

import asyncio
import datetime as dt
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import structlog
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from parley.jobs import services

POLL: Final = 1.0
"""Seconds between looks for work that another process asked for."""
AT_ONCE: Final = 4
"""Pieces of work at one time in one process."""

log = structlog.get_logger("parley.jobs")
P = ParamSpec("P")
R = TypeVar("R")


def dispatch(due_id: int, claim: str) -> None:
    """Hand one claimed piece of work to the task backend."""
    from parley.jobs.tasks import run_due

    run_due.enqueue(due_id, claim)


class Runner:
    """Runs until cancelled. What it was doing then is finished first."""

    def __init__(
        self,
        *,
        clock: Callable[[], dt.datetime] = timezone.now,
        do: Callable[[int, str], object] = dispatch,
    ) -> None:
        self._clock = clock
        self._do = do
        self._news = asyncio.Event()
        self._next_at: dt.datetime | None = None

    async def run(self) -> None:
        """Look, work, wait, for ever. A database that is away is asked again."""
        loop = asyncio.get_running_loop()
        forget = services.on_new_work(lambda: loop.call_soon_threadsafe(self._news.set))
        try:
            while True:
                self._news.clear()
                try:
                    pause = 0.0 if await self.once() else self._pause()
                except DatabaseError as error:
                    log.error("database_away", error=type(error).__name__)
                    pause = POLL
                if pause:
                    await self._rest(pause)
        finally:
            forget()

    async def once(self) -> int:
        """Do what is due now; how much that was."""
        claimed, self._next_at = await asyncio.to_thread(_closing(services.look), self._clock(), limit=AT_ONCE)
        do = _closing(self._do)
        await asyncio.shield(asyncio.gather(*(asyncio.to_thread(do, *work) for work in claimed)))
        return len(claimed)

    def _pause(self) -> float:
        """Seconds until the next look."""
        if self._next_at is None:
            return POLL
        return min(POLL, max(0.001, (self._next_at - self._clock()).total_seconds()))

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return


def _closing(function: Callable[P, R]) -> Callable[P, R]:
    """The function, giving its thread's database connection back at its end."""

    def closing(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    return closing
