"""An event loop whose clock jumps: minutes of dialogue in milliseconds, the same every time.

Work for threads runs at once, in place. Where nothing is ready and no timer is set, the wait would be for ever: that
is an error. Sockets work as long as both ends are in this loop and what is written to one is at the other at once,
as it is with Unix domain sockets.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any


class NothingWillHappen(RuntimeError):
    """Something is waited for that nobody has set in motion."""


class _Jump(selectors.DefaultSelector):
    """Instead of sleeping until the next timer, moves the clock there."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            raise NothingWillHappen("no timer is set and nothing is ready")
        self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop; its time starts at zero."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        """Seconds since the loop was made."""
        return self._jump.now

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run it here and now."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - handed on as a thread would
            future.set_exception(error)
        return future


def run_virtual(main: Coroutine[Any, Any, Any]) -> Any:
    """Run `main` on a virtual loop. An exception that a callback left unhandled fails it too."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        lost: list[dict[str, Any]] = []
        runner.get_loop().set_exception_handler(lambda _, context: lost.append(context))
        result = runner.run(main)
    if lost:
        raise AssertionError(f"left unhandled: {lost[0]['message']}") from lost[0].get("exception")
    return result
