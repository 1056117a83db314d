"""One turn from understanding to replies: decide, let the skills prepare and execute, and word what is said."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, Literal, overload

from parley.contract import Context, Expectation, Intent, Later, Skill
from parley.dialogue import acts
from parley.dialogue.core import SPOKEN
from parley.dialogue.course import Course
from parley.dialogue.expectation import expected
from parley.dialogue.intents import INTENTS
from parley.dialogue.policy import decide
from parley.dialogue.replies import Replies
from parley.dialogue.result import TurnResult, asks_for
from parley.dialogue.rules import RULES, Rules
from parley.dialogue.serving import Serving
from parley.dialogue.speaking import Speaker
from parley.dialogue.state import State
from parley.understanding.interceptors import intercepted
from parley.understanding.result import OUT_OF_SCOPE, Understanding

__all__ = ["TurnResult", "at_home", "begin", "expectation_of", "table", "take"]

_OF_ITSELF: Final = frozenset({"smalltalk.bye", "agent.handover", "language.switch"})
"""Intents of conversation itself that are acted on."""
_LONGEST_NAME: Final = 3
"""Words that may be a name and tell no language."""


def table(skills: Mapping[str, Skill]) -> dict[str, Intent]:
    """Every intent by its name: those of conversation itself and those of the skills."""
    rows = [*INTENTS, *(intent for skill in skills.values() for intent in skill.intents)]
    return {intent.name: intent for intent in rows}


def at_home(skills: Mapping[str, Skill], context: Context) -> frozenset[str]:
    """The intents of the domain for which the conversation was opened (`context.facts["domain"]`), if any."""
    skill = skills.get(str(context.facts.get("domain", "")))
    return frozenset(intent.name for intent in skill.intents) if skill is not None else frozenset()


def begin(context: Context, *, facts: Mapping[str, Any] | None = None) -> State:
    """The state before the first word."""
    return State(conversation_id=context.conversation_id, language=context.language, facts=dict(facts or {}))


@overload
def take(
    state: State,
    understanding: Understanding,
    skills: Mapping[str, Skill],
    context: Context,
    *,
    rules: Rules = ...,
    later_for: Callable[[str], Later] | None = ...,
    speculative: Literal[False] = ...,
) -> TurnResult: ...
@overload
def take(
    state: State,
    understanding: Understanding,
    skills: Mapping[str, Skill],
    context: Context,
    *,
    rules: Rules = ...,
    later_for: Callable[[str], Later] | None = ...,
    speculative: bool,
) -> TurnResult | None: ...
def take(
    state: State,
    understanding: Understanding,
    skills: Mapping[str, Skill],
    context: Context,
    *,
    rules: Rules = RULES,
    later_for: Callable[[str], Later] | None = None,
    speculative: bool = False,
) -> TurnResult | None:
    """One turn. Everything a skill raises as a ParleyError is said; anything else is a fault and passes through.

    `later_for` gives each skill its own way to ask for later work. A speculative turn changes nothing: it looks ahead
    while the person may still be speaking, and is None as soon as it would have to do something.
    """
    intents, home = table(skills), at_home(skills, context)
    state = state if state.conversation_id else replace(state, conversation_id=context.conversation_id)
    said = intercepted(understanding, channel=context.channel)
    state = _in_language(state, said, rules)
    if _may_be_a_name(said):
        said = replace(said, language=state.language)
    serving = Serving(skills=skills, intents=intents, context=context, later_for=later_for, speculative=speculative)
    before = state
    state, act = decide(
        state,
        said,
        intents=intents,
        now=context.now,
        rules=rules,
        role=context.caller.role,
        home=home,
        named=partial(serving.likely_for, text=said.text, language=state.language),
        known=partial(serving.answer, text=said.text, home=home, state=state),
    )
    speaker = Speaker(Replies.of(skills, formality=rules.formality), intents, context, open_before=before.asked)
    course = Course(state, serving=serving, speaker=speaker)
    course.run(act)
    serving.release(before, course.state)
    if serving.would_change:
        return None
    state = replace(course.state, said=speaker.to_repeat(course.state))
    intent, slots = _about(said, course, serving)
    return TurnResult(
        state=state,
        replies=tuple(speaker.replies),
        acts=tuple(course.taken),
        intent=intent,
        slots=slots,
        executed=serving.executed,
        asks_for=asks_for(state),
        expectation=expected(state, intents, phrases=serving.likely(state.language), home=home),
        mentions=state.mentions if state.mentioned == state.turn else (),
        events=tuple(course.events),
        ends=state.over,
        handover=course.handover,
        emergency=state.danger.kind if state.danger is not None else None,
        stop_contact=any(isinstance(each, acts.StopContact) for each in course.taken),
    )


def _about(said: Understanding, course: Course, serving: Serving) -> tuple[str, Mapping[str, Any]]:
    """What the turn was about, with its slots: what was said of the conversation itself, else what was served."""
    first, alone = course.taken[0], said.emergency is not None
    match first:
        case acts.Repeat():
            return "repeat", {}
        case acts.Goodbye() | acts.Handover() | acts.SwitchLanguage():
            alone = alone or said.intent in _OF_ITSELF
        case acts.Tell(say=(answer, *_)) | acts.OfferHuman(lead=(answer, *_)):
            alone = alone or SPOKEN.get(answer.key) == said.intent
    if alone:
        return said.intent, dict(said.slots)
    served = (serving.served.get(intent or "") for intent in (said.intent, serving.executed))
    frame = next((each for each in (*served, course.state.frame, course.about) if each is not None), None)
    return (said.intent, dict(said.slots)) if frame is None else (frame.intent, frame.slots)


def expectation_of(state: State, skills: Mapping[str, Skill], context: Context) -> Expectation:
    """What the next utterance probably is, of a conversation that begins or is gone on with."""
    likely = tuple(phrase for skill in skills.values() for phrase in skill.phrases(context))
    return expected(state, table(skills), phrases=likely, home=at_home(skills, context))


def _in_language(state: State, said: Understanding, rules: Rules) -> State:
    """The person's language is followed, but not for a word as short as "ok", nor for a name that looks foreign."""
    if (
        said.language == state.language
        or said.intent in ("yes", "no")
        or min(said.confidence, said.recognised) < rules.threshold.act
    ):
        return state
    return state if _may_be_a_name(said) else replace(state, language=said.language)


def _may_be_a_name(said: Understanding) -> bool:
    return said.intent == OUT_OF_SCOPE and len(said.text.split()) <= _LONGEST_NAME
