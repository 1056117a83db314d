"""The clients of the engines that need a package and a model, against fakes of the engines' own objects."""

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from parley.contract import ConfigurationInvalid, Expectation, Phrase
from parley.listening.engine import EngineOptions
from parley.listening.providers import PROVIDERS
from parley.listening.recognition import NOTHING_EXPECTED
from parley.listening.settings import PREFERENCE

PCM = np.arange(1600, dtype="<i2").tobytes()


def install(monkeypatch: pytest.MonkeyPatch, name: str, **content: Any) -> None:
    module = ModuleType(name)
    module.__dict__.update(content, __spec__=SimpleNamespace(origin="fake"))
    monkeypatch.setitem(sys.modules, name, module)


def opened(
    name: str, folder: Path, model: str, expectation: Expectation = NOTHING_EXPECTED, rate: int = 16_000
) -> Any:
    (folder / model).mkdir()
    for file in ("tokens.txt", "encoder-1.int8.onnx", "decoder-1.onnx", "joiner-1.int8.onnx"):
        (folder / model / file).touch()
    provider, options = PROVIDERS.opener(name), EngineOptions(models_dir=str(folder))
    assert provider.abilities(options).languages
    return provider.load(options).open(language="en", rate=rate, expectation=expectation, live=True)


@pytest.mark.parametrize("name", [name for name in PROVIDERS.names() if not callable(PROVIDERS.opener(name))])
def test_every_provider_tells_what_it_can_without_its_package(name: str, tmp_path: Path):
    provider = PROVIDERS.opener(name)
    assert provider.name == name
    abilities = provider.abilities(EngineOptions(models_dir=str(tmp_path)))
    assert abilities.languages <= {"en", "fr", "ko"}
    if name != "pocketsphinx":
        assert not abilities.languages


def test_every_preferred_provider_exists():
    assert {name for names in PREFERENCE.values() for name in names} <= set(PROVIDERS.names())
    with pytest.raises(ConfigurationInvalid, match="crystal_ball"):
        PROVIDERS.opener("crystal_ball")


class FakeKaldi:
    def __init__(self, model: str, rate: int, grammar: str | None = None) -> None:
        self.model, self.rate, self.grammar = model, rate, grammar
        self.fed = 0

    def SetWords(self, on: bool) -> None:  # noqa: N802 the name in vosk
        assert on

    def Reset(self) -> None:  # noqa: N802 the name in vosk
        self.fed = 0

    def AcceptWaveform(self, pcm: bytes) -> bool:  # noqa: N802 the name in vosk
        self.fed += len(pcm)
        return False

    def PartialResult(self) -> str:  # noqa: N802 the name in vosk
        return json.dumps({"partial": "call an"})

    def FinalResult(self) -> str:  # noqa: N802 the name in vosk
        assert self.fed == len(PCM)
        word, sure = ("ann", 0.9) if self.grammar else ("an", 0.6)
        return json.dumps({"text": word, "result": [{"word": word, "start": 0.1, "end": 0.4, "conf": sure}]})


def test_vosk_hears_and_prefers_a_likely_phrase(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    install(monkeypatch, "vosk", Model=str, KaldiRecognizer=FakeKaldi)
    expects = Expectation(phrases=(Phrase(text="Ann"),))
    stream = opened("vosk", tmp_path, "vosk-model-small-en-us-0.15", expects, rate=8_000)
    assert stream.feed(PCM) == "call an"
    transcript = stream.finish(PCM)
    assert (transcript.text, transcript.confidence, transcript.words[0].end_s) == ("ann", 0.9, 0.4)
    stream.close()


class FakeOnline:
    asked: dict[str, Any]

    @classmethod
    def from_transducer(cls, **asked: Any) -> "FakeOnline":
        made = cls()
        made.asked = asked
        return made

    def create_stream(self) -> Any:
        stream = SimpleNamespace(samples=0, decoded=0, done=False)
        stream.accept_waveform = lambda rate, samples: setattr(stream, "samples", stream.samples + len(samples))
        stream.input_finished = lambda: setattr(stream, "done", True)
        return stream

    def is_ready(self, stream: Any) -> bool:
        return bool(stream.decoded < stream.samples)

    def decode_stream(self, stream: Any) -> None:
        stream.decoded += 800

    def get_result(self, stream: Any) -> str:
        return " SET A TIMER" if stream.done else " SET A"


def test_sherpa_onnx_streams_and_finishes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    install(monkeypatch, "sherpa_onnx", OnlineRecognizer=FakeOnline)
    stream = opened("sherpa_onnx", tmp_path, "sherpa-onnx-streaming-zipformer-en-2023-06-26", rate=8_000)
    assert stream.feed(PCM) == "set a"
    transcript = stream.finish(PCM)
    assert transcript.text == "set a timer"
    assert transcript.confidence > 0.6
    stream.close()


class FakeWhisper:
    def __init__(self, path: str, **options: Any) -> None:
        assert options["local_files_only"]

    def transcribe(self, samples: Any, **asked: Any) -> Any:
        assert samples.dtype == np.float32
        assert np.abs(samples).max() <= 1.0
        word = SimpleNamespace(word=" bonjour", start=0.0, end=0.5, probability=0.9)
        heard = SimpleNamespace(
            text=f" bonjour {asked['hotwords']}", avg_logprob=-0.1, no_speech_prob=0.1, words=[word]
        )
        invented = SimpleNamespace(text=" thanks for watching", avg_logprob=-1.0, no_speech_prob=0.95, words=[])
        return iter([heard, invented]), SimpleNamespace(language="fr")


def test_whisper_takes_hints_tells_the_language_and_what_it_made_up_is_dropped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    install(monkeypatch, "faster_whisper", WhisperModel=FakeWhisper)
    expects = Expectation(phrases=(Phrase(text="Ann"), Phrase(text="Omar")))
    stream = opened("faster_whisper", tmp_path, "faster-whisper-small", expects)
    transcript = stream.finish(PCM)
    assert (transcript.text, transcript.language) == ("bonjour Ann, Omar", "fr")
    assert transcript.confidence == pytest.approx(0.905, abs=0.001)
    assert transcript.words[0].text == "bonjour"


def test_moonshine_joins_its_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    lines = [SimpleNamespace(text=" Hello. ", start_time=0.0, duration=1.0), SimpleNamespace(text=" ")]
    transcriber = SimpleNamespace(transcribe_without_streaming=lambda samples, rate: SimpleNamespace(lines=lines))
    install(
        monkeypatch,
        "moonshine_voice",
        ModelArch=SimpleNamespace(BASE=1),
        Transcriber=lambda model_path, model_arch: transcriber,
    )
    assert opened("moonshine", tmp_path, "moonshine-base-en").finish(PCM).text == "Hello."
