"""OpenAI's transcription, through its own client. A turn is sent when it is over: no partial transcripts."""

import importlib.util
import math
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field, SecretStr

from parley.audio.sound import Sound
from parley.contract import LANGUAGES, ConfigurationInvalid, Expectation, ExternalTimeout, Language, ProviderFailed
from parley.listening.recognition import NOTHING_EXPECTED, Abilities, Transcript, ignore_partial
from parley.listening.settings import ListeningSettings
from parley.speaking.provider import ProviderOptions, failure

if TYPE_CHECKING:
    from openai import AsyncOpenAI

UNSURE: Final = 0.8
"""Confidence in a transcript of a model that gives no probabilities."""
LIKELY_WORDS: Final = 60
"""Names and choices that are sent as a hint."""
SHORTEST_S: Final = 0.1
"""The service refuses less sound than this."""


class Options(ProviderOptions):
    """`ListeningSettings.options["openai"]`."""

    api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    model: str = "gpt-4o-mini-transcribe"
    """`whisper-1` and servers of the same protocol give no probabilities: set `probabilities` to False for them."""
    probabilities: bool = True
    url: str = "https://api.openai.com/v1"
    timeout_s: float = 8.0


class OpenAI:
    """Opened at the first turn."""

    name = "openai"
    abilities = Abilities(languages=frozenset(LANGUAGES), expectations=True)

    def __init__(self, options: Options, key: str) -> None:
        self._options, self._key = options, key

    @cached_property
    def _client(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI

        options = self._options
        return AsyncOpenAI(api_key=self._key, base_url=options.url, timeout=options.timeout_s, max_retries=1)

    async def open(
        self,
        *,
        language: Language,
        rate: int,
        expectation: Expectation = NOTHING_EXPECTED,
        on_partial: Callable[[str], None] = ignore_partial,
    ) -> "Turn":
        """Begin a turn."""
        return Turn(self, language=language, rate=rate, expectation=expectation)

    async def transcript(self, sound: Sound, *, language: Language, expectation: Expectation) -> Transcript:
        """Of a finished turn. Raises ExternalTimeout, AuthenticationFailed, RateLimited, ProviderFailed."""
        from openai import APIError, APIStatusError, APITimeoutError

        if sound.seconds < SHORTEST_S:
            return Transcript(text="", language=language, confidence=0.0, provider=self.name)
        asked: dict[str, Any] = {"model": self._options.model, "language": language, "response_format": "json"}
        if likely := list(dict.fromkeys(phrase.text for phrase in expectation.phrases))[:LIKELY_WORDS]:
            asked["prompt"] = ", ".join(likely)
        if self._options.probabilities:
            asked["include"] = ["logprobs"]
        try:
            answer: Any = await self._client.audio.transcriptions.create(
                file=("turn.wav", sound.wav(), "audio/wav"), **asked
            )
        except APIStatusError as error:
            retry_after = error.response.headers.get("retry-after")
            raise failure(self.name, error.status_code, retry_after=retry_after) from error
        except APITimeoutError as error:
            raise ExternalTimeout("openai did not answer in its time") from error
        except APIError as error:
            raise ProviderFailed("openai broke off", reason=type(error).__name__) from error
        text = str(answer.text).strip()
        return Transcript(text=text, language=language, confidence=_confidence(text, answer), provider=self.name)

    async def close(self) -> None:
        """Give connections back."""
        if "_client" in self.__dict__:
            await self._client.close()


class Turn:
    """Sound being gathered."""

    def __init__(self, service: OpenAI, *, language: Language, rate: int, expectation: Expectation) -> None:
        self._service = service
        self._language: Language = language
        self._rate = rate
        self._expectation = expectation
        self._pcm = bytearray()

    def feed(self, pcm: bytes) -> None:
        """Keep it."""
        self._pcm += pcm

    async def finish(self, *, sound: Sound | None = None) -> Transcript:
        """The transcript of the turn as it was cut, else of all that was fed."""
        turn = sound or Sound.of_bytes(bytes(self._pcm), self._rate)
        return await self._service.transcript(turn, language=self._language, expectation=self._expectation)

    def cancel(self) -> None:
        """Nothing was sent yet."""
        self._pcm.clear()


def _confidence(text: str, answer: Any) -> float:
    """The geometric mean of the tokens' probabilities."""
    if not text:
        return 0.0
    logarithms = [token.logprob for token in getattr(answer, "logprobs", None) or () if token.logprob is not None]
    return math.exp(sum(logarithms) / len(logarithms)) if logarithms else UNSURE


def provider(settings: ListeningSettings) -> OpenAI:
    """Raises ConfigurationInvalid without a key or without the client library."""
    options = Options(**settings.options.get("openai", {}))
    if not options.api_key:
        raise ConfigurationInvalid("OPENAI_API_KEY is not set")
    if importlib.util.find_spec("openai") is None:
        raise ConfigurationInvalid("the package openai is not installed")
    return OpenAI(options, options.api_key.get_secret_value())
