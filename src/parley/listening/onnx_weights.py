"""Reads the arrays of numbers out of an ONNX file, without the library that writes such files.

The file is a protocol buffer: fields of a number and a value, nested. Only what leads to a tensor is followed, into
the branches of conditions as well.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from parley.contract import ConfigurationInvalid

_GRAPH: Final = 7
_NODE: Final = 1
_OUTPUTS: Final = 2
_ATTRIBUTE: Final = 5
_TENSOR: Final = 5
_BRANCH: Final = 6
_DIMENSIONS: Final = 1
_TYPE: Final = 2
_RAW: Final = 9
_FLOAT: Final = 1
_VARINT: Final = 0
_LONG: Final = 1
_BYTES: Final = 2
_SHORT: Final = 5


def constants(model: Path) -> dict[str, NDArray[np.float32]]:
    """Every constant array of floats by the name of the value it gives. Raises ConfigurationInvalid."""
    try:
        graphs = _Message.of(model.read_bytes()).parts(_GRAPH)
        found = {name: array for graph in graphs for name, array in _of_graph(graph)}
    except (OSError, IndexError, ValueError) as error:
        raise ConfigurationInvalid(f"{model.name} cannot be read as an ONNX model: {error}") from error
    if not found:
        raise ConfigurationInvalid(f"{model.name} holds no weights")
    return found


@dataclass(frozen=True, slots=True)
class _Message:
    """The fields of one message by number."""

    fields: dict[int, list[int | bytes]] = field(default_factory=dict)

    @classmethod
    def of(cls, data: bytes) -> "_Message":
        message, at = cls(), 0
        while at < len(data):
            key, at = _varint(data, at)
            kind = key & 7
            value: int | bytes
            if kind == _VARINT:
                value, at = _varint(data, at)
            elif kind in (_BYTES, _LONG, _SHORT):
                length, at = _varint(data, at) if kind == _BYTES else (8 if kind == _LONG else 4, at)
                value, at = data[at : at + length], at + length
            else:
                raise ValueError(f"field of an unknown kind {kind}")
            message.fields.setdefault(key >> 3, []).append(value)
        return message

    def parts(self, number: int) -> Iterator["_Message"]:
        """The messages inside."""
        return (_Message.of(value) for value in self.bytes(number))

    def bytes(self, number: int) -> list[bytes]:
        """Texts and raw data."""
        return [value for value in self.fields.get(number, ()) if isinstance(value, bytes)]

    def numbers(self, number: int) -> list[int]:
        """Whole numbers, one by one or packed."""
        values: list[int] = []
        for value in self.fields.get(number, ()):
            if isinstance(value, int):
                values.append(value)
                continue
            at = 0
            while at < len(value):
                item, at = _varint(value, at)
                values.append(item)
        return values


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and the place behind it."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _of_graph(graph: _Message) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for node in graph.parts(_NODE):
        for attribute in node.parts(_ATTRIBUTE):
            for branch in attribute.parts(_BRANCH):
                yield from _of_graph(branch)
            for tensor in attribute.parts(_TENSOR):
                if tensor.numbers(_TYPE) == [_FLOAT] and tensor.bytes(_RAW):
                    array = np.frombuffer(tensor.bytes(_RAW)[0], "<f4").astype(np.float32)
                    yield node.bytes(_OUTPUTS)[0].decode(), array.reshape(tensor.numbers(_DIMENSIONS))
