"""Piper with a stand-in for its package, whose interface this is: voices on disk, lazily loaded."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from parley.contract import ConfigurationInvalid, ProviderFailed
from parley.speaking.provider import Voice
from parley.speaking.providers import piper
from parley.speaking.settings import SpeakingSettings

pytestmark = pytest.mark.anyio
TONE = (np.sin(2 * np.pi * 300 * np.arange(22_050) / 22_050) * 6_000).astype("<i2").tobytes()


@dataclass
class Config:
    length_scale: float


class FakeVoice:
    loaded: list[Path] = []

    @classmethod
    def load(cls, path: Path) -> "FakeVoice":
        if "broken" in path.name:
            raise ValueError("no model")
        cls.loaded.append(path)
        return cls()

    config = SimpleNamespace(sample_rate=22_050)

    def synthesize(self, text: str, *, syn_config: Config) -> Iterator[SimpleNamespace]:
        for _ in range(round(2 * syn_config.length_scale)):
            yield SimpleNamespace(audio_int16_bytes=TONE)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SpeakingSettings:
    package = ModuleType("piper")
    package.__spec__ = SimpleNamespace()  # type: ignore[assignment]
    package.PiperVoice, package.SynthesisConfig = FakeVoice, Config  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "piper", package)
    FakeVoice.loaded = []
    for name in ("en_US-one-medium", "fr_FR-deux-low", "en_GB-broken-low"):
        (tmp_path / f"{name}.onnx").touch()
        (tmp_path / f"{name}.onnx.json").touch()
    (tmp_path / "ko_KR-half.onnx").touch()
    return SpeakingSettings(options={"piper": {"directory": tmp_path}})


async def test_a_voice_is_loaded_once_when_it_first_speaks(settings: SpeakingSettings) -> None:
    voices = piper.provider(settings)
    assert voices.abilities.languages == {"en", "fr"}, "a voice without its description is none"
    assert FakeVoice.loaded == []
    wanted = Voice(name="en_US-one-medium", language="en", rate=2.0)
    for _ in range(2):
        pcm = b"".join([p async for p in voices.speak("Hi.", language="en", voice=wanted, rate=8_000)])
        assert len(pcm) / 2 == pytest.approx(8_000, abs=20)
    assert len(FakeVoice.loaded) == 1
    await voices.close()


async def test_a_broken_model_is_an_error_of_ours(settings: SpeakingSettings) -> None:
    voices = piper.provider(settings)
    with pytest.raises(ProviderFailed):
        await voices.warm()
    await voices.close()


def test_no_voice_on_disk(settings: SpeakingSettings, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalid):
        piper.provider(SpeakingSettings(options={"piper": {"directory": tmp_path / "none"}}))
