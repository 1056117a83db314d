"""The skills at work in one turn: what they are asked, in which context, and what becomes of what they answer."""

from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from typing import Any, Final

from parley.contract import (
    LANGUAGES,
    Answering,
    BusinessError,
    Context,
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
from parley.dialogue.acts import Done, Tell, Undo
from parley.dialogue.hearing import Step
from parley.dialogue.merging import model
from parley.dialogue.outcomes import after_execute, after_prepare
from parley.dialogue.state import Frame, State

UNDONE: Final = "undo"
_IDENTITY: Final = "verified_patient"
"""The fact by which it is settled whom the conversation is about."""


class Serving:
    """Asks the skills. What one raises as a ParleyError is said; anything else is a fault and passes through."""

    def __init__(
        self,
        *,
        skills: Mapping[str, Skill],
        intents: Mapping[str, Intent],
        context: Context,
        later_for: Callable[[str], Later] | None,
        speculative: bool,
    ) -> None:
        self.skills = skills
        self._intents = intents
        self._context = context
        self._later_for = later_for
        self._speculative = speculative
        self._owners = {intent.name: skill for skill in skills.values() for intent in skill.intents}
        self._phrases: dict[tuple[str, Language], tuple[Phrase, ...]] = {}
        self.served: dict[str, Frame] = {}
        """What was worked on, by intent."""
        self.executed: str | None = None
        """The first intent that was carried out."""
        self.would_change = False
        """A speculative turn came to something that it would have to do."""

    def owner(self, intent: str) -> str:
        """The name of the skill that serves an intent; empty for none."""
        skill = self._owners.get(intent)
        return skill.name if skill is not None else ""

    # What skills find likely

    def likely(self, language: Language) -> tuple[Phrase, ...]:
        """The words that all of them find likely now."""
        return tuple(phrase for skill in self.skills.values() for phrase in self._likely(skill, language))

    def likely_for(self, intent: str, text: str, language: Language) -> tuple[Phrase, ...]:
        """The words that the skill of an intent finds likely.

        Where Latin letters stand in Korean, also those of the languages that are written in them.
        """
        skill = self._owners.get(intent)
        if skill is None:
            return ()
        mixed = language == "ko" and any("a" <= sign <= "z" for sign in text.casefold())
        others = tuple(each for each in LANGUAGES if mixed and each != language)
        return tuple(phrase for each in (language, *others) for phrase in self._likely(skill, each))

    def _likely(self, skill: Skill, language: Language) -> tuple[Phrase, ...]:
        """Looked up at most once before anything is done."""
        key = (skill.name, language)
        if self.served or key not in self._phrases:
            self._phrases[key] = tuple(skill.phrases(replace(self._context, language=language)))
        return self._phrases[key]

    # What they know

    def answer(
        self, slots: Mapping[str, Any], at_home: bool, *, text: str, home: Set[str], state: State
    ) -> tuple[Say, ...]:
        """What a skill says to a question about its house; `at_home`: only the skill whose line it is."""
        for skill in self.skills.values():
            here = any(intent.name in home for intent in skill.intents)
            if isinstance(skill, Answering) and isinstance(skill, Skill) and (here or not at_home):
                context = self._context_of(Frame(intent=""), skill, state)
                says = skill.answer(text, slots=slots, context=context)
                if says:
                    return tuple(
                        replace(say, key=f"{skill.name}.{say.key}") if "." in say.key else say for say in says
                    )
        return ()

    # What they do

    def prepare(self, state: State) -> Step:
        """Have the skill look at the wish in hand."""
        return self._served(state, self._prepare)

    def execute(self, state: State) -> Step:
        """Have the skill do it."""
        return self._served(state, self._execute)

    def _served(self, state: State, serve: Callable[[State, Skill, Request], Step]) -> Step:
        """A skill at work; when it refuses, the frame is over."""
        frame = state.frame
        skill = self._owners.get(frame.intent) if frame is not None else None
        if skill is None or frame is None:
            return state, Tell(say=(Say("out_of_scope"),), why="no skill serves it")
        try:
            request = Request(
                intent=frame.intent,
                slots=model(self._intents[frame.intent], frame.slots),
                context=self._context_of(frame, skill, state),
                key=state.key(frame),
                speculative=self._speculative,
            )
            after, act = serve(state, skill, request)
        except ParleyError as error:
            kind = "refused" if isinstance(error, BusinessError) else "failed"
            over = replace(state, frame=None, asked=None, failures=0)
            return over, Done(say=(_sorry(error, state),), why=f"{kind}: {error.code}")
        self.served[frame.intent] = after.frame or self.served.get(frame.intent, frame)
        return after, act

    def _prepare(self, state: State, skill: Skill, request: Request) -> Step:
        prepared = skill.prepare(request)
        if prepared.outcome is not None and prepared.outcome.executed:
            self.executed = self.executed or request.intent
        identified = bool(request.context.facts.get(_IDENTITY)) or request.context.caller.role is Role.NURSE
        return after_prepare(state, prepared, intents=self._intents, identified=identified, zone=request.context.zone)

    def _execute(self, state: State, skill: Skill, request: Request) -> Step:
        if self._speculative and not self._intents[request.intent].reads_only:
            self.would_change = True
            return state, Done(say=(), why="not while it is only a guess")
        outcome = skill.execute(request)
        frame = state.frame
        if outcome.executed:
            self.executed = self.executed or request.intent
            if frame is not None and frame.replaces is not None and isinstance(skill, Undoing):
                outcome = _both(outcome, skill.undo(frame.replaces, context=request.context))
        return after_execute(state, outcome)

    def undo(self, act: Undo, state: State) -> Step:
        """What was done last is taken back; the words are the skill's, else the core's."""
        skill = self._owners.get(act.intent)
        if self._speculative or not isinstance(skill, Undoing) or not isinstance(skill, Skill):
            self.would_change = self._speculative
            return state, Tell(say=(Say("nothing_to_undo"),), why="it cannot be taken back")
        try:
            outcome = skill.undo(act.token, context=self._context_of(Frame(intent=act.intent), skill, state))
        except ParleyError as error:
            return state, Done(say=(_sorry(error, state),), why=error.code)
        self.executed = self.executed or (UNDONE if outcome.executed else None)
        say = outcome.say or (Say("undone"),)
        return state.knowing(outcome.facts), Done(say=say, events=outcome.events, why="taken back")

    def release(self, before: State, after: State) -> None:
        """What skills hold for wishes that were given up is let go; nothing, where the turn was only a guess."""
        if self._speculative:
            return
        kept = {frame.number for frame in after.at_work()}
        busy = {self.owner(frame.intent) for frame in after.at_work()}
        for frame in before.at_work():
            skill = self._owners.get(frame.intent)
            gone = frame.number not in kept and frame.intent != self.executed and self.owner(frame.intent) not in busy
            if gone and isinstance(skill, Releasing) and isinstance(skill, Skill):
                skill.release(context=self._context_of(frame, skill, after))

    def _context_of(self, frame: Frame, skill: Skill, state: State) -> Context:
        facts = {**self._context.facts, **state.facts}
        if frame.refused:
            facts["refused"] = list(frame.refused)
        if frame.replaces is not None:
            facts["replaces"] = dict(frame.replaces)
        later = self._later_for(skill.name) if self._later_for is not None else self._context.later
        return replace(self._context, language=state.language, facts=facts, later=later)


def _sorry(error: ParleyError, state: State) -> Say:
    return Say("text", {"text": apology(error, state.language)})


def _both(new: Outcome, former: Outcome) -> Outcome:
    """What was done instead, with what taking back the former thing changes beside it."""
    return replace(new, events=(*former.events, *new.events), facts={**former.facts, **new.facts})
