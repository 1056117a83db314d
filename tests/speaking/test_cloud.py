"""The cloud providers' real clients against a server on this machine that speaks their protocols, and fails."""

import json
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import httpx
import numpy as np
import pytest

from parley.audio.sound import Sound
from parley.contract import AuthenticationFailed, ExternalTimeout, ParleyError, ProviderFailed, RateLimited
from parley.speaking.provider import Synthesiser, Voice
from parley.speaking.providers import elevenlabs, naver, openai, polly
from parley.speaking.settings import SpeakingSettings

pytestmark = pytest.mark.anyio

TONE = (np.sin(2 * np.pi * 300 * np.arange(8_000) / 8_000) * 6_000).astype("<i2")
"""A second of sound at 8 kHz."""


@dataclass
class Answer:
    """What the server answers next."""

    status: int = 200
    body: bytes = TONE.tobytes()
    headers: dict[str, str] = field(default_factory=dict)
    breaks_after: int | None = None
    """Bytes after which the connection is cut in the middle of the stream."""
    hangs: bool = False


class Service:
    """An HTTP server in a thread; remembers what was asked."""

    def __init__(self) -> None:
        self.answer = Answer()
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.released = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                return None

            def do_HEAD(self) -> None:
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                self._json(service.answer.status if service.answer.status != 200 else 404)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                service.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                if service.answer.hangs:
                    service.released.wait(10)
                if service.answer.status != 200:
                    self._json(service.answer.status)
                else:
                    self._sound()

            def _json(self, status: int) -> None:
                content = json.dumps({"detail": "no", "error": {"message": "no", "type": "x"}}).encode()
                self.send_response(status)
                for name, value in service.answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def _sound(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/octet-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                body, stop = service.answer.body, service.answer.breaks_after
                for at in range(0, len(body) if stop is None else stop, 1_501):
                    chunk = body[at : at + 1_501]
                    self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
                if stop is None:
                    self.wfile.write(b"0\r\n\r\n")
                self.close_connection = stop is not None

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.close()


def of_elevenlabs(url: str, timeout_s: float = 5) -> Synthesiser:
    options = {"api_key": "key", "url": url, "timeout_s": timeout_s}
    return elevenlabs.provider(SpeakingSettings(options={"elevenlabs": options}))


def of_openai(url: str, timeout_s: float = 5) -> Synthesiser:
    options = {"api_key": "key", "url": f"{url}/v1", "timeout_s": timeout_s}
    return openai.provider(SpeakingSettings(options={"openai": options}))


def of_naver(url: str, timeout_s: float = 5) -> Synthesiser:
    options = {"client_id": "id", "client_secret": "secret", "url": url, "timeout_s": timeout_s}
    return naver.provider(SpeakingSettings(options={"naver": options}))


def of_polly(url: str, timeout_s: float = 5) -> Synthesiser:
    options = {"access_key": "a", "secret_key": "s", "url": url, "timeout_s": timeout_s}
    return polly.provider(SpeakingSettings(options={"polly": options}))


Make = Callable[..., Synthesiser]
ALL: list[Make] = [of_elevenlabs, of_openai, of_naver, of_polly]


@pytest.fixture(params=ALL, ids=lambda make: make.__name__)
async def synthesiser(request: pytest.FixtureRequest, service: Service) -> AsyncGenerator[Synthesiser, None]:
    if request.param is of_naver:
        service.answer.body = Sound(samples=TONE, rate=8_000).wav()
    made = request.param(service.url)
    yield made
    await made.close()


async def heard(synthesiser: Synthesiser, *, rate: int = 8_000, voice: Voice | None = None) -> np.ndarray:
    language = next(iter(synthesiser.abilities.languages)) if voice is None else voice.language
    pieces = [p async for p in synthesiser.speak("안녕 & hello", language=language, voice=voice, rate=rate)]
    return np.frombuffer(b"".join(pieces), "<i2")


async def test_the_sound_comes_through(synthesiser: Synthesiser) -> None:
    sound = await heard(synthesiser)
    rate_in = 24_000 if synthesiser.name == "openai" else 8_000
    assert len(sound) == pytest.approx(8_000 * 8_000 / rate_in, abs=60)
    assert np.abs(sound).max() > 2_000


async def test_warming_opens_the_connection(synthesiser: Synthesiser, service: Service) -> None:
    if synthesiser.name == "polly":
        pytest.skip("Polly's own service answers the question that warms it; this server has no voices to list")
    await synthesiser.warm()
    assert service.asked == [], "nothing was synthesised for it"


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, AuthenticationFailed), (403, AuthenticationFailed), (429, RateLimited), (500, ProviderFailed)],
)
async def test_refusals_have_their_errors(
    synthesiser: Synthesiser, service: Service, status: int, error: type[ParleyError]
) -> None:
    service.answer = Answer(status=status, headers={"Retry-After": "7"})
    with pytest.raises(error) as raised:
        await heard(synthesiser)
    assert len(service.asked) == 1, "the client does not try again by itself: the turn goes on elsewhere"
    if status == 429 and synthesiser.name != "polly":
        assert raised.value.details["retry_after"] == 7


async def test_a_broken_stream_is_an_error_after_what_was_heard(synthesiser: Synthesiser, service: Service) -> None:
    service.answer.breaks_after = 9_006
    heard_bytes = 0
    with pytest.raises(ProviderFailed):
        async for piece in synthesiser.speak(
            "hello", language=next(iter(synthesiser.abilities.languages)), voice=None, rate=8_000
        ):
            heard_bytes += len(piece)
    assert heard_bytes > 2_000


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
async def test_silence_is_a_time_out(make: Make, service: Service) -> None:
    service.answer.hangs = True
    synthesiser = make(service.url, timeout_s=0.05)
    with pytest.raises(ExternalTimeout):
        await heard(synthesiser)
    service.released.set()
    await synthesiser.close()


@pytest.mark.parametrize("make", ALL, ids=lambda make: make.__name__)
async def test_nobody_there_is_an_error_of_ours(make: Make) -> None:
    synthesiser = make("http://127.0.0.1:1")
    with pytest.raises(ParleyError):
        await heard(synthesiser)
    with pytest.raises(ParleyError):
        await synthesiser.warm()
    await synthesiser.close()


async def test_what_elevenlabs_is_asked(service: Service) -> None:
    synthesiser = of_elevenlabs(service.url)
    await heard(synthesiser, voice=Voice(name="elevenlabs/my-clone", language="fr", rate=2.0))
    path, headers, body = service.asked[0]
    assert path == "/v1/text-to-speech/my-clone/stream?output_format=pcm_8000"
    assert headers["xi-api-key"] == "key"
    asked = json.loads(body)
    assert (asked["language_code"], asked["model_id"]) == ("fr", "eleven_flash_v2_5")
    assert asked["voice_settings"]["speed"] == 1.2, "as fast as it goes"
    await synthesiser.close()


async def test_what_openai_is_asked(service: Service) -> None:
    synthesiser = of_openai(service.url)
    await heard(synthesiser, voice=Voice(name="nova", language="en", rate=1.5))
    path, headers, body = service.asked[0]
    assert (path, headers["authorization"]) == ("/v1/audio/speech", "Bearer key")
    asked = json.loads(body)
    assert (asked["voice"], asked["response_format"], asked["speed"]) == ("nova", "pcm", 1.5)
    await synthesiser.close()


async def test_what_naver_is_asked(service: Service) -> None:
    service.answer.body = Sound(samples=TONE, rate=8_000).wav()
    synthesiser = of_naver(service.url)
    await heard(synthesiser, voice=Voice(name="jinho", language="ko", rate=2.0, pitch_semitones=-12))
    path, headers, body = service.asked[0]
    assert path == "/tts-premium/v1/tts"
    assert (headers["x-ncp-apigw-api-key-id"], headers["x-ncp-apigw-api-key"]) == ("id", "secret")
    asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    assert (asked["speaker"], asked["speed"], asked["pitch"], asked["sampling-rate"]) == ("jinho", "-5", "5", "8000")
    assert asked["text"] == "안녕 & hello"
    await synthesiser.close()


async def test_naver_sending_no_sound_is_noticed(service: Service) -> None:
    service.answer.body = b"<html>"
    synthesiser = of_naver(service.url)
    with pytest.raises(ProviderFailed, match="no sound"):
        await heard(synthesiser)
    await synthesiser.close()


async def test_what_polly_is_asked(service: Service) -> None:
    synthesiser = of_polly(service.url)
    await heard(synthesiser, voice=Voice(name="Lea", language="fr", rate=1.5, pitch_semitones=3))
    path, headers, body = service.asked[0]
    asked = json.loads(body)
    assert path == "/v1/speech"
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256")
    assert (asked["VoiceId"], asked["SampleRate"], asked["LanguageCode"]) == ("Lea", "8000", "fr-FR")
    assert asked["Text"] == '<speak><prosody rate="150%">안녕 &amp; hello</prosody></speak>'
    await synthesiser.close()


def test_polly_shifts_the_pitch_where_the_engine_can() -> None:
    voice = Voice(name="Lea", language="fr", pitch_semitones=12)
    assert 'pitch="+100%"' in polly.ssml("x", voice, with_pitch=True)


def test_throttling_is_a_rate_limit_however_amazon_numbers_it() -> None:
    answer = {"Error": {"Code": "ThrottlingException"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    assert isinstance(polly.client_failure(answer), RateLimited)


@pytest.mark.parametrize(("rate", "speed"), [(2.0, -5), (1.0, 0), (0.5, 10)])
def test_naver_counts_speed_backwards(rate: float, speed: int) -> None:
    assert naver.speed_of(rate) == speed


def test_the_server_of_these_tests_is_reachable(service: Service) -> None:
    assert httpx.post(f"{service.url}/any").content == TONE.tobytes()
