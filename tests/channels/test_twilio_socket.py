"""A media stream over a real loopback socket, as the server serves it: uvicorn opens, picows carries the call."""

import asyncio
import base64
import json
import os
import socket
import sys
import threading
from dataclasses import replace

import pytest
import uvicorn
import websockets
from websockets.exceptions import InvalidStatus

from parley.channels.house import open_house
from parley.channels.route import Receive, Scope, Send
from parley.channels.twilio_socket import Tap, head
from parley.channels.twilio_stream import answer_anyone
from parley.server import doorway
from tests.channels.sockets import answering
from tests.conversation.world import World

PATIENCE_S = 60
"""A machine that is busy may take its time."""
START = {
    "event": "start",
    "streamSid": "MZ1",
    "start": {"streamSid": "MZ1", "callSid": "CA1", "customParameters": {"language": "en"}},
}


async def served() -> tuple[uvicorn.Server, asyncio.Task[None], str]:
    """A server, its task, and where its media stream is."""
    config = uvicorn.Config(
        nobody, port=0, http=doorway.Doorway, ws="websockets-sansio", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    return server, serving, f"ws://127.0.0.1:{port}/telephone/stream"


async def nobody(_: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 4404})


@pytest.fixture
def world(monkeypatch):
    """With one media stream, and a house that answers everybody."""
    monkeypatch.setattr(doorway, "media_streams", lambda: {"/telephone/stream": answer_anyone})
    yield
    open_house(None)


@pytest.mark.parametrize("drain_s", [0.0, 600.0])
def test_a_call_goes_on_for_so_long_when_the_server_stops(world, drain_s: float) -> None:
    async def run() -> None:
        there = World()
        open_house(replace(answering(there), drain_s=drain_s))
        server, serving, url = await served()
        async with websockets.connect(url, proxy=None) as line:
            await line.send(json.dumps({"event": "connected"}))
            await line.send(json.dumps(START))
            await asyncio.wait_for(line.recv(), PATIENCE_S)
            server.should_exit = True
            while server.servers[0].is_serving():  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.01)
            if drain_s:
                await asyncio.wait_for(await line.ping(), PATIENCE_S)
                assert not serving.done()
            else:
                await asyncio.wait_for(line.wait_closed(), PATIENCE_S)
        await asyncio.wait_for(serving, PATIENCE_S)
        there.floor.close()

    asyncio.run(run())


def test_a_call_is_greeted_and_its_end_is_recorded(world) -> None:
    async def run() -> None:
        there = World()
        ended = threading.Event()
        record = there.store.ended

        def telling(conversation_id: str, reason: str) -> None:
            record(conversation_id, reason)
            ended.set()

        there.store.ended = telling  # type: ignore[method-assign]
        open_house(answering(there))
        server, serving, url = await served()
        async with websockets.connect(f"{url}?a=1", proxy=None) as line:
            await line.send(json.dumps({"event": "connected"}))
            await line.send(json.dumps(START))
            first = json.loads(await asyncio.wait_for(line.recv(), PATIENCE_S))
            assert (first["event"], first["streamSid"]) == ("media", "MZ1")
            assert len(base64.b64decode(first["media"]["payload"])) == 160
            await line.send("garbage")
            await line.send(json.dumps({"event": "stop", "streamSid": "MZ1"}))
            await asyncio.wait_for(line.wait_closed(), PATIENCE_S)
        assert await asyncio.to_thread(ended.wait, PATIENCE_S)
        assert there.store.endings == {"CA1": "hung_up"}
        with pytest.raises(InvalidStatus):
            await websockets.connect(url.replace("telephone", "elsewhere"), proxy=None)
        async with websockets.connect(url, proxy=None) as line:
            await line.send(json.dumps(START).replace("CA1", "CA2"))
            await asyncio.wait_for(line.recv(), PATIENCE_S)
            server.should_exit = True
            await asyncio.wait_for(line.wait_closed(), PATIENCE_S)
        await asyncio.wait_for(serving, PATIENCE_S)
        there.floor.close()

    asyncio.run(run())


class Connection:
    """A transport as the tap sees it, over one end of a pair of sockets."""

    def __init__(self, here: socket.socket) -> None:
        self.here = here
        self.done: list[str] = []

    def get_extra_info(self, name: str) -> object:
        return {"socket": self.here}[name]

    def is_closing(self) -> bool:
        return bool(self.done)

    def close(self) -> None:
        self.done.append("close")

    def abort(self) -> None:
        self.done.append("abort")


class Taken:
    """A protocol that keeps what it is given, in a buffer of its own."""

    listener = None

    def __init__(self) -> None:
        self.room = bytearray(8192)
        self.taken = b""

    def get_buffer(self, _: int) -> memoryview:
        return memoryview(self.room)

    def buffer_updated(self, size: int) -> None:
        self.taken += bytes(self.room[:size])


@pytest.mark.skipif(sys.platform == "win32", reason="there the event loop reads")
def test_what_arrives_is_taken_at_a_beat_and_the_end_is_noticed() -> None:
    here, there = socket.socketpair()
    with here, there:
        here.setblocking(False)
        connection, protocol = Connection(here), Taken()
        tap = Tap(connection, protocol)  # type: ignore[arg-type]
        assert tap.read()
        assert protocol.taken == b""
        there.sendall(b"x" * 10_000)
        assert tap.read()
        assert protocol.taken == b"x" * 10_000
        there.close()
        assert not tap.read()
        assert connection.done == ["close"]
        assert not tap.read()
        assert connection.done == ["close"]


@pytest.mark.skipif(sys.platform == "win32", reason="there the event loop reads")
def test_a_connection_that_broke_is_given_up() -> None:
    with socket.socket() as gone:
        os.close(gone.detach())
        connection = Connection(gone)
        assert not Tap(connection, Taken()).read()  # type: ignore[arg-type]
        assert connection.done == ["abort"]


def test_heads_of_messages_say_their_length() -> None:
    assert head(5) == b"\x81\x05"
    assert head(300) == b"\x81\x7e\x01\x2c"
    assert head(70_000) == b"\x81\x7f" + (70_000).to_bytes(8)
