"""What every voice's sound goes through: the channel's rate, an even loudness, no click at either end."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Final

import numpy as np
import soxr
from numpy.typing import NDArray

from parley.contract import ParleyError

PIECE_S: Final = 0.25
"""The longest piece that is handed on."""
FADE_S: Final = 0.005
SILENCE: Final = 0.002
"""Amplitude (of 1) below which sound ahead of the first word is dropped."""
TARGET_DB: Final = -20.0
"""RMS of speech in dB under full scale: even between voices, with room for the peaks of a telephone's codec."""
MOST_GAIN_DB: Final = 12.0
CEILING: Final = 0.89
"""Peak amplitude that leaves the limiter, 1 dB under full scale."""

Samples = NDArray[np.float32]


class Leveller:
    """Brings speech to `TARGET_DB` while it streams: gain follows the loudness of speech so far, never of pauses."""

    FRAME_S = 0.02
    SPEECH = 0.01
    """RMS above which a frame counts as speech."""
    BELIEF = 25
    """Frames' worth of belief that the voice is right already, so that one quiet first consonant moves nothing."""

    def __init__(self, rate: int) -> None:
        self._frame = max(1, int(rate * self.FRAME_S))
        self._frames = self.BELIEF
        self._power = self.BELIEF * 10 ** (TARGET_DB / 10)
        self._gain = 1.0

    def __call__(self, samples: Samples) -> Samples:
        """Samples in -1 to 1, any number; as many come back."""
        whole = len(samples) // self._frame * self._frame
        power = np.square(samples[:whole]).reshape(-1, self._frame).mean(axis=1)
        speech = power[power > self.SPEECH**2]
        self._power += float(speech.sum())
        self._frames += len(speech)
        level_db = 10 * np.log10(self._power / self._frames)
        target = float(10 ** (min(MOST_GAIN_DB, TARGET_DB - level_db) / 20))
        ramp = np.linspace(self._gain, target, len(samples), dtype=np.float32)
        self._gain = target
        return limited(samples * ramp)


def limited(samples: Samples) -> Samples:
    """Peaks bent softly under the ceiling: straight up to 70 % of it, then along a tanh."""
    knee = 0.7 * CEILING
    room = CEILING - knee
    size = np.abs(samples)
    bent = knee + room * np.tanh((size - knee) / room)
    return np.where(size > knee, np.sign(samples) * bent, samples).astype(np.float32)


class Shaper:
    """One stream of PCM16 from `rate_in` to `rate_out`, levelled, faded in and out, without its leading silence."""

    LONGEST_SILENCE_S = 1.0

    def __init__(self, rate_in: int, rate_out: int) -> None:
        self._resample = soxr.ResampleStream(rate_in, rate_out, 1, dtype="float32") if rate_in != rate_out else None
        self._level = Leveller(rate_out)
        self._fade = max(2, int(rate_out * FADE_S))
        self._odd = b""
        self._held = np.empty(0, np.float32)
        self._started = False
        self._droppable = int(rate_out * self.LONGEST_SILENCE_S)

    def feed(self, pcm: bytes) -> bytes:
        """What can be handed on already; the last milliseconds are held until they are known not to be the end."""
        return self._take(pcm, last=False)

    def finish(self) -> bytes:
        """The rest, faded out."""
        return self._take(b"", last=True)

    def _take(self, pcm: bytes, *, last: bool) -> bytes:
        pcm = self._odd + pcm
        even = len(pcm) // 2 * 2
        self._odd = pcm[even:]
        samples: Samples = np.frombuffer(pcm[:even], dtype="<i2").astype(np.float32) / np.float32(32768)
        if self._resample is not None:
            samples = self._resample.resample_chunk(samples, last=last).astype(np.float32, copy=False)
        samples = np.concatenate((self._held, self._level(self._without_silence(samples)))).astype(np.float32)
        if last:
            tail = min(self._fade, len(samples))
            samples[len(samples) - tail :] *= np.linspace(1, 0, tail, dtype=np.float32)
        keep = 0 if last else min(self._fade, len(samples))
        out, self._held = samples[: len(samples) - keep], samples[len(samples) - keep :]
        return bytes(np.rint(out * 32767).astype("<i2").tobytes())

    def _without_silence(self, samples: Samples) -> Samples:
        if self._started or not len(samples):
            return samples
        loud = np.flatnonzero(np.abs(samples) > SILENCE)
        drop = min(int(loud[0]) if len(loud) else len(samples), self._droppable)
        self._droppable -= drop
        samples = samples[drop:].copy()
        if len(samples):
            self._started = True
            head = min(self._fade, len(samples))
            samples[:head] *= np.linspace(0, 1, head, dtype=np.float32)
        return samples


def pieces(pcm: bytes, rate: int) -> Iterator[bytes]:
    """Sound cut into pieces of at most `PIECE_S`."""
    step = int(rate * PIECE_S) * 2
    for start in range(0, len(pcm), step):
        yield pcm[start : start + step]


async def shaped(source: AsyncGenerator[bytes, None], *, rate_in: int, rate_out: int) -> AsyncGenerator[bytes, None]:
    """A provider's stream as it leaves the provider. What had come before a failure is faded out, then it is raised.

    The source is closed the moment this is left.
    """
    shaper = Shaper(rate_in, rate_out)
    async with aclosing(source):
        try:
            async for pcm in source:
                for piece in pieces(shaper.feed(pcm), rate_out):
                    yield piece
        except ParleyError:
            for piece in pieces(shaper.finish(), rate_out):
                yield piece
            raise
        for piece in pieces(shaper.finish(), rate_out):
            yield piece
