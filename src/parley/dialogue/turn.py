"""One turn from understanding to replies: decide, let the skill prepare and execute, and word what is said."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, Literal, overload

from parley.contract import (
    LANGUAGES,
    BusinessError,
    Context,
    Expectation,
    Handover,
    Intent,
    Language,
    Later,
    Outcome,
    ParleyError,
    Phrase,
    Releasing,
    Request,
    Role,
    Say,
    Skill,
    Undoing,
)
from parley.contract.apology import apology
from parley.dialogue import acts
from parley.dialogue.acts import Act
from parley.dialogue.expectation import expected
from parley.dialogue.hearing import Step
from parley.dialogue.intents import INTENTS
from parley.dialogue.merging import model
from parley.dialogue.outcomes import after_execute, after_prepare, resumed
from parley.dialogue.policy import decide
from parley.dialogue.replies import Replies
from parley.dialogue.result import TurnResult, asks_for
from parley.dialogue.rules import RULES, Rules
from parley.dialogue.speaking import Speaker
from parley.dialogue.state import Frame, State
from parley.understanding.interceptors import intercepted
from parley.understanding.result import OUT_OF_SCOPE, Understanding

__all__ = ["TurnResult", "at_home", "begin", "expectation_of", "table", "take"]

_MOST_STEPS: Final = 12
"""Acts in one turn; a skill that never comes to an end is stopped here."""
_LONGEST_NAME: Final = 3
"""Words that may be a name and tell no language."""
_ESCALATED: Final = "emergency.escalate"
_UNDONE: Final = "undo"
_IDENTITY: Final = "verified_patient"
"""The fact by which it is settled whom the conversation is about."""


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
    intents = table(skills)
    state = state if state.conversation_id else replace(state, conversation_id=context.conversation_id)
    said = intercepted(understanding, channel=context.channel)
    state = _in_language(state, said)
    if _may_be_a_name(said):
        said = replace(said, language=state.language)
    home = at_home(skills, context)
    work = _Turn(skills=skills, intents=intents, context=context, rules=rules, said=said, state=state)
    work.later_for, work.speculative = later_for, speculative
    work.state, act = decide(
        state,
        said,
        intents=intents,
        now=context.now,
        rules=rules,
        role=context.caller.role,
        home=home,
        named=work.phrases_for,
    )
    result = work.run(act)
    return None if work.would_change else result


def expectation_of(state: State, skills: Mapping[str, Skill], context: Context) -> Expectation:
    """What the next utterance probably is, of a conversation that begins or is gone on with."""
    likely = tuple(phrase for skill in skills.values() for phrase in skill.phrases(context))
    return expected(state, table(skills), phrases=likely, home=at_home(skills, context))


def _in_language(state: State, said: Understanding) -> State:
    """The person's language is followed, but not for a word as short as "ok", nor for a name that looks foreign."""
    if said.language == state.language or said.intent in ("yes", "no") or said.confidence < RULES.threshold.act:
        return state
    return state if _may_be_a_name(said) else replace(state, language=said.language)


def _may_be_a_name(said: Understanding) -> bool:
    return said.intent == OUT_OF_SCOPE and len(said.text.split()) <= _LONGEST_NAME


class _Turn:
    """The way of one turn through acts and skills, and what was said on it."""

    def __init__(
        self,
        *,
        skills: Mapping[str, Skill],
        intents: Mapping[str, Intent],
        context: Context,
        rules: Rules,
        said: Understanding,
        state: State,
    ) -> None:
        self.state = state
        self.before = state
        self.skills = skills
        self.intents = intents
        self.rules = rules
        self.said = said
        self.context = context
        self.owners = {intent.name: skill for skill in skills.values() for intent in skill.intents}
        words = Replies.of(skills, formality=rules.formality)
        self.speaker = Speaker(words, intents, context, open_before=state.asked)
        self.later_for: Callable[[str], Later] | None = None
        self.speculative = False
        self.would_change = False
        self.taken: list[Act] = []
        self.events: list[Mapping[str, Any]] = []
        self.executed: str | None = None
        self.about: Frame | None = None
        self.served: dict[str, Frame] = {}
        self.handover: Handover | None = None
        self.phrases: dict[tuple[str, Language], tuple[Phrase, ...]] = {}

    def phrases_for(self, intent: str) -> tuple[Phrase, ...]:
        """The words that the skill of an intent finds likely, looked up at most once before anything is done.

        Where Latin letters stand in Korean, also those of the languages that are written in them.
        """
        skill = self.owners.get(intent)
        if skill is None:
            return ()
        mixed = self.state.language == "ko" and any("a" <= sign <= "z" for sign in self.said.text.casefold())
        others = tuple(language for language in LANGUAGES if mixed and language != self.state.language)
        return tuple(phrase for each in (self.state.language, *others) for phrase in self._phrases(skill, each))

    def run(self, act: Act) -> TurnResult:
        """Follow the acts until the person is to speak."""
        following: Act | None = act
        while following is not None and len(self.taken) < _MOST_STEPS:
            self.taken.append(following)
            following = self._follow(following)
        if not self.speculative:
            self._release()
        return self._result()

    def _release(self) -> None:
        """What skills hold for wishes that were given up is let go."""
        kept = {frame.number for frame in self.state.at_work()}
        busy = {self._owner(frame.intent) for frame in self.state.at_work()}
        for frame in self.before.at_work():
            skill = self.owners.get(frame.intent)
            gone = (
                frame.number not in kept and frame.intent != self.executed and self._owner(frame.intent) not in busy
            )
            if gone and skill is not None and isinstance(skill, Releasing):
                skill.release(context=self._context(frame, skill))

    def _follow(self, act: Act) -> Act | None:
        self.about = self.state.frame or self.about
        match act:
            case acts.Prepare():
                self.speaker.say(act.lead, self.state, self._owner(act.intent))
                return self._served(act.intent, self._prepare)
            case acts.Execute():
                return self._served(act.intent, self._execute)
            case acts.Undo():
                return self._undo(act)
            case acts.Handover():
                self.handover = Handover(reason=act.reason, summary=act.summary)
                self.executed = self.executed or "agent.handover"
            case acts.Emergency():
                self.executed = _ESCALATED
                self.events.append({"type": "emergency", "kind": act.kind, "first": act.first})
            case acts.StopContact():
                self.events.append({"type": "stop_contact"})
            case acts.Done():
                self.events.extend(act.events)
            case acts.SwitchLanguage() if act.language is not None:
                self.events.append({"type": "language", "language": act.language})
                self.executed = "language.switch"
        owner = self._owner(self.about.intent) if self.about is not None else ""
        self.state = self.speaker.act(act, self.state, owner)
        return self._next(act)

    def _next(self, act: Act) -> Act | None:
        """After something was finished or left, what waits is taken up."""
        frame = self.state.frame
        if isinstance(act, acts.SwitchLanguage) and frame is not None:
            self.state = replace(self.state, asked=None)
            return acts.Prepare(intent=frame.intent, slots=frame.slots, why="asked anew")
        if not isinstance(act, acts.Tell) or self.state.asked is not None:
            return None
        step = resumed(self.state)
        if step is None:
            return None
        self.state, following = step
        return following

    def _served(self, intent: str, serve: Callable[[Skill, Request], Step]) -> Act | None:
        """A skill at work; what it refuses is said, and the frame is over."""
        skill = self.owners.get(intent)
        frame = self.state.frame
        if skill is None or frame is None:
            return acts.Tell(say=(Say("out_of_scope"),), why="no skill serves it")
        context = self._context(frame, skill)
        try:
            slots = model(self.intents[intent], frame.slots)
            request = Request(intent=intent, slots=slots, context=context, key=self.state.key(frame))
            request = replace(request, speculative=self.speculative)
            self.state, act = serve(skill, request)
            self.served[intent] = self.state.frame or self.served.get(intent, frame)
        except ParleyError as error:
            self.state = replace(self.state, frame=None, asked=None, failures=0)
            kind = "refused" if isinstance(error, BusinessError) else "failed"
            sorry = Say("text", {"text": apology(error, self.state.language)})
            return acts.Done(say=(sorry,), why=f"{kind}: {error.code}")
        return act

    def _prepare(self, skill: Skill, request: Request) -> Step:
        prepared = skill.prepare(request)
        if prepared.outcome is not None and prepared.outcome.executed:
            self.executed = self.executed or request.intent
        facts = request.context.facts
        identified = bool(facts.get(_IDENTITY)) or request.context.caller.role is Role.NURSE
        return after_prepare(self.state, prepared, intents=self.intents, identified=identified)

    def _execute(self, skill: Skill, request: Request) -> Step:
        if self.speculative and not self.intents[request.intent].reads_only:
            self.would_change = True
            return self.state, acts.Done(say=(), why="not while it is only a guess")
        outcome = skill.execute(request)
        frame = self.state.frame
        if outcome.executed:
            self.executed = self.executed or request.intent
            if frame is not None and frame.replaces is not None and isinstance(skill, Undoing):
                outcome = _both(outcome, skill.undo(frame.replaces, context=request.context))
        return after_execute(self.state, outcome)

    def _undo(self, act: acts.Undo) -> Act | None:
        """What was done last is taken back; the words are the skill's, else the core's."""
        skill = self.owners.get(act.intent)
        if self.speculative or not isinstance(skill, Undoing) or not isinstance(skill, Skill):
            self.would_change = self.speculative
            return acts.Tell(say=(Say("nothing_to_undo"),), why="it cannot be taken back")
        self.about = Frame(intent=act.intent)
        try:
            outcome = skill.undo(act.token, context=self._context(self.about, skill))
        except ParleyError as error:
            return acts.Done(say=(Say("text", {"text": apology(error, self.state.language)}),), why=error.code)
        facts = {**self.state.facts, **outcome.facts}
        self.state = replace(self.state, facts={name: value for name, value in facts.items() if value is not None})
        self.executed = self.executed or (_UNDONE if outcome.executed else None)
        return acts.Done(say=outcome.say or (Say("undone"),), events=outcome.events, why="taken back")

    def _context(self, frame: Frame, skill: Skill) -> Context:
        facts = {**self.context.facts, **self.state.facts}
        if frame.refused:
            facts["refused"] = list(frame.refused)
        later = self.later_for(skill.name) if self.later_for is not None else self.context.later
        return replace(self.context, language=self.state.language, facts=facts, later=later)

    def _owner(self, intent: str) -> str:
        skill = self.owners.get(intent)
        return skill.name if skill is not None else ""

    def _result(self) -> TurnResult:
        state = replace(self.state, said=self.speaker.to_repeat(self.state))
        frame = self.served.get(self.said.intent) or self.served.get(self.executed or "") or state.frame or self.about
        likely = tuple(phrase for skill in self.skills.values() for phrase in self._phrases(skill, state.language))
        return TurnResult(
            state=state,
            replies=tuple(self.speaker.replies),
            acts=tuple(self.taken),
            intent=frame.intent if frame is not None else self.said.intent,
            slots=frame.slots if frame is not None else dict(self.said.slots),
            executed=self.executed,
            asks_for=asks_for(state),
            expectation=expected(state, self.intents, phrases=likely, home=at_home(self.skills, self.context)),
            mentions=state.mentions if state.mentioned == state.turn else (),
            events=tuple(self.events),
            ends=state.over,
            handover=self.handover,
            emergency=state.danger.kind if state.danger is not None else None,
            stop_contact=any(isinstance(act, acts.StopContact) for act in self.taken),
        )

    def _phrases(self, skill: Skill, language: Language) -> tuple[Phrase, ...]:
        key = (skill.name, language)
        if self.served or key not in self.phrases:
            self.phrases[key] = tuple(skill.phrases(replace(self.context, language=language)))
        return self.phrases[key]


def _both(new: Outcome, former: Outcome) -> Outcome:
    """What was done instead, with what taking back the former thing changes beside it."""
    return replace(new, events=(*former.events, *new.events), facts={**former.facts, **new.facts})
