"""The person answers what was asked, or does not."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from parley.contract import Confirmation, Intent, Kind, Say
from parley.dialogue.acts import Confirm, Execute, Fallback, Handover, OfferHuman, Prepare, Tell
from parley.dialogue.amending import amended, settles
from parley.dialogue.choices import pick
from parley.dialogue.corrections import taken_back
from parley.dialogue.hearing import Heard, Step
from parley.dialogue.in_context import domain_of, ends
from parley.dialogue.merging import fitting, merge
from parley.dialogue.reading import values_in
from parley.dialogue.references import early, resolved
from parley.dialogue.sooner_later import shifted
from parley.dialogue.spotting import spotted
from parley.dialogue.state import Asked, Frame, Option, Pending, State

_WORDY: Final = frozenset({Kind.TEXT, Kind.NAME})
_BRIEF: Final = 2
"""Words up to which small talk is small talk where a text is dictated."""
_WHEN: Final = frozenset({Kind.DATE, Kind.TIME})
_HARDLY_MORE: Final = 1
"""Words beside a value that nothing else tells from a mere word: "for four people" is no hour."""
_APPROVING: Final = 2
"""Words beside one of the hours that were offered: "ten is fine"."""
_PLAINLY: Final = 0.95
_SHORT_YES: Final = 4
"""Words of a yes with the deed behind it."""
_FULL_NAME: Final = 3
"""Words of a full name, as it is given when it is asked for."""
_LONGEST_NAME: Final = 5
"""Words up to which something not understood may be a name."""


def answered(heard: Heard) -> Step | None:
    """What follows from an answer to the open question; None when it was no answer."""
    if heard.state.asked is None:
        return None
    answer = _ANSWERS.get(heard.asked.kind)
    return _another_time(heard) or (answer(heard) if answer is not None else None)


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


def _another_time(heard: Heard) -> Step | None:
    """Sooner or later than what is in hand."""
    frame = heard.state.frame
    intent = heard.intents.get(frame.intent) if frame is not None else None
    moved = shifted(heard, frame, intent) if frame is not None and intent is not None else None
    return go_on(heard.state, moved, moved.slots, why="wants another time") if moved is not None else None


def _slot(heard: Heard) -> Step | None:
    asked = heard.asked
    frame = heard.state.frame
    intent = heard.intents.get(frame.intent) if frame is not None else None
    if frame is None or intent is None:
        return None
    if _names(intent, asked) and not any(sign.isalpha() for sign in heard.said.text):
        return failed(heard)  # a key that was pressed by mistake names nobody, and corrects nothing
    new = _new_values(heard, intent, asked) or _no_matter(heard, intent, asked)
    if set(new) == {asked.slot} and _names(intent, asked):
        new = {**new, asked.slot: _whole_name(heard, str(new[asked.slot]))}
    if not new and _takes_words(heard, intent, asked):
        words = {asked.slot: _words(heard, intent, asked.slot)}
        return go_on(heard.state, frame, merge(frame.slots, words), why=f"the words answer {asked.slot}")
    if new and (asked.slot in new or not _leaves(heard, frame)) and not (asked.slot in new and _leaves(heard, frame)):
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
    if option is not None and (heard.few_words or not _leaves(heard, frame)):
        frame = replace(frame, offered=asked.options, chose=asked.slot)
        chosen = merge(frame.slots, settles(option, frame, intent, heard))
        return go_on(heard.state, frame, chosen, why="chose one of those offered")
    new = _new_values(heard, intent, asked) if intent is not None else {}
    if new and not _leaves(heard, frame):
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


def _confirmation(heard: Heard) -> Step | None:
    asked = heard.asked
    frame = heard.state.frame
    intent = heard.intents.get(frame.intent) if frame is not None else None
    if frame is None or intent is None:
        return None
    other = amended(heard, frame, intent)
    if other is not None:
        return go_on(heard.state, frame, other, why="changed what was read back")
    new = _new_values(heard, intent, asked)
    merged = merge(frame.slots, new)
    changes = {name: value for name, value in new.items() if frame.slots.get(name) != merged.get(name)}
    if changes and not _leaves(heard, frame):
        return go_on(heard.state, frame, merge(frame.slots, changes), why="corrected the summary")
    if heard.affirmed or heard.insisted or _agrees(heard, frame, new):
        if not _surely_affirmed(heard, frame):
            return _yes_or_no(heard)
        state = replace(heard.state, frame=replace(frame, confirmed=True), asked=None, failures=0)
        return state, Execute(intent=frame.intent, slots=frame.slots, key=state.key(frame), why="confirmed")
    hedged = heard.words.says("hedged", heard.said.text)
    refused = heard.declined and not _leaves(heard, frame)
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
    return yes or (bool(new) and heard.few_words and not _leaves(heard, frame))


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


def _undo(heard: Heard) -> Step | None:
    done = heard.state.undoable()
    if heard.affirmed and done is not None:
        return taken_back(heard.state, done)
    if not heard.denied:
        return None
    return replace(heard.state, asked=None, failures=0), Tell(say=(Say("all_right"),), again=False, why="leaves it")


def _intent(heard: Heard) -> Step | None:
    frame = heard.state.frame
    if frame is None:
        return None
    if heard.affirmed:
        return go_on(heard.state, replace(frame, confirmed=True), frame.slots, why="that was meant")
    intent = heard.intents.get(frame.intent)
    new = _new_values(heard, intent, heard.asked) if intent is not None and not heard.denied else {}
    if new and not _leaves(heard, frame):
        return go_on(heard.state, frame, merge(frame.slots, new), why="goes on with it, so it was meant")
    if heard.denied:
        state = replace(heard.state, frame=None, asked=None)
        return state, Tell(say=(Say("say_again"),), again=False, why="something else was meant")
    return None


def _change(heard: Heard) -> Step | None:
    asked = heard.asked
    frame = heard.state.frame
    intent = heard.intents.get(frame.intent) if frame is not None else None
    if frame is None or intent is None:
        return None
    other = amended(heard, frame, intent)
    if other is not None:
        return go_on(heard.state, frame, other, why="the change that was asked for")
    new = _new_values(heard, intent, asked)
    if new and not _leaves(heard, frame):
        return go_on(heard.state, frame, merge(frame.slots, new), why="the change that was asked for")
    if heard.denied:
        return dropped(heard.state, why="nothing to change")
    if heard.affirmed:
        return go_on(heard.state, frame, frame.slots, why="as it was, after all")
    return None


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
        Pending.CONFIRMATION: _confirmation,
        Pending.INTENT: _intent,
        Pending.CHANGE: _change,
        Pending.HUMAN: _human,
        Pending.UNDO: _undo,
    }
)
"""Danger is not among them: it is dealt with before anything else, by its own rule."""


def _new_values(heard: Heard, intent: Intent, asked: Asked) -> dict[str, Any]:
    """What was said, as slots of the intent in hand."""
    if asked.kind is Pending.CONFIRMATION and heard.words.says("bare_yes", heard.said.text):
        return {}
    said = replace(heard.said, slots=resolved(heard.state, early(heard.said, intent), intent))
    new = fitting(said.slots, intent, source=heard.intent, asked=asked.slot or None)
    if asked.slot not in new:
        known = {} if asked.kind in (Pending.CONFIRMATION, Pending.CHANGE) else _frame_slots(heard)
        new = {**new, **spotted(heard, intent, {**known, **new})}
    unclaimed = heard.foreign or heard.said.intent == intent.name or not heard.sure
    if not new and unclaimed and (asked.kind is Pending.INTENT or _asks_when(intent, asked)):
        return values_in(heard, intent, beside=_HARDLY_MORE)
    settling = asked.kind in (Pending.CONFIRMATION, Pending.CHANGE) and heard.said.intent not in (intent.name, "yes")
    # A business takes a bare hour for its opening hours; here it may be another.
    hours = heard.intent is not None and heard.intent.business_hours != intent.business_hours
    return values_in(heard, intent) or new if settling and (not new or hours) else new


def _asks_when(intent: Intent, asked: Asked) -> bool:
    """Whether a day or an hour is being asked for, so that either is an answer."""
    return asked.slot in intent.slots.model_fields and intent.slots.slot_of(asked.slot).kind in _WHEN


def _frame_slots(heard: Heard) -> Mapping[str, Any]:
    return heard.state.frame.slots if heard.state.frame is not None else {}


def asks_for_name(heard: Heard) -> bool:
    """Whether a name is being asked for that is read back before anything is done."""
    frame, asked = heard.state.frame, heard.state.asked
    intent = heard.intents.get(frame.intent) if frame is not None else None
    if intent is None or asked is None or intent.confirmation is Confirmation.NONE:
        return False
    return _names(intent, asked)


def _names(intent: Intent, asked: Asked) -> bool:
    return asked.slot in intent.slots.model_fields and intent.slots.slot_of(asked.slot).kind is Kind.NAME


def _whole_name(heard: Heard, name: str) -> str:
    """The name with the words around it that can only belong to it, where understanding marked a part."""
    bare, part = heard.words.bare_name(heard.said.text), name.casefold().split()
    brief = len(bare.split()) <= _FULL_NAME and all(sign.isalpha() or sign in " -'’." for sign in bare)
    return bare if brief and bare.casefold().split()[: len(part)] == part else name


def _takes_words(heard: Heard, intent: Intent, asked: Asked) -> bool:
    """Whether the words themselves are the answer: any words for a text, a few for a name."""
    if asked.slot not in intent.slots.model_fields or not heard.said.text.strip() or heard.given_up:
        return False
    kind = intent.slots.slot_of(asked.slot).kind
    if kind not in _WORDY:
        return False
    if kind is Kind.TEXT and intent.confirmation is not Confirmation.NONE:
        return not _steers(heard)
    if heard.said.intent in ("yes", "no", "repeat", "help", "agent.handover"):
        return False
    unclaimed = heard.foreign or heard.said.intent == intent.name or not heard.sure
    if kind is Kind.TEXT:
        return unclaimed
    text = heard.said.text
    other = text.rstrip().endswith(("?", "？")) or heard.words.says("asks", text) or _points(heard)
    return unclaimed and not other and len(heard.words.bare_name(heard.said.text).split()) <= _LONGEST_NAME


def _points(heard: Heard) -> bool:
    """Whether words only point at something, and name nobody."""
    words, text = heard.words, heard.said.text
    return words.place(text) is not None or any(words.says(group, text) for group in ("last", "other", "any", "none"))


def _steers(heard: Heard) -> bool:
    """Whether words are about the conversation and no part of a text that is dictated, and read back before it is
    used: "bye" is, "bye, see you on Monday" is not."""
    said, brief = heard.said, len(heard.said.text.split()) <= _BRIEF
    if not heard.sure:
        return False
    if heard.conversational and not heard.foreign:
        return brief or said.intent in ("agent.handover", "language.switch", "repeat")
    asks = heard.intent is not None and heard.intent.anytime and not heard.foreign
    return asks and said.confidence >= _PLAINLY


def _words(heard: Heard, intent: Intent, slot: str) -> str:
    """The answer as it was said; of a name only the name."""
    if intent.slots.slot_of(slot).kind is Kind.NAME:
        return heard.words.bare_name(heard.said.text)
    return heard.said.text.strip()


def _leaves(heard: Heard, frame: Frame) -> bool:
    """Whether the words surely ask for something else, although they hold a value that would fit."""
    other = heard.said.intent
    if heard.foreign or other in (frame.intent, "yes", "no") or heard.elliptic or heard.follows:
        return False
    if heard.asked.kind is Pending.CHANGE and heard.said.confidence >= heard.rules.leaves and not heard.few_words:
        return True
    here, there = heard.intents.get(frame.intent), heard.intent
    revises = (
        here is not None and there is not None and not there.anytime and domain_of(other) == domain_of(frame.intent)
    )
    sure = heard.said.confidence >= heard.rules.leaves
    return sure and not (revises and other != frame.intent and heard.said.confidence < 0.95)
