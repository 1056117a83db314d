"""The telephone's own port, over a real loopback socket: the same protocol, another server under it."""

import asyncio
import base64
import json
import threading

import pytest
import websockets
from websockets.exceptions import InvalidStatus

from parley.channels.twilio_socket import listen
from tests.channels.sockets import answering
from tests.conversation.world import World

START = {
    "event": "start",
    "streamSid": "MZ1",
    "start": {"streamSid": "MZ1", "callSid": "CA1", "customParameters": {"language": "en"}},
}


def test_a_call_is_greeted_and_its_end_is_recorded() -> None:
    async def run() -> None:
        world = World()
        ended = threading.Event()
        record = world.store.ended

        def telling(conversation_id: str, reason: str) -> None:
            record(conversation_id, reason)
            ended.set()

        world.store.ended = telling  # type: ignore[method-assign]
        house = answering(world)
        server = await listen(house, host="127.0.0.1", port=0)
        port = server.sockets[0].getsockname()[1]
        async with websockets.connect(f"ws://127.0.0.1:{port}/telephone/stream", proxy=None) as line:
            await line.send(json.dumps({"event": "connected"}))
            await line.send(json.dumps(START))
            first = json.loads(await asyncio.wait_for(line.recv(), 5))
            assert (first["event"], first["streamSid"]) == ("media", "MZ1")
            assert len(base64.b64decode(first["media"]["payload"])) == 320
            await line.send("garbage")
            await line.send(json.dumps({"event": "stop", "streamSid": "MZ1"}))
            await asyncio.wait_for(line.wait_closed(), 5)
        assert await asyncio.to_thread(ended.wait, 5)
        assert world.store.endings == {"CA1": "hung_up"}
        with pytest.raises(InvalidStatus):
            await websockets.connect(f"ws://127.0.0.1:{port}/elsewhere", proxy=None)
        server.close()
        await server.wait_closed()
        world.floor.close()

    asyncio.run(run())
