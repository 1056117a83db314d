from pathlib import Path

import numpy as np
import pytest

from parley.audio.files import read_sound
from parley.audio.sound import Sound
from parley.listening.voice_activity import LINGER, SETTLED, SPEECH, WINDOW, Level, VoiceActivity
from tests.audio.tones import tone

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "audio"


@pytest.fixture(scope="module")
def activity() -> VoiceActivity:
    return VoiceActivity()


def windows_of(sound: Sound, count: int) -> np.ndarray:
    return sound.samples[: count * WINDOW].reshape(count, WINDOW).astype(np.float32) / 32768


def test_silence_and_a_tone_are_no_speech(activity: VoiceActivity):
    silence = Sound(samples=np.zeros(16_000, np.int16), rate=8_000)
    assert activity.of_sound(silence).max() < SPEECH
    assert activity.spoken_part(silence) is None
    assert activity.spoken_part(Sound(samples=tone(2, 8_000), rate=8_000)) is None


def test_a_batch_gives_what_single_runs_give(activity: VoiceActivity):
    rng = np.random.default_rng(3)
    lines = rng.normal(0, 0.1, (3, 10, WINDOW)).astype(np.float32) * np.array([0, 1, 3], np.float32)[:, None, None]
    alone = [
        [activity.probabilities([s], line[i : i + 1])[0] for i in range(10)]
        for s, line in ((activity.stream(), line) for line in lines)
    ]
    streams = [activity.stream() for _ in lines]
    together = np.stack([activity.probabilities(streams, lines[:, i]) for i in range(10)], axis=1)
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_windows_of_one_stream_may_be_looked_at_together(activity: VoiceActivity):
    rng = np.random.default_rng(4)
    lines = rng.normal(0, 0.1, (2, 6, WINDOW)).astype(np.float32) * np.array([1, 3], np.float32)[:, None, None]
    apart = [activity.stream() for _ in lines]
    one_by_one = np.stack([activity.probabilities(apart, lines[:, i]) for i in range(6)], axis=1)
    first, second = activity.stream(), activity.stream()
    some = activity.probabilities([first] * 4 + [second], np.concatenate((lines[0, :4], lines[1, :1])))
    rest = activity.probabilities([second] * 5 + [first] * 2, np.concatenate((lines[1, 1:], lines[0, 4:])))
    np.testing.assert_allclose(np.concatenate((some[:4], rest[5:])), one_by_one[0], atol=1e-5)
    np.testing.assert_allclose(np.concatenate((some[4:], rest[:5])), one_by_one[1], atol=1e-5)


def test_speech_is_over_once_the_line_is_as_quiet_as_its_noise():
    level, hole, noise, soft, loud = Level(), 0.0, 0.1, 1.0, 100.0
    quiet = [level.fallen(noise) for _ in range(20)]
    assert not any(quiet), "nobody has spoken yet"
    assert not any(level.fallen(energy) for energy in (loud, hole, loud, soft, soft, soft, soft, soft))
    assert [level.fallen(noise * 1.5) for _ in range(LINGER + 2)] == [False] * LINGER + [True] * 2
    assert not level.fallen(loud)


def test_speech_that_hardly_stands_out_of_the_noise_is_left_to_the_network():
    level = Level()
    assert not any(level.fallen(energy) for energy in [1.0] * 20 + [50.0] * 20 + [1.0] * 20)


def test_the_network_lingers_after_a_voice_that_breaks_off_and_is_not_believed(activity: VoiceActivity):
    """White noise on the line, and a buzz like a voice's: only what the network remembers of it is at stake."""
    rng = np.random.default_rng(6)
    line = rng.normal(0, 0.003, (60, WINDOW)).astype(np.float32)
    line[20:40] += rng.normal(0, 0.3, (20, WINDOW)).astype(np.float32)
    stream = activity.stream()
    speech = [float(activity.probabilities([stream], window[None])[0]) for window in line]
    assert min(speech[20:40]) > 0.0
    assert speech[40 + LINGER : 50] == [0.0] * (10 - LINGER)


def test_the_network_is_spared_a_long_stillness_and_hears_what_follows(activity: VoiceActivity):
    still, noise = np.zeros((1, WINDOW), np.float32), np.random.default_rng(3).normal(0, 0.1, (1, WINDOW))
    spared, other = activity.stream(), activity.stream()
    for _ in range(SETTLED):
        activity.probabilities([spared], still)
    settled = spared.state
    assert activity.probabilities([spared], still) == [0.0]
    assert spared.state is settled
    both = activity.probabilities([spared, other], np.concatenate((still, noise.astype(np.float32))))
    assert (both[0], spared.state is settled) == (0.0, True)
    assert activity.probabilities([other], noise.astype(np.float32))[0] > 0.0
    activity.probabilities([spared], noise.astype(np.float32))
    assert spared.state is not settled


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the recorded people of ../shared are not here")
def test_a_person_is_heard_and_the_silence_around_is_cut(activity: VoiceActivity):
    sound = read_sound(next(iter(sorted((SHARED / "barista").glob("*.flac")))))
    spoken = activity.spoken_part(sound)
    assert spoken is not None
    assert 1.0 < spoken.seconds < sound.seconds
    assert activity.of_sound(spoken).max() > 0.9
