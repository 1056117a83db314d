"""`WS /v1/stream` message by message."""

import asyncio
import base64
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from parley.audio.opus import Decoder, Encoder
from parley.channels import browser
from parley.channels.admission import Admitted
from parley.channels.house import House, open_house
from parley.contract import AuthenticationFailed, Caller
from parley.speaking.provider import Abilities, Voice
from tests.channels.sockets import Socket
from tests.conversation.test_led import LONG, restaurant
from tests.conversation.world import World
from tests.understanding.llm.vendor import Says
from tests.virtual_time import virtual

LOUD = (np.full(320, 8000, "<i2")).tobytes()
QUIET = bytes(640)


def opened(monkeypatch: pytest.MonkeyPatch, world: World | None = None) -> World:
    """A house in which everybody is let in as a visitor."""
    world = world or World()
    house = House(
        floor=world.floor, services=world.services, voice_activity=world.vad, zone=ZoneInfo("UTC")  # type: ignore[arg-type]
    )  # fmt: skip
    open_house(house)
    monkeypatch.setattr(browser, "admit", lambda scope, *, now: Admitted(owner="", caller=Caller()))
    return world


async def start(**more: object) -> Socket:
    """A socket on which the session has begun."""
    socket = Socket(browser.stream)
    socket.say(type="session_start", language="en", **more)
    await asyncio.sleep(0.05)
    return socket


@pytest.mark.parametrize("framing", ["base64", "binary"])
def test_a_spoken_turn(framing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        world = opened(monkeypatch)
        world.recogniser.texts.append("hello")
        socket = await start(audio={"encoding": "pcm16", "rate": 16000, "framing": framing})
        for number, piece in enumerate([QUIET] * 20 + [LOUD] * 40 + [QUIET] * 60):
            if framing == "binary":
                socket.data(piece)
            else:
                socket.say(type="audio_chunk", audio=base64.b64encode(piece).decode(), sequence=number)
            await asyncio.sleep(0.02)
        await asyncio.sleep(3)
        kinds = [message["type"] for message in socket.messages]
        order = ["session_started", "speech_started", "speech_ended", "stt_final", "nlu_result", "response_text"]
        assert [kind for kind in kinds if kind in order] == order
        assert socket.of("response_text")[0]["text"] == "You said hello."
        assert socket.of("turn_report")[0]["stages"][0]["stage"] == "end_of_turn"
        assert len({message["session_id"] for message in socket.messages}) == 1
        numbers = [message["sequence"] for message in socket.messages]
        assert numbers == sorted(set(numbers))
        sound = socket.sound or [base64.b64decode(chunk["audio"]) for chunk in socket.of("tts_chunk")]
        assert sum(map(len, sound)) == round(0.9 * 16000) * 2
        await socket.leave()
        assert len(world.floor) == 0

    run()


def test_opus_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        world = opened(monkeypatch)
        world.recogniser.texts.append("hello")
        socket = await start(audio={"encoding": "opus", "framing": "binary"})
        encoder = Encoder(16000)
        tone = (8000 * np.sign(np.sin(np.arange(16000) * 2 * np.pi * 200 / 16000))).astype(np.int16)
        for packet in encoder.encode(tone) + Encoder(16000).encode(np.zeros(16000, np.int16)):
            socket.data(packet)
            await asyncio.sleep(0.02)
        await asyncio.sleep(3)
        assert socket.of("response_text")[0]["text"] == "You said hello."
        decoder = Decoder(16000)
        assert sum(len(decoder.decode(packet)) for packet in socket.sound) > 12000
        await socket.leave()

    run()


def test_a_model_that_leads_is_heard_before_its_answer_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        async with restaurant(Says(text=LONG, pause_s=0.2), Says(text="At the back.")) as house:
            opened(monkeypatch, house.world)
            socket = await start()
            socket.say(type="text", text="tell me about the restaurant")
            await asyncio.sleep(2)
            assert house.world.synthesiser.spoken == ["We open at five."]
            assert socket.of("tts_chunk")
            assert not socket.of("response_text")
            socket.say(type="text", text="where is the garden")
            await asyncio.sleep(4)
            first, second = (message["text"] for message in socket.of("response_text"))
            assert LONG.startswith(first)
            assert first != LONG
            assert second == "At the back."
            assert house.server.left == 1
            heard = {answer.turn_id: answer.heard for answer in house.world.store.answers}
            assert heard[house.world.store.turns[0].turn_id] in first
            await socket.leave()

    run()


def test_typing_and_interrupting(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        opened(monkeypatch)
        socket = await start()
        socket.say(type="text", text="tell me a long story about the sea")
        await asyncio.sleep(0.5)
        socket.say(type="interrupt")
        await asyncio.sleep(0.1)
        assert socket.of("tts_clear")
        chunks = len(socket.of("tts_chunk"))
        await asyncio.sleep(2)
        assert len(socket.of("tts_chunk")) == chunks
        socket.say(type="ping")
        await asyncio.sleep(0.01)
        assert socket.of("pong")
        await socket.leave()

    run()


@pytest.mark.parametrize(
    "message",
    [
        "",
        "null",
        "[]",
        "{",
        '{"type":"what"}',
        '{"type":"audio_chunk","audio":"***"}',
        '{"type":"text"}',
        '{"type":"text","text":3}',
        "[" * 100_000,
        '{"type":"text","text":"' + "x" * 3000 + '"}',
        '{"type":"session_start"}',
        '{"type":"session_start","audio":{"encoding":"mp3"}}',
    ],
)
def test_what_is_malformed_is_told_so_and_nothing_else_happens(message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        opened(monkeypatch)
        socket = await start()
        socket.text(message)
        await asyncio.sleep(0.05)
        assert socket.of("error")[0]["code"].startswith("REQ_")
        socket.say(type="text", text="hello")
        await asyncio.sleep(1)
        assert socket.of("response_text")[0]["text"] == "You said hello."
        await socket.leave()

    run()


def test_the_voice_that_is_asked_for_speaks_and_an_unknown_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        world = opened(monkeypatch)
        voices = Abilities(voices={"en": ("house/anna", "house/ben")}, streaming=True, local=True)
        monkeypatch.setattr(world.synthesiser, "abilities", voices, raising=False)
        socket = await start(voice_profile_id="nobody")
        assert socket.of("error")[0]["code"] == "REQ_003"
        assert "house/ben" in socket.of("error")[0]["message"]
        socket.say(type="session_start", language="en", voice_profile_id="ben")
        await asyncio.sleep(0.05)
        socket.say(type="text", text="hello")
        await asyncio.sleep(1)
        assert socket.of("response_text")[0]["text"] == "You said hello."
        assert world.synthesiser.voices == [Voice(name="ben", language="en")]
        await socket.leave()

    run()


def test_sound_that_is_cut_in_mid_sample_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        opened(monkeypatch)
        socket = await start(audio={"framing": "binary"})
        socket.data(b"abc")
        socket.data(b"x" * 100_000)
        await asyncio.sleep(0.05)
        assert [error["code"] for error in socket.of("error")] == ["REQ_002", "REQ_001"]
        await socket.leave()

    run()


def test_session_start_comes_first_and_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        world = opened(monkeypatch)
        socket = Socket(browser.stream)
        socket.say(type="text", text="hello")
        await asyncio.sleep(0.05)
        assert socket.of("error")[0]["code"] == "REQ_001"
        await asyncio.sleep(30)
        assert socket.closed == browser.POLICY_VIOLATED
        assert len(world.floor) == 0

    run()


def test_who_only_sends_garbage_is_cut_off_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        opened(monkeypatch)
        good, bad = await start(), await start()
        for _ in range(browser.MOST_ERRORS):
            bad.text("garbage")
        await asyncio.sleep(0.1)
        assert bad.closed == browser.POLICY_VIOLATED
        good.say(type="text", text="hello")
        await asyncio.sleep(1)
        assert good.of("response_text")[0]["text"] == "You said hello."
        assert good.closed is None
        await good.leave()

    run()


def test_too_many_messages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        opened(monkeypatch)
        socket = await start()
        for _ in range(browser.MESSAGES_PER_S + 5):
            socket.say(type="ping")
        await asyncio.sleep(0.05)
        assert {error["code"] for error in socket.of("error")} == {"REQ_005"}
        await socket.leave()

    run()


def test_a_reconnect_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        opened(monkeypatch)
        first = await start()
        session_id = first.of("session_started")[0]["session_id"]
        first.say(type="text", text="hello")
        await asyncio.sleep(1)
        await first.leave()
        second = await start(session_id=session_id)
        assert second.of("session_started")[0]["resumed"] is True
        await second.leave()

    run()


def test_who_may_not_talk_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(scope: object, *, now: object) -> Admitted:
        raise AuthenticationFailed("no")

    @virtual
    async def run() -> None:
        opened(monkeypatch)
        monkeypatch.setattr(browser, "admit", nobody)
        socket = Socket(browser.stream)
        await asyncio.sleep(0.1)
        assert [message["type"] for message in socket.sent] == ["websocket.close"]

    run()


def test_a_client_that_does_not_read_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        world = opened(monkeypatch)
        slow, good = await start(), await start()
        slow.reading.clear()
        slow.say(type="text", text="a very long " + "story " * 60)
        good.say(type="text", text="hello")
        await asyncio.sleep(3)
        assert good.of("response_text")[0]["text"] == "You said hello."
        slow.reading.set()
        await asyncio.sleep(30)
        assert slow.of("response_text")
        await slow.leave()
        await good.leave()
        assert len(world.floor) == 0

    run()
