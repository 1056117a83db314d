"""Naver Clova Voice: Korean, over its REST interface. WAV at the channel's rate, so that nothing must be decoded."""

from collections.abc import AsyncGenerator, AsyncIterator
from functools import cached_property

import httpx
from pydantic import Field, SecretStr

from parley.contract import ConfigurationInvalid, ExternalTimeout, Language, ProviderFailed
from parley.speaking.provider import Abilities, ProviderOptions, Voice, failure
from parley.speaking.settings import SpeakingSettings
from parley.speaking.shaping import shaped

RATES = (8000, 16000, 24000, 48000)
"""Hz at which it gives WAV."""
PATH = "/tts-premium/v1/tts"


class Options(ProviderOptions):
    """`SpeakingSettings.options["naver"]`."""

    client_id: SecretStr | None = Field(None, validation_alias="NAVER_CLIENT_ID")
    client_secret: SecretStr | None = Field(None, validation_alias="NAVER_CLIENT_SECRET")
    speakers: tuple[str, ...] = ("nara", "jinho", "mijin", "nminsang")
    url: str = "https://naveropenapi.apigw.ntruss.com"
    timeout_s: float = 10.0


class Naver:
    """Sound arrives in pieces while it is sent; the voice is made as a whole on the other side."""

    name = "naver"

    def __init__(self, options: Options, client_id: str, secret: str) -> None:
        self._options = options
        self._headers = {"X-NCP-APIGW-API-KEY-ID": client_id, "X-NCP-APIGW-API-KEY": secret}
        self.abilities = Abilities(voices={"ko": options.speakers}, streaming=False, local=False, pitch=True)

    @cached_property
    def _http(self) -> httpx.AsyncClient:
        options = self._options
        return httpx.AsyncClient(base_url=options.url, headers=self._headers, timeout=options.timeout_s)

    async def warm(self) -> None:
        """Open a connection; the answer does not matter."""
        try:
            await self._http.head("/")
        except httpx.HTTPError as error:
            raise ProviderFailed("naver cannot be reached", reason=type(error).__name__) from error

    async def close(self) -> None:
        await self._http.aclose()

    def speak(self, text: str, *, language: Language, voice: Voice | None, rate: int) -> AsyncGenerator[bytes, None]:
        native = rate if rate in RATES else 24000
        chosen = self.abilities.voice(self.name, language, voice)
        return shaped(self._stream(text, chosen, native), rate_in=native, rate_out=rate)

    async def _stream(self, text: str, voice: Voice, rate: int) -> AsyncGenerator[bytes, None]:
        form = {
            "speaker": voice.name,
            "text": text,
            "speed": str(speed_of(voice.rate)),
            "pitch": str(pitch_of(voice.pitch_semitones)),
            "format": "wav",
            "sampling-rate": str(rate),
        }
        try:
            async with self._http.stream("POST", PATH, data=form) as response:
                if response.status_code != 200:
                    raise failure(self.name, response.status_code, retry_after=response.headers.get("retry-after"))
                async for chunk in without_header(response.aiter_bytes()):
                    yield chunk
        except httpx.TimeoutException as error:
            raise ExternalTimeout("naver did not answer in its time") from error
        except httpx.HTTPError as error:
            raise ProviderFailed("naver broke off", reason=type(error).__name__) from error


async def without_header(chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The samples of a WAV file that arrives in pieces. Raises ProviderFailed for anything else."""
    head: bytes | None = b""
    async for chunk in chunks:
        if head is None:
            yield chunk
            continue
        head += chunk
        at = head.find(b"data")
        if at >= 0 and len(head) >= at + 8:
            if head[:4] != b"RIFF":
                break
            yield head[at + 8 :]
            head = None
    if head is not None:
        raise ProviderFailed("naver sent no sound")


def speed_of(rate: float) -> int:
    """Its scale runs from -5 (twice as fast) over 0 to 10 (half as fast)."""
    return round(-5 * (rate - 1)) if rate >= 1 else round(10 * (1 - rate) / 0.5)


def pitch_of(semitones: float) -> int:
    """Its scale runs from -5 (1.2 times as high) to 5 (0.8 times), about three and four semitones."""
    return round(min(5.0, max(-5.0, -semitones * 5 / 3.2)))


def provider(settings: SpeakingSettings) -> Naver:
    """Raises ConfigurationInvalid without both keys."""
    options = Options(**settings.options.get("naver", {}))
    if options.client_id is None or options.client_secret is None:
        raise ConfigurationInvalid("NAVER_CLIENT_ID and NAVER_CLIENT_SECRET are not both set")
    return Naver(options, options.client_id.get_secret_value(), options.client_secret.get_secret_value())
