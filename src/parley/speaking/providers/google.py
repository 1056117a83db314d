"""Google Cloud Text-to-Speech, through its own gRPC client. PCM, streamed by the Chirp voices."""

import importlib.util
from collections.abc import AsyncGenerator, AsyncIterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from parley.contract import ConfigurationInvalid, Language, ParleyError, ProviderFailed
from parley.speaking.provider import Abilities, ProviderOptions, Voice, failure
from parley.speaking.settings import SpeakingSettings
from parley.speaking.shaping import shaped

if TYPE_CHECKING:
    from google.cloud.texttospeech_v1 import TextToSpeechAsyncClient


class Options(ProviderOptions):
    """`SpeakingSettings.options["google"]`."""

    credentials: Path | None = Field(None, validation_alias="GOOGLE_CREDENTIALS_PATH")
    """A service account's JSON file; None: the machine's own credentials."""
    voices: dict[Language, tuple[str, ...]] = {
        "en": ("en-US-Chirp3-HD-Aoede", "en-US-Chirp3-HD-Charon"),
        "fr": ("fr-FR-Chirp3-HD-Aoede", "fr-CA-Chirp3-HD-Aoede"),
        "ko": ("ko-KR-Chirp3-HD-Aoede", "ko-KR-Chirp3-HD-Charon"),
    }
    endpoint: str | None = None
    """`host:port` of a server without TLS in place of Google's."""
    timeout_s: float = 10.0


class Google:
    """Opened at the first sentence, or when warmed."""

    name = "google"

    def __init__(self, options: Options) -> None:
        self._options = options
        self.abilities = Abilities(voices=options.voices, streaming=True, local=False, any_voice=True)

    @cached_property
    def _client(self) -> "TextToSpeechAsyncClient":
        from google.auth.exceptions import GoogleAuthError
        from google.cloud.texttospeech_v1 import TextToSpeechAsyncClient
        from google.cloud.texttospeech_v1.services.text_to_speech.transports import (
            TextToSpeechGrpcAsyncIOTransport as Transport,
        )

        if self._options.endpoint:
            import grpc

            channel = grpc.aio.insecure_channel(self._options.endpoint)
            return TextToSpeechAsyncClient(transport=Transport(channel=channel))
        try:
            if self._options.credentials:
                client: TextToSpeechAsyncClient = TextToSpeechAsyncClient.from_service_account_file(
                    str(self._options.credentials)
                )
                return client
            return TextToSpeechAsyncClient()
        except (GoogleAuthError, OSError, ValueError) as error:
            raise failure(self.name, 401) from error

    async def warm(self) -> None:
        """Load the client and have the channel connected."""
        transport: Any = self._client.transport
        await transport.grpc_channel.channel_ready()

    async def close(self) -> None:
        if "_client" in self.__dict__:
            transport: Any = self._client.transport
            await transport.close()

    def speak(self, text: str, *, language: Language, voice: Voice | None, rate: int) -> AsyncGenerator[bytes, None]:
        chosen = self.abilities.voice(self.name, language, voice)
        return shaped(self._stream(text, chosen, rate), rate_in=rate, rate_out=rate)

    async def _stream(self, text: str, voice: Voice, rate: int) -> AsyncGenerator[bytes, None]:
        from google.api_core.exceptions import GoogleAPIError
        from grpc import RpcError

        try:
            answers: Any = await self._client.streaming_synthesize(
                requests(text, voice, rate), timeout=self._options.timeout_s
            )
            try:
                async for answer in answers:
                    yield answer.audio_content
            finally:
                answers.cancel()
        except (GoogleAPIError, RpcError) as error:
            raise translated(error) from error


async def requests(text: str, voice: Voice, rate: int) -> AsyncIterator[Any]:
    """What is sent: the voice and the form of the sound first, then the text."""
    from google.cloud import texttospeech_v1 as api

    config = api.StreamingSynthesizeConfig(
        voice=api.VoiceSelectionParams(name=voice.name, language_code="-".join(voice.name.split("-")[:2])),
        streaming_audio_config=api.StreamingAudioConfig(
            audio_encoding=api.AudioEncoding.PCM, sample_rate_hertz=rate, speaking_rate=voice.rate
        ),
    )
    yield api.StreamingSynthesizeRequest(streaming_config=config)
    yield api.StreamingSynthesizeRequest(input=api.StreamingSynthesisInput(text=text))


def translated(error: Any) -> ParleyError:
    """The error of ours, from a call's status: gRPC's own error, or Google's class around it."""
    from grpc import StatusCode

    code = getattr(error, "grpc_status_code", None)
    if code is None and callable(getattr(error, "code", None)):
        code = error.code()
    statuses = {
        StatusCode.UNAUTHENTICATED: 401,
        StatusCode.PERMISSION_DENIED: 403,
        StatusCode.RESOURCE_EXHAUSTED: 429,
        StatusCode.DEADLINE_EXCEEDED: 504,
    }
    if code in statuses:
        return failure("google", statuses[code])
    return ProviderFailed("google broke off", status=getattr(code, "name", "unknown"))


def provider(settings: SpeakingSettings) -> Google:
    """Raises ConfigurationInvalid without the client library; missing credentials show when it is warmed."""
    options = Options(**settings.options.get("google", {}))
    if importlib.util.find_spec("google.cloud.texttospeech_v1") is None:
        raise ConfigurationInvalid("the package google-cloud-texttospeech is not installed")
    return Google(options)
