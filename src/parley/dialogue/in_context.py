"""What short words mean where they are said: "cancel it" after a timer is about the timer.

The trained model hears an utterance by itself. Here the words that only point ("it", "그거") are read by what the
conversation was about last, and by the table of intents; a pure function from one understanding to another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from parley.contract import Intent
from parley.dialogue.phrases import phrases
from parley.dialogue.state import State
from parley.understanding.result import Understanding

_ENDS: Final = ("cancel", "delete")
"""Verbs by which a thing goes away, as they stand in the names of intents."""
_TELLS: Final = ("status", "list")
"""Verbs by which one hears what there is."""
SURE: Final = 0.9
"""Confidence in what the context makes clear."""


def in_context(state: State, said: Understanding, intents: Mapping[str, Intent]) -> Understanding:
    """The same words, with the intent that they have here."""
    if state.asked is not None or said.emergency is not None or said.stop_contact:
        return said
    words = phrases(said.language)
    name: str | None = None
    if words.says("cancels_it", said.text) or words.says("abandon", said.text):
        name = _known((f"{domain}.{verb}" for domain in _domains(state) for verb in _ENDS), intents)
    elif words.says("unsure", said.text) and said.intent in intents:
        name = intents[said.intent].unsure or None
    elif words.says("asks_what_there_is", said.text):
        told = intents.get(said.intent)
        if told is None or not told.reads_only:
            name = _known((f"{domain_of(said.intent)}.{verb}" for verb in _TELLS), intents)
    if name is None or name == said.intent:
        return said
    if name not in intents:
        return said
    fields = intents[name].slots.model_fields
    slots = {slot: value for slot, value in said.slots.items() if slot in fields}
    others = ((said.intent, said.confidence), *said.alternatives)
    return replace(said, intent=name, confidence=max(SURE, said.confidence), slots=slots, alternatives=others)


def domain_of(intent: str) -> str:
    """What an intent is about: the part of its name before the dot."""
    return intent.partition(".")[0]


def _domains(state: State) -> list[str]:
    """What the conversation was about last, at most one: words that point do not reach further back."""
    return [domain_of(past.intent) for past in state.past[-1:]]


def _known(names: Iterable[str], intents: Mapping[str, Intent]) -> str | None:
    return next((name for name in names if name in intents), None)
