"""Reading short words once more, as values of what is in hand: "no, three in the afternoon"."""

from typing import Any, Final

from parley.contract import Expectation, Intent, Kind
from parley.dialogue.hearing import Heard
from parley.understanding.entities import parse

_READ: Final = {"time": Kind.TIME, "date": Kind.DATE, "duration": Kind.DURATION}
"""Slots whose words the grammar reads without knowing the intent."""
_MOST_BESIDE: Final = 3
"""Words beside a value up to which the utterance is taken for that value."""


def values_in(heard: Heard, intent: Intent) -> dict[str, Any]:
    """The values of the intent's day, clock time and length that stand in the words, if hardly anything else does."""
    text, found = heard.said.text, {}
    rest = text
    for slot, kind in _READ.items():
        if slot not in intent.slots.model_fields:
            continue
        expects = Expectation(slot=slot, kind=kind, business_hours=intent.business_hours)
        kinds = frozenset({kind})
        readings = parse(text, language=heard.said.language, now=heard.now, kinds=kinds, expects=expects)
        if readings:
            last = max(readings, key=lambda reading: (reading.end, reading.end - reading.start))
            readings_of_it = (last.value, *last.ambiguous)
            found[slot] = min(readings_of_it) if intent.early and slot == "time" else last.value
            rest = rest.replace(text[last.start : last.end], " ")
    beside = heard.words.without("corrects", rest).split()
    return found if len(beside) <= _MOST_BESIDE else {}
