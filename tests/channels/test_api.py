"""The public API over REST, through the real routes."""

import asyncio
import io
import json
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import AsyncClient

from parley.audio.files import read_sound
from parley.audio.sound import Sound
from parley.channels.house import House, open_house
from tests.conversation.test_once import house_of
from tests.conversation.world import World

pytestmark = pytest.mark.django_db(transaction=True)


def served(world: World) -> House:
    """The world as the house that serves."""
    house = house_of(world)
    open_house(house)
    assert house.zone == ZoneInfo("UTC")
    return house


async def ask(client: AsyncClient, **form: Any) -> tuple[int, dict[str, Any]]:
    """POST /v1/query."""
    response = await client.post("/v1/query", form)
    return response.status_code, json.loads(response.content)


def recording() -> SimpleUploadedFile:
    """A second of sound that is not silence."""
    wav = Sound(samples=np.full(16000, 500, np.int16), rate=16000).wav()
    return SimpleUploadedFile("question.wav", wav, content_type="audio/wav")


def test_words_are_answered_with_sound_that_can_be_fetched_once_its_address_is_known() -> None:
    async def run() -> None:
        served(World())
        client = AsyncClient()
        status, answer = await ask(client, text="hello", language="en")
        assert status == 200, answer
        assert (answer["transcription"], answer["intent"]) == ("hello", "hello")
        assert answer["response_text"] == "You said hello."
        sound = await client.get(answer["response_audio_url"])
        assert read_sound(io.BytesIO(sound.content).getvalue()).seconds == pytest.approx(0.9, abs=0.01)
        assert (await client.get("/v1/audio/guessed")).status_code == 404
        _, again = await ask(client, text="again", session_id=answer["session_id"])
        assert again["session_id"] == answer["session_id"]

    asyncio.run(run())


def test_a_recording_is_answered() -> None:
    async def run() -> None:
        world = World()
        served(world)
        world.recogniser.texts.append("hello")
        status, answer = await ask(AsyncClient(), audio=recording(), speak="false")
        assert status == 200, answer
        assert answer["transcription"] == "hello"
        assert answer["response_audio_url"] is None
        assert answer["timings"]["recognition"] >= 0

    asyncio.run(run())


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, "REQ_001"),
        ({"audio": SimpleUploadedFile("a.wav", b"this is no sound")}, "REQ_002"),
        ({"audio": SimpleUploadedFile("a.wav", b"RIFF")}, "REQ_002"),
    ],
)
def test_what_is_no_question_is_told_so(form: dict[str, Any], code: str) -> None:
    async def run() -> None:
        served(World())
        status, answer = await ask(AsyncClient(), **form)
        assert status == 400
        assert answer["error"]["code"] == code

    asyncio.run(run())


def test_what_the_client_knows_is_kept_for_the_next_question() -> None:
    async def run() -> None:
        world = World()
        served(world)
        body = {"session_id": "abcdefgh", "context": {"page": "calendar"}}
        response = await AsyncClient().post("/v1/dialogue/context", body, content_type="application/json")
        assert json.loads(response.content) == {"context_updated": True}
        assert world.store.memories["abcdefgh"]["state"]["facts"]["client"] == {"page": "calendar"}

    asyncio.run(run())
