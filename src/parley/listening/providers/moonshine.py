"""moonshine-voice: English, made for short utterances on small machines; hears the whole turn at its end."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from parley.audio.sound import Sound
from parley.contract import Expectation, Language
from parley.listening.engine import EngineOptions
from parley.listening.models import present_models
from parley.listening.recognition import Abilities, Transcript

RATE: Final = 16_000
SURE: Final = 0.85
"""Moonshine gives no confidence: an utterance with words counts as this."""


class Provider:
    """Present when the package is installed and its model is on disk."""

    name = "moonshine"

    def abilities(self, options: EngineOptions) -> Abilities:
        languages = present_models(self.name, options.models) if find_spec("moonshine_voice") else {}
        return Abilities(languages=frozenset(languages))

    def load(self, options: EngineOptions) -> "Moonshine":
        return Moonshine(next(iter(present_models(self.name, options.models).values())))


class Moonshine:
    """One transcriber, which takes one turn after the other."""

    def __init__(self, folder: Path) -> None:
        from moonshine_voice import ModelArch, Transcriber

        self.name = Provider.name
        self._transcriber = Transcriber(model_path=str(folder), model_arch=ModelArch.BASE)

    def open(self, *, language: Language, rate: int, expectation: Expectation, live: bool) -> "MoonshineStream":
        return MoonshineStream(self._transcriber, language, rate)


class MoonshineStream:
    """One turn."""

    def __init__(self, transcriber: Any, language: Language, rate: int) -> None:
        self._transcriber = transcriber
        self._language: Language = language
        self._rate = rate

    def feed(self, pcm: bytes) -> str:
        return ""

    def finish(self, pcm: bytes) -> Transcript:
        sound = Sound.of_bytes(pcm, self._rate).resampled(RATE)
        samples = (sound.samples.astype(np.float32) / 32768).tolist()
        lines = self._transcriber.transcribe_without_streaming(samples, RATE).lines
        text = " ".join(line.text.strip() for line in lines if line.text.strip())
        return Transcript(
            text=text,
            language=self._language,
            confidence=SURE if text else 0.0,
            provider=Provider.name,
        )

    def close(self) -> None:
        self._transcriber = None


provider = Provider()
