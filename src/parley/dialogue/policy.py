"""What to do next. Rules are tried from the top; the first that has an answer decides.

The table of intents says what each one needs; nothing here knows any skill by name.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from typing import Any, Final

from parley.contract import Confirmation, Intent, Mention, Outcome, Prepared, Question, Role, Say
from parley.dialogue.acts import (
    Act,
    Ask,
    Choose,
    Clarify,
    Confirm,
    Done,
    Execute,
    Handover,
    Prepare,
    Repeat,
    StopContact,
    Tell,
)
from parley.dialogue.answers import answered, dropped, failed, go_on
from parley.dialogue.core import conversational
from parley.dialogue.corrections import corrected, undone
from parley.dialogue.danger import endangered
from parley.dialogue.hearing import Heard, Step
from parley.dialogue.in_context import in_context
from parley.dialogue.merging import fitting, merge, missing
from parley.dialogue.references import carried, early, resolved, taken_up
from parley.dialogue.rules import RULES, Rules
from parley.dialogue.state import Frame, Past, Pending, State
from parley.understanding.result import OUT_OF_SCOPE, Understanding

_RANKS: Final = tuple(Role)
"""From the least trusted to the most."""
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
) -> Step:
    """The act that answers one utterance, and the state after it."""
    state = state.aged(now, minutes=rules.context_minutes, turns=rules.context_turns)
    understanding = in_context(state, understanding, intents, home=home)
    heard = Heard(state=state, said=understanding, intents=intents, rules=rules, now=now)
    if not _allowed(heard, role):
        return state, Tell(say=(Say("not_allowed"),), why="needs another role")
    for rule in _RULES:
        step = rule(heard)
        if step is not None:
            return _with_further_wishes(step, heard)
    return failed(heard)


def after_prepare(
    state: State, prepared: Prepared, *, intents: Mapping[str, Intent], identified: bool = False
) -> Step:
    """What follows from a skill's look at the slots: a question, a summary, the deed, or its last word."""
    frame = state.frame
    if frame is None:
        raise ValueError("nothing is being prepared")
    if prepared.facts:
        known = {**state.facts, **prepared.facts}
        state = replace(state, facts={name: value for name, value in known.items() if value is not None})
    if prepared.outcome is not None:
        return after_execute(replace(state, frame=frame.with_slots(prepared.slots.filled())), prepared.outcome)
    fields = type(prepared.slots).model_fields
    beside = {name: value for name, value in frame.slots.items() if name not in fields}
    frame = frame.with_slots({**beside, **prepared.slots.filled()})
    state = replace(state, frame=frame)
    if prepared.ask is not None:
        return state, _question(prepared.ask, why="the skill asks")
    intent = intents[frame.intent]
    slot = missing(frame.slots, intent, identified=identified)
    if slot is not None:
        return state, Ask(question=Question(slot=slot, say=Say(f"ask.{slot}")), why=f"{slot} is required")
    wanted = intent.confirmation is not Confirmation.NONE if prepared.confirm is None else prepared.confirm
    if wanted:
        return state, Confirm(summary=prepared.summary or Say("confirm"), why="must be confirmed")
    return state, Execute(intent=frame.intent, slots=frame.slots, key=state.key(frame), why="everything is known")


def after_execute(state: State, outcome: Outcome) -> Step:
    """What follows from what a skill did."""
    frame = state.frame
    if frame is None:
        raise ValueError("nothing was being done")
    state = _remembering(state, frame, outcome)
    if outcome.handover is not None:
        closed = replace(state.closed(), human=True)
        told = outcome.handover
        return closed, Handover(reason=told.reason, summary=told.summary, say=outcome.say, why="the skill hands over")
    if outcome.ask is not None:
        return state, _question(outcome.ask, why="the skill goes on asking", lead=outcome.say)
    changed = (Say("changed"),) if frame.replaces is not None and outcome.executed else ()
    state = replace(state, frame=None, asked=None, over=state.over or outcome.ends)
    return state, Done(
        say=(*changed, *outcome.say), events=outcome.events, why="done" if outcome.executed else "not done"
    )


def resumed(state: State) -> Step | None:
    """The next of what waits: a further wish of the same breath, else what a side question interrupted."""
    if state.over or state.frame is not None:
        return None
    if state.held:
        first, *rest = state.held
        state = replace(state.opened(first.intent, first.slots), held=tuple(rest))
        return state, Prepare(intent=first.intent, slots=first.slots, why="the second wish")
    if state.suspended:
        *rest, last = state.suspended
        state = replace(state, frame=last, suspended=tuple(rest))
        return state, Prepare(intent=last.intent, slots=last.slots, lead=(Say("back"),), why="back to what was left")
    return None


def _stops_contact(heard: Heard) -> Step | None:
    return (heard.state, StopContact(why="wants no more messages")) if heard.said.stop_contact else None


def _asks_again(heard: Heard) -> Step | None:
    if heard.state.said and heard.words.says("asks_again", heard.said.text):
        return heard.state, Repeat(why="did not hear it")
    return None


def _waits(heard: Heard) -> Step | None:
    if heard.words.says("wait", heard.said.text):
        return heard.state, Tell(say=(Say("take_your_time"),), again=False, why="wants a moment")
    return None


def _gives_up(heard: Heard) -> Step | None:
    busy = heard.state.frame is not None and heard.state.asked is not None
    return dropped(heard.state, why="changed their mind") if busy and heard.given_up and not heard.insisted else None


def _asks_for_it(heard: Heard) -> Step | None:
    """A skill's intent, new or as a side question."""
    intent = heard.intent
    if intent is None or heard.foreign or heard.said.confidence < heard.threshold.ask:
        return None
    slots = _slots(heard, intent)
    frame = heard.state.frame
    if not heard.sure:
        if heard.state.asked is not None:
            return None
        state = heard.state.opened(intent.name, slots)
        return state, Clarify(intent=intent.name, why="not sure enough")
    if frame is not None and frame.intent == intent.name and heard.state.asked is not None:
        return go_on(heard.state, frame, merge(frame.slots, slots), why="said more about it")
    state = heard.state
    if frame is not None and state.asked is not None:
        kept = (*state.suspended, frame) if _comes_back(frame, intent) else ()
        state = replace(state, suspended=kept)
    state = replace(state.opened(intent.name, slots), failures=0)
    return state, Prepare(intent=intent.name, slots=slots, why="asked for it")


def _takes_up(heard: Heard) -> Step | None:
    """One of the things just read out is taken: the first free time, say, which is then booked."""
    mention = taken_up(heard.state, heard.said)
    if mention is None or mention.takes_up not in heard.intents:
        return None
    slots = dict(mention.slots) or {mention.slot: mention.id}
    state = replace(heard.state.opened(mention.takes_up, slots), failures=0)
    return state, Prepare(intent=mention.takes_up, slots=slots, why="took what was read out")


def _goes_on_from_before(heard: Heard) -> Step | None:
    """Little more than values, and nothing open: they belong to the question before ("and tomorrow?", "뉴욕은?")."""
    follows = heard.words.says("follow_up", heard.said.text)
    if heard.state.asked is not None or not heard.said.slots or not (follows or (heard.foreign and heard.elliptic)):
        return None
    past = heard.state.past[-1] if heard.state.past else None
    intent = heard.intents.get(past.intent) if past is not None else None
    if past is None or intent is None or not intent.reads_only or not heard.terse:
        return None
    new = fitting(resolved(heard.state, heard.said, intent), intent, source=heard.intent, asked=None)
    if len(new) < len(heard.said.slots):
        return None
    slots = merge(past.slots, new)
    return heard.state.opened(intent.name, slots), Prepare(intent=intent.name, slots=slots, why="follows up")


def _declines(heard: Heard) -> Step | None:
    """Surely nothing of ours: said so, without guessing; an open question is asked again."""
    if heard.said.intent != OUT_OF_SCOPE or not heard.sure:
        return None
    failures = heard.state.failures + 1 if heard.state.asked is not None else 0
    if failures >= heard.rules.failures:
        return failed(heard)
    return replace(heard.state, failures=failures), Tell(
        say=(Say("out_of_scope"),), why="nothing that is served here"
    )


_RULES: Final[tuple[Callable[[Heard], Step | None], ...]] = (
    endangered,
    _stops_contact,
    _asks_again,
    _waits,
    _gives_up,
    undone,
    answered,
    corrected,
    _takes_up,
    conversational,
    _goes_on_from_before,
    _asks_for_it,
    _declines,
)
"""In the order in which they are tried."""


def _slots(heard: Heard, intent: Intent) -> dict[str, Any]:
    """What was said for an intent, with references and what an elliptic question takes over."""
    said = fitting(resolved(heard.state, early(heard.said, intent), intent), intent, source=intent, asked=None)
    return merge(carried(heard.state, heard.said, intent), said)


def _comes_back(frame: Frame, intent: Intent) -> bool:
    """Whether the interrupted work is taken up again: not when the new wish is about the same matter."""
    same_matter = frame.intent.partition(".")[0] == intent.name.partition(".")[0]
    return intent.anytime or intent.reads_only or not same_matter


def _allowed(heard: Heard, role: Role) -> bool:
    """Identity is the skill's to settle; only what is for staff is refused here."""
    intent = heard.intent
    return intent is None or intent.role not in _STAFF or _RANKS.index(role) >= _RANKS.index(intent.role)


def _with_further_wishes(step: Step, heard: Heard) -> Step:
    """Second wishes of the same breath wait until the first is done."""
    state, act = step
    held = tuple(
        Frame(intent=wish.intent, slots=dict(wish.slots))
        for wish in heard.said.also
        if wish.intent in heard.intents and wish.confidence >= heard.rules.of(wish.intent).act
    )
    return (replace(state, held=(*state.held, *held)), act) if held else step


def _question(question: Question, *, why: str, lead: tuple[Say, ...] = ()) -> Act:
    kind = Choose if question.choices else Ask
    return kind(question=question, lead=lead, why=why)


def _remembering(state: State, frame: Frame, outcome: Outcome) -> State:
    """With what the outcome says about the world, and with the intent among those served."""
    facts = {**state.facts, **outcome.facts}
    former = tuple(past for past in state.past if frame.replaces is None or past.undo != frame.replaces)
    past = (*former, Past(intent=frame.intent, slots=frame.slots, turn=state.turn, undo=outcome.undo))
    mentions: tuple[Mention, ...] = outcome.mentions or state.mentions
    return replace(
        state,
        facts={name: value for name, value in facts.items() if value is not None},
        past=past[-5:],
        mentions=mentions,
        mentioned=state.turn if outcome.mentions else state.mentioned,
        failures=0,
    )


__all__ = ["Pending", "after_execute", "after_prepare", "decide", "resumed"]
