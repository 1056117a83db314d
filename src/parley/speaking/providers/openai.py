"""OpenAI's voices, through its own client. 24 kHz PCM, streamed."""

import importlib
import importlib.util
from collections.abc import AsyncGenerator
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import Field, SecretStr

from parley.contract import ConfigurationInvalid, ExternalTimeout, Language, ProviderFailed
from parley.speaking.provider import Abilities, ProviderOptions, Voice, failure
from parley.speaking.settings import SpeakingSettings
from parley.speaking.shaping import shaped

if TYPE_CHECKING:
    from openai import AsyncOpenAI

RATE = 24000
"""Hz of its PCM; it gives no other."""
NAMES = ("alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse")


class Options(ProviderOptions):
    """`SpeakingSettings.options["openai"]`."""

    api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    model: str = "gpt-4o-mini-tts"
    url: str = "https://api.openai.com/v1"
    timeout_s: float = 10.0


class OpenAI:
    """One set of voices for every language: the text decides."""

    name = "openai"
    abilities = Abilities(voices=dict.fromkeys(("en", "fr", "ko"), NAMES), streaming=True, local=False)

    def __init__(self, options: Options, key: str) -> None:
        self._options, self._key = options, key

    @cached_property
    def _client(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI

        options = self._options
        return AsyncOpenAI(api_key=self._key, base_url=options.url, timeout=options.timeout_s, max_retries=0)

    async def warm(self) -> None:
        """Load the client and open a connection with the one request that costs nothing."""
        from openai import APIConnectionError, APIStatusError

        try:
            await self._client.models.retrieve(self._options.model)
        except APIStatusError as error:
            if error.status_code in (401, 403):
                raise failure(self.name, error.status_code) from error
        except APIConnectionError as error:
            raise ProviderFailed("openai cannot be reached", reason=type(error).__name__) from error

    async def close(self) -> None:
        await self._client.close()

    def speak(self, text: str, *, language: Language, voice: Voice | None, rate: int) -> AsyncGenerator[bytes, None]:
        chosen = self.abilities.voice(self.name, language, voice)
        return shaped(self._stream(text, chosen), rate_in=RATE, rate_out=rate)

    async def _stream(self, text: str, voice: Voice) -> AsyncGenerator[bytes, None]:
        from openai import APIError, APIStatusError, APITimeoutError

        speech = self._client.audio.speech.with_streaming_response
        try:
            async with speech.create(
                model=self._options.model, voice=voice.name, input=text, response_format="pcm", speed=voice.rate
            ) as response:
                async for chunk in response.iter_bytes():
                    yield chunk
        except APIStatusError as error:
            retry_after = error.response.headers.get("retry-after")
            raise failure(self.name, error.status_code, retry_after=retry_after) from error
        except APITimeoutError as error:
            raise ExternalTimeout("openai did not answer in its time") from error
        except (APIError, _transport_error()) as error:
            raise ProviderFailed("openai broke off", reason=type(error).__name__) from error


def _transport_error() -> type[Exception]:
    """A stream that breaks raises the error of the HTTP library that this version of the client is built on."""
    from openai import DefaultAsyncHttpxClient

    packages = (base.__module__.partition(".")[0] for base in DefaultAsyncHttpxClient.__mro__)
    library = next(package for package in packages if package.startswith("httpx"))
    error: type[Exception] = importlib.import_module(library).HTTPError
    return error


def provider(settings: SpeakingSettings) -> OpenAI:
    """Raises ConfigurationInvalid without a key or without the client library."""
    options = Options(**settings.options.get("openai", {}))
    if options.api_key is None:
        raise ConfigurationInvalid("OPENAI_API_KEY is not set")
    if importlib.util.find_spec("openai") is None:
        raise ConfigurationInvalid("the package openai is not installed")
    return OpenAI(options, options.api_key.get_secret_value())
