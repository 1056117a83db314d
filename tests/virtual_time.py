"""A test on virtual time: minutes of dialogue in milliseconds, the same every time.

@virtual
async def test_it_waits() -> None:
    await asyncio.sleep(3600)
"""

import functools
from collections.abc import Callable, Coroutine
from typing import Any

from parley.evaluation.virtual_time import run_virtual


def virtual(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test function that runs on virtual time."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        run_virtual(test(*args, **kwargs))

    return run
