"""faster-whisper: Whisper on the processor, exact and slow; hears the whole turn at its end."""

import math
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from parley.audio.sound import Sound
from parley.contract import LANGUAGES, Expectation, Language, language_of
from parley.listening.engine import EngineOptions
from parley.listening.models import present_models
from parley.listening.recognition import Abilities, Transcript, Word

RATE: Final = 16_000
MOST_HINTS: Final = 40
"""Likely phrases that are told; Whisper's prompt is short."""
NO_SPEECH: Final = 0.6
"""Above this probability of silence a segment is what Whisper makes up when nobody speaks."""


class Provider:
    """Present when the package is installed and a model is on disk; one model speaks all our languages."""

    name = "faster_whisper"

    def abilities(self, options: EngineOptions) -> Abilities:
        languages = present_models(self.name, options.models) if find_spec("faster_whisper") else {}
        return Abilities(
            languages=frozenset(languages), word_times=True, expectations=True, identifies_language=len(languages) > 1
        )

    def load(self, options: EngineOptions) -> "FasterWhisper":
        return FasterWhisper(present_models(self.name, options.models))


class FasterWhisper:
    """One model for all languages that its folder says it has."""

    def __init__(self, folders: dict[Language, Path]) -> None:
        from faster_whisper import WhisperModel

        self.name = Provider.name
        folder = next(iter(folders.values()))
        self._model = WhisperModel(str(folder), device="cpu", compute_type="int8", local_files_only=True)

    def open(self, *, language: Language, rate: int, expectation: Expectation, live: bool) -> "WhisperStream":
        return WhisperStream(self._model, language, rate, expectation)


class WhisperStream:
    """One turn."""

    def __init__(self, model: Any, language: Language, rate: int, expectation: Expectation) -> None:
        self._model = model
        self._language: Language = language
        self._rate = rate
        self._hints = ", ".join(phrase.text for phrase in expectation.phrases[:MOST_HINTS])

    def feed(self, pcm: bytes) -> str:
        return ""

    def finish(self, pcm: bytes) -> Transcript:
        sound = Sound.of_bytes(pcm, self._rate).resampled(RATE)
        segments, info = self._model.transcribe(
            sound.samples.astype(np.float32) / 32768,
            language=self._language,
            hotwords=self._hints or None,
            word_timestamps=True,
            condition_on_previous_text=False,
        )
        spoken = [segment for segment in segments if segment.no_speech_prob < NO_SPEECH]
        heard = info.language if info.language in LANGUAGES else self._language
        return Transcript(
            text=" ".join(segment.text.strip() for segment in spoken),
            language=language_of(heard, default=self._language),
            confidence=_confidence(spoken),
            words=tuple(
                Word(text=word.word.strip(), start_s=word.start, end_s=word.end, confidence=word.probability)
                for segment in spoken
                for word in segment.words or ()
            ),
            provider=Provider.name,
        )

    def close(self) -> None:
        self._model = None


def _confidence(segments: list[Any]) -> float:
    """The probability of a token, as a geometric mean."""
    if not segments:
        return 0.0
    return min(1.0, math.exp(sum(segment.avg_logprob for segment in segments) / len(segments)))


provider = Provider()
