"""From marked words to the slots of an intent: one way for whoever marks them, our own model or another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from parley.contract import Slot
from parley.understanding.labels import Mark
from parley.understanding.marking import together
from parley.understanding.normalise import value_of
from parley.understanding.result import Span
from parley.understanding.scene import GRAMMAR, Scene, Value, readings
from parley.understanding.scope import SLOT as SCOPE
from parley.understanding.scope import scoped
from parley.understanding.settling import settled
from parley.understanding.unmarked import unmarked

SIGNS: Final = ' .,!?;:"“”«»…。、'
"""What stands around words and is none of them."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Slots with their spans."""

    spans: tuple[Span, ...]
    slots: Mapping[str, Any]
    ambiguous: Mapping[str, tuple[Any, ...]]


def filled(
    text: str, declared: Mapping[str, Slot], marks: Sequence[Mark], scene: Scene, *, only_marked: bool = False
) -> Filled:
    """The values of the marked words, and what the grammar is sure of beside them, unless `only_marked`."""
    if any(slot.kind in GRAMMAR for slot in declared.values()):
        scene = replace(scene, whole=readings(text, scene))
    marks = [trimmed for mark in marks if (trimmed := _trimmed(mark, text)) is not None]
    marks = together(marks, text, declared, scene.language)
    spans: list[Span] = []
    slots: dict[str, Any] = {}
    ambiguous: dict[str, tuple[Any, ...]] = {}
    pairs: list[tuple[Mark, Value | None]] = [(mark, value_of(mark, text, declared, scene)) for mark in marks]
    if not only_marked:
        known = {value.slot: value.value for _, value in pairs if value}
        pairs += unmarked([mark for mark, _ in pairs], known, declared, scene)
    for mark, value in sorted(pairs, key=lambda pair: pair[0].start):
        slot = value.slot if value else mark.slot
        words = text[mark.start : mark.end]
        spans.append(Span(slot=slot, start=mark.start, end=mark.end, text=words, value=value and value.value))
        if value is not None:
            slots[slot] = joined(slots.get(slot), value.value, declared[slot])
            if value.ambiguous:
                ambiguous[slot] = value.ambiguous
    slots = settled(slots, ambiguous, spans, text, declared, scene)
    if SCOPE in declared:
        slots = scoped(text, slots, spans, scene.language)
    return Filled(tuple(spans), slots, ambiguous)


def _trimmed(mark: Mark, text: str) -> Mark | None:
    """The mark without the signs and spaces at its ends; None when nothing else is in it."""
    words = text[mark.start : mark.end]
    start = mark.start + len(words) - len(words.lstrip(SIGNS))
    end = mark.end - (len(words) - len(words.rstrip(SIGNS)))
    return Mark(mark.slot, start, end) if start < end else None


def joined(before: Any, value: Any, declared: Slot) -> Any:
    """Two values of a slot that takes many are a list; of any other, the last one counts."""
    if before is None or not declared.many:
        return value
    listed = [each for one in (before, value) for each in (one if isinstance(one, list) else [one])]
    distinct = [each for place, each in enumerate(listed) if each not in listed[:place]]
    return distinct if len(distinct) > 1 else distinct[0]
