"""Slots as one label a token (B- begins, I- goes on, O is outside), and back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from parley.understanding.tokens import Token

OUTSIDE: Final = "O"
Floats = npt.NDArray[np.float32]


class Mark(NamedTuple):
    """A slot's place in the text, in characters."""

    slot: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Labelling:
    """What the network says of every token, from which labels are chosen that go together."""

    tokens: Sequence[Token]
    emissions: Floats
    """[tokens, labels]"""
    names: Sequence[str]
    """Of the labels."""
    transitions: Floats
    """See `best_path`."""

    def marks(self, slots: Collection[str] | None = None) -> list[Mark]:
        """The likeliest slots of all, or, for an intent that has only these `slots`, the likeliest of them."""
        if slots is None:
            allowed = list(range(len(self.names)))
        else:
            allowed = [place for place, name in enumerate(self.names) if name == OUTSIDE or name[2:] in slots]
        between = self.transitions[np.ix_([*allowed, -1], allowed)]
        path = best_path(self.emissions[:, allowed], between)
        return to_marks(self.tokens, [self.names[allowed[step]] for step in path])


def to_labels(tokens: Sequence[Token], marks: Sequence[Mark]) -> list[str]:
    """The label of each token. A token that a mark covers only in part belongs to it."""
    labels = [OUTSIDE] * len(tokens)
    for mark in marks:
        begun = False
        for index, token in enumerate(tokens):
            if token.start < mark.end and token.end > mark.start and labels[index] == OUTSIDE:
                labels[index] = f"{'I' if begun else 'B'}-{mark.slot}"
                begun = True
    return labels


def to_marks(tokens: Sequence[Token], labels: Sequence[str]) -> list[Mark]:
    """The slots that the labels spell, in order. An I that follows nothing of its kind begins a slot."""
    marks: list[Mark] = []
    open_slot = ""
    for token, label in zip(tokens, labels, strict=True):
        slot = label[2:] if label != OUTSIDE else ""
        if slot and slot == open_slot and label.startswith("I"):
            marks[-1] = marks[-1]._replace(end=token.end)
        elif slot:
            marks.append(Mark(slot, token.start, token.end))
        open_slot = slot
    return marks


def best_path(emissions: Floats, transitions: Floats) -> list[int]:
    """The most likely sequence of labels (Viterbi).

    `emissions` is [tokens, labels]; `transitions` [labels + 1, labels] with the score of going from row to column,
    the last row being the start.
    """
    if not len(emissions):
        return []
    between, score = transitions[:-1], transitions[-1] + emissions[0]
    came_from: list[npt.NDArray[np.int64]] = []
    for emission in emissions[1:]:
        reached = score[:, None] + between
        best = reached.argmax(axis=0)
        came_from.append(best)
        score = reached[best, np.arange(reached.shape[1])] + emission
    path = [int(score.argmax())]
    for best in reversed(came_from):
        path.append(int(best[path[-1]]))
    return path[::-1]
