"""Two wishes in one breath ("set a timer and remind me to call Ann"): each understood by itself.

An utterance is only taken apart when both parts make clear sense, and the whole does not, or does not as its
first part, or both are about one matter: so "buy milk and call Ann" stays one list.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from parley.contract import Language
from parley.understanding.result import OUT_OF_SCOPE, Understanding

CLEAR: Final = 0.8
"""Confidence from which the whole is left as it is."""
SURE: Final = 0.85
"""Confidence that each part must have."""
_LONGEST: Final = 300
"""Characters of an utterance that is taken apart at all."""
_NO_WISH: Final = frozenset({OUT_OF_SCOPE, "yes", "no", "repeat", "help"})


def in_wishes(whole: Understanding, understand: Callable[[str], Understanding]) -> Understanding:
    """The first wish, with the second under `also`; the whole as it is where it holds only one."""
    if len(whole.text) > _LONGEST:
        return whole
    for first, second in _parts(whole.text, whole.language):
        one, other = understand(first), understand(second)
        hidden = whole.confidence < CLEAR or whole.intent != one.intent or _same_matter(one, other)
        if one.intent != other.intent and hidden and _wish(one) and _wish(other):
            return replace(one, text=whole.text, also=(other,))
    return whole


def _same_matter(one: Understanding, other: Understanding) -> bool:
    """Whether both are about one matter ("cancel my haircut and book a massage"): no list holds two such wishes."""
    return one.intent.partition(".")[0] == other.intent.partition(".")[0]


def _wish(part: Understanding) -> bool:
    return part.confidence >= SURE and part.intent not in _NO_WISH and "." in part.intent


def _parts(text: str, language: Language) -> Iterator[tuple[str, str]]:
    for joint in _joints(language).finditer(text):
        first, second = text[: joint.start()].strip(), text[joint.end() :].strip()
        if first and second:
            yield first, second


@cache
def _joints(language: Language) -> re.Pattern[str]:
    data = yaml.safe_load(Path(__file__).with_name("wish_joints.yaml").read_text(encoding="utf-8"))
    return re.compile("|".join(f"(?:{joint})" for joint in data[language]), re.IGNORECASE)
