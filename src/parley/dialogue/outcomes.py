"""What follows from what a skill found by looking, and from what it did."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from parley.contract import Confirmation, Intent, Mention, Outcome, Prepared, Question, Say
from parley.dialogue.acts import Act, Ask, Choose, Confirm, Done, Execute, Handover, Prepare
from parley.dialogue.clock_changes import said_twice, skipped
from parley.dialogue.hearing import Step
from parley.dialogue.merging import missing
from parley.dialogue.state import Frame, Past, State


def after_prepare(
    state: State, prepared: Prepared, *, intents: Mapping[str, Intent], zone: dt.tzinfo, identified: bool = False
) -> Step:
    """What follows from a skill's look at the slots: a question, a summary, the deed, or its last word.

    A clock time that does not exist in the zone, and that the skill has left as it was said, is asked about.
    """
    frame = state.frame
    if frame is None:
        raise ValueError("nothing is being prepared")
    state = state.knowing(prepared.facts)
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
    gap = skipped(frame.slots, zone)
    if gap is not None:
        return state, _question(gap, why="there is no such time on that day")
    lead = said_twice(frame.slots, zone)
    wanted = intent.confirmation is not Confirmation.NONE if prepared.confirm is None else prepared.confirm
    if wanted or (lead and not intent.reads_only):
        return state, Confirm(summary=prepared.summary or Say("confirm"), lead=lead, why="must be confirmed")
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


def _question(question: Question, *, why: str, lead: tuple[Say, ...] = ()) -> Act:
    kind = Choose if question.choices else Ask
    return kind(question=question, lead=lead, why=why)


def _remembering(state: State, frame: Frame, outcome: Outcome) -> State:
    """With what the outcome says about the world, and with the intent among those served."""
    former = tuple(past for past in state.past if frame.replaces is None or past.undo != frame.replaces)
    past = (*former, Past(intent=frame.intent, slots=frame.slots, turn=state.turn, undo=outcome.undo))
    mentions = _mentions(state.mentions, outcome.mentions)
    return replace(
        state.knowing(outcome.facts),
        past=past[-5:],
        mentions=mentions,
        mentioned=state.turn if outcome.mentions else state.mentioned,
        failures=0,
    )


def _mentions(former: tuple[Mention, ...], new: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """What was read out last; of things among those read out before, the others stay within reach."""
    if not {mention.id for mention in new} <= {mention.id for mention in former}:
        return new
    latest = {mention.id: mention for mention in new}
    return tuple(latest.get(mention.id, mention) for mention in former)
