"""REST of the recognition service: one file, one transcript."""

import asyncio
from typing import Final

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from parley.accounts.authentication import with_scope
from parley.audio.files import read_sound
from parley.contract import Language, RequestInvalid
from parley.listening.recognition import Recogniser, transcribe
from parley.server.services.faculties import ears

PATH: Final = "/stt"
SCOPE: Final = "stt:use"
router = Router(tags=["recognition"], auth=with_scope(SCOPE))

LONGEST_S: Final = 60.0
"""Sound of one file."""
RATE: Final = 16_000
"""Hz at which a file is heard."""


class WordOut(Schema):
    """One word and where it was said."""

    text: str
    start_s: float
    end_s: float
    confidence: float


class TranscriptOut(Schema):
    """What the sound says."""

    text: str
    language: str
    confidence: float
    """0.0 to 1.0."""
    words: list[WordOut]
    """Empty where the provider has no word times."""
    alternatives: list[str]
    provider: str
    duration_s: float


def recogniser_of(language: Language) -> Recogniser:
    """Raises RequestInvalid where nothing here recognises the language."""
    recogniser = ears().recogniser_for(language)
    if recogniser is None:
        raise RequestInvalid(f"nothing here recognises {language}", language=language)
    return recogniser


@router.post("/transcribe", response=TranscriptOut, summary="The transcript of a sound file")
async def transcribe_file(
    request: HttpRequest, audio: File[UploadedFile], language: Form[Language] = "en"
) -> TranscriptOut:
    """WAV, FLAC, Ogg, MP3 or WebM, a minute at most. While somebody speaks, use the socket /stt/stream."""
    recogniser = recogniser_of(language)
    data = await asyncio.to_thread(audio.read)
    sound = await asyncio.to_thread(read_sound, data, rate=RATE, longest_s=LONGEST_S)
    heard = await transcribe(recogniser, sound, language=language)
    return TranscriptOut(
        text=heard.text,
        language=heard.language,
        confidence=heard.confidence,
        words=[
            WordOut(text=word.text, start_s=word.start_s, end_s=word.end_s, confidence=word.confidence)
            for word in heard.words
        ],
        alternatives=list(heard.alternatives),
        provider=heard.provider,
        duration_s=round(sound.seconds, 3),
    )
