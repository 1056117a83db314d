"""The microphone client, against a real WebSocket server."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from parley.channels import microphone
from parley.channels.microphone import Client

PIECE = b"\1\0" * 512


class Device:
    """A microphone that hears a few pieces, and a loudspeaker that remembers."""

    def __init__(self, *, playing: bool = False, pieces: int = 3) -> None:
        self.played: list[bytes] = []
        self.hushed = 0
        self.playing = playing
        self._pieces = pieces

    async def pieces(self) -> AsyncIterator[bytes]:
        for _ in range(self._pieces):
            yield PIECE
        await asyncio.Event().wait()

    def play(self, pcm: bytes) -> None:
        self.played.append(pcm)

    def hush(self) -> None:
        self.hushed += 1


async def talk(
    answer: Callable[[ServerConnection], Awaitable[None]], device: Device, **options: Any
) -> list[dict[str, Any]]:
    """One client against a server that answers like this; what was shown."""
    shown: list[dict[str, Any]] = []
    async with serve(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        await Client(url=f"ws://127.0.0.1:{port}", **options).run(device, shown.append)
    return shown


def test_it_sends_what_it_hears_and_plays_what_it_gets() -> None:
    device = Device()
    got: list[Any] = []

    async def answer(socket: ServerConnection) -> None:
        assert socket.request is not None
        got.append(socket.request.headers["Authorization"])
        got.append(json.loads(await socket.recv()))
        got.extend([await socket.recv() for _ in range(3)])
        await socket.send(b"reply")
        await socket.send(json.dumps({"type": "tts_clear", "session_id": "s1"}))
        await socket.send(json.dumps({"type": "session_end", "session_id": "s1", "reason": "goodbye"}))

    shown = asyncio.run(talk(answer, device, token="t1", language="fr"))
    start = {"type": "session_start", "audio": {"encoding": "pcm16", "framing": "binary"}, "language": "fr"}
    assert got == ["Bearer t1", start, PIECE, PIECE, PIECE]
    assert (device.played, device.hushed) == ([b"reply"], 1)
    assert [message["type"] for message in shown] == ["tts_clear", "session_end"]


@pytest.mark.parametrize(("headphones", "sent"), [(True, 3), (False, 0)])
def test_without_headphones_it_does_not_hear_itself(headphones: bool, sent: int) -> None:
    got: list[Any] = []

    async def answer(socket: ServerConnection) -> None:
        await socket.recv()
        got.extend([await socket.recv() for _ in range(sent)])
        await socket.send(json.dumps({"type": "session_end", "reason": "goodbye"}))
        got.extend([message async for message in socket])

    asyncio.run(talk(answer, Device(playing=True), headphones=headphones))
    assert got == [PIECE] * sent


def test_a_lost_connection_is_taken_up_with_the_same_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(microphone, "BACK_OFF_S", (0.0,))
    starts: list[dict[str, Any]] = []

    async def answer(socket: ServerConnection) -> None:
        starts.append(json.loads(await socket.recv()))
        await socket.send(json.dumps({"type": "session_started", "session_id": "s1"}))
        if len(starts) < 3:
            socket.transport.abort()
            return
        await socket.send(json.dumps({"type": "session_end", "session_id": "s1", "reason": "goodbye"}))

    shown = asyncio.run(talk(answer, Device()))
    assert [start.get("session_id") for start in starts] == [None, "s1", "s1"]
    assert "lost" in [message["type"] for message in shown]
