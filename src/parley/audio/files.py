"""Sound files and uploads, in every format that people send."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from parley.audio.sound import Sound
from parley.contract import SoundInvalid

LONGEST_S: Final = 600.0
"""Longest sound that is read when the caller says nothing else: 10 minutes, 58 MB at 48 kHz."""
RATES: Final = range(4_000, 384_001)
"""Rates in Hz that are believed; anything else is a broken header."""

_FORMATS: Final = "wav,w64,flac,ogg,mp3,matroska,webm,mov,mp4,aac,aiff,au,caf"
"""Containers that hold sound and nothing else to follow: playlists could make the reader open other files."""
_OPTIONS: Final = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}


def read_sound(source: bytes | Path, *, rate: int | None = None, longest_s: float = LONGEST_S) -> Sound:
    """Decode a file or its bytes to mono, at `rate` Hz or at its own.

    A file that ends early gives what is there. Memory is bounded by `longest_s`. Raises SoundInvalid for what is no
    sound, holds none, or is longer than `longest_s`.
    """
    try:
        with av.open(_opened(source), mode="r", options=_OPTIONS) as container:
            return _decoded(container, rate=rate, longest_s=longest_s)
    except (av.error.FFmpegError, OSError) as error:
        raise SoundInvalid("the data is not a sound file that can be read") from error


def _opened(source: bytes | Path) -> io.BytesIO | str:
    if isinstance(source, bytes):
        if not source:
            raise SoundInvalid("the sound is empty: there is not a single byte")
        return io.BytesIO(source)
    return str(source)


def _decoded(container: "av.container.InputContainer", *, rate: int | None, longest_s: float) -> Sound:
    if not container.streams.audio:
        raise SoundInvalid("the file holds no sound")
    stream = container.streams.audio[0]
    own = stream.codec_context.sample_rate
    if own not in RATES:
        raise SoundInvalid(f"the file claims {own} samples a second")
    target = rate or own
    pieces: list[NDArray[np.int16]] = []
    length = 0
    for piece in _mono(container, stream, target):
        length += len(piece)
        if length > longest_s * target:
            raise SoundInvalid(f"the sound is longer than {longest_s:g} seconds", longest_s=longest_s)
        pieces.append(piece)
    if not length:
        raise SoundInvalid("the file holds no samples")
    return Sound(samples=np.concatenate(pieces), rate=target)


def _mono(
    container: "av.container.InputContainer", stream: "av.AudioStream", rate: int
) -> Iterator[NDArray[np.int16]]:
    """Decoded pieces, mono and at `rate`. A file broken in the middle ends there."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    frames = container.decode(stream)
    while True:
        try:
            frame = next(frames, None)
        except av.error.FFmpegError:
            frame = None
        for out in resampler.resample(frame):
            yield np.asarray(out.to_ndarray(), np.int16).reshape(-1)
        if frame is None:
            return
