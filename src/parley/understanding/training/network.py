"""The network: one architecture for every data set and language.

Tokens are sums of their features; a bidirectional LSTM reads them; the utterance is their pooled reading beside its
own bag of features. The intent is read from the utterance, and each feature of the bag speaks for intents by itself
as well (wide and deep: what few utterances say in just these words is learned at once). The labels are read from
token and utterance together, and a linear-chain CRF makes them agree with each other.
All utterances of a batch have the same number of tokens: nothing is padded and nothing masked.
"""

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

MOST_HIDDEN: Final = 0.8
"""Share of the tokens in slots that are hidden where slots are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Sizes of a network."""

    token_rows: int
    bag_rows: int
    intents: int
    labels: int
    token_size: int = 128
    bag_size: int = 128
    reading_size: int = 128
    """Of one direction of the LSTM."""
    utterance_size: int = 256
    dropout: float = 0.4
    layers: int = 1
    wide: bool = True
    """Whether features of the bag speak for intents by themselves, too."""


@dataclass(frozen=True, slots=True)
class Batch:
    """`count` utterances of `length` tokens each, features as rows with the offsets of each bag of rows."""

    token_rows: Tensor
    token_offsets: Tensor
    bag_rows: Tensor
    bag_offsets: Tensor
    intents: Tensor
    """[count]"""
    labels: Tensor
    """[count, length]"""
    weights: Tensor
    """[count]"""


class Reading(nn.Module):
    """Feature sums to scores; the same weights in training and in the exported graph."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        reading = 2 * shape.reading_size
        self.mix_tokens = nn.LayerNorm(shape.token_size)
        self.lstm = nn.LSTM(
            shape.token_size, shape.reading_size, num_layers=shape.layers, bidirectional=True, batch_first=True
        )
        self.attention = nn.Linear(reading, 1)
        self.mix_bag = nn.LayerNorm(shape.bag_size)
        self.bag_dense = nn.Linear(shape.bag_size, shape.bag_size)
        self.utterance = nn.Linear(3 * reading + shape.bag_size, shape.utterance_size)
        self.mix_utterance = nn.LayerNorm(shape.utterance_size)
        self.intent = nn.Linear(shape.utterance_size + shape.bag_size, shape.intents)
        self.label_hidden = nn.Linear(reading + shape.token_size + shape.utterance_size, reading)
        self.label = nn.Linear(reading, shape.labels)
        self.drop = nn.Dropout(shape.dropout)

    def forward(self, tokens: Tensor, bag: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """tokens [n, length, token_size], bag [n, bag_size]: intent scores, label scores, utterance vectors."""
        tokens = self.drop(self.mix_tokens(tokens))
        read, _ = self.lstm(tokens)
        read = self.drop(read)
        share = torch.softmax(self.attention(read), dim=1)
        pooled = torch.cat([read.mean(dim=1), read.amax(dim=1), (share * read).sum(dim=1)], dim=-1)
        bag = self.drop(torch.relu(self.bag_dense(self.drop(self.mix_bag(bag)))))
        joined = self.mix_utterance(self.utterance(torch.cat([pooled, bag], dim=-1)))
        utterance = self.drop(nn.functional.gelu(joined))
        intent = self.intent(torch.cat([utterance, bag], dim=-1))
        spread = utterance.unsqueeze(1).expand(-1, tokens.shape[1], -1)
        hidden = self.drop(nn.functional.gelu(self.label_hidden(torch.cat([read, tokens, spread], dim=-1))))
        return intent, self.label(hidden), joined


class Network(nn.Module):
    """Tables, reading and CRF, as they are trained."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_table = nn.EmbeddingBag(shape.token_rows, shape.token_size, mode="sum", padding_idx=0)
        self.bag_table = nn.EmbeddingBag(shape.bag_rows, shape.bag_size, mode="sum", padding_idx=0)
        for table in (self.token_table, self.bag_table):
            _start(table.weight)
        self.wide: nn.EmbeddingBag | None = None
        """What each feature of the bag says of each intent."""
        if shape.wide:
            self.wide = nn.EmbeddingBag(shape.bag_rows, shape.intents, mode="sum", padding_idx=0)
            nn.init.zeros_(self.wide.weight)
        self.reading = Reading(shape)
        self.transitions = nn.Parameter(torch.zeros(shape.labels + 1, shape.labels))
        """From row to column; the last row is the start."""

    def forward(
        self, batch: Batch, *, hide_features: float = 0.0, hide_tokens: float = 0.0, hide_slots: float = 0.0
    ) -> tuple[Tensor, Tensor]:
        """Intent scores [n, intents] and label scores [n, length, labels]. Hiding is for training only.

        `hide_slots` is the share of utterances of which the words in slots are hidden: the others must tell them.
        """
        count, length = batch.labels.shape
        keep = _kept(batch.token_rows.shape[0], hide_features, self.token_table.weight)
        tokens = self.token_table(batch.token_rows, batch.token_offsets, per_sample_weights=keep)
        if hide_tokens:
            tokens = tokens * (torch.rand(tokens.shape[0], 1) >= hide_tokens)
        if hide_slots:
            chosen = (torch.rand(count, 1) < hide_slots) & (torch.rand(count, length) < MOST_HIDDEN)
            tokens = tokens * ~(chosen & (batch.labels > 0)).view(-1, 1)
        keep = _kept(batch.bag_rows.shape[0], hide_features, self.bag_table.weight)
        bag = self.bag_table(batch.bag_rows, batch.bag_offsets, per_sample_weights=keep)
        intent, label, _ = self.reading(tokens.view(count, length, -1), bag)
        if self.wide is not None:
            said = self.wide(batch.bag_rows, batch.bag_offsets, per_sample_weights=keep)
            intent = intent + said * evened(_sizes(batch)).unsqueeze(1)
        return intent, label

    def label_loss(self, scores: Tensor, labels: Tensor) -> Tensor:
        """Negative log-likelihood of the label sequences [n], divided by their length."""
        length = labels.shape[1]
        between, total = self.transitions[:-1], self.transitions[-1] + scores[:, 0]
        going = between.exp()
        for place in range(1, length):
            highest = total.amax(dim=1, keepdim=True).detach()
            total = ((total - highest).exp() @ going).clamp_min(1e-30).log() + highest + scores[:, place]
        right = scores.gather(2, labels.unsqueeze(2)).sum(dim=(1, 2)) + self.transitions[-1][labels[:, 0]]
        right = right + between[labels[:, :-1], labels[:, 1:]].sum(dim=1)
        return (torch.logsumexp(total, dim=1) - right) / length

    def dense(self) -> list[nn.Parameter]:
        """All weights but the tables, of which a step touches few rows."""
        return [self.transitions, *self.reading.parameters()]


def evened(count: Tensor) -> Tensor:
    """What the sum of `count` features is multiplied by, so that long utterances shout no louder than short ones."""
    return count.clamp_min(1).to(torch.float32).rsqrt()


def _sizes(batch: Batch) -> Tensor:
    """How many features the bag of each utterance holds [count]."""
    ends = torch.cat([batch.bag_offsets[1:], torch.tensor([batch.bag_rows.shape[0]])])
    return ends - batch.bag_offsets


def _start(table: Tensor) -> None:
    """Random rows, larger the rarer the feature: rows stand in order of frequency, and the frequent tell little."""
    rarity = torch.log1p(torch.arange(table.shape[0], dtype=table.dtype)) / math.log(table.shape[0] + 1)
    with torch.no_grad():
        table.normal_(std=0.15).mul_(rarity.unsqueeze(1))


def _kept(count: int, hidden: float, like: Tensor) -> Tensor:
    if not hidden:
        return torch.ones(count, dtype=like.dtype)
    return (torch.rand(count) >= hidden).to(like.dtype) / (1.0 - hidden)
