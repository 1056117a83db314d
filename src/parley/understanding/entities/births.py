"""Where a text speaks of a birth, so that the date beside it lies in the past, and no other."""

import re

from parley.understanding.entities.chart import Token
from parley.understanding.entities.choosing import TIMES
from parley.understanding.entities.engine import Engine
from parley.understanding.entities.written import Written


def places(engine: Engine, source: Written, category: str) -> list[tuple[int, int]]:
    """Where the words of a category stand."""
    words = engine.data["words"].get(category, ())
    found = (re.finditer(re.escape(word), source.plain) for word in words if word in source.plain)
    return sorted(match.span() for matches in found for match in matches)


def birthdays(births: list[tuple[int, int]], tokens: list[Token]) -> list[tuple[int, int]]:
    """Where the dates stand that words like "born" are about: those that they end, else the first after them."""
    stretches: list[tuple[int, int]] = []
    for begin, end in births:
        times = [t for t in tokens if t.category in TIMES and t.end - t.start > 1]
        ended = [t for t in times if t.start < begin <= t.end + 1]
        after = min((t.start for t in times if t.start >= begin), default=None)
        about = ended or [t for t in times if t.start == after]
        if about:
            stretches.append((min(t.start for t in about), max(max(t.end for t in about), end)))
    return stretches
