"""The marks of one utterance as they go together, before their values are read.

The network labels word by word. What it cannot know is that a slot of one value is filled once, that the second
medicine of a question is the other one, and that a question is the whole of what is asked.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from parley.contract import Kind, Language, Slot
from parley.understanding.entities.lexicon import data_of
from parley.understanding.labels import Mark

OTHER: Final = "other_"
"""How a slot begins for the second of two things that an intent is about."""
WHOLE: Final = frozenset({"question"})
"""Slots whose words go on to the end of the utterance."""
SIGNS: Final = " .,!?;…。、"
_OPEN: Final = frozenset({Kind.TEXT, Kind.NAME})


def together(marks: Sequence[Mark], text: str, declared: Mapping[str, Slot], language: Language) -> list[Mark]:
    """The marks of the intent's slots, in order, each slot of one value in free words once."""
    of_slot: dict[str, list[Mark]] = defaultdict(list)
    for mark in sorted(marks, key=lambda each: each.start):
        if mark.slot in declared:
            of_slot[mark.slot].append(mark)
    found: list[Mark] = []
    for slot, same in of_slot.items():
        if len(same) == 1 or declared[slot].many or declared[slot].kind not in _OPEN:
            found += same
            continue
        other = OTHER + slot
        if other in declared and other not in of_slot:
            found += [same[0], same[1]._replace(slot=other)]
            continue
        found.append(same[-1] if _corrected(text[same[0].end : same[-1].start], language) else same[0])
    return sorted(
        (_to_the_end(mark, text) if mark.slot in WHOLE else mark for mark in found), key=lambda each: each.start
    )


def _corrected(between: str, language: Language) -> bool:
    """Whether the words between two values take the first one back."""
    said = f" {between.strip(SIGNS).lower()} "
    return any(f" {words} " in said for words in _corrections(language))


@cache
def _corrections(language: Language) -> tuple[str, ...]:
    return tuple(str(words).lower() for words in data_of(language)["corrections"])


def _to_the_end(mark: Mark, text: str) -> Mark:
    return mark._replace(end=max(mark.end, len(text.rstrip(SIGNS))))
