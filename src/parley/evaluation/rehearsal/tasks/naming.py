"""Which task is meant, where somebody says it in other words than it was noted with ("the insurance thing")."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from rapidfuzz import fuzz

from parley.contract import Language
from parley.evaluation.rehearsal.acting import ALIKE

_EMPTY: Final = Path(__file__).parent / "empty_words.yaml"
_MOSTLY: Final = 0.5
"""The share of the words from which a task is perhaps meant."""


def by_words(said: str, titles: Sequence[str], language: Language) -> tuple[str | None, bool]:
    """The one title that holds most of the words that say anything, and whether it holds all of them."""
    wanted = _telling(said, language)
    shares = {title: _share(wanted, _telling(title, language)) for title in titles}
    best = max(shares.values(), default=0.0)
    meant = [title for title, share in shares.items() if share == best]
    if best < _MOSTLY or len(meant) != 1:
        return None, False
    return meant[0], best == 1.0


def _share(wanted: Sequence[str], words: Sequence[str]) -> float:
    held = sum(any(_same(one, other) for other in words) for one in wanted)
    return held / len(wanted) if wanted else 0.0


def _same(one: str, other: str) -> bool:
    """Whether two words are one, apart from their endings."""
    return fuzz.ratio(one, other) >= ALIKE or (_is_korean(one) and (one.startswith(other) or other.startswith(one)))


def _is_korean(word: str) -> bool:
    return "가" <= word[:1] <= "힣"


def _telling(text: str, language: Language) -> list[str]:
    """The words that tell one task from another."""
    empty = _empty_words()[language]
    return [word for word in re.findall(r"\w+", text.casefold()) if word not in empty]


@cache
def _empty_words() -> Mapping[str, frozenset[str]]:
    listed: Mapping[str, Iterable[str]] = yaml.safe_load(_EMPTY.read_text(encoding="utf-8"))
    return {language: frozenset(words) for language, words in listed.items()}
