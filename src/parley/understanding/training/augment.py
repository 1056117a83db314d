"""More examples from few: the words of a slot exchanged for other words that fill the same slot."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from parley.understanding.labels import Mark
from parley.understanding.training.examples import Example


def resampled(examples: Sequence[Example], *, share: float, chance: random.Random) -> list[Example]:
    """The examples, a `share` of those with slots carrying values of other examples in the same slots."""
    values: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        for mark in example.marks:
            values[mark.slot].append(example.text[mark.start : mark.end])
    return [
        _exchanged(example, values, chance) if example.marks and chance.random() < share else example
        for example in examples
    ]


def _exchanged(example: Example, values: dict[str, list[str]], chance: random.Random) -> Example:
    pieces: list[str] = []
    marks: list[Mark] = []
    length = read = 0
    for mark in sorted(example.marks, key=lambda each: each.start):
        if mark.start < read:
            continue
        before = example.text[read : mark.start]
        new = chance.choice(values[mark.slot])
        start = length + len(before)
        marks.append(Mark(mark.slot, start, start + len(new)))
        pieces += before, new
        length, read = start + len(new), mark.end
    text = "".join(pieces) + example.text[read:]
    return replace(example, text=text, marks=tuple(marks))
