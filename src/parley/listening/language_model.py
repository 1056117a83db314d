"""A trigram language model of what may be said, in the ARPA form that recognisers read.

Interpolated Kneser-Ney smoothing: how likely a word is in a new place depends on the number of different places that
it was seen in, and not on how often. Sentences are samples of templates, so that trigrams seen once are mostly
accidents of the draw; those are left to the bigrams, which halves the model and costs nothing.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

ORDER: Final = 3
BEGIN, END = "<s>", "</s>"
NEVER: Final = -99.0
"""The logarithm that stands for zero in an ARPA file."""

Gram = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Probabilities by length of the n-gram: `grams[0]` are the words."""

    grams: tuple[Mapping[Gram, float], ...]
    """How likely the last word is after the others, 0 to 1."""
    backoffs: tuple[Mapping[Gram, float], ...]
    """What is left after these words for those that never followed them."""

    @classmethod
    def of(cls, sentences: Iterable[str], *, seen_more_than: int = 1) -> "LanguageModel":
        """The model of sentences of words between spaces. Trigrams seen no more often are left out."""
        counts = _counts(sentences)
        grams = _interpolated(counts)
        kept = {gram: p for gram, p in grams[-1].items() if counts[-1][gram] > seen_more_than}
        grams = (*grams[:-1], kept)
        return cls(grams, tuple(_left(longer, shorter) for shorter, longer in pairwise(grams)))

    def likelihood(self, word: str, after: Gram) -> float:
        """How likely a word is after at most two others, the way every reader of the file works it out."""
        gram = (*after, word)
        if len(gram) <= len(self.grams) and gram in self.grams[len(gram) - 1]:
            return self.grams[len(gram) - 1][gram]
        if not after:
            return 0.0
        left = self.backoffs[len(after) - 1].get(after, 1.0) if len(after) <= len(self.backoffs) else 1.0
        return left * self.likelihood(word, after[1:])

    def arpa(self) -> str:
        """The model as an ARPA file, in the same order every time."""
        lines = ["\\data\\", *(f"ngram {size}={len(grams)}" for size, grams in enumerate(self.grams, 1))]
        for size, grams in enumerate(self.grams, 1):
            left = self.backoffs[size - 1] if size < len(self.grams) else {}
            lines += ["", f"\\{size}-grams:"]
            lines += [_line(gram, grams[gram], left.get(gram)) for gram in sorted(grams)]
        return "\n".join([*lines, "", "\\end\\", ""])


def _counts(sentences: Iterable[str]) -> list[Counter[Gram]]:
    """Trigrams by how often they were seen; what is shorter by how many different words stood before it.

    What begins a sentence has nothing before it, and keeps its plain count.
    """
    seen: list[Counter[Gram]] = [Counter() for _ in range(ORDER)]
    for sentence in sentences:
        words = (BEGIN, *sentence.split(), END)
        for size in range(1, ORDER + 1):
            seen[size - 1].update(words[at : at + size] for at in range(len(words) - size + 1))
    counts = [Counter(gram[1:] for gram in longer) for longer in seen[1:]]
    for places, plain in zip(counts, seen, strict=False):
        places.update({gram: count for gram, count in plain.items() if gram[0] == BEGIN})
    del counts[0][(BEGIN,)]
    return [*counts, seen[-1]]


def _interpolated(counts: list[Counter[Gram]]) -> tuple[dict[Gram, float], ...]:
    total, discount = counts[0].total(), _discount(counts[0])
    evenly = discount / total
    grams = [{gram: max(count - discount, 0.0) / total + evenly for gram, count in counts[0].items()}]
    for longer in counts[1:]:
        discount, totals, kinds = _discount(longer), Counter[Gram](), Counter[Gram]()
        for gram, count in longer.items():
            totals[gram[:-1]] += count
            kinds[gram[:-1]] += 1
        grams.append(
            {
                gram: (max(count - discount, 0.0) + discount * kinds[gram[:-1]] * grams[-1][gram[1:]])
                / totals[gram[:-1]]
                for gram, count in longer.items()
            }
        )
    grams[0][(BEGIN,)] = 0.0
    return tuple(grams)


def _discount(counts: Counter[Gram]) -> float:
    """What is taken from every count for what was not seen, estimated from those seen once and twice."""
    once = sum(count == 1 for count in counts.values())
    twice = sum(count == 2 for count in counts.values())
    return once / (once + 2 * twice) if once else 0.5


def _left(longer: Mapping[Gram, float], shorter: Mapping[Gram, float]) -> dict[Gram, float]:
    """For each history, the share of its probability that unseen words have, over their share without it."""
    taken: defaultdict[Gram, float] = defaultdict(float)
    known: defaultdict[Gram, float] = defaultdict(float)
    for gram, likelihood in longer.items():
        taken[gram[:-1]] += likelihood
        known[gram[:-1]] += shorter[gram[1:]]
    return {gram: max(1.0 - taken[gram], 1e-9) / max(1.0 - known[gram], 1e-9) for gram in taken}


def _line(gram: Gram, likelihood: float, left: float | None) -> str:
    log = math.log10(likelihood) if likelihood else NEVER
    return f"{log:.4f}\t{' '.join(gram)}" + (f"\t{math.log10(left):.4f}" if left else "")
