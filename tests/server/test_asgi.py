import asyncio
import contextlib
import sys
import types
from collections.abc import AsyncIterator
from typing import Any

import pytest

from parley.server import logs
from parley.server.asgi import Parley
from parley.server.settings import Settings


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The house replaced by one that only notes its opening and closing; logs left as the tests have them."""
    noted: list[str] = []

    @contextlib.asynccontextmanager
    async def opened(_settings: Settings) -> AsyncIterator[None]:
        noted.append("opened")
        yield
        noted.append("closed")

    house = types.ModuleType("parley.server.house")
    house.opened = opened  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "parley.server.house", house)
    monkeypatch.setattr(logs, "configure", lambda **_: None)
    return noted


async def live(app: Parley) -> list[dict[str, Any]]:
    """Start and stop the application as a server does; what it answered."""
    answers: list[dict[str, Any]] = []
    calls = iter(({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))

    async def receive() -> dict[str, Any]:
        return next(calls)

    async def send(message: Any) -> None:
        answers.append(message)

    await app({"type": "lifespan"}, receive, send)
    return answers


def test_the_house_lives_as_long_as_the_server(events: list[str]):
    answers = asyncio.run(live(Parley()))
    assert [answer["type"] for answer in answers] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert events == ["opened", "closed"]


def test_a_house_that_does_not_open_stops_the_server_with_the_reason(
    events: list[str], monkeypatch: pytest.MonkeyPatch
):
    @contextlib.asynccontextmanager
    async def broken(_settings: Settings) -> AsyncIterator[None]:
        raise RuntimeError("no model")
        yield

    monkeypatch.setattr(sys.modules["parley.server.house"], "opened", broken)
    answers = asyncio.run(live(Parley()))
    assert answers == [{"type": "lifespan.startup.failed", "message": "no model"}]
