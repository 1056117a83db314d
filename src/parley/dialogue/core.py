"""The intents of conversation itself: greeting, thanks, farewell, help, repeat, language, a person."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from parley.contract import LANGUAGES, Language, Say
from parley.dialogue.acts import Goodbye, Handover, OfferHuman, Repeat, SwitchLanguage, Tell
from parley.dialogue.hearing import Heard, Step
from parley.dialogue.state import Pending
from parley.dialogue.steps import failed

_HARMLESS: Final = frozenset({"smalltalk.greet", "smalltalk.thanks", "help", "repeat", "yes", "no"})
"""What costs nothing where it was not meant."""


def conversational(heard: Heard) -> Step | None:
    """The act for an intent that no skill serves; None when a skill does, or when it is not sure."""
    act = _ACTS.get(heard.said.intent)
    if act is None or heard.confidence < heard.threshold.ask:
        return None
    if heard.sure or heard.said.intent in _HARMLESS:
        return act(heard)
    return _unsure(heard)


def _unsure(heard: Heard) -> Step | None:
    """What would end or change the conversation is not done on a guess: a person is offered, or more is asked for."""
    if heard.said.intent == "smalltalk.bye" and heard.state.asked is None:
        return heard.state, Tell(say=(Say("anything_else"),), why="perhaps takes leave")
    if heard.said.intent != "agent.handover" or not heard.rules.human:
        return None
    return replace(heard.state, failures=0), OfferHuman(sorry=False, why="perhaps wants a person")


def summary_of(heard: Heard) -> str:
    """What a person who takes over is told: what was being done, and with which values."""
    frame = heard.state.frame
    if frame is None:
        return ""
    values = ", ".join(f"{name}: {value}" for name, value in frame.slots.items())
    return f"{frame.intent} ({values})" if values else frame.intent


def _tell(key: str) -> Callable[[Heard], Step]:
    def tell(heard: Heard) -> Step:
        return replace(heard.state, failures=0), Tell(say=(Say(key),), why=heard.said.intent)

    return tell


def _bye(heard: Heard) -> Step:
    return replace(heard.state.closed(), over=True), Goodbye(why="the person takes leave")


def _thanks(heard: Heard) -> Step:
    return replace(heard.state, failures=0), Tell(say=(Say("thanks"),), why="thanked")


def _repeat(heard: Heard) -> Step:
    return heard.state, Repeat(why="asked to hear it again")


def _handover(heard: Heard) -> Step:
    if not heard.rules.human:
        return heard.state, Tell(say=(Say("no_human"),), why="nobody to hand over to")
    reason = str(heard.said.slots.get("reason", "asked"))
    return replace(heard.state, human=True), Handover(
        reason=reason, summary=summary_of(heard), why="asked for a person"
    )


def _switch(heard: Heard) -> Step:
    target = heard.said.slots.get("language", heard.said.language)
    spoken: Language | None = next((language for language in LANGUAGES if language == target), None)
    state = heard.state if spoken is None else replace(heard.state, language=spoken)
    return state, SwitchLanguage(language=spoken, why="asked for another language")


def _yes(heard: Heard) -> Step:
    """A yes to nothing in particular; after "anything else?" it is an invitation to go on."""
    if heard.state.asked is not None and heard.state.asked.kind is Pending.CHOICE:
        return heard.state, Tell(say=(Say("which_one"),), why="a yes to several")
    if heard.state.asked is not None:
        return failed(heard)
    return heard.state, Tell(say=(Say("go_ahead"),), why="a yes without a question")


def _no(heard: Heard) -> Step:
    if heard.state.asked is not None and heard.state.asked.kind is not Pending.CHANGE:
        return failed(heard)
    return heard.state, Tell(say=(Say("all_right"),), again=False, why="a no without a question")


_ACTS: Final[Mapping[str, Callable[[Heard], Step]]] = MappingProxyType(
    {
        "smalltalk.greet": _tell("greet"),
        "smalltalk.thanks": _thanks,
        "smalltalk.bye": _bye,
        "help": _tell("help"),
        "repeat": _repeat,
        "agent.handover": _handover,
        "language.switch": _switch,
        "yes": _yes,
        "no": _no,
    }
)
SPOKEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "greet": "smalltalk.greet",
        "thanks": "smalltalk.thanks",
        "help": "help",
        "no_human": "agent.handover",
        "out_of_scope": "out_of_scope",
    }
)
"""What the person said of the conversation itself, by the words that it is answered with."""
