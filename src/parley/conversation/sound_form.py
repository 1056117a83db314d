"""The forms of sound that a line carries, and the cheapest way from each to what silero and a recogniser want.

Sound stays as the bytes of its line until somebody needs samples; then the windows of all calls are converted
together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from parley.audio import ulaw

WINDOW: Final = 256
"""Samples of one voice activity window."""
WINDOW_RATE: Final = 8000
WINDOW_S: Final = WINDOW / WINDOW_RATE

_ULAW_FLOAT: Final = (ulaw.decode(bytes(range(256))) / 32768).astype(np.float32)
_SILENCE: Final = {"ulaw": b"\xff", "pcm": b"\0\0"}


@dataclass(frozen=True, slots=True)
class SoundForm:
    """Mono sound as it travels: 8-bit mu-law, or 16-bit little-endian PCM, at 8 or 16 kHz."""

    codec: Literal["ulaw", "pcm"]
    rate: int
    """8000 or 16000."""

    def __post_init__(self) -> None:
        if self.codec not in _SILENCE or self.rate not in (WINDOW_RATE, 2 * WINDOW_RATE):
            raise ValueError(f"no line carries {self.codec} at {self.rate} Hz")

    @property
    def sample_bytes(self) -> int:
        """Bytes of one sample."""
        return 1 if self.codec == "ulaw" else 2

    @property
    def second_bytes(self) -> int:
        """Bytes of one second."""
        return self.sample_bytes * self.rate

    @property
    def window_bytes(self) -> int:
        """Bytes of one voice activity window."""
        return WINDOW * self.sample_bytes * self.rate // WINDOW_RATE

    def windows(self, sounds: Sequence[bytes]) -> npt.NDArray[np.float32]:
        """Whole windows of this form, any number in each sound, as rows of 256 samples at 8 kHz between -1 and 1.

        16 kHz is halved by the mean of each pair: it keeps what silero looks at and costs no filter.
        """
        joined = b"".join(sounds)
        if self.codec == "ulaw":
            samples: npt.NDArray[np.float32] = _ULAW_FLOAT[np.frombuffer(joined, np.uint8)]
        else:
            samples = np.frombuffer(joined, "<i2").astype(np.float32) / np.float32(32768)
        if self.rate != WINDOW_RATE:
            samples = samples.reshape(-1, 2).mean(axis=1, dtype=np.float32)
        return samples.reshape(-1, WINDOW)

    def to_pcm(self, sound: bytes) -> bytes:
        """The same sound as 16-bit PCM at the same rate."""
        return ulaw.decode(sound).tobytes() if self.codec == "ulaw" else sound

    def from_pcm(self, pcm: bytes) -> bytes:
        """16-bit PCM at the line's rate as the line carries it."""
        return ulaw.encode(np.frombuffer(pcm, "<i2")) if self.codec == "ulaw" else pcm

    def silence(self, seconds: float) -> bytes:
        """Digital silence."""
        return _SILENCE[self.codec] * round(seconds * self.rate)


TELEPHONE: Final = SoundForm("ulaw", 8000)
WIDEBAND: Final = SoundForm("pcm", 16000)
