"""Who is speaking just now: silero's voice activity model, run for all conversations in one batch.

The model is opened as the plain ONNX file that its package carries. Importing the package would import torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from parley.audio.resample import Lowerer
from parley.audio.sound import Sound
from parley.contract import ConfigurationInvalid

RATE: Final = 8_000
"""Everything is judged at the rate of the telephone: half the work of 16 kHz, and no call is resampled."""
WINDOW: Final = 256
"""Samples judged at a time."""
WINDOW_S: Final = WINDOW / RATE
SPEECH: Final = 0.5
"""A window of at least this probability holds speech."""

_CONTEXT: Final = 32
"""Samples of the window before, which the model sees again."""


@dataclass(slots=True, eq=False)
class Stream:
    """What the model remembers of one stream of sound between windows."""

    state: NDArray[np.float32] = field(default_factory=lambda: np.zeros((2, 1, 128), np.float32))
    context: NDArray[np.float32] = field(default_factory=lambda: np.zeros(_CONTEXT, np.float32))


class VoiceActivity:
    """One session of the model on one thread, shared by every stream."""

    def __init__(self, model: Path | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(model or model_path()), options, providers=["CPUExecutionProvider"]
        )
        self._rate = np.array(RATE, np.int64)

    def stream(self) -> Stream:
        """A fresh stream."""
        return Stream()

    def probabilities(self, streams: Sequence[Stream], windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """How likely each stream's next window holds speech.

        `windows` has the shape `(n, 256)`, in -1.0 to 1.0 at 8 kHz, row i for `streams[i]`, no stream twice. About
        50 us for one stream and 17 us each for 32: meant to be called right in the event loop. Returns shape `(n,)`.
        """
        line = np.concatenate((np.stack([stream.context for stream in streams]), windows), axis=1)
        state = np.concatenate([stream.state for stream in streams], axis=1)
        out, state = self._session.run(None, {"input": line, "state": state, "sr": self._rate})
        for row, stream in enumerate(streams):
            stream.state = state[:, row : row + 1]
            stream.context = windows[row, -_CONTEXT:]
        return np.asarray(out[:, 0], np.float32)

    def of_sound(self, sound: Sound) -> NDArray[np.float32]:
        """The probability of every whole window of a finished sound, shape `(windows,)`."""
        samples = _at_rate(sound)
        stream = self.stream()
        count = len(samples) // WINDOW
        windows = samples[: count * WINDOW].astype(np.float32).reshape(count, 1, WINDOW) / 32768
        return np.array([self.probabilities([stream], window)[0] for window in windows], np.float32)

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
