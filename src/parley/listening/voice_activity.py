"""Who is speaking just now: silero's voice activity model, run for all conversations in one batch.

The weights are those of the ONNX file that its package carries. Importing the package would import torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from math import inf
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from parley.audio.resample import Lowerer
from parley.audio.sound import Sound
from parley.contract import ConfigurationInvalid
from parley.listening.silero import CONTEXT, HIDDEN, WINDOW, Silero

RATE: Final = 8_000
"""Everything is judged at the rate of the telephone: half the work of 16 kHz, and no call is resampled."""
WINDOW_S: Final = WINDOW / RATE
SPEECH: Final = 0.5
"""A window of at least this probability holds speech."""
STILL: Final = 1e-6 * WINDOW
"""Energy of a window that holds nothing at all: 60 dB below the loudest, 30 below quiet speech."""
FAR: Final = 100
"""Times the energy of the line's noise (20 dB) from which speech stands clear of it."""
NEAR: Final = 2
"""Times the energy of the line's noise (3 dB) up to which a window holds nothing else."""
RISE: Final = 1.01
"""How fast noise is taken to grow from window to window: 1.4 dB in a second."""
FALL: Final = 0.15
"""Of the way down that noise goes with a window that is quieter: a voice with holes in it does not mislead."""
FADE: Final = 0.97
"""How fast speech is forgotten from window to window: 4 dB in a second."""
LINGER: Final = 3
"""Windows without anything but noise after which nobody speaks. A person's voice lets the network know by itself."""
SETTLED: Final = 16
"""Still windows, half a second, after which the network is spared the next ones. What it then says of the speech that
follows changes no more than by the idle noise of another line, and it says it a window sooner."""


@dataclass(slots=True)
class Level:
    """How loud a line is, and how loud its noise, as energies of windows.

    The network remembers speech for some windows after its end: up to ten on a noisy line, and three where a voice
    breaks off at full strength, as synthetic ones do. Its ear tells sooner than its memory that nobody speaks.
    """

    noise: float = inf
    loudest: float = 0.0
    low: int = 0
    """Windows in a row that hold nothing but noise."""

    def fallen(self, energy: float) -> bool:
        """Take the next window; whether it is as quiet as the line itself, after speech that was far from that."""
        if energy > self.noise:
            self.noise *= RISE
        elif self.noise == inf:
            self.noise = max(STILL, energy)
        else:
            self.noise = max(STILL, self.noise + FALL * (energy - self.noise))
        self.loudest = max(energy, self.loudest * FADE)
        self.low = self.low + 1 if energy <= NEAR * self.noise else 0
        return self.low > LINGER and self.loudest >= FAR * self.noise


@dataclass(slots=True, eq=False)
class Stream:
    """What the model remembers of one stream of sound between windows."""

    state: NDArray[np.float32] = field(default_factory=lambda: np.zeros(2 * HIDDEN, np.float32))
    context: NDArray[np.float32] = field(default_factory=lambda: np.zeros(CONTEXT, np.float32))
    level: Level = field(default_factory=Level)
    still: int = 0
    """Windows in a row that held nothing."""


class VoiceActivity:
    """The model, shared by every stream."""

    def __init__(self, model: Path | None = None) -> None:
        self._network = Silero(model or model_path())

    def stream(self) -> Stream:
        """A fresh stream."""
        return Stream()

    def probabilities(self, streams: Sequence[Stream], windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """How likely each stream's next window holds speech.

        `windows` has the shape `(n, 256)`, in -1.0 to 1.0 at 8 kHz, row i for `streams[i]`; a stream that stands
        there several times has so many windows, in their order. 100 us for one stream, 20 us each for 25 and 11 us
        each for 100: meant to be called right in the event loop. Returns shape `(n,)`.
        """
        looked_at, fallen = [], []
        for number, (stream, energy) in enumerate(zip(streams, _energies(windows), strict=True)):
            stream.still = 0 if energy > STILL else stream.still + 1
            if stream.still <= SETTLED:
                looked_at.append(number)
            if stream.level.fallen(energy):
                fallen.append(number)
        if len(looked_at) == len(streams):
            speech = self._judged(streams, windows)
        else:
            speech = np.zeros(len(streams), np.float32)
            if looked_at:
                speech[looked_at] = self._judged([streams[number] for number in looked_at], windows[looked_at])
        speech[fallen] = 0.0
        return speech

    def _judged(self, streams: Sequence[Stream], windows: NDArray[np.float32]) -> NDArray[np.float32]:
        before = []
        for stream, window in zip(streams, windows, strict=True):
            before.append(stream.context)
            stream.context = window[-CONTEXT:]
        lines = np.concatenate((np.concatenate(before).reshape(-1, CONTEXT), windows), axis=1)
        features = self._network.features(lines)
        speech = np.empty(len(streams), np.float32)
        for rows in _steps(streams):
            state = np.concatenate([streams[row].state for row in rows]).reshape(-1, 2 * HIDDEN)
            speech[rows], state = self._network.step(features[rows], state)
            for row, remembered in zip(rows, state, strict=True):
                streams[row].state = remembered
        return speech

    def of_sound(self, sound: Sound) -> NDArray[np.float32]:
        """The probability of every whole window of a finished sound, shape `(windows,)`."""
        samples = _at_rate(sound)
        count = len(samples) // WINDOW
        if not count:
            return np.zeros(0, np.float32)
        line = np.concatenate((np.zeros(CONTEXT, np.float32), samples[: count * WINDOW].astype(np.float32) / 32768))
        features = self._network.features(sliding_window_view(line, CONTEXT + WINDOW)[::WINDOW])
        speech = np.empty(count, np.float32)
        state = np.zeros((1, 2 * HIDDEN), np.float32)
        for number in range(count):
            speech[number : number + 1], state = self._network.step(features[number : number + 1], state)
        level = Level()
        speech[[level.fallen(energy) for energy in _energies(line[CONTEXT:].reshape(count, WINDOW))]] = 0.0
        return speech

    def spoken_part(self, sound: Sound, *, margin_s: float = 0.4) -> Sound | None:
        """The sound from `margin_s` before the first speech to as much after the last; None when nobody speaks.

        Where the sound has no such margin, silence stands for it: a recogniser needs to hear the room, if only an
        empty one, before the first word (9 of 12 sentences right instead of 3).
        """
        speech = np.flatnonzero(self.of_sound(sound) >= SPEECH)
        if not len(speech):
            return None
        start = round((speech[0] * WINDOW_S - margin_s) * sound.rate)
        end = round(((speech[-1] + 1) * WINDOW_S + margin_s) * sound.rate)
        before, after = max(0, -start), max(0, end - len(sound.samples))
        return Sound(samples=np.pad(sound.samples[max(0, start) : end], (before, after)), rate=sound.rate)


def _energies(windows: NDArray[Any]) -> list[float]:
    energies: list[float] = np.einsum("ij,ij->i", windows, windows).tolist()
    return energies


def _steps(streams: Sequence[Stream]) -> list[list[int]]:
    """The rows of all streams' first windows, of their second ones, and so on: each goes on from the one before."""
    seen: dict[Stream, int] = {}
    steps: list[list[int]] = []
    for row, stream in enumerate(streams):
        step = seen[stream] = seen.get(stream, -1) + 1
        if step == len(steps):
            steps.append([])
        steps[step].append(row)
    return steps


def model_path() -> Path:
    """Where the model lies. Raises ConfigurationInvalid when its package is not installed."""
    spec = find_spec("silero_vad")
    if spec is None or spec.origin is None:
        raise ConfigurationInvalid("the package silero-vad, which carries the voice activity model, is not installed")
    return Path(spec.origin).parent / "data" / "silero_vad.onnx"


def _at_rate(sound: Sound) -> NDArray[np.int16]:
    if sound.rate % RATE == 0:
        return Lowerer(sound.rate // RATE)(sound.samples)
    return sound.resampled(RATE).samples
