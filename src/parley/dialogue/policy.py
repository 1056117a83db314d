"""What to do next. Rules are tried from the top; the first that has an answer decides.

The table of intents says what each one needs; nothing here knows any skill by name.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from functools import partial
from typing import Any, Final

from parley.contract import Intent, Kind, Role, Say
from parley.dialogue.acts import Clarify, OfferHuman, Prepare, Repeat, StopContact, Tell
from parley.dialogue.answers import answered
from parley.dialogue.core import conversational
from parley.dialogue.corrections import corrected, undone
from parley.dialogue.danger import endangered
from parley.dialogue.ellipsis import goes_on_from_before
from parley.dialogue.hearing import Heard, Known, Named, Step, nothing_known, nothing_named
from parley.dialogue.in_context import ends, in_context
from parley.dialogue.merging import fitting, merge
from parley.dialogue.reading import values_in
from parley.dialogue.references import carried, early, of_that_day, resolved, taken_up
from parley.dialogue.rules import RULES, Rules
from parley.dialogue.saying import asks_for_name
from parley.dialogue.sooner_later import shifted
from parley.dialogue.spotting import spotted
from parley.dialogue.state import Asked, Frame, Pending, State
from parley.dialogue.steps import asks_human, dropped, failed, go_on
from parley.understanding.result import OUT_OF_SCOPE, Understanding

Rule = Callable[[Heard], Step | None]
"""Answers an utterance, or leaves it to the next rule."""
_RANKS: Final = tuple(Role)
"""From the least trusted to the most."""
_BRIEF: Final = 2
"""Words up to which an answer to a question was rather misheard than is a wish that nobody serves."""
_VALUES: Final = frozenset({Pending.SLOT, Pending.CHOICE})
"""Questions that are answered by a value; the wish once more, and nothing new in it, is none."""
_STAFF: Final = frozenset({Role.FRONT_DESK, Role.NURSE})


def decide(
    state: State,
    understanding: Understanding,
    *,
    intents: Mapping[str, Intent],
    now: dt.datetime,
    rules: Rules = RULES,
    role: Role = Role.ANYONE,
    home: Set[str] = frozenset(),
    named: Named = nothing_named,
    known: Known = nothing_known,
) -> Step:
    """The act that answers one utterance, and the state after it."""
    state = state.aged(now, minutes=rules.context_minutes, turns=rules.context_turns)
    understanding = in_context(state, understanding, intents, home=home)
    heard = Heard(
        state=state,
        said=understanding,
        intents=intents,
        rules=rules,
        now=now,
        home=home,
        named=named,
        known=known,
    )
    allowed: Rule = partial(_refused, role=role)
    for rule in (*_INTERCEPTORS, allowed, *_RULES):
        step = rule(heard)
        if step is not None:
            return _with_further_wishes(step, heard)
    return failed(heard)


def _stops_contact(heard: Heard) -> Step | None:
    """In every state; a question that is open stays open."""
    return (heard.state, StopContact(why="wants no more messages")) if heard.said.stop_contact else None


def _refused(heard: Heard, *, role: Role) -> Step | None:
    """What is for staff alone; who a patient is, the skill settles."""
    if _allowed(heard, role):
        return None
    return heard.state, Tell(say=(Say("not_allowed"),), why="needs another role")


def _asks_again(heard: Heard) -> Step | None:
    if heard.state.said and heard.words.says("asks_again", heard.said.text):
        return heard.state, Repeat(why="did not hear it")
    return None


def _waits(heard: Heard) -> Step | None:
    if heard.words.says("wait", heard.said.text):
        return heard.state, Tell(say=(Say("take_your_time"),), again=False, why="wants a moment")
    return None


def _hardly_heard(heard: Heard) -> Step | None:
    """Words that the recogniser hardly made out decide nothing. A name it may not know, and that is read back; and
    who takes up the offer of a person is put through.
    """
    if heard.said.recognised >= heard.rules.threshold.ask:
        return None
    return None if asks_for_name(heard) or (asks_human(heard.state) and heard.affirmed) else failed(heard)


def _wants_a_call(heard: Heard) -> Step | None:
    """ "Call me back", on a line that was opened for one thing: a person is offered."""
    if not heard.home or not heard.rules.human or not heard.words.says("calls_back", heard.said.text):
        return None
    return replace(heard.state, failures=0), OfferHuman(sorry=False, why="wants to be called back")


def _gives_up(heard: Heard) -> Step | None:
    busy = heard.state.frame is not None and heard.state.asked is not None
    if busy and heard.asked.kind is Pending.INTENT and heard.words.says("cancels_it", heard.said.text):
        return dropped(heard.state, why="it was not meant")
    return dropped(heard.state, why="changed their mind") if busy and heard.given_up and not heard.insisted else None


def _asks_for_it(heard: Heard) -> Step | None:
    """A skill's intent, new or as a side question."""
    intent = heard.intent
    if intent is None or heard.foreign or heard.conversational or heard.confidence < heard.threshold.ask:
        return None
    slots = _slots(heard, intent)
    frame = heard.state.frame
    if not heard.sure:
        if heard.state.asked is not None:
            return None
        state = heard.state.opened(intent.name, slots)
        return state, Clarify(intent=intent.name, why="not sure enough")
    if frame is not None and heard.state.asked is not None and frame.intent != intent.name and heard.elliptic:
        return None  # values alone that answer nothing open no other matter
    if frame is not None and frame.intent == intent.name and heard.state.asked is not None:
        merged = merge(frame.slots, slots)
        if heard.asked.kind in _VALUES and not heard.said.slots and merged == frame.slots:
            return failed(heard)
        return go_on(heard.state, frame, merged, why="said more about it")
    state = heard.state
    if frame is not None and state.asked is not None:
        kept = (*state.suspended, frame) if _wanted(frame, state.asked) and _comes_back(frame, intent) else ()
        state = replace(state, suspended=kept)
    state = replace(state.opened(intent.name, slots), failures=0)
    return state, Prepare(intent=intent.name, slots=slots, why="asked for it")


def _asks_about_the_house(heard: Heard, *, at_home: bool) -> Step | None:
    """Where it is, what it costs: answered beside whatever is being done. Away from home only what is nobody's."""
    if heard.said.also or heard.affirmed or (heard.state.asked is not None and _dictated(heard)):
        return None
    if not at_home and heard.sure and not heard.foreign:
        return None
    frame = heard.state.frame
    says = heard.known({**(frame.slots if frame is not None else {}), **heard.said.slots}, at_home)
    return (replace(heard.state, failures=0), Tell(say=says, why="about the house")) if says else None


def _dictated(heard: Heard) -> bool:
    """Whether the words may be the text that was asked for."""
    frame, slot = heard.state.frame, heard.asked.slot
    intent = heard.intents.get(frame.intent) if frame is not None else None
    if intent is None or slot not in intent.slots.model_fields:
        return False
    return intent.slots.slot_of(slot).kind is Kind.TEXT


def _looks_further(heard: Heard) -> Step | None:
    """ "Anything later that day?", of the times that were just read out."""
    last = heard.state.past[-1] if heard.state.past else None
    intent = heard.intents.get(last.intent) if last is not None else None
    if last is None or intent is None or not intent.reads_only or heard.state.asked is not None:
        return None
    if heard.state.turn - max(last.turn, heard.state.mentioned) > 1:
        return None
    frame = shifted(heard, Frame(intent=last.intent, slots=last.slots), intent)
    if frame is None:
        return None
    state = heard.state.opened(frame.intent, frame.slots)
    opened = replace(frame, number=state.frames)
    return replace(state, frame=opened, failures=0), Prepare(
        intent=frame.intent, slots=frame.slots, why="looks further"
    )


def _takes_up(heard: Heard) -> Step | None:
    """One of the things just read out is taken: the first free time, say, which is then booked."""
    mention = taken_up(heard.state, heard.said, read=lambda name: values_in(heard, heard.intents[name]))
    if mention is None or mention.takes_up not in heard.intents:
        return None
    slots = dict(mention.slots) or {mention.slot: mention.id}
    frame = heard.state.frame
    if frame is not None and frame.intent == mention.takes_up:
        return go_on(heard.state, frame, merge(frame.slots, slots), why="took what was read out")
    state = replace(heard.state.opened(mention.takes_up, slots), failures=0)
    return state, Prepare(intent=mention.takes_up, slots=slots, why="took what was read out")


def _names_what_is_done_here(heard: Heard) -> Step | None:
    """Taken for nobody's wish, but it names what this very line is for ("a cleaning on Tuesday"), or may be that."""
    if not heard.foreign or heard.state.asked is not None:
        return None
    for name, confidence in heard.said.alternatives:
        intent = heard.intents.get(name)
        if intent is None or name not in heard.home:
            continue
        named = spotted(heard, intent, {})
        slots = merge(values_in(heard, intent, beside=len(heard.said.text)), named)
        if set(named) & set(intent.required):
            return heard.state.opened(name, slots), Prepare(intent=name, slots=slots, why="named what is done here")
        if not heard.sure and min(confidence, heard.said.recognised) >= heard.threshold.ask:
            return heard.state.opened(name, slots), Clarify(intent=name, why="perhaps what is done here")
    return None


def _declines(heard: Heard) -> Step | None:
    """Surely nothing of ours: said so, and an open question asked again; at last a person is offered."""
    if heard.said.intent != OUT_OF_SCOPE or not heard.sure:
        return None
    state, declined = replace(heard.state, failures=heard.state.failures + 1), (Say("out_of_scope"),)
    often = state.failures >= heard.rules.failures
    if state.asked is not None and (often or len(heard.said.text.split()) <= _BRIEF):
        return failed(heard)
    if often and heard.rules.human:
        return replace(state, failures=0), OfferHuman(sorry=False, lead=declined, why="again nothing that is served")
    return state, Tell(say=declined, why="nothing that is served here")


_INTERCEPTORS: Final[tuple[Rule, ...]] = (endangered, _stops_contact)
"""On every turn, whoever speaks and whatever is being asked."""

_RULES: Final[tuple[Rule, ...]] = (
    _asks_again,
    _waits,
    _hardly_heard,
    _wants_a_call,
    _gives_up,
    partial(_asks_about_the_house, at_home=True),
    undone,
    _looks_further,
    _takes_up,
    answered,
    corrected,
    conversational,
    goes_on_from_before,
    partial(_asks_about_the_house, at_home=False),
    _asks_for_it,
    _names_what_is_done_here,
    _declines,
)
"""In the order in which they are tried."""


def _slots(heard: Heard, intent: Intent) -> dict[str, Any]:
    """What was said for an intent, with references and what an elliptic question takes over."""
    said = fitting(resolved(heard.state, early(heard.said, intent), intent), intent, source=intent, asked=None)
    said |= spotted(heard, intent, {**heard.state.facts, **said})
    said |= of_that_day(heard.state, heard.said, intent)
    return merge(carried(heard.state, heard.said, intent, heard.intents), said)


def _wanted(frame: Frame, asked: Asked) -> bool:
    """Whether it is known to be wished: not while it is being asked whether it was, nor an end that was refused."""
    return asked.kind is not Pending.INTENT and not (asked.kind is Pending.CHANGE and ends(frame.intent))


def _comes_back(frame: Frame, intent: Intent) -> bool:
    """Whether the interrupted work is taken up again: not when the new wish is about the same matter."""
    same_matter = frame.intent.partition(".")[0] == intent.name.partition(".")[0]
    return intent.anytime or intent.reads_only or not same_matter


def _allowed(heard: Heard, role: Role) -> bool:
    """Identity is the skill's to settle; only what is for staff is refused here."""
    intent = heard.intent
    return intent is None or intent.role not in _STAFF or _RANKS.index(role) >= _RANKS.index(intent.role)


def _with_further_wishes(step: Step, heard: Heard) -> Step:
    """Second wishes of the same breath wait until the first is done; one that waits already waits once."""
    state, act = step
    held = tuple(
        Frame(intent=wish.intent, slots=dict(wish.slots))
        for wish in heard.said.also
        if wish.intent in heard.intents
        and min(wish.confidence, heard.said.recognised) >= heard.rules.of(wish.intent).act
    )
    before = tuple(frame for frame in state.held if frame.intent not in {wish.intent for wish in held})
    return (replace(state, held=(*before, *held)), act) if held else step
