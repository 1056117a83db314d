"""Values that the model did not mark and the grammar is sure of."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from parley.contract import Kind, Slot
from parley.understanding.entities import Reading
from parley.understanding.labels import Mark
from parley.understanding.scene import Scene, Value

SURE_ENOUGH: Final = 0.8
"""From which a reading that the model did not mark fills a slot of its own."""


LIKELY_ENOUGH: Final = 0.6
"""The same for clock times, of which only the half of the day may be open."""


NOW: Final = "second"
"""Grain of the present moment, which "now" is about and nobody means as a time."""


_DAYS: Final = frozenset({Kind.DATE, Kind.DATE_RANGE, Kind.WEEKDAY})


_CLOCK: Final = frozenset({Kind.TIME, Kind.PART_OF_DAY})


_CONTAINED: Final[Mapping[Kind, frozenset[Kind]]] = {
    Kind.PART_OF_DAY: frozenset({Kind.TIME, Kind.DURATION}),
    Kind.WEEKDAY: frozenset({Kind.DATE, Kind.DATE_RANGE, Kind.RECURRENCE}),
    Kind.DATE: frozenset({Kind.DATE_RANGE, Kind.DURATION, Kind.RECURRENCE}),
    Kind.TIME: frozenset({Kind.DURATION}),
}
"""Kinds whose value already says what a value of this kind would add."""


_ORDER: Final = {Kind.WEEKDAY: 3, Kind.PART_OF_DAY: 2, Kind.TIME: 1}
"""What is looked at after what says more."""


_USUAL: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.DATE: ("date", "new_date", "new_due_date", "due_date"),
    Kind.TIME: ("time", "new_time", "due_time", "taken_time"),
}
"""Of several slots of a kind, the one that a value belongs to when nothing else is said."""


def unmarked(
    marks: Sequence[Mark], filled: Mapping[str, Any], slots: Mapping[str, Slot], scene: Scene
) -> list[tuple[Mark, Value]]:
    """Values the grammar is sure of and the model did not mark, where it is clear which slot they belong to."""
    found: list[tuple[Mark, Value]] = []
    kinds = {slots[slot].kind for slot in filled}
    present = {(each.start, each.end) for each in scene.whole if each.grain == NOW}
    for reading in sorted(scene.whole, key=lambda each: _ORDER.get(each.kind, 0)):
        if (
            reading.kind is Kind.NUMBER
            or reading.sure < (LIKELY_ENOUGH if reading.kind is Kind.TIME else SURE_ENOUGH)
            or (reading.start, reading.end) in present
            or _said_already(reading.kind, kinds)
        ):
            continue
        if not all(_apart(reading, mark, slots[mark.slot].kind) for mark in marks):
            continue
        fitting = [name for name, declared in slots.items() if declared.kind is reading.kind]
        usual = next((name for name in _USUAL.get(reading.kind, ()) if name in fitting), None)
        slot = fitting[0] if len(fitting) == 1 else usual
        if slot is not None and slot not in filled:
            mark = Mark(slot, reading.start, reading.end)
            found.append((mark, Value(slot=slot, value=reading.value, ambiguous=reading.ambiguous)))
            filled = {**filled, slot: reading.value}
            kinds.add(reading.kind)
    return found


def _said_already(kind: Kind, kinds: Collection[Kind]) -> bool:
    """Whether the value only repeats another: a weekday beside its date, the part of the day beside the time."""
    return kind in kinds or bool(_CONTAINED.get(kind, frozenset()) & set(kinds))


def _apart(reading: Reading, mark: Mark, kind: Kind) -> bool:
    """Whether a reading is about other words than a mark, or about the clock where the mark is about the day."""
    if reading.end <= mark.start or mark.end <= reading.start:
        return True
    if kind is Kind.CHOICE and (reading.kind is Kind.RECURRENCE or reading.kind in _DAYS):
        return True
    return (kind in _DAYS and reading.kind in _CLOCK) or (kind in _CLOCK and reading.kind in _DAYS)
