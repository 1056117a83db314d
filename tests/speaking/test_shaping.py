"""Shaping a voice's sound, looked at as numbers."""

from collections.abc import AsyncIterator

import numpy as np
import pytest

from parley.contract import ProviderFailed
from parley.speaking.shaping import CEILING, PIECE_S, TARGET_DB, Shaper, limited, pieces, shaped


def tone(seconds: float, *, rate: int = 22_050, level: float = 0.3) -> bytes:
    t = np.arange(int(seconds * rate)) / rate
    return (np.sin(2 * np.pi * 440 * t) * level * 32767).astype("<i2").tobytes()


def shape(pcm: bytes, *, step: int = 4_001, rate_in: int = 22_050, rate_out: int = 8_000) -> np.ndarray:
    shaper = Shaper(rate_in, rate_out)
    out = b"".join(shaper.feed(pcm[at : at + step]) for at in range(0, len(pcm), step)) + shaper.finish()
    return np.frombuffer(out, "<i2").astype(float) / 32768


def test_length_and_pitch_stay_at_another_rate() -> None:
    sound = shape(tone(1.0))
    assert len(sound) == pytest.approx(8_000, abs=20)
    spectrum = np.abs(np.fft.rfft(sound))
    assert np.argmax(spectrum) * 8_000 / len(sound) == pytest.approx(440, abs=2)


def test_pieces_of_any_size_give_the_same_sound() -> None:
    whole, odd = shape(tone(0.5), step=10**6, rate_out=22_050), shape(tone(0.5), step=333, rate_out=22_050)
    assert len(whole) == len(odd)
    assert np.corrcoef(whole, odd)[0, 1] > 0.99


def test_it_begins_and_ends_at_nothing() -> None:
    sound = shape(tone(0.5), rate_out=16_000)
    assert abs(sound[0]) < 0.001
    assert abs(sound[-1]) < 0.001
    assert np.abs(np.diff(sound)).max() < 0.2, "no click anywhere"


def test_leading_silence_is_dropped_up_to_a_second() -> None:
    assert len(shape(bytes(22_050) + tone(0.5))) == pytest.approx(4_000, abs=40)
    assert len(shape(bytes(22_050 * 4) + tone(0.5))) == pytest.approx(12_000, abs=40)


@pytest.mark.parametrize("level", [0.05, 0.14, 0.9])
def test_loudness_comes_to_the_same_level(level: float) -> None:
    end = shape(tone(6.0, level=level))[-8_000:-100]
    assert 20 * np.log10(np.sqrt(np.mean(end**2))) == pytest.approx(TARGET_DB, abs=2.5)


def test_peaks_stay_under_the_ceiling_and_quiet_sound_is_untouched() -> None:
    samples = np.linspace(-3, 3, 601, dtype=np.float32)
    out = limited(samples)
    assert np.abs(out).max() <= CEILING + 1e-6
    assert np.all(np.diff(out) >= 0)
    quiet = np.abs(samples) < 0.6
    assert np.array_equal(out[quiet], samples[quiet])


def test_no_piece_is_longer_than_a_quarter_second() -> None:
    cut = list(pieces(bytes(16_000 * 2), 16_000))
    assert b"".join(cut) == bytes(32_000)
    assert all(len(piece) <= 16_000 * 2 * PIECE_S for piece in cut)


def test_an_empty_stream_is_silence() -> None:
    assert len(shape(b"")) == 0


@pytest.mark.anyio
async def test_what_came_before_a_failure_is_faded_and_the_failure_raised() -> None:
    async def source() -> AsyncIterator[bytes]:
        yield tone(0.3)
        raise ProviderFailed("gone")

    heard = []
    with pytest.raises(ProviderFailed):
        async for piece in shaped(source(), rate_in=22_050, rate_out=22_050):
            heard.append(piece)  # noqa: PERF401 - what came before the failure counts
    sound = np.frombuffer(b"".join(heard), "<i2")
    assert len(sound) == pytest.approx(0.3 * 22_050, abs=2)
    assert sound[-1] == 0
