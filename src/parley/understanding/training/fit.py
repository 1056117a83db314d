"""Trains a network on examples, on a processor, in minutes, and the same every time."""

import copy
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import nn

from parley.understanding.training.augment import resampled
from parley.understanding.training.batches import Encoded, Encoder, Vocabularies, batches
from parley.understanding.training.examples import Example
from parley.understanding.training.network import Batch, Network, Shape

THREADS: Final = 1
"""Threads that wait for each other are slower than one on a machine that has other work."""
WARMING: Final = 0.15
"""Share of the steps in which the learning rate rises."""
AVERAGED_EVERY: Final = 8
"""Steps; the average of weights costs as much as a step."""
SLACK: Final = 4
"""Batches that exchanged slot values may add to an epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a network is trained."""

    epochs: int = 20
    batch: int = 96
    speed: float = 4e-3
    """Highest learning rate of the one cycle."""
    decay: float = 0.02
    smoothing: float = 0.1
    """Of the intent labels."""
    labels: float = 1.0
    """Weight of the labels beside the intent."""
    hide_features: float = 0.15
    hide_tokens: float = 0.08
    hide_slots: float = 0.0
    """Share of utterances of which the words in slots are hidden."""
    agreement: float = 0.0
    """Weight of the agreement of two passes with different dropout (R-Drop); 0: one pass only."""
    resample: float = 0.5
    """Share of examples whose slot values are exchanged for others of the same slot in an epoch."""
    average: float = 0.998
    """Of the moving average of the weights, which is what is kept."""
    seed: int = 7


def fit(
    examples: Sequence[Example],
    vocabularies: Vocabularies,
    shape: Shape,
    recipe: Recipe,
    *,
    begun: Network | None = None,
    on_epoch: Callable[[int, float, Network], None] = lambda epoch, loss, network: None,
) -> Network:
    """Train and return the averaged network: a new one, or `begun`, which has learned before.

    `on_epoch` gets the epoch from 1, its mean loss, the network so far.
    """
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(THREADS)
    chance = random.Random(recipe.seed)
    encoder = Encoder(vocabularies)
    pairs = [(example, each) for example in examples if (each := encoder(example))]
    examples, encoded = [example for example, _ in pairs], [each for _, each in pairs]
    network = begun or Network(shape)
    averaged = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.speed, weight_decay=recipe.decay, fused=True)
    steps = recipe.epochs * (_groups(encoded, recipe.batch) + SLACK)
    taken = 0
    for epoch in range(1, recipe.epochs + 1):
        network.train()
        total = seen = 0.0
        for batch in batches(_epoch(encoded, examples, encoder, recipe, chance), size=recipe.batch, chance=chance):
            optimiser.param_groups[0]["lr"] = recipe.speed * one_cycle(taken / steps)
            optimiser.zero_grad(set_to_none=True)
            loss = _loss(network, batch, recipe)
            loss.backward()
            nn.utils.clip_grad_norm_(network.dense(), 2.0)
            optimiser.step()
            taken += 1
            if taken % AVERAGED_EVERY == 0:
                _average(averaged, network, min(recipe.average, (1 + taken) / (10 + taken)) ** AVERAGED_EVERY)
            total, seen = total + float(loss.detach()), seen + 1
        on_epoch(epoch, total / seen, averaged)
    return averaged


def one_cycle(done: float) -> float:
    """The share of the highest learning rate when a share `done` of the steps is taken: up fast, down slowly."""
    if done < WARMING:
        return 0.04 + 0.96 * done / WARMING
    return max(0.001, 0.5 + 0.5 * math.cos(math.pi * min(1.0, (done - WARMING) / (1.0 - WARMING))))


def _groups(encoded: Sequence[Encoded], size: int) -> int:
    return sum(math.ceil(count / size) for count in Counter(len(each.labels) for each in encoded).values())


def _epoch(
    encoded: list[Encoded], examples: Sequence[Example], encoder: Encoder, recipe: Recipe, chance: random.Random
) -> list[Encoded]:
    if not recipe.resample:
        return encoded
    fresh = resampled(examples, share=recipe.resample, chance=chance)
    return [
        (encoder(new) or old) if new is not example else old
        for old, new, example in zip(encoded, fresh, examples, strict=True)
    ]


def _loss(network: Network, batch: Batch, recipe: Recipe) -> torch.Tensor:
    def once() -> tuple[torch.Tensor, torch.Tensor]:
        intent, label = network(
            batch,
            hide_features=recipe.hide_features,
            hide_tokens=recipe.hide_tokens,
            hide_slots=recipe.hide_slots,
        )
        loss = nn.functional.cross_entropy(intent, batch.intents, label_smoothing=recipe.smoothing, reduction="none")
        if network.shape.labels > 1:
            loss = loss + recipe.labels * network.label_loss(label, batch.labels)
        return intent, (loss * batch.weights).mean()

    intent, loss = once()
    if not recipe.agreement:
        return loss
    other, other_loss = once()
    first, second = torch.log_softmax(intent, -1), torch.log_softmax(other, -1)
    apart = (first.exp() - second.exp()) * (first - second)
    return (loss + other_loss) / 2 + recipe.agreement * apart.sum(-1).mean() / 2


@torch.no_grad()
def _average(averaged: Network, network: Network, keep: float) -> None:
    kept, new = list(averaged.parameters()), list(network.parameters())
    torch._foreach_lerp_([*kept], [each.detach() for each in new], 1.0 - keep)
