import numpy as np
import onnxruntime
import pytest

from parley.contract import ConfigurationInvalid
from parley.listening.onnx_weights import constants
from parley.listening.silero import CONTEXT, HIDDEN, WINDOW, Silero
from parley.listening.voice_activity import model_path
from tests.audio.tones import tone


def test_probabilities_are_those_of_the_published_network():
    """Step by step over speech-like and other sound, with all that both remember."""
    rng = np.random.default_rng(5)
    count, steps = 4, 60
    sound = np.stack([
        rng.normal(0, 0.1, steps * WINDOW + CONTEXT),
        np.zeros(steps * WINDOW + CONTEXT),
        np.resize(tone(1, 8_000), steps * WINDOW + CONTEXT) / 32768,
        rng.normal(0, 0.3, steps * WINDOW + CONTEXT) * (np.arange(steps * WINDOW + CONTEXT) // 1200 % 2),
    ]).astype(np.float32)  # fmt: skip
    session = onnxruntime.InferenceSession(str(model_path()), providers=["CPUExecutionProvider"])
    network = Silero(model_path())
    remembered, state = np.zeros((2, count, HIDDEN), np.float32), np.zeros((count, 2 * HIDDEN), np.float32)
    for step in range(steps):
        lines = sound[:, step * WINDOW : (step + 1) * WINDOW + CONTEXT]
        rate = np.array(8_000, np.int64)
        expected, remembered = session.run(None, {"input": lines, "state": remembered, "sr": rate})
        found, state = network.step(network.features(lines), state)
        np.testing.assert_allclose(found, expected[:, 0], atol=1e-5)
        np.testing.assert_allclose(state, np.concatenate(remembered, axis=1), atol=1e-4)


def test_a_file_that_is_no_network_is_told(tmp_path):
    file = tmp_path / "weights.onnx"
    file.write_bytes(b"\x3a\x02\x0a\x00")
    with pytest.raises(ConfigurationInvalid, match="no weights"):
        Silero(file)
    file.write_bytes(b"\x3b\x02\x0a\x00")
    with pytest.raises(ConfigurationInvalid, match="cannot be read"):
        Silero(file)


def test_constants_of_both_rates_are_found():
    names = constants(model_path())
    assert sum(name.endswith("stft.forward_basis_buffer") for name in names) == 2
    assert all(array.dtype == np.float32 for array in names.values())
