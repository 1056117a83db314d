"""ElevenLabs, through its own client. PCM at the channel's rate, streamed."""

import importlib.util
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import cached_property
from typing import TYPE_CHECKING, cast

import httpx
from pydantic import Field, SecretStr

from parley.contract import ConfigurationInvalid, ExternalTimeout, Language, ProviderFailed
from parley.speaking.provider import Abilities, ProviderOptions, Voice, failure
from parley.speaking.settings import SpeakingSettings
from parley.speaking.shaping import shaped

if TYPE_CHECKING:
    from elevenlabs.client import AsyncElevenLabs

RATES = (8000, 16000, 22050, 24000, 44100, 48000)
"""Hz at which it gives PCM."""


class Options(ProviderOptions):
    """`SpeakingSettings.options["elevenlabs"]`."""

    api_key: SecretStr | None = Field(None, validation_alias="ELEVENLABS_API_KEY")
    model: str = "eleven_flash_v2_5"
    """The fast multilingual one; it takes the language as a code."""
    voices: dict[Language, tuple[str, ...]] = dict.fromkeys(("en", "fr", "ko"), ("21m00Tcm4TlvDq8ikWAM",))
    """Ids, the preferred one first; the default speaks all three languages."""
    url: str = "https://api.elevenlabs.io"
    timeout_s: float = 10.0


class ElevenLabs:
    """Opened at the first sentence, or when warmed."""

    name = "elevenlabs"

    def __init__(self, options: Options, key: str) -> None:
        self._options, self._key = options, key
        self.abilities = Abilities(voices=options.voices, streaming=True, local=False, any_voice=True)

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(timeout=self._options.timeout_s)

    @cached_property
    def _client(self) -> "AsyncElevenLabs":
        from elevenlabs.client import AsyncElevenLabs

        options = self._options
        return AsyncElevenLabs(
            api_key=self._key, base_url=options.url, httpx_client=self._http, timeout=options.timeout_s
        )

    async def warm(self) -> None:
        """Load the client and open a connection; the answer does not matter."""
        _ = self._client
        try:
            await self._http.head(self._options.url)
        except httpx.HTTPError as error:
            raise ProviderFailed("elevenlabs cannot be reached", reason=type(error).__name__) from error

    async def close(self) -> None:
        await self._http.aclose()

    def speak(self, text: str, *, language: Language, voice: Voice | None, rate: int) -> AsyncGenerator[bytes, None]:
        native = rate if rate in RATES else 24000
        chosen = self.abilities.voice(self.name, language, voice)
        return shaped(self._stream(text, chosen, native), rate_in=native, rate_out=rate)

    async def _stream(self, text: str, voice: Voice, rate: int) -> AsyncGenerator[bytes, None]:
        from elevenlabs import VoiceSettings
        from elevenlabs.core import ApiError

        sound = self._client.text_to_speech.stream(
            voice.name,
            text=text,
            model_id=self._options.model,
            language_code=voice.language,
            output_format=f"pcm_{rate}",
            voice_settings=VoiceSettings(speed=min(1.2, max(0.7, voice.rate))),
            request_options={"max_retries": 0},
        )
        try:
            async with aclosing(cast(AsyncGenerator[bytes, None], sound)):
                async for chunk in sound:
                    yield chunk
        except ApiError as error:
            headers = {name.lower(): value for name, value in (error.headers or {}).items()}
            raise failure(self.name, error.status_code or 500, retry_after=headers.get("retry-after")) from error
        except httpx.TimeoutException as error:
            raise ExternalTimeout("elevenlabs did not answer in its time") from error
        except httpx.HTTPError as error:
            raise ProviderFailed("elevenlabs broke off", reason=type(error).__name__) from error


def provider(settings: SpeakingSettings) -> ElevenLabs:
    """Raises ConfigurationInvalid without a key or without the client library."""
    options = Options(**settings.options.get("elevenlabs", {}))
    if options.api_key is None:
        raise ConfigurationInvalid("ELEVENLABS_API_KEY is not set")
    if importlib.util.find_spec("elevenlabs") is None:
        raise ConfigurationInvalid("the package elevenlabs is not installed")
    return ElevenLabs(options, options.api_key.get_secret_value())
