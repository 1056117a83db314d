"""The person answers what was asked, or does not."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from parley.contract import Intent, Say
from parley.dialogue.acts import Handover, Tell
from parley.dialogue.amending import settles
from parley.dialogue.choices import pick
from parley.dialogue.confirming import change, confirmation, guessed, undo
from parley.dialogue.hearing import Heard, Step
from parley.dialogue.merging import merge
from parley.dialogue.reading import values_in
from parley.dialogue.saying import leaves, names, new_values, takes_words, whole_name, worded
from parley.dialogue.sooner_later import shifted
from parley.dialogue.state import Asked, Option, Pending
from parley.dialogue.steps import dropped, failed, go_on

_APPROVING: Final = 2
"""Words beside one of the hours that were offered: "ten is fine"."""


def answered(heard: Heard) -> Step | None:
    """What follows from an answer to the open question; None when it was no answer."""
    if heard.state.asked is None:
        return None
    answer = _ANSWERS.get(heard.asked.kind)
    return _another_time(heard) or (answer(heard) if answer is not None else None)


def _another_time(heard: Heard) -> Step | None:
    """Sooner or later than what is in hand."""
    moved = shifted(heard, *heard.in_hand) if heard.in_hand is not None else None
    return go_on(heard.state, moved, moved.slots, why="wants another time") if moved is not None else None


def _slot(heard: Heard) -> Step | None:
    asked = heard.asked
    if heard.in_hand is None:
        return None
    frame, intent = heard.in_hand
    if names(intent, asked) and not any(sign.isalpha() for sign in heard.said.text):
        return failed(heard)  # a key that was pressed by mistake names nobody, and corrects nothing
    new = new_values(heard, intent, asked) or _no_matter(heard, intent, asked)
    if set(new) == {asked.slot} and names(intent, asked):
        new = {**new, asked.slot: whole_name(heard, str(new[asked.slot]))}
    if not new and takes_words(heard, intent, asked):
        words = {asked.slot: worded(heard, intent, asked.slot)}
        return go_on(heard.state, frame, merge(frame.slots, words), why=f"the words answer {asked.slot}")
    if new and not leaves(heard, frame):
        return go_on(heard.state, frame, merge(frame.slots, new), why=f"answer to {asked.slot}")
    if heard.denied and not new:
        return dropped(heard.state, why="declined to answer")
    return None


def _no_matter(heard: Heard, intent: Intent, asked: Asked) -> dict[str, Any]:
    """ "Any day": what stands in for the slot that was asked for says so."""
    stands_in = intent.instead.get(asked.slot, ())
    return {"which": "any"} if "which" in stands_in and heard.words.says("any", heard.said.text) else {}


def _choice(heard: Heard) -> Step | None:
    asked = heard.asked
    frame = heard.state.frame
    if frame is None:
        return None
    intent = heard.intents.get(frame.intent)
    option = pick(asked.options, heard.said, slot=asked.slot) or _by_hour(heard, intent)
    if option is None and heard.affirmed and len(asked.options) == 1:
        option = asked.options[0]
    if option is not None and (heard.few_words or not leaves(heard, frame)):
        frame = replace(frame, offered=asked.options, chose=asked.slot)
        chosen = merge(frame.slots, settles(option, frame, intent, heard))
        return go_on(heard.state, frame, chosen, why="chose one of those offered")
    new = new_values(heard, intent, asked) if intent is not None else {}
    if new and not leaves(heard, frame):
        return go_on(heard.state, frame, merge(frame.slots, new), why="wants something else than was offered")
    if heard.denied or heard.words.says("none", heard.said.text):
        refused = (*frame.refused, *(option.value for option in asked.options))
        return go_on(heard.state, replace(frame, refused=refused), frame.slots, why="none of those offered")
    return None


def _by_hour(heard: Heard, intent: Intent | None) -> Option | None:
    """The one offered whose day or hour stands in words of which nothing was understood ("ten is fine")."""
    if intent is None or heard.said.slots or heard.denied:
        return None
    if heard.sure and not heard.foreign and heard.said.intent != intent.name:
        return None
    told = values_in(heard, intent, beside=_APPROVING)
    return pick(heard.asked.options, replace(heard.said, slots=told), slot=heard.asked.slot) if told else None


def _human(heard: Heard) -> Step | None:
    if heard.affirmed:
        return replace(heard.state, human=True, asked=None), Handover(
            reason="not_understood", why="accepted the offer"
        )
    if not heard.denied:
        return None
    state = replace(heard.state, asked=None, failures=0)
    if state.frame is not None:
        return go_on(state, state.frame, state.frame.slots, why="goes on without a person")
    return state, Tell(say=(Say("anything_else"),), again=False, why="goes on without a person")


_ANSWERS: Final[Mapping[Pending, Callable[[Heard], Step | None]]] = MappingProxyType(
    {
        Pending.SLOT: _slot,
        Pending.CHOICE: _choice,
        Pending.CONFIRMATION: confirmation,
        Pending.INTENT: guessed,
        Pending.CHANGE: change,
        Pending.HUMAN: _human,
        Pending.UNDO: undo,
    }
)
"""Danger is not among them: it is dealt with before anything else, by its own rule."""
