import numpy as np
import pytest

from parley.audio import opus, ulaw
from parley.audio.resample import Lowerer, Raiser, raised
from parley.audio.ring import Ring
from parley.audio.sound import Sound
from parley.contract import SoundInvalid
from tests.audio.tones import loudest_hertz, tone


def test_mulaw_keeps_the_values_of_the_standard():
    assert ulaw.decode(b"\xff\x7f\x00\x80").tolist() == [0, 0, -32124, 32124]
    assert ulaw.encode(np.array([0, -1, 32767, -32768], np.int16)) == b"\xff\x7f\x80\x00"


def test_every_mulaw_byte_comes_back():
    codes = bytes(range(256))
    again = ulaw.encode(ulaw.decode(codes))
    assert ulaw.decode(again).tolist() == ulaw.decode(codes).tolist()


def test_mulaw_is_close_to_what_went_in():
    samples = tone()
    error = ulaw.decode(ulaw.encode(samples)).astype(int) - samples
    assert np.abs(error).max() <= 8000 / 32


@pytest.mark.parametrize("cut", [1, 7, 160, 4000])
def test_raising_in_pieces_is_raising_at_once(cut: int):
    samples, raiser = tone(rate=8_000), Raiser(2)
    pieces = [raiser(samples[at : at + cut]) for at in range(0, len(samples), cut)]
    np.testing.assert_array_equal(np.concatenate(pieces), raised(samples, 2))


def test_raising_draws_straight_lines():
    assert raised(np.array([0, 100, 50], np.int16), 2).tolist() == [0, 0, 50, 100, 75, 50]


@pytest.mark.parametrize("cut", [1, 33, 320, 16_000])
def test_lowering_in_pieces_is_lowering_at_once(cut: int):
    samples, lower = tone(), Lowerer(2)
    pieces = [lower(samples[at : at + cut]) for at in range(0, len(samples), cut)]
    np.testing.assert_array_equal(np.concatenate(pieces), Lowerer(2)(samples))


def test_lowering_keeps_speech_and_drops_what_would_fold_over():
    kept = Lowerer(2)(tone(hertz=1_000))
    dropped = Lowerer(2)(tone(hertz=6_500))
    assert loudest_hertz(Sound(samples=kept, rate=8_000)) == pytest.approx(1_000, abs=5)
    assert np.abs(kept[100:]).max() > 7_500
    assert np.abs(dropped[100:]).max() < 80


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_opus_carries_a_tone(rate: int):
    encoder, decoder = opus.Encoder(rate), opus.Decoder(rate)
    packets = [packet for piece in np.array_split(tone(rate=rate), 7) for packet in encoder.encode(piece)]
    packets += encoder.finish()
    heard = np.concatenate([decoder.decode(packet) for packet in packets])
    assert len(packets) in (50, 51)
    assert len(heard) == pytest.approx(rate, rel=0.03)
    assert loudest_hertz(Sound(samples=heard, rate=rate)) == pytest.approx(440, abs=8)


def test_a_broken_opus_packet_is_named_and_the_stream_goes_on():
    encoder, decoder = opus.Encoder(), opus.Decoder()
    packets = encoder.encode(tone())
    with pytest.raises(SoundInvalid):
        decoder.decode(b"garbage" * 5)
    assert len(decoder.decode(packets[0])) > 300


def test_opus_refuses_rates_that_it_does_not_know():
    with pytest.raises(SoundInvalid):
        opus.Decoder(11_025)
    with pytest.raises(SoundInvalid):
        opus.Encoder(11_025)


def test_a_ring_gives_the_newest_samples():
    ring = Ring(1.0, 10)
    for start in range(0, 24, 3):
        ring.write(np.arange(start, start + 3, dtype=np.int16))
    assert len(ring) == 10
    assert ring.last(0.5).tolist() == [19, 20, 21, 22, 23]
    assert ring.last(9).tolist() == list(range(14, 24))
    assert ring.between(12, 17).tolist() == [14, 15, 16]
    assert ring.between(30, 40).tolist() == []


def test_a_ring_takes_more_than_it_holds():
    ring = Ring(1.0, 10)
    ring.write(np.arange(25, dtype=np.int16))
    assert ring.last(1).tolist() == list(range(15, 25))


def test_sound_is_resampled_both_ways():
    sound = Sound(samples=tone(rate=8_000), rate=8_000)
    assert sound.resampled(8_000) is sound
    assert sound.resampled(16_000).samples.tolist() == raised(sound.samples, 2).tolist()
    assert loudest_hertz(sound.resampled(11_025)) == pytest.approx(440, abs=2)


def test_sound_of_bytes_drops_a_half_sample():
    assert Sound.of_bytes(b"\x01\x00\x02\x00\x03", 8_000).samples.tolist() == [1, 2]
