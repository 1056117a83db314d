"""Google's real client against a gRPC server on this machine that speaks its protocol."""

from collections.abc import AsyncGenerator, AsyncIterator

import grpc
import numpy as np
import pytest
from google.cloud import texttospeech_v1 as api

from parley.contract import AuthenticationFailed, ExternalTimeout, ParleyError, ProviderFailed, RateLimited
from parley.speaking.provider import Synthesiser, Voice
from parley.speaking.providers import google
from parley.speaking.settings import SpeakingSettings

pytestmark = pytest.mark.anyio
TONE = (np.sin(2 * np.pi * 300 * np.arange(8_000) / 8_000) * 6_000).astype("<i2").tobytes()


class Service:
    """The streaming method alone; `fails` ends the stream after `pieces` pieces."""

    def __init__(self) -> None:
        self.asked: list[api.StreamingSynthesizeRequest] = []
        self.fails: grpc.StatusCode | None = None
        self.pieces = 8

    async def synthesize(
        self, requests: AsyncIterator[api.StreamingSynthesizeRequest], context: grpc.aio.ServicerContext
    ) -> AsyncIterator[api.StreamingSynthesizeResponse]:
        async for request in requests:
            self.asked.append(request)
        for index in range(self.pieces):
            yield api.StreamingSynthesizeResponse(audio_content=TONE[index * 2_000 : (index + 1) * 2_000])
        if self.fails:
            await context.abort(self.fails, "no")


@pytest.fixture
async def service() -> AsyncGenerator[tuple[Service, Synthesiser], None]:
    service = Service()
    method = grpc.stream_stream_rpc_method_handler(
        service.synthesize,
        request_deserializer=api.StreamingSynthesizeRequest.deserialize,
        response_serializer=api.StreamingSynthesizeResponse.serialize,
    )
    name = "google.cloud.texttospeech.v1.TextToSpeech"
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, {"StreamingSynthesize": method}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    synthesiser = google.provider(SpeakingSettings(options={"google": {"endpoint": f"127.0.0.1:{port}"}}))
    yield service, synthesiser
    await synthesiser.close()
    await server.stop(None)


async def heard(synthesiser: Synthesiser, voice: Voice | None = None) -> bytes:
    return b"".join([p async for p in synthesiser.speak("Bonjour", language="fr", voice=voice, rate=8_000)])


async def test_the_sound_comes_through(service: tuple[Service, Synthesiser]) -> None:
    server, synthesiser = service
    await synthesiser.warm()
    assert len(
        await heard(synthesiser, Voice(name="fr-CA-Chirp3-HD-Aoede", language="fr", rate=1.25))
    ) == pytest.approx(16_000, abs=40)
    config, text = server.asked
    assert text.input.text == "Bonjour"
    assert config.streaming_config.voice.language_code == "fr-CA"
    sound = config.streaming_config.streaming_audio_config
    assert (sound.sample_rate_hertz, sound.speaking_rate) == (8_000, 1.25)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (grpc.StatusCode.UNAUTHENTICATED, AuthenticationFailed),
        (grpc.StatusCode.PERMISSION_DENIED, AuthenticationFailed),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, RateLimited),
        (grpc.StatusCode.DEADLINE_EXCEEDED, ExternalTimeout),
        (grpc.StatusCode.UNAVAILABLE, ProviderFailed),
    ],
)
@pytest.mark.parametrize("pieces", [0, 2])
async def test_failures_have_their_errors(
    service: tuple[Service, Synthesiser], status: grpc.StatusCode, error: type[ParleyError], pieces: int
) -> None:
    server, synthesiser = service
    server.fails, server.pieces = status, pieces
    with pytest.raises(error):
        await heard(synthesiser)
