"""Log-mel spectra as Whisper and the models built on its encoder want them."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 16_000
WINDOW: Final = 400
STEP: Final = 160
BANDS: Final = 80
LINEAR_BELOW_HZ: Final = 1_000.0
HZ_A_MEL: Final = 200 / 3
"""Slaney's scale: linear up to 1 kHz, from there on 27 mels for each factor of 6.4."""
LOG_STEP: Final = np.log(6.4) / 27

Frames = NDArray[np.float32]


def log_mel(samples: NDArray[np.float32]) -> Frames:
    """The spectrum of a sound at 16 kHz, shape `(80, len(samples) // 160)`; centred frames, values about -1 to 1."""
    padded = np.pad(samples, WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::STEP][: len(samples) // STEP]
    power = np.abs(np.fft.rfft(frames * _window(), axis=1)) ** 2
    logs = np.log10(np.maximum(power @ _filters(), 1e-10))
    logs = np.maximum(logs, logs.max() - 8.0)
    return np.asarray((logs.T + 4.0) / 4.0, np.float32)


@cache
def _window() -> NDArray[np.float64]:
    """Hann's, periodic."""
    return np.hanning(WINDOW + 1)[:-1]


@cache
def _filters() -> NDArray[np.float64]:
    """Triangles of equal area between 0 and 8 kHz, shape `(201, 80)`."""
    edges = _hertz(np.linspace(0.0, _mels(RATE / 2), BANDS + 2))
    tones = np.fft.rfftfreq(WINDOW, 1 / RATE)[:, None]
    rising = (tones - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - tones) / (edges[2:] - edges[1:-1])
    return np.maximum(0.0, np.minimum(rising, falling)) * (2.0 / (edges[2:] - edges[:-2]))


def _mels(hertz: float) -> float:
    if hertz < LINEAR_BELOW_HZ:
        return hertz / HZ_A_MEL
    return float(LINEAR_BELOW_HZ / HZ_A_MEL + np.log(hertz / LINEAR_BELOW_HZ) / LOG_STEP)


def _hertz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    bend = LINEAR_BELOW_HZ / HZ_A_MEL
    return np.where(mels < bend, mels * HZ_A_MEL, LINEAR_BELOW_HZ * np.exp(LOG_STEP * (mels - bend)))
