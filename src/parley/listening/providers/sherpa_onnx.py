"""sherpa-onnx: streaming zipformer transducers, the best of the local engines for telephone and room alike."""

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
TAIL_S: Final = 0.5
"""Silence after the turn, which the model needs to let go of its last word."""
SURE: Final = 0.85
"""sherpa-onnx gives no confidence with every model: an utterance with words counts as this."""


class Provider:
    """Present when the package is installed and a model for a language is on disk."""

    name = "sherpa_onnx"

    def abilities(self, options: EngineOptions) -> Abilities:
        languages = present_models(self.name, options.models) if find_spec("sherpa_onnx") else {}
        return Abilities(languages=frozenset(languages), streaming=True)

    def load(self, options: EngineOptions) -> "SherpaOnnx":
        return SherpaOnnx(present_models(self.name, options.models))


class SherpaOnnx:
    """A model for each language, loaded when it is first spoken; streams share it."""

    def __init__(self, folders: dict[Language, Path]) -> None:
        self.name = Provider.name
        self._folders = folders
        self._models: dict[Language, Any] = {}

    def open(self, *, language: Language, rate: int, expectation: Expectation, live: bool) -> "SherpaOnnxStream":
        if language not in self._models:
            self._models[language] = _loaded(self._folders[language])
        return SherpaOnnxStream(self._models[language], language, rate)


def _loaded(folder: Path) -> Any:
    from sherpa_onnx import OnlineRecognizer

    def part(name: str) -> str:
        found = sorted(folder.glob(f"{name}*.int8.onnx")) or sorted(folder.glob(f"{name}*.onnx"))
        if not found:
            raise FileNotFoundError(f"{folder.name} has no {name}")
        return str(found[0])

    return OnlineRecognizer.from_transducer(
        tokens=str(folder / "tokens.txt"),
        encoder=part("encoder"),
        decoder=part("decoder"),
        joiner=part("joiner"),
        num_threads=1,
        sample_rate=RATE,
        decoding_method="modified_beam_search",
    )


class SherpaOnnxStream:
    """One turn."""

    def __init__(self, model: Any, language: Language, rate: int) -> None:
        self._model = model
        self._language: Language = language
        self._rate = rate
        self._stream = model.create_stream()

    def feed(self, pcm: bytes) -> str:
        self._accept(self._stream, Sound.of_bytes(pcm, self._rate))
        return self._said(self._stream)

    def finish(self, pcm: bytes) -> Transcript:
        stream = self._model.create_stream()
        self._accept(stream, Sound.of_bytes(pcm, self._rate))
        stream.accept_waveform(RATE, np.zeros(int(TAIL_S * RATE), np.float32))
        stream.input_finished()
        text = self._said(stream)
        return Transcript(
            text=text, language=self._language, confidence=SURE if text else 0.0, provider=Provider.name
        )

    def _accept(self, stream: Any, sound: Sound) -> None:
        stream.accept_waveform(RATE, sound.resampled(RATE).samples.astype(np.float32) / 32768)

    def _said(self, stream: Any) -> str:
        while self._model.is_ready(stream):
            self._model.decode_stream(stream)
        return str(self._model.get_result(stream)).strip().lower()

    def close(self) -> None:
        self._stream = None


provider = Provider()
