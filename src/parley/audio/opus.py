"""Opus packets as they come over a socket: one packet in, samples out, and back."""

import av
import numpy as np
from numpy.typing import NDArray

from parley.audio.resample import Lowerer
from parley.contract import SoundInvalid

INSIDE_RATE = 48_000
"""What Opus decodes to, whatever was encoded."""
RATES = (8_000, 12_000, 16_000, 24_000, 48_000)
PACKET_MS = 20


class Decoder:
    """Decodes one stream of packets to mono at `rate`, a whole fraction of 48 kHz."""

    def __init__(self, rate: int = 16_000) -> None:
        if rate not in RATES:
            raise SoundInvalid(f"Opus is decoded to one of {RATES} Hz, not {rate}")
        self._codec = av.CodecContext.create("libopus", "r")
        self._lower = Lowerer(INSIDE_RATE // rate)

    def decode(self, packet: bytes) -> NDArray[np.int16]:
        """The samples of one packet. Raises SoundInvalid for a broken packet; the stream may go on after it."""
        try:
            frames = self._codec.decode(av.Packet(packet))
        except av.error.FFmpegError as error:
            raise SoundInvalid("this is no Opus packet") from error
        pieces = [self._lower(_mono(frame)) for frame in frames]
        return np.concatenate(pieces) if pieces else np.empty(0, np.int16)


class Encoder:
    """Encodes one stream of mono sound at `rate` into packets of 20 ms."""

    def __init__(self, rate: int = 16_000, *, bits_per_second: int = 24_000) -> None:
        if rate not in RATES:
            raise SoundInvalid(f"Opus takes one of {RATES} Hz, not {rate}")
        self._codec = av.CodecContext.create("libopus", "w")
        self._codec.sample_rate = rate
        self._codec.layout = "mono"
        self._codec.format = "s16"
        self._codec.bit_rate = bits_per_second
        self._codec.options = {"frame_duration": str(PACKET_MS), "application": "voip"}
        self._rate = rate
        self._step = rate * PACKET_MS // 1000
        self._held = np.empty(0, np.int16)
        self._at = 0

    def encode(self, pcm: NDArray[np.int16]) -> list[bytes]:
        """The packets that are full now; the rest is kept."""
        line = np.concatenate((self._held, pcm))
        full = len(line) // self._step * self._step
        self._held = line[full:]
        return [
            data for start in range(0, full, self._step) for data in self._packets(line[start : start + self._step])
        ]

    def finish(self) -> list[bytes]:
        """The last packets, the unfinished one filled with silence. The encoder is done after this."""
        last = []
        if len(self._held):
            last = self._packets(np.pad(self._held, (0, self._step - len(self._held))))
            self._held = np.empty(0, np.int16)
        return last + [bytes(packet) for packet in self._codec.encode(None)]

    def _packets(self, step: NDArray[np.int16]) -> list[bytes]:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(step)[None], format="s16", layout="mono")
        frame.sample_rate = self._rate
        frame.pts = self._at
        self._at += self._step
        return [bytes(packet) for packet in self._codec.encode(frame)]


def _mono(frame: av.AudioFrame) -> NDArray[np.int16]:
    """Samples of a packed 16-bit frame, channels averaged."""
    channels = frame.layout.nb_channels
    samples = np.asarray(frame.to_ndarray(), np.int16).reshape(-1, channels)
    return samples[:, 0] if channels == 1 else np.asarray(samples.mean(axis=1), np.int16)
