"""A trained network as one small ONNX file: tables in eight bits, everything else as it was."""

import json
import warnings
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnx.numpy_helper
import torch
from torch import Tensor, nn

from parley.understanding.features import Vocabulary
from parley.understanding.trained import Knowledge, packed
from parley.understanding.training.network import Network, evened

OPSET: Final = 18
LARGE: Final = 4_096
"""Numbers from which a weight is worth halving."""


class Table(nn.Module):
    """An embedding table in eight bits with one scale a row; sums the rows of each bag, row 0 counting nothing."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        scale = weight.abs().amax(dim=1, keepdim=True).clamp_min(1e-8) / 127.0
        self.register_buffer("values", (weight / scale).round().clamp(-127, 127).to(torch.int8))
        self.register_buffer("scales", scale)

    def forward(self, rows: Tensor) -> Tensor:
        """rows [..., n] to sums [..., size]."""
        values: Tensor = self.values[rows].float() * self.scales[rows]  # type: ignore[index]
        return values.sum(dim=-2)


class Utterance(nn.Module):
    """The network for one utterance, as it is exported."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.tokens = Table(network.token_table.weight.detach())
        self.bag = Table(network.bag_table.weight.detach())
        self.wide = None if network.wide is None else Table(network.wide.weight.detach())
        self.reading = network.reading

    def forward(self, token_rows: Tensor, bag_rows: Tensor) -> tuple[Tensor, Tensor]:
        """token_rows [length, n], bag_rows [m]: intent scores [intents], label scores [length, labels]."""
        intent, label, _ = self.reading(self.tokens(token_rows).unsqueeze(0), self.bag(bag_rows).unsqueeze(0))
        if self.wide is None:
            return intent[0], label[0]
        return intent[0] + self.wide(bag_rows) * evened(torch.ones_like(bag_rows).sum()), label[0]


def export(network: Network, tokens: Vocabulary, bag: Vocabulary, knowledge: Knowledge, path: Path) -> None:
    """Write the model file with all that `trained.Trained` wants to find in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter speaks of its own future
        torch.onnx.export(
            Utterance(network).eval(),
            (torch.ones(5, 7, dtype=torch.int64), torch.ones(9, dtype=torch.int64)),
            str(path),
            input_names=["token_rows", "bag_rows"],
            output_names=["intents", "labels"],
            dynamic_axes={"token_rows": {0: "length", 1: "n"}, "bag_rows": {0: "m"}, "labels": {0: "length"}},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load(str(path))
    halved(model)
    content = {
        "knowledge": packed(json.dumps(knowledge.as_json(), ensure_ascii=False, sort_keys=True).encode()),
        "token_features": packed(tokens.hashes.tobytes()),
        "bag_features": packed(bag.hashes.tobytes()),
        "transitions": packed(network.transitions.detach().numpy().astype(np.float32).tobytes()),
    }
    del model.metadata_props[:]
    for key in sorted(content):
        entry = model.metadata_props.add()
        entry.key, entry.value = key, content[key]
    onnx.save(model, str(path))


def halved(model: onnx.ModelProto) -> None:
    """Keep large float weights in sixteen bits; the runtime widens them once, when it loads the file."""
    for weight in list(model.graph.initializer):
        values = onnx.numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < LARGE or weight.name.endswith("scales"):
            continue
        name = weight.name
        weight.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        widen = onnx.helper.make_node("Cast", [f"{name}_half"], [name], to=onnx.TensorProto.FLOAT)
        model.graph.node.insert(0, widen)
