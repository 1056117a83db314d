"""OpenAI's and Google's real clients against servers on this machine that speak their protocols, and fail."""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import grpc
import numpy as np
import pytest
from google.cloud import speech_v1 as api

from parley.audio.sound import Sound
from parley.contract import (
    AuthenticationFailed,
    ConfigurationInvalid,
    Expectation,
    ExternalTimeout,
    ParleyError,
    Phrase,
    ProviderFailed,
    RateLimited,
)
from parley.listening.choosing import Recognisers
from parley.listening.phrasebook import Phrasebook
from parley.listening.providers import google, openai
from parley.listening.recognition import Recogniser, transcribe
from parley.listening.settings import ListeningSettings

pytestmark = pytest.mark.anyio
SECOND = Sound(samples=np.ones(8_000, np.int16), rate=8_000)
LIKELY = Expectation(phrases=(Phrase(text="Dr. Okafor"), Phrase(text="Ines"), Phrase(text="Ines")))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Transcriptions:
    """The one address of OpenAI that is asked."""

    def __init__(self) -> None:
        self.status = 200
        self.asked: list[bytes] = []
        self.text = "Tuesday at nine"
        self.hangs = False
        self.released = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                return None

            def do_POST(self) -> None:
                service.asked.append(self.rfile.read(int(self.headers["Content-Length"])))
                if service.hangs:
                    service.released.wait(10)
                tokens = [{"token": "Tuesday", "logprob": -0.1}, {"token": " at nine", "logprob": -0.3}]
                body = {"text": service.text, "logprobs": tokens}
                content = json.dumps(body if service.status == 200 else {"error": {"message": "no"}}).encode()
                self.send_response(service.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Retry-After", "0")
                self.end_headers()
                self.wfile.write(content)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def transcriptions() -> Iterator[Transcriptions]:
    service = Transcriptions()
    yield service
    service.released.set()
    service.server.shutdown()
    service.server.server_close()


def by_openai(service: Transcriptions, **options: object) -> openai.OpenAI:
    given = {"url": service.url, "OPENAI_API_KEY": "k", **options}
    return openai.provider(ListeningSettings(options={"openai": given}))


async def test_openai_hears_a_turn_with_the_names_that_are_likely(transcriptions: Transcriptions):
    recogniser = by_openai(transcriptions)
    heard = await transcribe(recogniser, SECOND, language="en", expectation=LIKELY)
    assert (heard.text, heard.provider) == ("Tuesday at nine", "openai")
    assert heard.confidence == pytest.approx(np.exp(-0.2))
    sent = transcriptions.asked[0]
    assert b"Dr. Okafor, Ines\r\n" in sent
    assert b"RIFF" in sent
    turn = await recogniser.open(language="fr", rate=8_000)
    turn.feed(SECOND.pcm)
    assert (await turn.finish()).text == "Tuesday at nine"
    assert SECOND.pcm in transcriptions.asked[1]
    await recogniser.close()


async def test_openai_is_not_asked_about_nothing(transcriptions: Transcriptions):
    turn = await by_openai(transcriptions).open(language="en", rate=8_000)
    heard = await turn.finish()
    assert (heard.text, heard.confidence, transcriptions.asked) == ("", 0.0, [])


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, AuthenticationFailed), (429, RateLimited), (500, ProviderFailed), (504, ExternalTimeout)],
)
async def test_refusals_of_openai_have_our_names(
    transcriptions: Transcriptions, status: int, error: type[ParleyError]
):
    transcriptions.status = status
    recogniser = by_openai(transcriptions)
    with pytest.raises(error):
        await transcribe(recogniser, SECOND, language="en")
    await recogniser.close()


async def test_openai_that_hangs_or_is_away_is_given_up(transcriptions: Transcriptions):
    transcriptions.hangs = True
    recogniser = by_openai(transcriptions, timeout_s=0.05)
    with pytest.raises(ExternalTimeout):
        await transcribe(recogniser, SECOND, language="en")
    await recogniser.close()
    away = by_openai(transcriptions, url="http://127.0.0.1:9/v1")
    with pytest.raises(ProviderFailed):
        await transcribe(away, SECOND, language="en")
    await away.close()


def test_without_a_key_there_is_no_openai(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    settings = ListeningSettings(recognisers={"en": ("openai",)})
    with pytest.raises(ConfigurationInvalid):
        openai.provider(settings)
    assert Recognisers(settings, Phrasebook(sources=())).for_language("en") is None


class Speech:
    """Google's streaming method alone."""

    def __init__(self) -> None:
        self.asked: list[api.StreamingRecognizeRequest] = []
        self.fails: grpc.StatusCode | None = None
        self.hangs = False

    async def recognise(
        self, requests: AsyncIterator[api.StreamingRecognizeRequest], context: grpc.aio.ServicerContext
    ) -> AsyncIterator[api.StreamingRecognizeResponse]:
        async for request in requests:
            self.asked.append(request)
            if request.audio_content and not self.fails:
                yield answer("mardi à", final=False)
        if self.fails:
            await context.abort(self.fails, "no")
        if self.hangs:
            await asyncio.Event().wait()
        yield answer("mardi à neuf heures", final=True)


def answer(text: str, *, final: bool) -> api.StreamingRecognizeResponse:
    word = api.WordInfo(word="mardi", start_time=timedelta(0), end_time=timedelta(seconds=0.5), confidence=0.7)
    best = api.SpeechRecognitionAlternative(transcript=text, confidence=0.75, words=[word] if final else [])
    other = api.SpeechRecognitionAlternative(transcript="mardi à deux heures")
    return api.StreamingRecognizeResponse(
        results=[api.StreamingRecognitionResult(alternatives=[best, other], is_final=final)]
    )


@pytest.fixture
async def speech() -> AsyncGenerator[tuple[Speech, Recogniser], None]:
    service = Speech()
    method = grpc.stream_stream_rpc_method_handler(
        service.recognise,
        request_deserializer=api.StreamingRecognizeRequest.deserialize,
        response_serializer=api.StreamingRecognizeResponse.serialize,
    )
    server = grpc.aio.server()
    handler = grpc.method_handlers_generic_handler("google.cloud.speech.v1.Speech", {"StreamingRecognize": method})
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    options = {"google": {"endpoint": f"127.0.0.1:{port}", "timeout_s": 2.0}}
    recogniser = google.provider(ListeningSettings(options=options))
    yield service, recogniser
    await recogniser.close()
    await server.stop(None)


async def test_google_hears_while_it_is_spoken(speech: tuple[Speech, Recogniser]):
    server, recogniser = speech
    partials: list[str] = []
    heard = asyncio.Event()

    def on_partial(text: str) -> None:
        partials.append(text)
        heard.set()

    turn = await recogniser.open(language="fr", rate=8_000, expectation=LIKELY, on_partial=on_partial)
    turn.feed(SECOND.pcm)
    await asyncio.wait_for(heard.wait(), 5)
    transcript = await turn.finish(sound=SECOND)
    assert partials[0] == "mardi à"
    assert (transcript.text, transcript.confidence) == ("mardi à neuf heures", 0.75)
    assert transcript.alternatives == ("mardi à deux heures",)
    assert (transcript.words[0].text, transcript.words[0].end_s) == ("mardi", 0.5)
    first, *sound = server.asked
    config = first.streaming_config.config
    assert (config.language_code, config.sample_rate_hertz) == ("fr-FR", 8_000)
    assert list(config.speech_contexts[0].phrases) == ["Dr. Okafor", "Ines"]
    assert b"".join(each.audio_content for each in sound) == SECOND.pcm
    assert max(len(each.audio_content) for each in sound) <= google.PIECE_BYTES


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (grpc.StatusCode.UNAUTHENTICATED, AuthenticationFailed),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, RateLimited),
        (grpc.StatusCode.DEADLINE_EXCEEDED, ExternalTimeout),
        (grpc.StatusCode.INTERNAL, ProviderFailed),
    ],
)
async def test_refusals_of_google_have_our_names(
    speech: tuple[Speech, Recogniser], status: grpc.StatusCode, error: type[ParleyError]
):
    server, recogniser = speech
    server.fails = status
    with pytest.raises(error):
        await transcribe(recogniser, SECOND, language="fr")


async def test_google_that_hangs_is_given_up(speech: tuple[Speech, Recogniser]):
    server, _ = speech
    server.hangs = True
    recogniser = speech[1]
    assert isinstance(recogniser, google.Google)
    recogniser.options = recogniser.options.model_copy(update={"timeout_s": 0.05})
    with pytest.raises(ExternalTimeout):
        await transcribe(recogniser, SECOND, language="fr")


async def test_a_provider_that_keeps_failing_is_passed_over_for_a_while(transcriptions: Transcriptions):
    transcriptions.status = 401
    options = {"openai": {"url": transcriptions.url, "OPENAI_API_KEY": "k"}}
    settings = ListeningSettings(recognisers={"en": ("openai", "instant")}, options=options)
    chain = Recognisers(settings, Phrasebook(sources=())).for_language("en")
    assert chain is not None
    providers = [(await transcribe(chain, SECOND, language="en")).provider for _ in range(3)]
    assert providers == ["instant", "instant", "instant"]
    assert len(transcriptions.asked) == 1
    await chain.close()
