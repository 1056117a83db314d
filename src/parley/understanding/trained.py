"""The trained model: one ONNX file that carries its vocabulary, its labels, and what it knows of intents and slots.

The file needs nothing beside it: a skill added later is in it after `parley train`, and a model from elsewhere brings
its own words.
"""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from parley.contract import ConfigurationInvalid, Kind, Slot
from parley.understanding.calibrate import Calibration
from parley.understanding.facets import Classes, Facet
from parley.understanding.features import Vocabulary, bag_features, known_features, padded, token_features
from parley.understanding.labels import Labelling
from parley.understanding.recognising import Known
from parley.understanding.tokens import tokenise

PACKAGED: Final = Path(__file__).parent / "model" / "understanding.onnx"
FORMAT: Final = 1
"""Raised when a file of before cannot be read any more."""
_UNREADABLE: Final = (
    onnxruntime.capi.onnxruntime_pybind11_state.Fail,
    onnxruntime.capi.onnxruntime_pybind11_state.InvalidProtobuf,
    onnxruntime.capi.onnxruntime_pybind11_state.InvalidGraph,
    onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentSchema:
    """What the model file says about an intent."""

    slots: Mapping[str, Slot] = field(default_factory=dict)
    business_hours: bool = False
    early: bool = False
    """See `parley.contract.Intent`."""

    def as_json(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {
            "slots": {name: asdict(slot) for name, slot in self.slots.items()},
            "business": self.business_hours,
            "early": self.early,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "IntentSchema":
        """From the file."""
        slots = {
            name: Slot(Kind(slot["kind"]), slot["lexicon"], slot["many"], slot.get("whole", False))
            for name, slot in content["slots"].items()
        }
        return cls(slots=slots, business_hours=content["business"], early=content.get("early", False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Everything in the file but weights."""

    classes: tuple[str, ...]
    """What the network tells apart: intents, some with a facet."""
    labels: tuple[str, ...]
    calibration: Calibration = field(default_factory=Calibration)
    schemas: Mapping[str, IntentSchema] = field(default_factory=dict)
    lexicons: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]] = field(default_factory=dict)
    """Language, lexicon, value, words."""
    leanings: Mapping[str, float] = field(default_factory=dict)
    """See `Classes`."""
    measured: Mapping[str, Any] = field(default_factory=dict)
    """Figures taken when it was trained."""

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents, in the order of `Heard.probabilities`."""
        return Classes(self.classes).intents

    def as_json(self) -> dict[str, Any]:
        """As it stands in the file."""
        return {
            "format": FORMAT,
            "intents": self.classes,
            "labels": self.labels,
            "calibration": self.calibration.weights,
            "schemas": {name: schema.as_json() for name, schema in self.schemas.items()},
            "lexicons": self.lexicons,
            "leanings": self.leanings,
            "measured": self.measured,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Knowledge":
        """From the file. Raises ConfigurationInvalid for a format that is not read any more."""
        if content.get("format") != FORMAT:
            raise ConfigurationInvalid(f"the model has format {content.get('format')}, {FORMAT} is wanted")
        return cls(
            classes=tuple(content["intents"]),
            labels=tuple(content["labels"]),
            calibration=Calibration(weights=tuple(content["calibration"])),
            schemas={name: IntentSchema.from_json(schema) for name, schema in content["schemas"].items()},
            lexicons=content["lexicons"],
            leanings=content.get("leanings", {}),
            measured=content["measured"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the network says of one utterance."""

    probabilities: npt.NDArray[np.float64]
    """Of each intent."""
    confidence: float
    """Calibrated, that the best intent is right."""
    labelling: Labelling
    """Which words fill which slots."""
    facets: Mapping[str, Facet]
    """For an intent, what the whole utterance would tell beside it."""
    familiar: float
    """Share of the features of the words that training had seen."""


class Trained:
    """A loaded model file. One thread, no state: it may be shared."""

    def __init__(self, path: Path = PACKAGED) -> None:
        if not path.exists():
            raise ConfigurationInvalid(f"there is no model at {path}; `parley train` makes one", file=str(path))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            packed = self._session.get_modelmeta().custom_metadata_map
            self.knowledge = Knowledge.from_json(json.loads(unpacked(packed["knowledge"])))
            self._tokens = Vocabulary(np.frombuffer(unpacked(packed["token_features"]), dtype=np.uint32))
            self._bag = Vocabulary(np.frombuffer(unpacked(packed["bag_features"]), dtype=np.uint32))
            flat = np.frombuffer(unpacked(packed["transitions"]), dtype=np.float32)
        except (*_UNREADABLE, KeyError, ValueError, zlib.error) as error:
            raise ConfigurationInvalid(f"{path} is no model of ours: {error}", file=str(path)) from error
        self._classes = Classes(self.knowledge.classes, leanings=self.knowledge.leanings)
        self.intents = self._classes.intents
        self._transitions = flat.reshape(-1, len(self.knowledge.labels))

    def hear(self, text: str, known: Sequence[Known] = ()) -> Heard | None:
        """Intents and slots of a text in which `known` is recognised, or None when there is no word in it."""
        tokens = tokenise(text)
        if not tokens:
            return None
        token_rows = padded([self._tokens.rows(features) for features in token_features(tokens, known)])
        bag = bag_features(tokens)
        bag_rows = self._bag.rows(bag)
        familiar = len(bag_rows) / len(bag)
        bag_rows += self._bag.rows(known_features(tokens, known))
        rows = np.asarray(bag_rows or [0], dtype=np.int64)
        told, emissions = self._session.run(None, {"token_rows": token_rows, "bag_rows": rows})
        scores = self._classes.folded(told)
        share = np.asarray([familiar])
        calibration = self.knowledge.calibration
        return Heard(
            probabilities=softmaxed(scores),
            confidence=float(calibration.confidence(scores[None], share)[0]),
            labelling=Labelling(tokens, emissions, self.knowledge.labels, self._transitions),
            facets=self._classes.facets(told),
            familiar=familiar,
        )


def softmaxed(scores: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Probabilities of one utterance's scores."""
    raised = np.exp(scores.astype(np.float64) - scores.max())
    return np.asarray(raised / raised.sum())


def packed(content: bytes) -> str:
    """Bytes as the text that ONNX metadata wants."""
    return base64.b85encode(zlib.compress(content, 9)).decode()


def unpacked(content: str) -> bytes:
    """The bytes again."""
    return zlib.decompress(base64.b85decode(content))
