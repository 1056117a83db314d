"""Synthesis by another process of Parley: its POST /tts/synthesize, streamed."""

from collections.abc import AsyncGenerator
from functools import cached_property
from typing import Any, Final

import httpx
from pydantic import SecretStr

from parley.contract import LANGUAGES, ConfigurationInvalid, ExternalTimeout, Language, ProviderFailed
from parley.speaking.provider import Abilities, ProviderOptions, Voice, failure
from parley.speaking.settings import SpeakingSettings
from parley.speaking.shaping import pieces

NAME: Final = "remote"
OWN: Final = "own"
"""Stands for the voice that the service itself would use."""


class Options(ProviderOptions):
    """`SpeakingSettings.options["remote"]`."""

    url: str = ""
    """`http://host:port` of the service."""
    key: SecretStr = SecretStr("")
    open_s: float = 1.0
    """How long a connection may take."""
    timeout_s: float = 10.0


class Remote:
    """The service of another process; sound comes levelled and at the channel's rate, and is passed on as it is."""

    name = NAME
    abilities = Abilities(
        voices=dict.fromkeys(LANGUAGES, (OWN,)), streaming=True, local=False, pitch=True, passes_on=True
    )

    def __init__(self, options: Options) -> None:
        self._options = options

    @cached_property
    def _client(self) -> httpx.AsyncClient:
        options = self._options
        return httpx.AsyncClient(
            base_url=options.url,
            headers={"X-API-Key": options.key.get_secret_value()},
            timeout=httpx.Timeout(options.timeout_s, connect=options.open_s),
            trust_env=False,
        )

    async def warm(self) -> None:
        """Open a connection."""
        try:
            answer = await self._client.get("/health/live")
        except httpx.HTTPError as error:
            raise _failed(error) from error
        if answer.status_code != httpx.codes.OK:
            raise failure("the synthesis service", answer.status_code)

    async def close(self) -> None:
        """Give connections back."""
        if "_client" in self.__dict__:
            await self._client.aclose()

    async def speak(
        self, text: str, *, language: Language, voice: Voice | None, rate: int
    ) -> AsyncGenerator[bytes, None]:
        """Its sound as it comes."""
        body: dict[str, Any] = {"text": text, "language": language, "sample_rate": rate, "format": "pcm"}
        if voice is not None:
            name = "" if voice.name == OWN else voice.name
            body |= {"voice": name, "rate": voice.rate, "pitch": voice.pitch_semitones}
        odd = b""
        try:
            async with self._client.stream("POST", "/tts/synthesize", json=body) as answer:
                if answer.status_code != httpx.codes.OK:
                    retry_after = answer.headers.get("retry-after")
                    raise failure("the synthesis service", answer.status_code, retry_after=retry_after)
                async for chunk in answer.aiter_raw():
                    sound = odd + chunk
                    even = len(sound) // 2 * 2
                    odd = sound[even:]
                    for piece in pieces(sound[:even], rate):
                        yield piece
        except httpx.HTTPError as error:
            raise _failed(error) from error


def _failed(error: httpx.HTTPError) -> ExternalTimeout | ProviderFailed:
    if isinstance(error, httpx.TimeoutException):
        return ExternalTimeout("the synthesis service did not answer in its time")
    return ProviderFailed("the synthesis service cannot be reached", reason=type(error).__name__)


def provider(settings: SpeakingSettings) -> Remote:
    """Raises ConfigurationInvalid without an address."""
    options = Options(**settings.options.get(NAME, {}))
    if not options.url:
        raise ConfigurationInvalid("no synthesis service is configured")
    return Remote(options)
