"""REST of the synthesis service."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Final, Literal

import numpy as np
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from ninja import Router, Schema
from pydantic import Field

from parley.accounts.authentication import with_scope
from parley.audio import ulaw
from parley.audio.sound import Sound
from parley.contract import LANGUAGES, ConfigurationInvalid, Language
from parley.server.services.faculties import voices
from parley.speaking.provider import Voice

PATH: Final = "/tts"
router = Router(tags=["synthesis"], auth=with_scope("tts:use"))

TELEPHONE: Final = 8_000
"""Hz of mu-law."""


class SynthesizeIn(Schema):
    """What is to be said, and how."""

    text: Annotated[str, Field(min_length=1, max_length=5_000)]
    language: Language = "en"
    voice: Annotated[str, Field(max_length=100)] = ""
    """`provider/name` as in `GET /tts/voices`; empty: the house's own."""
    rate: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    """Speed."""
    pitch: Annotated[float, Field(ge=-12, le=12)] = 0.0
    """Semitones."""
    sample_rate: Annotated[int, Field(ge=8_000, le=48_000)] = 16_000
    format: Literal["wav", "pcm", "mulaw"] = "wav"
    """`pcm` (16-bit mono) and `mulaw` (8 kHz, the telephone's) come as they are made."""


class VoicesOut(Schema):
    """The voices of each language, the preferred one first."""

    voices: dict[str, list[str]]
    unavailable: dict[str, str]
    """Providers that are listed and cannot be had, with the reason."""


@router.post("/synthesize", summary="Text to sound", response={200: None})
async def synthesize(request: HttpRequest, body: SynthesizeIn) -> HttpResponseBase:
    """Levelled for the telephone; frequent phrases come from the cache."""
    rate = TELEPHONE if body.format == "mulaw" else body.sample_rate
    voice = Voice(name=body.voice, language=body.language, rate=body.rate, pitch_semitones=body.pitch)
    sound = voices().synthesiser(body.language).speak(body.text, language=body.language, voice=voice, rate=rate)
    if body.format == "wav":
        pcm = b"".join([piece async for piece in sound])
        return HttpResponse(Sound.of_bytes(pcm, rate).wav(), content_type="audio/wav")
    first = await anext(sound, b"")
    kind = f"audio/L16; rate={rate}; channels=1" if body.format == "pcm" else "audio/basic"
    return StreamingHttpResponse(_streamed(first, sound, mulaw=body.format == "mulaw"), content_type=kind)


async def _streamed(first: bytes, rest: AsyncGenerator[bytes, None], *, mulaw: bool) -> AsyncIterator[bytes]:
    """The first piece was waited for, so that a failure still has a status."""
    async with aclosing(rest):
        yield _encoded(first, mulaw=mulaw)
        async for piece in rest:
            yield _encoded(piece, mulaw=mulaw)


def _encoded(pcm: bytes, *, mulaw: bool) -> bytes:
    return ulaw.encode(np.frombuffer(pcm, "<i2")) if mulaw else pcm


@router.get("/voices", response=VoicesOut, summary="The voices there are")
async def list_voices(request: HttpRequest) -> VoicesOut:
    """By language."""
    speaking = voices()
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        try:
            found[language] = list(speaking.synthesiser(language).abilities.voices[language])
        except ConfigurationInvalid:
            found[language] = []
    return VoicesOut(voices=found, unavailable=speaking.unavailable)
