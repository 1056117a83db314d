"""How well a network does on examples: accuracy of intents, F1 of slots, and what it rejects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch

from parley.understanding.facets import NO_LEANINGS, Classes
from parley.understanding.labels import OUTSIDE, Mark, best_path, to_labels, to_marks
from parley.understanding.tokens import Token, tokenise
from parley.understanding.training.batches import Encoder, stack
from parley.understanding.training.examples import Example
from parley.understanding.training.network import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the network said of each example, and what was right."""

    scores: npt.NDArray[np.float32]
    """Intent scores before the softmax [examples, intents]."""
    gold: npt.NDArray[np.int64]
    """Index of the right intent; -1 for an intent that the network does not know."""
    marks: list[list[Mark]]
    gold_marks: list[list[Mark]]
    texts: list[str] = field(default_factory=list)
    """Of the examples, for what is counted in words."""

    @property
    def accuracy(self) -> float:
        """Share of right intents."""
        return float((self.scores.argmax(axis=1) == self.gold).mean())

    @property
    def slot_f1(self) -> float:
        """F1 of exact slots, by place and name, as conlleval counts."""
        right = sum(len(set(said) & set(gold)) for said, gold in zip(self.marks, self.gold_marks, strict=True))
        said, gold = sum(map(len, self.marks)), sum(map(len, self.gold_marks))
        return 2 * right / (said + gold) if said + gold else 1.0

    @property
    def overlap_f1(self) -> float:
        """F1 of slots of the right name that share a character with the right place."""
        found = right = 0
        for said, gold in zip(self.marks, self.gold_marks, strict=True):
            right += sum(any(_overlap(mark, each) for each in gold) for mark in said)
            found += sum(any(_overlap(mark, each) for each in said) for mark in gold)
        said_count, gold_count = sum(map(len, self.marks)), sum(map(len, self.gold_marks))
        if not said_count or not gold_count:
            return float(said_count == gold_count)
        precision, recall = right / said_count, found / gold_count
        return 2 * precision * recall / max(1e-9, precision + recall)

    @property
    def token_f1(self) -> float:
        """F1 over the tokens in slots, as Rasa evaluates entities: a slot of three words counts three times."""
        right = said_count = gold_count = 0
        for text, said, gold in zip(self.texts, self.marks, self.gold_marks, strict=True):
            tokens = tokenise(text)
            pairs = list(zip(slots_of(tokens, said), slots_of(tokens, gold), strict=True))
            right += sum(one == other != OUTSIDE for one, other in pairs)
            said_count += sum(one != OUTSIDE for one, _ in pairs)
            gold_count += sum(other != OUTSIDE for _, other in pairs)
        return 2 * right / (said_count + gold_count) if said_count + gold_count else 1.0


def slots_of(tokens: Sequence[Token], marks: Sequence[Mark]) -> list[str]:
    """The slot of each token, or `OUTSIDE`."""
    return [label if label == OUTSIDE else label[2:] for label in to_labels(tokens, marks)]


def _overlap(one: Mark, other: Mark) -> bool:
    return one.slot == other.slot and one.start < other.end and other.start < one.end


@torch.no_grad()
def answers(
    network: Network,
    encoder: Encoder,
    examples: Sequence[Example],
    *,
    leanings: Mapping[str, float] = NO_LEANINGS,
) -> Answers:
    """Run every example through the network; `leanings` as `Classes` takes them."""
    network.eval()
    transitions = network.transitions.detach().numpy()
    labels, classes = encoder.vocabularies.labels, Classes(encoder.vocabularies.classes, leanings=leanings)
    intents = classes.intents
    scores = np.zeros((len(examples), len(intents)), dtype=np.float32)
    gold = np.full(len(examples), -1)
    marks: list[list[Mark]] = [[] for _ in examples]
    for index, example in enumerate(examples):
        each = encoder(example)
        if example.intent in intents:
            gold[index] = intents.index(example.intent)
        if each is None:
            continue
        intent, label = network(stack([each]))
        scores[index] = classes.folded(intent[0].numpy())
        path = best_path(label[0].numpy(), transitions)
        marks[index] = to_marks(tokenise(example.text), [labels[number] for number in path])
    return Answers(
        scores=scores,
        gold=gold,
        marks=marks,
        gold_marks=[list(example.marks) for example in examples],
        texts=[example.text for example in examples],
    )
