"""The strategy beside a model of two layers that takes and answers what smart-turn v3 does."""

from pathlib import Path

import numpy as np
import pytest

from parley.audio.sound import Sound
from parley.contract import ConfigurationInvalid, Expectation, Kind
from parley.listening.end_of_turn import Listens, end_of_turn
from parley.listening.end_of_turn.smart_turn import FILE, MODEL, SmartTurn, features
from parley.listening.log_mel import BANDS, RATE, log_mel
from parley.listening.models import model_named
from parley.listening.settings import EndOfTurnSettings, ListeningSettings

SETTINGS = EndOfTurnSettings(strategy="smart_turn")
FLOAT, INTS = 1, 7


def field(number: int, content: bytes | int | str) -> bytes:
    """One field of a protocol buffer."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    data = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def tensor(name: str, *shape: int) -> bytes:
    dims = b"".join(field(1, field(1, size)) for size in shape)
    return field(1, name) + field(2, field(1, field(1, FLOAT) + field(2, dims)))


def node(kind: str, given: str, made: str, *attributes: bytes) -> bytes:
    return field(1, given) + field(2, made) + field(4, kind) + b"".join(field(5, each) for each in attributes)


def mean_model() -> bytes:
    """ONNX: the logistic of the mean of all features, so that steady sound and silence differ."""
    axes = field(1, "axes") + field(8, 1) + field(8, 2) + field(20, INTS)
    keep = field(1, "keepdims") + field(3, 0) + field(20, 2)
    graph = field(1, node("ReduceMean", "input_features", "mean", axes, keep))
    graph += field(1, node("Sigmoid", "mean", "logits")) + field(2, "turn")
    graph += field(11, tensor("input_features", 1, 80, 800)) + field(12, tensor("logits", 1))
    return field(1, 8) + field(7, graph) + field(8, field(2, 13))


@pytest.fixture
def settings(tmp_path: Path) -> ListeningSettings:
    (tmp_path / MODEL).mkdir()
    (tmp_path / MODEL / FILE).write_bytes(mean_model())
    return ListeningSettings(models_dir=tmp_path, end_of_turn=SETTINGS)


@pytest.fixture
def strategy(settings: ListeningSettings) -> SmartTurn:
    made = end_of_turn(settings)
    assert isinstance(made, SmartTurn)
    return made


def noise(seconds: float, rate: int = RATE) -> Sound:
    samples = np.random.default_rng(1).normal(0, 3_000, round(seconds * rate))
    return Sound(samples=samples.astype(np.int16), rate=rate)


def wait(strategy: SmartTurn, partial: str, finished: float | None, **more: object) -> float:
    said = {"language": "en", "expectation": Expectation(), "speech_s": 1.5} | more
    return strategy.wait(partial=partial, finished=finished, **said)  # type: ignore[arg-type]


def test_it_listens_and_the_model_is_asked(strategy: SmartTurn):
    assert isinstance(strategy, Listens)
    silence = strategy.sounds_finished(Sound(samples=np.zeros(RATE, np.int16), rate=RATE))
    loud = strategy.sounds_finished(noise(9.0, rate=8_000))
    assert 0.0 < silence < loud < 1.0


def test_melody_decides_where_words_do_not(strategy: SmartTurn):
    assert wait(strategy, "i was thinking", 0.9) == SETTINGS.settled_s
    assert wait(strategy, "i was thinking", 0.1) == SETTINGS.unfinished_s
    assert wait(strategy, "i was thinking", None) == SETTINGS.usual_s
    assert wait(strategy, "", 0.1, speech_s=4.0) == SETTINGS.unfinished_s


def test_words_count_more_than_melody(strategy: SmartTurn):
    assert wait(strategy, "on the", 0.99) == SETTINGS.unfinished_s
    assert wait(strategy, "what time is it", 0.01, whole=True) == SETTINGS.whole_s
    phone = Expectation(kind=Kind.PHONE)
    assert wait(strategy, "five five five", 0.99, expectation=phone) == SETTINGS.unfinished_s


def test_features_are_those_of_the_last_eight_seconds_with_short_sound_at_their_end():
    short, long = features(noise(1.0)), features(noise(10.0))
    assert short.shape == long.shape == (80, 800)
    assert short.dtype == np.float32
    assert short[:, 720:].mean() > short[:, :650].mean() + 0.5
    np.testing.assert_allclose(features(noise(10.0)), long)


def test_a_tone_stands_in_the_band_of_its_pitch():
    def band(hertz: float) -> int:
        tone = np.sin(np.arange(RATE) * 2 * np.pi * hertz / RATE).astype(np.float32)
        return int(log_mel(tone).mean(axis=1).argmax())

    places = [band(hertz) for hertz in (200, 500, 1_000, 2_000, 4_000, 7_000)]
    assert places == sorted(places)
    assert places[0] < 8
    assert 22 <= places[2] <= 28
    assert places[-1] > 72
    assert log_mel(np.zeros(1_600, np.float32)).shape == (BANDS, 10)


def test_without_the_model_it_is_said_how_to_get_it(tmp_path: Path):
    with pytest.raises(ConfigurationInvalid, match=f"parley models pull {MODEL}"):
        end_of_turn(ListeningSettings(models_dir=tmp_path, end_of_turn=SETTINGS))
    assert [file.name for file in model_named(MODEL).files] == [FILE]
