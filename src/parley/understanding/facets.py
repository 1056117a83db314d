"""Intents with what the whole utterance tells beside them.

"Can I drink wine with it?" asks about an interaction, and no word says so. Such slots (`Slot.whole`) are learned with
the intent: the network tells classes apart, each an intent, or an intent with the value of one such slot.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from parley.contract import Slot

_MARK: Final = "#"
CLEAR: Final = 0.5
"""Share of an intent's probability that a value must have to be told."""
NO_LEANINGS: Final[Mapping[str, float]] = MappingProxyType({})


class Facet(NamedTuple):
    """A value that the whole utterance tells."""

    slot: str
    value: str


def facet_slot(slots: Mapping[str, Slot]) -> str | None:
    """The slot of an intent that the whole utterance tells; an intent has at most one."""
    return next((name for name, slot in slots.items() if slot.whole), None)


def class_of(intent: str, facet: Facet | None) -> str:
    """The name of a class."""
    return intent if facet is None else f"{intent}{_MARK}{facet.slot}={facet.value}"


class Classes:
    """What the network tells apart, and the intents that these are about."""

    def __init__(self, names: Sequence[str], *, leanings: Mapping[str, float] = NO_LEANINGS) -> None:
        """`leanings` are added to the scores of intents that are said more often in life than in training."""
        parts = [name.partition(_MARK) for name in names]
        self.names = tuple(names)
        self.intents = tuple(dict.fromkeys(intent for intent, _, _ in parts))
        self.intent_of = np.asarray([self.intents.index(intent) for intent, _, _ in parts])
        """Index of the intent of each class."""
        self._leanings = np.asarray([leanings.get(intent, 0.0) for intent in self.intents])
        self._facets = [Facet(*told.split("=", 1)) if told else None for _, _, told in parts]

    def folded(self, scores: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Scores of intents [..., intents] from scores of classes [..., classes], before the softmax."""
        highest = scores.max(axis=-1, keepdims=True)
        raised = np.exp(scores.astype(np.float64) - highest)
        sums = np.zeros((*scores.shape[:-1], len(self.intents)))
        np.add.at(np.moveaxis(sums, -1, 0), self.intent_of, np.moveaxis(raised, -1, 0))
        return np.asarray(np.log(np.maximum(sums, 1e-30)) + highest + self._leanings)

    def facets(self, scores: npt.NDArray[np.floating]) -> dict[str, Facet]:
        """The facet of each intent for which one is clear, from the class scores [classes] of one utterance."""
        raised = np.exp(scores.astype(np.float64) - scores.max())
        told: dict[str, Facet] = {}
        for index, facet in enumerate(self._facets):
            if facet is not None:
                of_intent = raised[self.intent_of == self.intent_of[index]].sum()
                if raised[index] >= CLEAR * of_intent > 0:
                    told[self.intents[self.intent_of[index]]] = facet
        return told
