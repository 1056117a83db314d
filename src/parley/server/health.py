"""Is the process alive, and can it serve?

`/health/live` answers as long as the event loop turns. `/health/ready` and `/health` look at what the server stands
on and answer 503 when one of them is away. `warm` is false there while models still load: the server answers
already, and whoever speaks to it first may wait for a moment.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import msgspec
from django.core.cache import cache
from django.db import close_old_connections, connection

from parley.channels.route import Receive, Route, Scope, Send
from parley.server.settings import current

TIMEOUT_S: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How one thing that the server stands on is doing."""

    ok: bool
    ms: float
    error: str | None = None
    """Type of what went wrong."""


def _database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        close_old_connections()


def _cache() -> None:
    cache.set("health", 1, 10)
    assert cache.get("health") == 1


CHECKS: Final[dict[str, Callable[[], None]]] = {"database": _database, "cache": _cache}


async def check(name: str) -> Check:
    """Do one check, with a limit."""
    began = time.perf_counter()
    error: str | None = None
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await asyncio.to_thread(CHECKS[name])
    except Exception as fault:  # noqa: BLE001 - whatever is wrong with a service, health reports it
        error = type(fault).__name__
    return Check(ok=error is None, ms=round((time.perf_counter() - began) * 1000, 1), error=error)


_warming: asyncio.Future[Any] | None = None


def watch(warming: asyncio.Future[Any]) -> None:
    """Say in the answers whether this is done: the loading of models, which goes on while the server serves."""
    global _warming
    _warming = warming


async def report() -> tuple[bool, dict[str, Any]]:
    """Whether all is well, and the answer's body."""
    results = dict(zip(CHECKS, await asyncio.gather(*map(check, CHECKS)), strict=True))
    ok = all(result.ok for result in results.values())
    body = {"status": "ok" if ok else "failing", "version": version("parley-voice"), "checks": results}
    warm = _warming is None or _warming.done()
    return ok, body | {"service": current().service or "parley", "warm": warm}


async def live(_scope: Scope, _receive: Receive, send: Send) -> None:
    """The process is alive."""
    await _answer(send, 200, {"status": "ok"})


async def ready(_scope: Scope, _receive: Receive, send: Send) -> None:
    """The process can serve."""
    ok, body = await report()
    await _answer(send, 200 if ok else 503, body)


async def _answer(send: Send, status: int, body: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": msgspec.json.encode(body)})


routes: Final = (
    Route(kind="http", path="/health", app=ready),
    Route(kind="http", path="/health/ready", app=ready),
    Route(kind="http", path="/health/live", app=live),
)
