"""silero's voice activity network at 8 kHz, computed for many streams as a few matrix products.

The weights are those of the published ONNX file. Its runtime computes each stream's convolutions by themselves, in
products too small to be quick: here a layer is one product over all streams, which takes a third of the time for 25
streams and a quarter for 100. Probabilities agree with the runtime's to a millionth.

    window 256 + 32 before ── spectrum 4 x 65 ── four convolutions ── 128 ── recurrent cell ── probability
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
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


@dataclass(frozen=True, slots=True)
class _Layer:
    """A convolution over three neighbouring frames, with nothing below zero after it."""

    matrix: Array
    bias: Array
    stride: int

    @classmethod
    def of(cls, weights: Mapping[str, Array], number: int, stride: int) -> "_Layer":
        """The encoder's layer of that number."""
        kernel = weights[f"encoder.{number}.reparam_conv.weight"]
        matrix = np.ascontiguousarray(kernel.transpose(2, 1, 0).reshape(-1, len(kernel)))
        return cls(matrix, weights[f"encoder.{number}.reparam_conv.bias"], stride)

    def __call__(self, frames: Array) -> Array:
        """Shape (n, frames, inputs) to (n, frames after, outputs)."""
        count, length, inputs = frames.shape
        if length == 1:  # its neighbours are silence: only the middle of the kernel has something to say
            heard = frames[:, 0] @ self.matrix[inputs : 2 * inputs]
            after = 1
        else:
            padded = np.zeros((count, (length + 2) * inputs), np.float32)
            padded[:, inputs:-inputs] = frames.reshape(count, -1)
            after = (length - 1) // self.stride + 1
            pieces = _overlapping(padded, after, 3 * inputs, self.stride * inputs)
            heard = pieces.reshape(count * after, -1) @ self.matrix
        heard += self.bias
        np.maximum(heard, 0, out=heard)
        return heard.reshape(count, after, -1)


class Silero:
    """The network; what streams remember is kept by whoever calls."""

    def __init__(self, model: Path) -> None:
        found = constants(model).items()
        weights = {name.removeprefix(_BRANCH): array for name, array in found if name.startswith(_BRANCH)}
        try:
            self._spectrum = np.ascontiguousarray(weights["stft.forward_basis_buffer"][:, 0].T)
            self._layers = [_Layer.of(weights, number, stride) for number, stride in enumerate((1, 2, 2, 1))]
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
        waves = _overlapping(padded, _FRAMES, _FRAME, _STEP).reshape(-1, _FRAME) @ self._spectrum
        waves *= waves
        heard = np.sqrt(waves[:, :_BINS] + waves[:, _BINS:]).reshape(count, _FRAMES, _BINS)
        for layer in self._layers:
            heard = layer(heard)
        return heard.reshape(count, HIDDEN)

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


def _overlapping(rows: Array, count: int, length: int, step: int) -> Array:
    """`count` pieces of `length` out of every row, `step` apart: a view."""
    row, item = rows.strides
    return np.ndarray((len(rows), count, length), np.float32, rows, 0, (row, step * item, item))
