"""What was read back, guessed or just done is agreed to, changed, or refused."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from parley.contract import Intent, Kind, Say
from parley.dialogue.acts import Confirm, Execute, Tell
from parley.dialogue.amending import amended
from parley.dialogue.corrections import taken_back
from parley.dialogue.hearing import Heard, Step
from parley.dialogue.in_context import ends
from parley.dialogue.merging import merge
from parley.dialogue.saying import leaves, new_values
from parley.dialogue.state import Asked, Frame, Pending
from parley.dialogue.steps import dropped, failed, go_on

_SHORT_YES: Final = 4
"""Words of a yes with the deed behind it."""


def confirmation(heard: Heard) -> Step | None:
    """What was read back is agreed to, put right, or refused."""
    asked = heard.asked
    if heard.in_hand is None:
        return None
    frame, intent = heard.in_hand
    other = amended(heard, frame, intent)
    if other is not None:
        return go_on(heard.state, frame, other, why="changed what was read back")
    new = new_values(heard, intent, asked)
    merged = merge(frame.slots, new)
    changes = {name: value for name, value in new.items() if frame.slots.get(name) != merged.get(name)}
    if changes and not leaves(heard, frame):
        return go_on(heard.state, frame, merge(frame.slots, changes), why="corrected the summary")
    if heard.affirmed or heard.insisted or _agrees(heard, frame, new):
        if not _surely_affirmed(heard, frame):
            return _yes_or_no(heard)
        state = replace(heard.state, frame=replace(frame, confirmed=True), asked=None, failures=0)
        return state, Execute(intent=frame.intent, slots=frame.slots, key=state.key(frame), why="confirmed")
    hedged = heard.words.says("hedged", heard.said.text)
    refused = heard.declined and not leaves(heard, frame)
    if refused or (heard.said.intent == "yes" and hedged):
        if _nothing_to_change(frame, intent):
            return dropped(heard.state, why="refused, and nothing in it could be changed")
        state = replace(heard.state, asked=Asked(kind=Pending.CHANGE), failures=0)
        return state, Tell(say=(Say("kept" if ends(frame.intent) else "change"),), again=False, why="no confirmation")
    return None


def _agrees(heard: Heard, frame: Frame, new: Mapping[str, Any]) -> bool:
    """Whether a few words begin with a yes and ask for nothing else ("yes, send"), or repeat what was read back."""
    words, text = heard.words, heard.said.text
    if heard.declined or heard.said.proposed or words.says("hedged", text) or text.rstrip().endswith(("?", "？")):
        return False
    asks_else = heard.sure and heard.said.intent not in (frame.intent, "yes") and not heard.foreign
    short = len(text.split()) <= _SHORT_YES or heard.said.intent == frame.intent
    yes = words.says("begins_yes", text) and short and not asks_else
    return yes or (bool(new) and heard.few_words and not leaves(heard, frame))


def _nothing_to_change(frame: Frame, intent: Intent) -> bool:
    """Whether what was read back is a mere name ("Did you take another one?")."""
    filled = set(frame.slots) & set(intent.slots.model_fields)
    return all(intent.slots.slot_of(name).kind is Kind.NAME for name in filled)


def _surely_affirmed(heard: Heard, frame: Frame) -> bool:
    """Whether it is a yes or the wish itself, whichever of the two ("book it", when it was asked whether to)."""
    if not heard.clear or heard.said.intent != "yes" or heard.words.says("bare_yes", heard.said.text):
        return heard.clear
    same = sum(confidence for intent, confidence in heard.said.alternatives if intent == frame.intent)
    return heard.said.confidence + same >= heard.threshold.act


def _yes_or_no(heard: Heard) -> Step:
    """Ask whether it was a yes, and do not ask for ever."""
    if heard.state.failures + 1 >= heard.rules.failures:
        return failed(heard)
    state = replace(heard.state, failures=heard.state.failures + 1)
    return state, Confirm(summary=Say("again.yes_no"), why="an unsure yes")


def change(heard: Heard) -> Step | None:
    """What shall be different, after what was read back was refused."""
    asked = heard.asked
    if heard.in_hand is None:
        return None
    frame, intent = heard.in_hand
    other = amended(heard, frame, intent)
    if other is not None:
        return go_on(heard.state, frame, other, why="the change that was asked for")
    new = new_values(heard, intent, asked)
    if new and not leaves(heard, frame):
        return go_on(heard.state, frame, merge(frame.slots, new), why="the change that was asked for")
    if heard.denied:
        return dropped(heard.state, why="nothing to change")
    if heard.affirmed:
        return go_on(heard.state, frame, frame.slots, why="as it was, after all")
    return None


def guessed(heard: Heard) -> Step | None:
    """Whether it was meant as it was guessed."""
    frame = heard.state.frame
    if frame is None:
        return None
    if heard.affirmed:
        return go_on(heard.state, replace(frame, confirmed=True), frame.slots, why="that was meant")
    intent = heard.intents.get(frame.intent)
    new = new_values(heard, intent, heard.asked) if intent is not None and not heard.denied else {}
    if new and not leaves(heard, frame):
        return go_on(heard.state, frame, merge(frame.slots, new), why="goes on with it, so it was meant")
    if heard.denied:
        state = replace(heard.state, frame=None, asked=None)
        return state, Tell(say=(Say("say_again"),), again=False, why="something else was meant")
    return None


def undo(heard: Heard) -> Step | None:
    """Whether what was just done shall be taken back."""
    done = heard.state.undoable()
    if heard.affirmed and done is not None:
        return taken_back(heard.state, done)
    if not heard.denied:
        return None
    return replace(heard.state, asked=None, failures=0), Tell(say=(Say("all_right"),), again=False, why="leaves it")
