"""The sound of the telephone: G.711 mu-law, one byte a sample, by table."""

import numpy as np
from numpy.typing import NDArray

RATE = 8000

_BIAS = 132
_CLIP = 32635


def _decoding_table() -> NDArray[np.int16]:
    code = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = ((code >> 4) & 7).astype(np.int32), (code & 15).astype(np.int32)
    magnitude = (((mantissa << 3) + _BIAS) << exponent) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _encoding_table() -> NDArray[np.uint8]:
    """Indexed by the sample as an unsigned 16-bit number."""
    sample = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.int32)
    magnitude = np.minimum(np.abs(sample), _CLIP) + _BIAS
    exponent = np.floor(np.log2(magnitude)).astype(np.int32) - 7
    mantissa = (magnitude >> (exponent + 3)) & 15
    code = (exponent << 4) | mantissa | np.where(sample < 0, 0x80, 0)
    return np.asarray(~code & 0xFF, np.uint8)


_DECODED = _decoding_table()
_ENCODED = _encoding_table()


def decode(data: bytes) -> NDArray[np.int16]:
    """Samples of mu-law bytes, shape `(len(data),)`."""
    return _DECODED[np.frombuffer(data, dtype=np.uint8)]


def encode(samples: NDArray[np.int16]) -> bytes:
    """Mu-law bytes of samples."""
    return _ENCODED[samples.view(np.uint16)].tobytes()
