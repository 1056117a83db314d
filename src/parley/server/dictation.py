"""What recordings say, for due work: it runs in threads, and the recognisers live in the event loop."""

import asyncio
from collections.abc import Callable

from parley.audio.sound import Sound
from parley.channels.telephone import voicemail
from parley.contract import Language
from parley.listening.recognition import Recogniser, transcribe


def serve_dictation(recogniser_for: Callable[[Language], Recogniser | None]) -> None:
    """Have voice messages put into words by these. Called inside the event loop in which they listen."""
    loop = asyncio.get_running_loop()

    def words(sound: Sound, language: Language) -> str:
        recogniser = recogniser_for(language)
        if recogniser is None:
            return ""
        heard = asyncio.run_coroutine_threadsafe(transcribe(recogniser, sound, language=language), loop)
        return heard.result().text

    voicemail.serve(words)
