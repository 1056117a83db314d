"""Twilio's Media Streams protocol, message by message."""

import asyncio
import base64

from parley.channels.house import open_house
from parley.channels.twilio_stream import answer_anyone, application
from tests.channels.sockets import Socket, answering
from tests.conversation.world import World
from tests.virtual_time import virtual

SILENCE, SPEECH = base64.b64encode(b"\xff" * 160).decode(), base64.b64encode(b"\x80" * 160).decode()


async def call() -> tuple[World, Socket]:
    """A call that has been answered."""
    world = World()
    open_house(answering(world))
    socket = Socket(application(answer_anyone))
    socket.say(event="connected", protocol="Call", version="1.0.0")
    socket.say(
        event="start",
        sequenceNumber="1",
        streamSid="MZ1",
        start={"streamSid": "MZ1", "callSid": "CA1", "tracks": ["inbound"], "customParameters": {"language": "en"}},
    )
    await asyncio.sleep(0.01)
    return world, socket


async def sound(socket: Socket, payload: str, seconds: float) -> None:
    """20 ms frames as Twilio sends them."""
    for _ in range(round(seconds / 0.02)):
        socket.say(event="media", streamSid="MZ1", media={"track": "inbound", "payload": payload, "chunk": "1"})
        await asyncio.sleep(0.02)


@virtual
async def test_a_call_is_greeted_and_answered() -> None:
    world, socket = await call()
    assert socket.of("media")
    await sound(socket, SILENCE, 3)
    world.recogniser.texts.append("hello")
    await sound(socket, SPEECH, 1)
    await sound(socket, SILENCE, 2)
    assert world.synthesiser.spoken == ["Hello, how can I help you?", "You said hello."]
    payloads = [base64.b64decode(message["media"]["payload"]) for message in socket.of("media")]
    assert {message["streamSid"] for message in socket.of("media")} == {"MZ1"}
    assert max(map(len, payloads)) == 160
    socket.say(event="stop", streamSid="MZ1", stop={"callSid": "CA1"})
    await asyncio.sleep(0.05)
    assert socket.closed == 1000
    assert world.store.endings == {"CA1": "hung_up"}


@virtual
async def test_barge_in_clears_the_carriers_buffer() -> None:
    world, socket = await call()
    await sound(socket, SILENCE, 0.4)
    world.recogniser.texts.append("wait")
    await sound(socket, SPEECH, 0.6)
    assert [message for message in socket.messages if message["event"] == "clear"] == [
        {"event": "clear", "streamSid": "MZ1"}
    ]
    await socket.leave()


@virtual
async def test_marks_and_keys() -> None:
    world, socket = await call()
    await sound(socket, SILENCE, 2.1)
    mark = socket.of("mark")[0]
    socket.say(event="mark", streamSid="MZ1", mark=mark["mark"])
    socket.say(event="dtmf", streamSid="MZ1", dtmf={"track": "inbound_track", "digit": "1"})
    await asyncio.sleep(0.1)
    assert world.understander.asked == ["1"]
    await socket.leave()


@virtual
async def test_garbage_ends_only_its_own_call() -> None:
    world, socket = await call()
    for number in range(25):
        socket.text("{" * number)
    await asyncio.sleep(0.05)
    assert socket.closed == 1000
    assert len(world.floor) == 0


@virtual
async def test_media_before_start_and_unknown_events_are_harmless() -> None:
    world = World()
    open_house(answering(world))
    socket = Socket(application(answer_anyone))
    socket.say(event="media", media={"payload": SILENCE})
    socket.say(event="something", x=1)
    await asyncio.sleep(0.05)
    await socket.leave()
    assert len(world.floor) == 0


@virtual
async def test_a_stream_that_nobody_announced_is_not_answered() -> None:
    from dataclasses import replace

    world = World()
    open_house(replace(answering(world), unsigned_calls=False))
    socket = Socket(application(answer_anyone))
    socket.say(event="start", streamSid="MZ1", start={"streamSid": "MZ1", "callSid": "CA1"})
    await asyncio.sleep(0.05)
    assert socket.closed == 1000
    assert len(world.floor) == 0
