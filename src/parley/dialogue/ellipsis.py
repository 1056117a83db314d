"""Elliptic wishes: "and in Tokyo?", « et samedi ? », "부산은?", "and the second too" go on with the one before."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from parley.contract import Confirmation, Intent, Kind
from parley.dialogue.acts import Prepare
from parley.dialogue.hearing import Heard, Step
from parley.dialogue.merging import fitting, merge
from parley.dialogue.references import resolved
from parley.dialogue.spotting import spotted
from parley.dialogue.state import Past

_LONGEST: Final = 3
"""Words that a name in an elliptic question has at most."""
_BESIDE: Final = 2
"""Words that stand beside the thing in "and the second one too"."""


def goes_on_from_before(heard: Heard) -> Step | None:
    """Little more than values, and nothing open: they belong to the wish before."""
    past = heard.state.past[-1] if heard.state.past else None
    intent = heard.intents.get(past.intent) if past is not None else None
    if past is None or intent is None or heard.state.asked is not None:
        return None
    readings = (_here, _values, _named) if intent.reads_only else (_another,)
    found = (reading(heard, intent, past) for reading in readings)
    slots = next((each for each in found if each is not None), None)
    if slots is None:
        return None
    state = replace(heard.state.opened(intent.name, slots), failures=0)
    return state, Prepare(intent=intent.name, slots=slots, why="follows up")


def _another(heard: Heard, intent: Intent, past: Past) -> Mapping[str, Any] | None:
    """The same deed once more, for another thing ("and the lisinopril too")."""
    sure = heard.confidence >= heard.rules.of(heard.said.intent).act
    elsewhere = sure and not heard.foreign and heard.said.intent != intent.name
    if not heard.words.says("also", heard.said.text) or elsewhere or not _next(heard, past):
        return None
    if intent.confirmation is not Confirmation.NONE or _beside(heard) > _BESIDE:
        return None
    new = fitting(resolved(heard.state, heard.said, intent), intent, source=heard.intent, asked=None)
    new = new or spotted(heard, intent, {})
    changed = any(past.slots.get(name) != value for name, value in new.items())
    return merge(past.slots, new) if changed else None


def _beside(heard: Heard) -> int:
    """How many words neither fill a slot nor name a place in a list nor say "too"."""
    place = heard.words.place(heard.said.text)
    text = heard.outside if place is None else f"{heard.said.text[: place[1]]} {heard.said.text[place[2] :]}"
    return len(heard.words.without("also", text).split())


def _values(heard: Heard, intent: Intent, past: Past) -> Mapping[str, Any] | None:
    """The same question with the values that were said."""
    follows = heard.words.says("follow_up", heard.said.text)
    unclear = heard.foreign or not heard.sure
    if not heard.said.slots or not heard.terse or not (follows or (unclear and heard.elliptic)):
        return None
    new = fitting(resolved(heard.state, heard.said, intent), intent, source=heard.intent, asked=None)
    return merge(past.slots, new) if len(new) >= len(heard.said.slots) else None


def _named(heard: Heard, intent: Intent, past: Past) -> Mapping[str, Any] | None:
    """The same question about the one name that the words hold, though understanding saw none in them."""
    text, words = heard.said.text, heard.words
    follows = words.says("follow_up", text) or (_next(heard, past) and words.says("continues", text))
    slot = _one_name(intent)
    if not follows or slot is None or heard.said.slots:
        return None
    if heard.sure and not heard.foreign and heard.said.intent != intent.name:
        return None
    name = words.bare_follow_up(text)
    if heard.intent is not None and not heard.foreign and not heard.intent.reads_only and len(name.split()) > 1:
        return None  # several words that may be a deed are no name
    return {**past.slots, slot: name} if name and len(name.split()) <= _LONGEST else None


def _here(heard: Heard, intent: Intent, past: Past) -> Mapping[str, Any] | None:
    """ "And here?": without the place that was asked about."""
    slot = _one_name(intent)
    if slot not in past.slots or not heard.words.says("here", heard.said.text):
        return None
    return {name: value for name, value in past.slots.items() if name != slot}


def _one_name(intent: Intent) -> str | None:
    """The only slot of the intent that is a name."""
    fields = intent.slots.model_fields
    names = [name for name in fields if intent.slots.slot_of(name).kind is Kind.NAME]
    return names[0] if len(names) == 1 else None


def _next(heard: Heard, past: Past) -> bool:
    """Whether the question before was asked just now."""
    return heard.state.turn - past.turn <= 1
