"""Writing to the record, in one thread of its own: no writer waits for another's lock, and a slow disk holds up the
record but no answer.

What nobody waits for (a turn that was answered, what was heard of it) gathers for a moment and is written for all
conversations in one transaction. If the machine stops without notice, that moment is lost: at most `GATHER_S`. A call
that ends, and whatever is read from the record, first has everything written that came before.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

import structlog

GATHER_S: Final = 0.5

T = TypeVar("T")
Work = Callable[[], object]
Together = Callable[[Sequence[Work]], None]
"""Does pieces of writing in their order, and each whatever became of the others."""

log = structlog.get_logger(__name__)


class Keeper:
    """Made once in the process, inside its event loop. All writing happens in the order in which it was asked for."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keeper")
        self._gathered: dict[Together, list[Work]] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def kept(self, work: Callable[[], T]) -> T:
        """Do this now, after all that was asked for before."""
        self._write()
        return await self._loop.run_in_executor(self._thread, work)

    def gather(self, work: Work, together: Together) -> None:
        """Do this soon."""
        self._gathered.setdefault(together, []).append(work)
        if self._timer is None:
            self._timer = self._loop.call_later(GATHER_S, self._write)

    def _write(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        gathered, self._gathered = self._gathered, {}
        for together, works in gathered.items():
            self._loop.run_in_executor(self._thread, together, works).add_done_callback(_written)

    def close(self) -> None:
        """Write what is gathered, and end."""
        self._write()
        self._thread.shutdown(wait=True)


def _written(done: asyncio.Future[None]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.error("record lost", error=type(error).__name__, exc_info=error)
