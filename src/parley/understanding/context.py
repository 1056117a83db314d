"""Names that the context makes likely, found by how they sound.

A recogniser writes what it knows: "Choi" becomes "joy", 김민수 becomes 김민서. Words are therefore compared by a key
that keeps what is heard and drops how it is spelled, and the likeliest name is taken when it is close enough.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from rapidfuzz import fuzz, process

from parley.contract import Expectation
from parley.understanding.tokens import is_hangul, jamo, without_accents

CLOSE: Final = 78.0
"""Similarity of keys, 0 to 100, from which two names are taken for the same."""
CLEARER: Final = 4.0
"""Lead over the second candidate without which neither is taken."""
MAX_CANDIDATES: Final = 2_000

SLOTS_OF_CONTEXT: Final[Mapping[str, tuple[str, ...]]] = {
    "meds": ("medication", "other_medication"),
    "patients": ("patient_name",),
    "nurses": ("nurse_name",),
    "staff": ("staff",),
    "services": ("service",),
    "tasks": ("title",),
    "projects": ("project", "new_project"),
    "contacts": ("recipient", "assignee"),
}
"""Which slots the lists of a conversation's world fill."""

# What sounds alike over a telephone in any of our languages; longest first, each applied once from left to right.
_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"eaux?|aux?$|ault$", "o"),
        (r"x$|(?<=.)e$|(?<=..)[std]$", ""),
        (r"tion|ssion|sion", "S"),
        (r"tsch|sch|tch|sh|ch|ci(?=[ao])", "S"),
        (r"ph|v(?=$)|pf", "f"),
        (r"ck|cc|qu?|c(?=[aouklrt])|c$|kh", "k"),
        (r"c|sc(?=[ie])|z|ts|ss", "s"),
        (r"dg|j|g(?=[eiy])", "S"),
        (r"gn|ng", "n"),
        (r"wh|w", "u"),
        (r"v", "f"),
        (r"th", "t"),
        (r"ough|ou|oo|u", "u"),
        (r"ee|ea|ie|ey|ai|ei|y|i", "i"),
        (r"oe|oi|eu|œu?", "o"),
        (r"h", ""),
        (r"b|p", "p"),
        (r"d|t", "t"),
        (r"g|k", "k"),
        (r"m|n", "n"),
        (r"l|r", "r"),
    )
)
_REPEATED: Final = re.compile(r"(.)\1+")
# Tense and aspirated Korean consonants, and vowels that no longer differ in speech.
_KOREAN: Final = str.maketrans("ㄲㅋㄸㅌㅃㅍㅆㅉㅊㅐㅒㅖㅙㅞㅚ", "ㄱㄱㄷㄷㅂㅂㅅㅈㅈㅔㅖㅖㅚㅚㅚ")


@lru_cache(maxsize=20_000)
def sound_of(text: str) -> str:
    """A key that is alike for words that sound alike; spaces and signs count nothing."""
    words = re.findall(r"[가-힣]|[^\W_가-힣]+", text)
    return "".join("".join(jamo(word)).translate(_KOREAN) if is_hangul(word) else _latin(word) for word in words)


def _latin(word: str) -> str:
    key = without_accents(word).lower()
    for pattern, sound in _SOUNDS:
        key = pattern.sub(sound, key)
    return _REPEATED.sub(r"\1", key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """A name that may be said, and what it stands for."""

    text: str
    value: Any
    slots: tuple[str, ...]
    """Slots that it may fill; none: any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A likely name that was said."""

    likely: Likely
    score: float
    """0 to 100."""
    others: tuple[Likely, ...] = ()
    """As close as this one, and with another value."""


def likely_names(expectation: Expectation, context: Mapping[str, Any]) -> list[Likely]:
    """The names of the expectation's phrases and of the lists in the context."""
    found = [
        Likely(text=phrase.text, value=phrase.value or phrase.text, slots=(phrase.slot,) if phrase.slot else ())
        for phrase in expectation.phrases
    ]
    for key, slots in SLOTS_OF_CONTEXT.items():
        found += [Likely(text=entry, value=entry, slots=slots) for entry in _entries(context.get(key))]
    return found[:MAX_CANDIDATES]


def _entries(listed: Any) -> Iterable[str]:
    if not isinstance(listed, list | tuple):
        return
    for entry in listed:
        name = entry.get("name") or entry.get("title") if isinstance(entry, Mapping) else entry
        if isinstance(name, str) and name.strip():
            yield name


def closest(words: str, slot: str, names: Iterable[Likely]) -> Match | None:
    """The name that the words of a slot sound like, or None when none is close, or two are equally close."""
    fitting = [name for name in names if not name.slots or slot in name.slots]
    key = sound_of(words)
    if not fitting or not key:
        return None
    scorer = _alike if " " not in words.strip() else _alike_as_said
    found = process.extract(key, [sound_of(name.text) for name in fitting], scorer=scorer, limit=4)
    best_score = found[0][1]
    if best_score < CLOSE:
        return None
    best = fitting[found[0][2]]
    others = tuple(
        fitting[index]
        for _, score, index in found[1:]
        if score > best_score - CLEARER and fitting[index].value != best.value
    )
    return Match(likely=best, score=best_score, others=others)


def _alike_as_said(one: str, other: str, **_: Any) -> float:
    """Alike as a whole, or the name within what was said: of two who share a name, the one said is not the other."""
    whole = fuzz.ratio(one, other)
    return max(whole, fuzz.partial_ratio(one, other) - 8.0) if 3 <= len(other) < len(one) else whole


def _alike(one: str, other: str, **_: Any) -> float:
    """Alike as a whole, or one within the other ("Kim" for "Dr. Kim") when it is long enough to tell."""
    whole = fuzz.ratio(one, other)
    if min(len(one), len(other)) < 3:
        return whole
    return max(whole, fuzz.partial_ratio(one, other) - 8.0)
