"""Examples as numbers, in batches of equal length."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter

import torch
from torch import Tensor

from parley.understanding.facets import class_of
from parley.understanding.features import Vocabulary, bag_features, known_features, token_features
from parley.understanding.labels import OUTSIDE, to_labels
from parley.understanding.tokens import tokenise
from parley.understanding.training.examples import Example
from parley.understanding.training.network import Batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabularies:
    """Everything that maps words and names to numbers."""

    tokens: Vocabulary
    bag: Vocabulary
    classes: tuple[str, ...]
    """Intents, some with a facet."""
    labels: tuple[str, ...]

    @classmethod
    def of(cls, examples: Sequence[Example], *, at_least: int = 2, at_most: int = 30_000) -> "Vocabularies":
        """What the examples contain; a feature counts once for each distinct text."""
        distinct = {(example.text, example.language or ""): example for example in examples}
        read = [(tokenise(each.text), each.known) for _, each in sorted(distinct.items(), key=itemgetter(0))]
        slots = sorted({mark.slot for example in examples for mark in example.marks})
        return cls(
            tokens=Vocabulary.of(
                (set().union(*token_features(tokens, known)) for tokens, known in read),
                at_least=at_least,
                at_most=at_most,
            ),
            bag=Vocabulary.of(
                (bag_features(tokens) + known_features(tokens, known) for tokens, known in read),
                at_least=at_least,
                at_most=at_most,
            ),
            classes=tuple(sorted({class_of(example.intent, example.facet) for example in examples})),
            labels=(OUTSIDE, *(f"{place}-{slot}" for slot in slots for place in "BI")),
        )


@dataclass(frozen=True, slots=True)
class Encoded:
    """One example as numbers."""

    token_rows: list[list[int]]
    bag_rows: list[int]
    intent: int
    labels: list[int]
    weight: float


class Encoder:
    """Turns examples into numbers."""

    def __init__(self, vocabularies: Vocabularies) -> None:
        self.vocabularies = vocabularies
        self._classes = {name: index for index, name in enumerate(vocabularies.classes)}
        self._labels = {name: index for index, name in enumerate(vocabularies.labels)}

    def __call__(self, example: Example) -> Encoded | None:
        """An example as numbers; None when there is no token in it. Labels that are not known count as outside."""
        tokens, known = tokenise(example.text), example.known
        if not tokens:
            return None
        return Encoded(
            token_rows=[self.vocabularies.tokens.rows(features) for features in token_features(tokens, known)],
            bag_rows=self.vocabularies.bag.rows(bag_features(tokens) + known_features(tokens, known)),
            intent=self._classes.get(class_of(example.intent, example.facet), 0),
            labels=[self._labels.get(label, 0) for label in to_labels(tokens, example.marks)],
            weight=example.weight,
        )


def batches(encoded: Sequence[Encoded], *, size: int, chance: random.Random | None = None) -> Iterator[Batch]:
    """Batches of up to `size` examples of the same length, in random order when `chance` is given."""
    by_length: dict[int, list[Encoded]] = defaultdict(list)
    for each in encoded:
        by_length[len(each.labels)].append(each)
    groups: list[list[Encoded]] = []
    for length in sorted(by_length):
        same = by_length[length]
        if chance is not None:
            chance.shuffle(same)
        groups.extend(same[start : start + size] for start in range(0, len(same), size))
    if chance is not None:
        chance.shuffle(groups)
    for group in groups:
        yield stack(group)


def stack(group: Sequence[Encoded]) -> Batch:
    """One batch of examples of equal length."""
    token_rows, token_offsets = _flat([rows for each in group for rows in each.token_rows])
    bag_rows, bag_offsets = _flat([each.bag_rows for each in group])
    return Batch(
        token_rows,
        token_offsets,
        bag_rows,
        bag_offsets,
        torch.tensor([each.intent for each in group]),
        torch.tensor([each.labels for each in group]),
        torch.tensor([each.weight for each in group]),
    )


def _flat(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    offsets = [0, *accumulate(len(each) for each in rows)][:-1]
    flat = [row for each in rows for row in each]
    return torch.tensor(flat, dtype=torch.int64), torch.tensor(offsets, dtype=torch.int64)
