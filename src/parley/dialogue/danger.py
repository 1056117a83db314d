"""An emergency: said at once, in force until it is clearly undone, and never undone by one misheard "no"."""

import re
from dataclasses import replace
from typing import Final

from parley.contract import Say
from parley.dialogue.acts import Emergency, EmergencyDoubt, Handover, Tell
from parley.dialogue.hearing import Heard, Step
from parley.dialogue.state import Danger, Pending

_ROW: Final = re.compile(r"\d{7}")


def endangered(heard: Heard) -> Step | None:
    """The act while somebody may be in danger; None when nobody is."""
    said, danger = heard.said, heard.state.danger
    meant = said.intent == "emergency" and heard.sure and not _held_down(said.text)
    declared = said.emergency or (_type(heard) if meant else None)
    if declared is not None and not (danger is not None and _denies(heard)):
        first = danger is None or danger.kind != declared
        state = replace(heard.state, danger=Danger(kind=declared), asked=None, failures=0)
        return state, Emergency(kind=declared, first=first, why="words of an emergency")
    if danger is None:
        return None
    if _denies(heard):
        if danger.denials == 0:
            doubted = replace(heard.state, danger=replace(danger, denials=1))
            return doubted, EmergencyDoubt(why="one denial does not undo an emergency")
        state = replace(heard.state, danger=None, asked=None)
        return state, Tell(say=(Say("emergency.undone"),), again=False, why="denied twice")
    if heard.said.intent == "agent.handover" or (_offered(heard) and heard.affirmed):
        return replace(heard.state, human=True), Handover(
            reason="emergency", why="asked for a person in an emergency"
        )
    state = replace(heard.state, danger=replace(danger, denials=0))
    return state, Emergency(kind=danger.kind, first=False, why="the emergency is still in force")


def _denies(heard: Heard) -> bool:
    """Words that take it back, or a no to the offer of a person. Of "is everybody safe?" only a yes takes it back."""
    if heard.words.says("denies_danger", heard.said.text):
        return True
    asked = heard.state.asked
    if asked is not None and asked.kind is Pending.MORE_DANGER:
        return heard.affirmed
    return heard.denied and heard.said.emergency is None


def _held_down(text: str) -> bool:
    """Whether a key was held down, or leant upon: more digits in a row than numbers for help have, and no word."""
    return _ROW.search(text) is not None and not any(sign.isalpha() for sign in text)


def _offered(heard: Heard) -> bool:
    return heard.state.asked is not None and heard.state.asked.kind is Pending.HUMAN


def _type(heard: Heard) -> str:
    return str(heard.said.slots.get("emergency_type", "unknown"))
