"""Reading short words once more, as values of what is in hand: "no, three in the afternoon"."""

from collections.abc import Mapping
from typing import Any, Final

from parley.contract import Expectation, Intent, Kind
from parley.dialogue.hearing import Heard
from parley.understanding.entities import Reading, parse
from parley.understanding.settling import PAST, SHIFTED, behind

_READ: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.TIME: ("time", "taken_time", "due_time", "new_time", "new_due_time"),
    Kind.DATE: ("date", "due_date", "new_date", "new_due_date"),
    Kind.DURATION: ("duration", "delay", "ago", "shift"),
    Kind.QUANTITY: ("dose",),
}
"""Slots whose words the grammar reads without knowing the intent, the usual one first; a bare number is a time."""
_MOST_BESIDE: Final = 3
"""Words beside a value up to which the utterance is taken for that value."""


def values_in(heard: Heard, intent: Intent, *, beside: int = _MOST_BESIDE) -> dict[str, Any]:
    """The values of the intent's day, clock time and length that stand in the words.

    None, where more than `beside` words stand beside them.
    """
    text = heard.said.text
    read: dict[str, Reading] = {}
    for kind, names in _READ.items():
        slot = next((name for name in names if name in intent.slots.model_fields), None)
        if slot is None:
            continue
        expects = Expectation(slot=slot, kind=kind, business_hours=intent.business_hours)
        kinds = frozenset({kind})
        readings = parse(text, language=heard.said.language, now=heard.now, kinds=kinds, expects=expects)
        latest = max(readings, key=lambda reading: (reading.end, reading.end - reading.start), default=None)
        if latest is not None and not any(_same_words(latest, other) for other in read.values()):
            read[slot] = latest
    read = {slot: each for slot, each in read.items() if not any(_within(each, other) for other in read.values())}
    rest, found = text, dict[str, Any]()
    for slot, each in sorted(read.items(), key=lambda pair: -pair[1].start):
        found[slot] = _of_its_day(slot, each, heard, intent)
        rest = f"{rest[: each.start]} {rest[each.end :]}"
    others = heard.words.without("corrects", rest).split()
    return found if len(others) <= beside else {}


def _of_its_day(slot: str, reading: Reading, heard: Heard, intent: Intent) -> Any:
    """Of the readings of a clock time the early one for what is early, and for what is behind us one behind us; a
    shift in the direction of the one that it replaces.
    """
    former = heard.state.frame.slots.get(slot) if heard.state.frame is not None else None
    if slot in SHIFTED and str(former).startswith("-"):
        return f"-{reading.value}"
    if slot in PAST and reading.ambiguous:
        return behind(reading.value, heard.now)
    return min((reading.value, *reading.ambiguous)) if intent.early and slot == "time" else reading.value


def _same_words(one: Reading, other: Reading) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _within(one: Reading, other: Reading) -> bool:
    """Whether another reading says more of the same words: the two of "two tablets" is no hour."""
    inside = other.start <= one.start and one.end <= other.end
    return inside and (one.end - one.start) < (other.end - other.start)
