"""A network that goes on from a model file: what the model knows is kept, and only what is new begins small.

A skill that is added later is thereby learned in a fraction of the time that all of them took.
"""

import json
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import onnx.numpy_helper
import torch
from torch import Tensor

from parley.contract import ConfigurationInvalid
from parley.understanding.trained import Knowledge, unpacked
from parley.understanding.training.batches import Vocabularies
from parley.understanding.training.network import Network, Shape

GATES: Final = (0, 2, 3, 1)
"""Where the network's gates of an LSTM (input, forget, cell, output) stand in a model file."""
NEW: Final = 0.3
"""How large the rows of new features are beside those with which a network begins."""
START: Final = ""
"""Stands for the start among the labels of transitions."""

Array = npt.NDArray[np.float32]


def resumed(path: Path, vocabularies: Vocabularies, shape: Shape) -> Network:
    """A network with the weights of a model file wherever it has the same features, classes and labels.

    Raises ConfigurationInvalid when the network of the file has other sizes.
    """
    model = onnx.load(str(path))
    content = {entry.key: entry.value for entry in model.metadata_props}
    knowledge = Knowledge.from_json(json.loads(unpacked(content["knowledge"])))
    network = Network(shape)
    state = network.state_dict()
    try:
        network.load_state_dict({**state, **_known(model, content, knowledge, vocabularies, state)})
    except RuntimeError as error:
        raise ConfigurationInvalid(f"{path.name} holds a network of another size", file=str(path)) from error
    return network


def _known(
    model: onnx.ModelProto,
    content: Mapping[str, str],
    knowledge: Knowledge,
    vocabularies: Vocabularies,
    state: Mapping[str, Tensor],
) -> dict[str, Tensor]:
    """The weights of a new network (`state`) with what the model knows in its place."""
    found: dict[str, Tensor] = {}
    for table, vocabulary in (("token", vocabularies.tokens), ("bag", vocabularies.bag)):
        name = f"{table}_table.weight"
        before = np.frombuffer(unpacked(content[f"{table}_features"]), dtype=np.uint32)
        rows = _table(model, "tokens" if table == "token" else table)[1:]
        new = _placed(NEW * state[name][1:], vocabulary.hashes.tolist(), rows, before.tolist())
        found[name] = torch.cat([state[name][:1], new])
    if "wide.weight" in state:
        found["wide.weight"] = _wide(model, content, knowledge, vocabularies, state["wide.weight"])
    labels, known = (*vocabularies.labels, START), (*knowledge.labels, START)
    between = np.frombuffer(unpacked(content["transitions"]), dtype=np.float32).reshape(len(known), len(known) - 1)
    widened = _placed(torch.zeros(len(labels) - 1, len(known)), labels[:-1], between.T, known[:-1]).numpy().T
    found["transitions"] = _placed(state["transitions"], labels, widened, known)
    names = {"intent": (vocabularies.classes, knowledge.classes), "label": (labels[:-1], known[:-1])}
    for name, value in _reading(model).items():
        own = names.get(name.split(".")[1])
        found[name] = _placed(state[name], own[0], value, own[1]) if own else torch.from_numpy(value.copy())
    return found


def _wide(
    model: onnx.ModelProto, content: Mapping[str, str], knowledge: Knowledge, vocabularies: Vocabularies, new: Tensor
) -> Tensor:
    """What features say of intents, feature by feature and intent by intent."""
    before = np.frombuffer(unpacked(content["bag_features"]), dtype=np.uint32)
    silent = torch.zeros(len(vocabularies.classes), len(before))
    of_classes = _placed(silent, vocabularies.classes, _table(model, "wide")[1:].T, knowledge.classes)
    rows = _placed(new[1:], vocabularies.bag.hashes.tolist(), of_classes.T.numpy(), before.tolist())
    return torch.cat([new[:1], rows])


def _placed(into: Tensor, names: Iterable[Hashable], rows: Array, known: Iterable[Hashable]) -> Tensor:
    """`into` with the rows of those names that are known."""
    place = {name: row for row, name in enumerate(known)}
    pairs = [(row, place[name]) for row, name in enumerate(names) if name in place]
    placed = into.clone()
    placed[[new for new, _ in pairs]] = torch.from_numpy(np.ascontiguousarray(rows[[old for _, old in pairs]]))
    return placed


def _weights(model: onnx.ModelProto) -> Mapping[str, npt.NDArray[Any]]:
    """Every weight by the name under which the graph uses it, widened again."""
    return {each.name.removesuffix("_half"): onnx.numpy_helper.to_array(each) for each in model.graph.initializer}


def _table(model: onnx.ModelProto, name: str) -> Array:
    weights = _weights(model)
    return np.asarray(weights[f"{name}.values"] * weights[f"{name}.scales"], dtype=np.float32)


def _reading(model: onnx.ModelProto) -> dict[str, Array]:
    """The weights between the tables and the scores, as the network names and turns them."""
    weights = {name: np.asarray(value, dtype=np.float32) for name, value in _weights(model).items()}
    found = {name: value for name, value in weights.items() if name.startswith("reading.")}
    for node in model.graph.node:
        inputs = [weights.get(name) for name in node.input]
        if node.op_type == "MatMul" and inputs[1] is not None:
            layer = node.name.strip("/").split("/")[1]
            found[f"reading.{layer}.weight"] = inputs[1].T
        elif node.op_type == "LSTM":
            for side, suffix in enumerate(("", "_reverse")):
                for kind, value in (("ih", inputs[1]), ("hh", inputs[2])):
                    assert value is not None, "the weights of a trained LSTM are constants"
                    found[f"reading.lstm.weight_{kind}_l0{suffix}"] = _turned(value[side])
                assert inputs[3] is not None, "the weights of a trained LSTM are constants"
                first, second = np.split(inputs[3][side], 2)
                found[f"reading.lstm.bias_ih_l0{suffix}"] = _turned(first)
                found[f"reading.lstm.bias_hh_l0{suffix}"] = _turned(second)
    return found


def _turned(gates: Array) -> Array:
    """Gates in the network's order instead of the file's."""
    parts = np.split(gates, 4)
    return np.concatenate([parts[gate] for gate in GATES])
