"""One process asks another: real clients, a real server, and what happens when it is down or refuses."""

import asyncio
import datetime as dt
import socket
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import numpy as np
import pytest

from parley.audio.sound import Sound
from parley.contract import AuthenticationFailed, Expectation, Phrase, ProviderFailed
from parley.listening.choosing import Recognisers
from parley.listening.phrasebook import Phrasebook
from parley.listening.providers import instant
from parley.listening.providers import remote as listening_remote
from parley.listening.recognition import Recogniser, Transcript, transcribe
from parley.listening.settings import ListeningSettings
from parley.server.services.faculties import Ears, Faculties, Mind
from parley.speaking.provider import Voice
from parley.speaking.providers.instant import SECONDS
from parley.speaking.settings import SpeakingSettings
from parley.speaking.synthesis import Speaking
from parley.understanding.remote import Remote
from parley.understanding.result import Span, Understanding
from tests.server.services.conftest import served

pytestmark = pytest.mark.anyio
UTC = ZoneInfo("UTC")
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = Sound(samples=np.zeros(16_000, np.int16), rate=16_000)


class Failing(instant.Instant):
    """Hears nothing."""

    async def open(self, **_: Any) -> Any:
        raise ProviderFailed("no ears today")


def understood(text: str) -> Understanding:
    span = Span(slot="date", start=0, end=4, text=text[:4], value="2026-03-03")
    return Understanding(
        text=text,
        language="fr",
        intent="appointment.book",
        confidence=0.9,
        slots={"date": "2026-03-03"},
        spans=(span,),
    )


class Knowing:
    """An understander that says what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    async def __call__(self, text: str, **where: Any) -> Understanding:
        self.asked.append({"text": text, **where})
        return understood(text)


class Own:
    """The understander of this process."""

    name = "own"

    def understand(self, text: str, **_: Any) -> Understanding:
        return Understanding(text=text, language="en", intent="help", confidence=1.0)


KNOWING = Knowing()


@pytest.fixture
def service(service_key: str) -> Iterator[str]:
    ears: dict[str, Recogniser] = {"en": instant.Instant("book it"), "fr": Failing("")}
    voices = Speaking(SpeakingSettings(providers={"en": ("instant",)}, cache_memory_bytes=0))
    mind = Mind(understand=KNOWING, take=lambda *_, **__: None, now=lambda: NOW, zone=UTC)
    with served(Faculties(ears=Ears(recogniser_for=ears.get), voices=voices, mind=mind)) as url:
        yield url


@pytest.fixture
def nobody() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def listening(url: str, key: str, *behind: str) -> Recogniser:
    names = ("remote", *behind)
    options = {"remote": {"url": url, "key": key}}
    settings = ListeningSettings(recognisers={"en": names, "fr": names, "ko": names}, options=options)
    chain = Recognisers(settings, Phrasebook(sources=())).for_language("en")
    assert chain is not None
    return chain


async def test_a_turn_is_heard_over_there_while_it_is_spoken(service: str, service_key: str):
    partials: list[str] = []
    heard = asyncio.Event()

    def on_partial(text: str) -> None:
        partials.append(text)
        heard.set()

    likely = Expectation(slot="staff", phrases=(Phrase(text="Ines", slot="staff"),))
    turn = await listening(service, service_key).open(
        language="en", rate=16_000, expectation=likely, on_partial=on_partial
    )
    turn.feed(SECOND.pcm)
    await asyncio.wait_for(heard.wait(), 5)
    transcript = await turn.finish(sound=SECOND)
    assert partials == ["book it"]
    assert transcript == Transcript(text="book it", language="en", confidence=1.0, provider="instant")


async def test_what_the_recognition_service_cannot_do_is_done_here(
    service: str, service_key: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PARLEY_INSTANT_TEXT", "heard here")
    chain = listening(service, service_key, "instant")
    for language in ("fr", "ko"):  # there one fails and the other is missing
        assert (await transcribe(chain, SECOND, language=language)).text == "heard here"


async def test_a_recognition_service_that_is_down_is_stood_in_for(nobody: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PARLEY_INSTANT_TEXT", "heard here")
    assert (await transcribe(listening(nobody, "", "instant"), SECOND, language="en")).text == "heard here"


async def test_a_wrong_key_opens_nothing(service: str, service_key: str):
    remote = listening_remote.Remote(listening_remote.Options(url=service, key="guessed"))
    with pytest.raises(AuthenticationFailed):
        await remote.open(language="en", rate=16_000)
    async with httpx.AsyncClient(base_url=service, headers={"X-API-Key": "guessed"}, trust_env=False) as client:
        for path in ("/stt/transcribe", "/stt/stream", "/tts/synthesize", "/nlu/analyze", "/nlu/generate-response"):
            answer = await client.post(path, json={})
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "SYS_004"), path


async def test_files_and_raw_sound_are_transcribed(service: str, service_key: str):
    async with httpx.AsyncClient(base_url=service, headers={"X-API-Key": service_key}, trust_env=False) as client:
        answer = await client.post("/stt/transcribe", files={"audio": SECOND.wav()}, data={"language": "en"})
        assert answer.json()["text"] == "book it"
        assert answer.json()["duration_s"] == 1.0
        refused = await client.post("/stt/transcribe", files={"audio": b"no sound"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "REQ_002")
        lines = (await client.post("/stt/stream?language=en&rate=16000", content=SECOND.pcm)).text.splitlines()
        assert ['"partial"' in line for line in lines] == [True, False]
        assert '"final"' in lines[-1]
        assert (await client.post("/stt/stream?rate=3", content=b"")).status_code == 400
        unserved = await client.post("/stt/stream?language=ko", content=SECOND.pcm)
        assert (unserved.status_code, unserved.json()["error"]["code"]) == (400, "REQ_001")


async def spoken(speaking: Speaking, *, rate: int) -> bytes:
    voice = Voice(name="instant/hum", language="en", rate=1.5)
    return b"".join([p async for p in speaking.synthesiser("en").speak("Hello.", voice=voice, rate=rate)])


def voices(url: str, key: str, *behind: str) -> Speaking:
    options = {"remote": {"url": url, "key": key}}
    return Speaking(SpeakingSettings(providers={"en": ("remote", *behind)}, options=options))


async def test_a_reply_is_spoken_over_there(service: str, service_key: str):
    speaking = voices(service, service_key)
    await speaking.synthesiser("en").warm()
    sound = np.frombuffer(await spoken(speaking, rate=8_000), "<i2")
    assert len(sound) == pytest.approx(8_000 * SECONDS, rel=0.02)
    assert np.abs(sound).max() > 2_000
    await speaking.close()


async def test_a_voice_that_is_away_is_stood_in_for_or_missed(nobody: str):
    assert len(await spoken(voices(nobody, "", "instant"), rate=8_000)) > 8_000
    with pytest.raises(ProviderFailed):
        await spoken(voices(nobody, ""), rate=8_000)


async def test_voices_are_listed_and_sound_comes_as_asked(service: str, service_key: str):
    async with httpx.AsyncClient(base_url=service, headers={"X-API-Key": service_key}, trust_env=False) as client:
        assert (await client.get("/tts/voices")).json()["voices"] == {"en": ["instant/hum"], "fr": [], "ko": []}
        sizes = {}
        for form in ("wav", "pcm", "mulaw"):
            answer = await client.post(
                "/tts/synthesize", json={"text": "Hello", "format": form, "sample_rate": 8_000}
            )
            sizes[form] = len(answer.content)
        assert sizes["wav"] == sizes["pcm"] + 44 == 2 * sizes["mulaw"] + 44
        assert (await client.post("/tts/synthesize", json={"text": ""})).status_code == 400


async def test_an_utterance_is_understood_over_there(service: str, service_key: str):
    remote = Remote(service, service_key, instead=Own())
    likely = Expectation(slot="date", yes_no=True)
    answer = await remote("demain", language="fr", now=NOW, zone=UTC, expectation=likely, context={"staff": ["Ines"]})
    assert answer == understood("demain")
    asked = KNOWING.asked[-1]
    assert (asked["now"], asked["expectation"], asked["context"]) == (NOW, likely, {"staff": ["Ines"]})
    await remote.close()


async def test_understanding_that_is_away_is_stood_in_for_and_left_alone(nobody: str):
    remote = Remote(nobody, "", instead=Own(), failures_to_rest=1)
    assert (await remote("hello", language="en", now=NOW, zone=UTC)).intent == "help"
    await remote.close()
    with pytest.raises(ProviderFailed):
        await Remote(nobody, "", instead=None)("hello", language="en", now=NOW, zone=UTC)


async def test_a_response_names_the_action_that_it_does_not_take(service: str, service_key: str):
    async with httpx.AsyncClient(base_url=service, headers={"X-API-Key": service_key}, trust_env=False) as client:
        asked = {"intent": "timer.set", "entities": {"duration": "PT5M"}, "session_id": "one"}
        answer = (await client.post("/nlu/generate-response", json=asked)).json()
        assert (answer["reply"], answer["action"]) == ("", {"intent": "timer.set", "entities": {"duration": "PT5M"}})
        assert answer["state"]["conversation_id"] == "one"
        for wrong in ({"zone": "Mars/Olympus"}, {"state": {"turn": "often"}}):
            assert (await client.post("/nlu/generate-response", json=asked | wrong)).status_code == 400
