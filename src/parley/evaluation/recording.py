"""What a recogniser hears in a recording, for conversations that are given as sound."""

import asyncio
from pathlib import Path

from django.conf import settings

from parley.audio.files import read_sound
from parley.contract import Expectation, Language, RequestInvalid
from parley.listening.choosing import recogniser_for
from parley.understanding.understander import NOTHING_EXPECTED

_RATE = 16_000


def transcribed(file: Path, *, language: Language, expectation: Expectation | None) -> str:
    """The final transcript. Raises RequestInvalid where nothing on this machine recognises the language."""
    recogniser = recogniser_for(language, settings.PARLEY.listening)
    if recogniser is None:
        raise RequestInvalid(f"nothing here recognises {language}")

    async def heard() -> str:
        sound = read_sound(file, rate=_RATE)
        recognition = await recogniser.open(
            language=language, rate=_RATE, expectation=expectation or NOTHING_EXPECTED, on_partial=lambda _: None
        )
        recognition.feed(sound.pcm)
        return (await recognition.finish(sound=sound)).text

    return asyncio.run(heard())
