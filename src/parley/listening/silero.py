"""silero's voice activity network at 8 kHz, computed for many streams as a few matrix products.

The weights are those of the published ONNX file. Its runtime computes each stream's convolutions by themselves, in
products too small to be quick: here a layer is one product over all streams, which takes a third of the time for 25
streams and a quarter for 100. Probabilities agree with the runtime's to a millionth.

    window 256 + 32 before ── spectrum 4 x 65 ── four convolutions ── 128 ── recurrent cell ── probability
"""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from parley.contract import ConfigurationInvalid
from parley.listening.onnx_weights import constants

Array = NDArray[np.float32]

WINDOW: Final = 256
"""Samples judged at a time."""
CONTEXT: Final = 32
"""Samples of the window before, which the network sees again."""
HIDDEN: Final = 128
"""Numbers that the recurrent cell remembers, twice."""

_FRAME: Final = 128
_STEP: Final = 64
_FRAMES: Final = 4
_BINS: Final = 65
_BRANCH: Final = "If_0_else_branch__Inline_0__"
"""The part of the file for 8 kHz."""


class Silero:
    """The network; what streams remember is kept by whoever calls."""

    def __init__(self, model: Path) -> None:
        found = constants(model).items()
        weights = {name.removeprefix(_BRANCH): array for name, array in found if name.startswith(_BRANCH)}
        try:
            self._spectrum = np.ascontiguousarray(weights["stft.forward_basis_buffer"][:, 0].T)
            first = weights["encoder.0.reparam_conv.weight"]
            self._first = np.ascontiguousarray(first.transpose(2, 1, 0).reshape(3 * _BINS, -1))
            self._first_bias = weights["encoder.0.reparam_conv.bias"]
            frames = _FRAMES
            self._layers: list[tuple[Array, Array]] = []
            for number, stride in ((1, 2), (2, 2), (3, 1)):
                kernel = weights[f"encoder.{number}.reparam_conv.weight"]
                matrix, frames = _as_matrix(kernel, frames, stride)
                self._layers.append((matrix, np.tile(weights[f"encoder.{number}.reparam_conv.bias"], frames)))
            cell = np.concatenate((weights["decoder.rnn.weight_ih"], weights["decoder.rnn.weight_hh"]), axis=1).T
            bias = weights["decoder.rnn.bias_ih"] + weights["decoder.rnn.bias_hh"]
            self._out = np.ascontiguousarray(weights["decoder.decoder.2.weight"][0, :, 0])
            self._out_bias = float(weights["decoder.decoder.2.bias"][0])
        except KeyError as error:
            raise ConfigurationInvalid(
                f"{model.name} is not the silero network that is known here: {error}"
            ) from error
        # A logistic function is a hyperbolic tangent of half its argument: so one call serves all gates of the cell.
        halved = np.full(4 * HIDDEN, 0.5, np.float32)
        halved[2 * HIDDEN : 3 * HIDDEN] = 1.0
        self._cell = np.ascontiguousarray(cell * halved)
        self._cell_bias = np.asarray(bias * halved, np.float32)

    def features(self, lines: Array) -> Array:
        """What is heard in windows, each with its context before it: shape (n, 288) to (n, 128)."""
        count = len(lines)
        padded = np.empty((count, WINDOW + 2 * CONTEXT), np.float32)
        padded[:, :-CONTEXT] = lines
        padded[:, -CONTEXT:] = lines[:, -2 : -CONTEXT - 2 : -1]
        framed = sliding_window_view(padded, _FRAME, axis=1)[:, ::_STEP].reshape(-1, _FRAME)
        waves = framed @ self._spectrum
        waves *= waves
        loudness = np.zeros((count, _FRAMES + 2, _BINS), np.float32)
        np.sqrt((waves[:, :_BINS] + waves[:, _BINS:]).reshape(count, _FRAMES, _BINS), out=loudness[:, 1:-1])
        wide = loudness.reshape(count, -1)
        neighbours = sliding_window_view(wide, 3 * _BINS, axis=1)[:, ::_BINS].reshape(-1, 3 * _BINS)
        heard: Array = np.maximum(neighbours @ self._first + self._first_bias, 0).reshape(count, -1)
        for matrix, bias in self._layers:
            heard = np.maximum(heard @ matrix + bias, 0)
        return heard

    def step(self, features: Array, state: Array) -> tuple[Array, Array]:
        """One step of the cell: features (n, 128), state (n, 256) to probabilities (n,) and the new state."""
        gates = np.concatenate((features, state[:, :HIDDEN]), axis=1) @ self._cell
        gates += self._cell_bias
        np.tanh(gates, out=gates)
        take, keep, new, show = (gates[:, at : at + HIDDEN] for at in range(0, 4 * HIDDEN, HIDDEN))
        for gate in (take, keep, show):
            gate *= 0.5
            gate += 0.5
        after = np.empty_like(state)
        cell = after[:, HIDDEN:]
        np.multiply(keep, state[:, HIDDEN:], out=cell)
        cell += take * new
        shown = after[:, :HIDDEN]
        np.multiply(show, np.tanh(cell), out=shown)
        level = np.maximum(shown, 0) @ self._out + self._out_bias
        return np.asarray(0.5 + 0.5 * np.tanh(0.5 * level), np.float32), after


def _as_matrix(kernel: Array, frames: int, stride: int) -> tuple[Array, int]:
    """A convolution of three frames, padded by one on each side, as one matrix; and the frames that it gives."""
    outputs, inputs, width = kernel.shape
    after = (frames - 1) // stride + 1
    matrix = np.zeros((frames, inputs, after, outputs), np.float32)
    for frame in range(after):
        for offset in range(width):
            source = frame * stride + offset - 1
            if 0 <= source < frames:
                matrix[source, :, frame] = kernel[:, :, offset].T
    return matrix.reshape(frames * inputs, after * outputs), after
