"""Google Cloud Speech-to-Text, through its own gRPC client: streamed, with partial transcripts and word times."""

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from parley.audio.sound import Sound
from parley.contract import ConfigurationInvalid, Expectation, ExternalTimeout, Language
from parley.listening.recognition import NOTHING_EXPECTED, Abilities, Transcript, Word, ignore_partial
from parley.listening.settings import ListeningSettings
from parley.speaking.provider import ProviderOptions, failure
from parley.speaking.providers.google import translated

if TYPE_CHECKING:
    from google.cloud.speech_v1 import SpeechAsyncClient

BOOST: Final = 10.0
"""How much likelier an expected name becomes, on Google's scale of 0 to 20."""
MOST_PHRASES: Final = 500
PIECE_BYTES: Final = 15_000
"""The service takes at most 15 KB of sound in a message's field."""
UNSURE: Final = 0.8
"""Confidence where Google states none, which it writes as 0."""


class Options(ProviderOptions):
    """`ListeningSettings.options["google"]`."""

    credentials: Path | None = Field(None, validation_alias="GOOGLE_CREDENTIALS_PATH")
    """A service account's JSON file; None: the machine's own credentials."""
    locales: dict[Language, str] = {"en": "en-US", "fr": "fr-FR", "ko": "ko-KR"}
    model: str = "latest_short"
    endpoint: str | None = None
    """`host:port` of a server without TLS in place of Google's."""
    timeout_s: float = 8.0
    """From the end of the turn to the final transcript."""
    longest_s: float = 60.0


class Google:
    """Opened at the first turn."""

    name = "google"

    def __init__(self, options: Options) -> None:
        self.options = options
        self.abilities = Abilities(
            languages=frozenset(options.locales), streaming=True, word_times=True, expectations=True
        )

    @cached_property
    def client(self) -> "SpeechAsyncClient":
        """Raises AuthenticationFailed where there are no credentials."""
        from google.auth.exceptions import GoogleAuthError
        from google.cloud.speech_v1 import SpeechAsyncClient
        from google.cloud.speech_v1.services.speech.transports import SpeechGrpcAsyncIOTransport as Transport

        if self.options.endpoint:
            import grpc

            channel = grpc.aio.insecure_channel(self.options.endpoint)
            return SpeechAsyncClient(transport=Transport(channel=channel))
        try:
            if self.options.credentials:
                client: SpeechAsyncClient = SpeechAsyncClient.from_service_account_file(str(self.options.credentials))
                return client
            return SpeechAsyncClient()
        except (GoogleAuthError, OSError, ValueError) as error:
            raise failure(self.name, 401) from error

    async def open(
        self,
        *,
        language: Language,
        rate: int,
        expectation: Expectation = NOTHING_EXPECTED,
        on_partial: Callable[[str], None] = ignore_partial,
    ) -> "Stream":
        """Begin a turn."""
        config = configuration(self.options, language, rate, expectation)
        return Stream(self, config, language=language, on_partial=on_partial)

    async def close(self) -> None:
        """Give the channel back."""
        if "client" in self.__dict__:
            transport: Any = self.client.transport
            await transport.close()


class Stream:
    """One turn, sent while it is spoken."""

    def __init__(
        self, service: Google, config: Any, *, language: Language, on_partial: Callable[[str], None]
    ) -> None:
        self._service = service
        self._language: Language = language
        self._on_partial = on_partial
        self._sound: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._fed = False
        self._heard = asyncio.create_task(self._listen(config))
        self._heard.add_done_callback(lambda task: task.cancelled() or task.exception())

    def feed(self, pcm: bytes) -> None:
        """Send it on."""
        self._fed = True
        for start in range(0, len(pcm), PIECE_BYTES):
            self._sound.put_nowait(pcm[start : start + PIECE_BYTES])

    async def finish(self, *, sound: Sound | None = None) -> Transcript:
        """The final transcript. `sound` is heard only where nothing was fed."""
        if sound is not None and not self._fed:
            self.feed(sound.pcm)
        self._sound.put_nowait(None)
        try:
            async with asyncio.timeout(self._service.options.timeout_s):
                return await self._heard
        except TimeoutError as error:
            raise ExternalTimeout("google did not answer in its time") from error

    def cancel(self) -> None:
        """Break the stream off."""
        self._heard.cancel()

    async def _requests(self, config: Any) -> AsyncIterator[Any]:
        from google.cloud import speech_v1 as api

        yield api.StreamingRecognizeRequest(streaming_config=config)
        while (pcm := await self._sound.get()) is not None:
            yield api.StreamingRecognizeRequest(audio_content=pcm)

    async def _listen(self, config: Any) -> Transcript:
        from google.api_core.exceptions import GoogleAPIError
        from grpc import RpcError

        final: list[Any] = []
        options = self._service.options
        try:
            answers: Any = await self._service.client.streaming_recognize(
                self._requests(config), timeout=options.longest_s + options.timeout_s
            )
            async for answer in answers:
                partial = [result for result in answer.results if not result.is_final and result.alternatives]
                final += [result for result in answer.results if result.is_final and result.alternatives]
                if answer.results:
                    self._on_partial(_joined([*final, *partial]))
        except (GoogleAPIError, RpcError) as error:
            raise translated(error) from error
        return transcript(final, self._language)


def configuration(options: Options, language: Language, rate: int, expectation: Expectation) -> Any:
    """What the service is told before the first sound."""
    from google.cloud import speech_v1 as api

    likely = list(dict.fromkeys(phrase.text for phrase in expectation.phrases))[:MOST_PHRASES]
    config = api.RecognitionConfig(
        encoding=api.RecognitionConfig.AudioEncoding.LINEAR16,
        sample_rate_hertz=rate,
        language_code=options.locales[language],
        model=options.model,
        max_alternatives=3,
        enable_word_time_offsets=True,
        enable_word_confidence=True,
        speech_contexts=[api.SpeechContext(phrases=likely, boost=BOOST)] if likely else [],
    )
    return api.StreamingRecognitionConfig(config=config, interim_results=True)


def _joined(results: list[Any]) -> str:
    return " ".join(result.alternatives[0].transcript.strip() for result in results).strip()


def transcript(results: list[Any], language: Language) -> Transcript:
    """The final results as one transcript: the confidence is that of the least sure of them."""
    best = [result.alternatives[0] for result in results]
    words = tuple(
        Word(
            text=word.word,
            start_s=word.start_time.total_seconds(),
            end_s=word.end_time.total_seconds(),
            confidence=word.confidence or UNSURE,
        )
        for each in best
        for word in each.words
    )
    others = results[0].alternatives[1:] if len(results) == 1 else ()
    return Transcript(
        text=_joined(results),
        language=language,
        confidence=min((each.confidence or UNSURE for each in best), default=0.0),
        provider="google",
        words=words,
        alternatives=tuple(other.transcript.strip() for other in others),
    )


def provider(settings: ListeningSettings) -> Google:
    """Raises ConfigurationInvalid without the client library; missing credentials show in the first turn."""
    options = Options(**settings.options.get("google", {}))
    if importlib.util.find_spec("google.cloud.speech_v1") is None:
        raise ConfigurationInvalid("the package google-cloud-speech is not installed")
    return Google(options)
