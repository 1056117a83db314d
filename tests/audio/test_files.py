import io
import struct
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from parley.audio.files import read_sound
from parley.audio.sound import Sound
from parley.contract import SoundInvalid
from tests.audio.tones import loudest_hertz, tone


def encoded(container: str, codec: str, *, rate: int, layout: str) -> bytes:
    """A second of tone in another format, both channels alike."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout=layout)
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=rate, frame_size=960)
        frame = av.AudioFrame.from_ndarray(tone(rate=rate)[None], format="s16", layout="mono")
        frame.sample_rate = rate
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return file.getvalue()


@pytest.mark.parametrize(
    ("container", "codec", "rate", "layout"),
    [
        ("flac", "flac", 48_000, "stereo"),
        ("ogg", "libopus", 48_000, "mono"),
        ("webm", "libopus", 48_000, "stereo"),
        ("mp3", "libmp3lame", 44_100, "stereo"),
        ("wav", "pcm_s24le", 48_000, "stereo"),
        ("wav", "pcm_mulaw", 8_000, "mono"),
    ],
)
def test_every_format_comes_out_as_mono_at_the_wanted_rate(container: str, codec: str, rate: int, layout: str):
    sound = read_sound(encoded(container, codec, rate=rate, layout=layout), rate=16_000)
    assert sound.rate == 16_000
    assert sound.seconds == pytest.approx(1.0, abs=0.06)
    assert loudest_hertz(sound) == pytest.approx(440, abs=8)


def test_the_own_rate_is_kept_when_none_is_asked_for(tmp_path: Path):
    path = tmp_path / "tone.wav"
    path.write_bytes(Sound(samples=tone(rate=11_025), rate=11_025).wav())
    sound = read_sound(path)
    assert sound.rate == 11_025
    np.testing.assert_array_equal(sound.samples, tone(rate=11_025))


def test_a_truncated_wav_gives_what_is_there():
    data = Sound(samples=tone(), rate=16_000).wav()
    sound = read_sound(data[: 44 + 16_000])
    np.testing.assert_array_equal(sound.samples, tone()[:8_000])


def test_a_truncated_flac_gives_its_beginning():
    data = encoded("flac", "flac", rate=16_000, layout="mono")
    head = 42 + 8192  # the stream information and the padding that the writer leaves for tags
    assert 0 < read_sound(data[: (head + len(data)) // 2]).seconds < 0.9


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"this is a text and no sound at all, however long it goes on and on" * 50,
        b"RIFF\x00\x00\x00\x00WAVE",
        Sound(samples=np.empty(0, np.int16), rate=16_000).wav(),
        bytes(range(256)) * 64,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        b"\x89PNG\r\n\x1a\n" + bytes(200),
    ],
    ids=["empty", "byte", "text", "header", "no-samples", "bytes", "playlist", "picture"],
)
def test_what_is_no_sound_is_refused(data: bytes):
    with pytest.raises(SoundInvalid):
        read_sound(data)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path):
    with pytest.raises(SoundInvalid):
        read_sound(tmp_path / "missing.wav")
    with pytest.raises(SoundInvalid):
        read_sound(tmp_path)


def test_a_senseless_rate_is_refused():
    data = bytearray(Sound(samples=tone(0.1), rate=16_000).wav())
    data[24:28] = struct.pack("<I", 3)
    with pytest.raises(SoundInvalid):
        read_sound(bytes(data))


def test_hours_of_silence_are_refused_after_the_longest_that_is_allowed(tmp_path: Path):
    path = tmp_path / "silence.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8_000)
        for _ in range(600):
            out.writeframes(bytes([128]) * 8_000)
    with pytest.raises(SoundInvalid, match="longer than 20 seconds"):
        read_sound(path, longest_s=20)
    assert read_sound(path, longest_s=601).seconds == 600
