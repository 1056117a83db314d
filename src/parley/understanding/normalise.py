"""From the words of a slot to its value, as the slot's kind says.

Dates, times and numbers are the grammar's affair (`parley.understanding.entities`), closed lists that of the
lexicons, names that of the context. What cannot be read stays without a value: the dialogue asks again.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from parley.contract import Kind, Slot
from parley.understanding.entities import Reading
from parley.understanding.entities.spotting import BIRTHS
from parley.understanding.labels import Mark
from parley.understanding.lexicons import in_lexicon
from parley.understanding.naming import chosen, listed_elsewhere, named, unquoted, worded
from parley.understanding.scene import Scene, Value, readings
from parley.understanding.tokens import is_hangul

HALF: Final = 0.45
"""Share of words that two stretches must have in common to be about the same."""


_KINDS: Final[Mapping[Kind, tuple[Kind, ...]]] = {
    Kind.DATE: (Kind.DATE, Kind.DATE_RANGE, Kind.WEEKDAY),
    Kind.DATE_RANGE: (Kind.DATE_RANGE, Kind.DATE),
    Kind.WEEKDAY: (Kind.WEEKDAY, Kind.DATE),
    Kind.TIME: (Kind.TIME, Kind.PART_OF_DAY),
    Kind.PART_OF_DAY: (Kind.PART_OF_DAY, Kind.TIME),
}
"""What the words of a kind may turn out to be, likeliest first: "Tuesday" is a date, where the intent takes one."""


USUAL_UNITS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "dose": lambda count: {"value": count, "unit": "tablet"},
    "delay": lambda count: f"PT{count}M",
}
"""What a number without a unit is taken for."""


def value_of(mark: Mark, text: str, slots: Mapping[str, Slot], scene: Scene) -> Value | None:
    """The value of marked words; None when they cannot be read."""
    declared, words = slots[mark.slot], text[mark.start : mark.end].strip()
    match declared.kind:
        case Kind.FLAG:
            return Value(slot=mark.slot, value=True)
        case Kind.TEXT:
            return worded(unquoted(words, text[mark.end :], scene), mark.slot, declared, scene)
        case Kind.NAME:
            if "date" in slots and _is_weekday(mark, scene):
                return _grammar(mark._replace(slot="date"), text, slots["date"], slots, scene)
            return listed_elsewhere(words, mark.slot, slots, scene) or named(words, mark.slot, scene)
        case Kind.CHOICE:
            return chosen(words, mark.slot, declared, scene)
    return _grammar(mark, text, declared, slots, scene)


def _grammar(mark: Mark, text: str, declared: Slot, slots: Mapping[str, Slot], scene: Scene) -> Value | None:
    words = text[mark.start : mark.end].strip()
    listed = in_lexicon(words, scene.lexicons.get(declared.lexicon or mark.slot, {}), within=False)
    if listed is not None:
        return Value(slot=mark.slot, value=int(listed) if declared.kind is Kind.NUMBER else listed)
    if declared.kind in (Kind.DATE, Kind.WEEKDAY) and "weekday" in slots and (again := _weekday(words, scene)):
        return Value(slot="weekday", value=again)
    kinds = _KINDS.get(declared.kind, (declared.kind,))
    if declared.kind is Kind.WEEKDAY and is_hangul(words[:1]):
        kinds = kinds[::-1]  # Korean says with an ending of its own what is so every week: 월요일 is the coming one
    for kind in kinds:
        target = mark.slot if kind is declared.kind else _slot_for(kind, mark.slot, slots)
        if target is None:
            continue
        # The whole utterance tells more than the words alone: "six" is 06:00 where "in the morning" follows.
        # What the grammar takes for a day to come is read anew where it is that of a birth.
        whole = readings(text, scene, kind=kind, slot=mark.slot) if mark.slot in BIRTHS else scene.whole
        found = [each for each in whole if each.kind is kind and _inside(mark, each) >= HALF]
        found = found or list(readings(words, scene, kind=kind, slot=mark.slot))
        if found:
            # "The second one": the ordinal counts, not the "one".
            last = found[0] if kind is Kind.NUMBER else max(found, key=lambda each: (each.end, each.end - each.start))
            return Value(slot=target, value=last.value, ambiguous=last.ambiguous)
    value = _bare(words, mark.slot, scene)
    return None if value is None else Value(slot=mark.slot, value=value)


def _weekday(words: str, scene: Scene) -> str | None:
    """The day of a week that comes again and again: "on Sundays"."""
    days = [each.value.partition("BYDAY=")[2] for each in readings(words, scene, kind=Kind.RECURRENCE)]
    return days[-1] if days and len(days[-1]) == len("MO") else None


def _is_weekday(mark: Mark, scene: Scene) -> bool:
    """Whether the words are a day of the week and nothing else: nobody is called so, nor a place."""
    days = (each for each in scene.whole if each.kind is Kind.WEEKDAY)
    return any(abs(each.start - mark.start) <= 3 and each.end == mark.end for each in days)


def _bare(words: str, slot: str, scene: Scene) -> Any:
    """What a number by itself means in a slot that has a usual unit: "took two", "in five"."""
    usual = USUAL_UNITS.get(slot)
    found = readings(words, scene, kind=Kind.NUMBER) if usual else ()
    return usual(found[-1].value) if usual and found else None


def _inside(mark: Mark, reading: Reading) -> float:
    """Share of the reading's characters that lie in the mark, or of the mark's in the reading, whichever is less.

    Two dates that the grammar reads as one stretch are thereby not taken for either.
    """
    both = max(0, min(mark.end, reading.end) - max(mark.start, reading.start))
    return both / max(1, mark.end - mark.start, reading.end - reading.start)


def _slot_for(kind: Kind, slot: str, slots: Mapping[str, Slot]) -> str | None:
    """The slot of the intent that takes a value of `kind` which stood where `slot` was marked."""
    fitting = [name for name, declared in slots.items() if declared.kind is kind]
    prefix = slot.rpartition("_")[0]
    if prefix:
        return next((name for name in fitting if name.startswith(prefix + "_")), None)
    return kind.value if kind.value in fitting else (fitting[0] if len(fitting) == 1 else None)
