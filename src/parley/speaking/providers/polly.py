"""Amazon Polly, through boto3, whose calls block and are made in threads. PCM, streamed."""

import asyncio
import importlib.util
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any
from xml.sax.saxutils import escape

from pydantic import Field, SecretStr

from parley.contract import ConfigurationInvalid, ExternalTimeout, Language, ParleyError, ProviderFailed
from parley.speaking.provider import Abilities, ProviderOptions, Voice, failure
from parley.speaking.settings import SpeakingSettings
from parley.speaking.shaping import shaped

RATES = (8000, 16000)
"""Hz at which it gives PCM."""
CHUNK = 4096
TAGS: dict[Language, str] = {"en": "en-US", "fr": "fr-FR", "ko": "ko-KR"}


class Options(ProviderOptions):
    """`SpeakingSettings.options["polly"]`."""

    access_key: SecretStr | None = Field(None, validation_alias="AWS_ACCESS_KEY_ID")
    secret_key: SecretStr | None = Field(None, validation_alias="AWS_SECRET_ACCESS_KEY")
    region: str = Field("us-east-1", validation_alias="AWS_REGION")
    engine: str = "neural"
    voices: dict[Language, tuple[str, ...]] = {
        "en": ("Joanna", "Matthew", "Ruth", "Stephen"),
        "fr": ("Lea", "Remi"),
        "ko": ("Seoyeon",),
    }
    url: str | None = None
    """Another endpoint than Amazon's own for the region."""
    timeout_s: float = 10.0
    connections: int = 10


class Polly:
    """Opened at the first sentence, or when warmed."""

    name = "polly"

    def __init__(self, options: Options) -> None:
        self._options = options
        self.abilities = Abilities(
            voices=options.voices, streaming=True, local=False, pitch=options.engine == "standard"
        )
        self._threads = ThreadPoolExecutor(max_workers=options.connections, thread_name_prefix="polly")

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        options = self._options
        return boto3.client(
            "polly",
            region_name=options.region,
            endpoint_url=options.url,
            aws_access_key_id=options.access_key.get_secret_value() if options.access_key else None,
            aws_secret_access_key=options.secret_key.get_secret_value() if options.secret_key else None,
            config=Config(
                connect_timeout=options.timeout_s,
                read_timeout=options.timeout_s,
                retries={"total_max_attempts": 1},
                max_pool_connections=options.connections,
            ),
        )

    async def warm(self) -> None:
        """Load the client and open a connection by asking for the voices."""
        await self._call(lambda: self._client.describe_voices(LanguageCode="en-US"))

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        if "_client" in self.__dict__:
            self._client.close()

    def speak(self, text: str, *, language: Language, voice: Voice | None, rate: int) -> AsyncGenerator[bytes, None]:
        native = rate if rate in RATES else 16000
        chosen = self.abilities.voice(self.name, language, voice)
        return shaped(self._stream(text, chosen, native), rate_in=native, rate_out=rate)

    async def _stream(self, text: str, voice: Voice, rate: int) -> AsyncGenerator[bytes, None]:
        answer = await self._call(
            lambda: self._client.synthesize_speech(
                Text=ssml(text, voice, with_pitch=self.abilities.pitch),
                TextType="ssml",
                OutputFormat="pcm",
                SampleRate=str(rate),
                VoiceId=voice.name,
                LanguageCode=TAGS[voice.language],
                Engine=self._options.engine,
            )
        )
        body = answer["AudioStream"]
        try:
            while chunk := await self._call(lambda: body.read(CHUNK)):
                yield chunk
        finally:
            body.close()

    async def _call(self, function: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._translated, function)

    def _translated(self, function: Any) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError
        from urllib3.exceptions import HTTPError

        try:
            return function()
        except ClientError as error:
            raise client_failure(error.response) from error
        except (ConnectTimeoutError, ReadTimeoutError) as error:
            raise ExternalTimeout("polly did not answer in its time") from error
        except (BotoCoreError, HTTPError) as error:
            raise ProviderFailed("polly broke off", reason=type(error).__name__) from error


def client_failure(response: Any) -> ParleyError:
    """The error that an answer of Amazon stands for; throttling comes as status 400 there."""
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    throttled = "Throttl" in response.get("Error", {}).get("Code", "")
    return failure("polly", 429 if throttled else status)


def ssml(text: str, voice: Voice, *, with_pitch: bool) -> str:
    """The text with the voice's rate and, where the engine knows it, pitch."""
    pitch = f' pitch="{(2 ** (voice.pitch_semitones / 12) - 1) * 100:+.0f}%"' if with_pitch else ""
    return f'<speak><prosody rate="{voice.rate:.0%}"{pitch}>{escape(text)}</prosody></speak>'


def provider(settings: SpeakingSettings) -> Polly:
    """With keys from the settings, else from wherever boto3 finds them. Raises ConfigurationInvalid without boto3."""
    options = Options(**settings.options.get("polly", {}))
    if importlib.util.find_spec("boto3") is None:
        raise ConfigurationInvalid("the package boto3 is not installed")
    return Polly(options)
