"""A socket without a network: what the client sends, and what it got."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from parley.channels.house import House
from tests.conversation.world import World


class Socket:
    """Both ends of an ASGI websocket."""

    def __init__(self, app: Callable[..., Awaitable[None]], scope: dict[str, Any] | None = None) -> None:
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.reading = asyncio.Event()
        self.reading.set()
        self._incoming.put_nowait({"type": "websocket.connect"})
        scope = {"type": "websocket", "path": "/", "headers": [], "client": ("127.0.0.1", 1)} | (scope or {})
        self._task = asyncio.get_running_loop().create_task(app(scope, self._incoming.get, self._send))  # type: ignore[arg-type]

    async def _send(self, message: dict[str, Any]) -> None:
        await self.reading.wait()
        self.sent.append(message)

    def say(self, **message: Any) -> None:
        """One JSON message."""
        self.text(json.dumps(message))

    def text(self, text: str) -> None:
        """One text message, whatever it is."""
        self._incoming.put_nowait({"type": "websocket.receive", "text": text})

    def data(self, data: bytes) -> None:
        """One binary message."""
        self._incoming.put_nowait({"type": "websocket.receive", "bytes": data})

    async def leave(self) -> None:
        """The client is gone."""
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1006})
        await self._task

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The JSON messages that the client got."""
        return [json.loads(message["text"]) for message in self.sent if message.get("text")]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Those of one type or event."""
        return [message for message in self.messages if kind in (message.get("type"), message.get("event"))]

    @property
    def sound(self) -> list[bytes]:
        """The binary messages that the client got."""
        return [message["bytes"] for message in self.sent if message.get("bytes")]

    @property
    def closed(self) -> int | None:
        """The code with which the server closed."""
        codes = [message.get("code", 1000) for message in self.sent if message["type"] == "websocket.close"]
        return codes[0] if codes else None


def answering(world: World) -> House:
    """The world as a house that answers every call."""
    return House(
        floor=world.floor,
        services=world.services,
        voice_activity=world.vad,  # type: ignore[arg-type]
        zone=ZoneInfo("UTC"),
        unsigned_calls=True,
    )
