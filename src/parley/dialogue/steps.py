"""What follows from a turn whatever was asked: go on with the work, leave it, or say that it was not understood."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from parley.contract import Say
from parley.dialogue.acts import Fallback, OfferHuman, Prepare, Tell
from parley.dialogue.hearing import Heard, Step
from parley.dialogue.state import Frame, Pending, State


def failed(heard: Heard) -> Step:
    """It was not understood: rephrase, and after two failures offer a person."""
    state = replace(heard.state, failures=heard.state.failures + 1)
    if heard.rules.human and state.failures >= heard.rules.failures and not asks_human(state):
        return replace(state, failures=0), OfferHuman(why="not understood again")
    return state, Fallback(slot=state.asked.slot if state.asked is not None else None, why="not understood")


def asks_human(state: State) -> bool:
    """Whether the question is open whether a person shall take over."""
    return state.asked is not None and state.asked.kind is Pending.HUMAN


def go_on(state: State, frame: Frame, slots: Mapping[str, Any], *, why: str, lead: tuple[Say, ...] = ()) -> Step:
    """Work on a frame with these slots."""
    frame = frame.with_slots(slots)
    state = replace(state, frame=frame, asked=None, failures=0)
    return state, Prepare(intent=frame.intent, slots=frame.slots, why=why, lead=lead)


def dropped(state: State, *, why: str) -> Step:
    """Leave what was being done, and everything that waited behind it."""
    return replace(state.closed(), failures=0), Tell(say=(Say("dropped"),), again=False, why=why)
