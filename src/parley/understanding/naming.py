"""What people and things are called: choices, names, titles, without the words that only stand around them."""

import re
from collections.abc import Mapping
from typing import Final

from parley.contract import Kind, Slot
from parley.understanding.context import closest
from parley.understanding.lexicons import all_in_lexicon, in_lexicon, listed_once
from parley.understanding.scene import Scene, Value
from parley.understanding.tokens import is_hangul

NAMED: Final = frozenset(
    {
        "title", "new_title", "project", "new_project", "label", "service", "medication", "other_medication",
        "condition", "substance", "food", "pill_description",
    }
)  # fmt: skip
"""Slots that name things, whose articles are no part of the name."""


TELLING: Final = 3
"""Letters from which on a word of an alphabet is more than a preposition or an article."""


CLOSED_NAMES: Final = frozenset({"for_person"})
"""Names that are those of the lexicon, or none."""


_WORD: Final = re.compile(r"\w+")


def worded(words: str, slot: str, declared: Slot, scene: Scene) -> Value:
    """The words as said; of things that are named, without the article, and several of them as a list."""
    listed = listed_once(words, scene.lexicons.get(declared.lexicon or slot, {}))
    if listed is not None or slot not in NAMED:
        return Value(slot=slot, value=listed or words)
    parts = [words]
    if declared.many:
        for joint in scene.lexicons.get("joint", {}).get("and", ()):
            parts = [each for part in parts for each in part.split(joint)]
    things = [each.strip(" ,") for each in parts if each.strip(" ,")]
    return Value(slot=slot, value=things if len(things) > 1 else _unarticled(words, scene))


def unquoted(words: str, behind: str, scene: Scene) -> str:
    """Words that somebody shall be told, without the ending that only passes them on (Korean 하라고)."""
    endings = scene.lexicons.get("quoting", {})
    if not behind.startswith(tuple(endings.get("behind", ("\0",)))):
        return words
    return next((words.removesuffix(end).strip() for end in endings["ending"] if words.endswith(end)), words)


def _unarticled(words: str, scene: Scene) -> str:
    for article in scene.lexicons.get("article", {}).get("any", ()):
        if words.lower().startswith(article) and len(words) > len(article) + 1:
            return words[len(article) :].strip()
    return words


def chosen(words: str, slot: str, declared: Slot, scene: Scene) -> Value | None:
    """One of a closed list, or several where the slot takes many; None when the words name none.

    Of a list of one, any words that were marked mean that one.
    """
    lexicon = scene.lexicons.get(declared.lexicon or slot, {})
    several = all_in_lexicon(words, lexicon) if declared.many else []
    found = several if len(several) > 1 else in_lexicon(words, lexicon)
    if found is None and len(lexicon) == 1:
        found = next(iter(lexicon))
    return None if found is None else Value(slot=slot, value=found)


def named(words: str, slot: str, scene: Scene) -> Value | None:
    """The likely name that the words sound like, or the words as said; None when they only address somebody."""
    words = _bare(words, slot, scene)
    if not words:
        return None
    match = closest(words, slot, scene.names)
    if match is not None:
        return Value(slot=slot, value=match.likely.value, ambiguous=tuple(other.value for other in match.others))
    if slot in CLOSED_NAMES:
        listed = listed_once(words, scene.lexicons.get(slot, {}))
        return None if listed is None else Value(slot=slot, value=listed)
    listed = in_lexicon(words, scene.lexicons.get(slot, {}), within=False)
    name = _unarticled(words, scene) if slot in NAMED else words
    return Value(slot=slot, value=name if listed is None else listed)


def listed_elsewhere(words: str, slot: str, slots: Mapping[str, Slot], scene: Scene) -> Value | None:
    """The choice of another slot that is all there is in a name: "the nurse for oncology", "a nurse in Texas"."""
    if slot in CLOSED_NAMES:
        return None
    found = _WORD.findall(_bare(words, slot, scene))
    telling = " ".join(word for word in found if len(word) >= TELLING or is_hangul(word[:1]))
    for other, declared in slots.items():
        if declared.kind is Kind.CHOICE and not declared.whole:
            lexicon = scene.lexicons.get(declared.lexicon or other, {})
            value = next(
                (each for each, entries in lexicon.items() if telling.lower() in map(str.lower, entries)), None
            )
            if value is not None:
                return Value(slot=other, value=value)
    return None


def _bare(words: str, slot: str, scene: Scene) -> str:
    """A name without the words by which its bearer is addressed: "nurse Kim", "김 간호사님"."""
    for form in scene.lexicons.get("address", {}).get(slot, ()):
        if words.lower() == form:
            return ""
        bare = words.removesuffix(form) if is_hangul(form[:1]) else words
        if bare == words and words.lower().startswith(f"{form} "):
            bare = words[len(form) :]
        words = bare.strip()
    return words
