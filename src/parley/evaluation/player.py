"""Plays one conversation: words in, turns out, on a clock that only moves when it is told to."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from parley.contract import Context, Expectation, Language, Skill
from parley.dialogue.in_context import in_context
from parley.dialogue.replies import render
from parley.dialogue.state import State
from parley.dialogue.turn import TurnResult, at_home, expectation_of, table, take
from parley.evaluation.agenda import Agenda
from parley.evaluation.derived import derived
from parley.evaluation.rehearsal.troupe import unbuilt
from parley.evaluation.world import Start, country_of, furnished
from parley.understanding.attentive import Attentive
from parley.understanding.embedded import embedded
from parley.understanding.interceptors import intercepted
from parley.understanding.language import identified
from parley.understanding.result import Understanding
from parley.understanding.understander import Understander

_HOME = {"en": "US", "fr": "FR", "ko": "KR"}
"""The country where the zone tells none."""


class Player:
    """One conversation with all skills, and the tables of the domains that have no skill yet."""

    def __init__(self, start: Start, *, understander: Understander | None = None) -> None:
        self.start = start
        self.skills = every_skill()
        self.agenda = Agenda()
        country = country_of(start.tz) or _HOME[start.lang]
        self.understander = understander or understander_of(country)
        facts = furnished(start, self.skills)
        self.context = Context(
            now=start.moment,
            zone=start.zone,
            language=start.lang,
            conversation_id=uuid4().hex,
            turn_id="0",
            channel=start.channel,
            caller=start.caller,
            country=country,
            facts=facts,
        )
        self.state = State(conversation_id=self.context.conversation_id, language=start.lang)
        self.last: TurnResult | None = None
        self.said: Understanding | None = None

    def hear(self, text: str, *, language: Language | None = None) -> Understanding:
        """What the words mean where the conversation stands."""
        return Attentive(self.understander).understand(
            text,
            language=language or self.state.language,
            now=self.context.now,
            zone=self.context.zone,
            expectation=self._expected(),
            context=self.known(),
        )

    def _expected(self) -> Expectation:
        """What the next utterance probably is; before the first, what the conversation was opened for."""
        if self.last is not None:
            return self.last.expectation
        return expectation_of(self.state, self.skills, self.context)

    def user(self, text: str, *, language: Language | None = None, recognised: float = 1.0) -> TurnResult:
        """The person says something."""
        return self.take(replace(self.hear(text, language=language), recognised=recognised))

    def take(self, said: Understanding) -> TurnResult:
        """The turn of what was understood; the state goes through JSON, as it does between workers."""
        self.said = said
        self.context = replace(self.context, turn_id=str(int(self.context.turn_id) + 1))
        state = State.from_json(self.state.to_json())
        self.last = take(state, said, self.skills, self.context, later_for=self.agenda.later_for)
        self.state = self.last.state
        return self.last

    def known(self) -> Mapping[str, Any]:
        """The names of this world, for understanding: those stated, and those read out."""
        return {**self.start.context, "mentions": [mention.label for mention in self.state.mentions]}

    def wait(self, length: dt.timedelta) -> list[str]:
        """Let time pass; what is said meanwhile."""
        self.context = replace(self.context, now=_later(self.context.now, length))
        announced = self.agenda.until(self.context.now, self.skills)
        return [
            render(said.say, language=self.state.language, skill=name, skills=self.skills, now=self.context.now)
            for name, said in announced
        ]


def as_json(result: TurnResult, *, now: dt.datetime) -> dict[str, Any]:
    """A turn as `parley converse --jsonl` writes it."""
    return {
        "intent": result.intent,
        "slots": dict(result.slots),
        "derived": derived(result.intent, result.slots, now=now),
        "asks_for": result.asks_for,
        "executed": result.executed,
        "reply": result.reply,
    }


def understood_alone(text: str, start: Start, *, told: bool) -> Understanding:
    """What words mean by themselves, in the domain that is stated. `told`: their language is, too."""
    skills, country = every_skill(), country_of(start.tz) or _HOME[start.lang]
    facts = {"domain": start.home} if start.home is not None else {}
    context = Context(
        now=start.moment,
        zone=start.zone,
        language=start.lang,
        conversation_id="",
        turn_id="1",
        channel=start.channel,
        facts=facts,
    )
    home = at_home(skills, context)
    found = understander_of(country).understand(
        text,
        language=start.lang if told else identified(text, default=start.lang),
        now=start.moment,
        zone=start.zone,
        expectation=Expectation(intents=tuple(sorted(home))),
        context=start.context,
    )
    return intercepted(in_context(State(), found, table(skills), home=home), channel=start.channel)


@cache
def every_skill() -> Mapping[str, Skill]:
    """The skills that are built, and the tables of those that are not."""
    from parley.skills.loader import skills

    built = skills()
    return {**built, **unbuilt(built)}


@cache
def understander_of(country: str) -> Understander:
    """The packaged model, reading numbers and holidays as in a country."""
    return embedded(SimpleNamespace(country=country))


def _later(now: dt.datetime, length: dt.timedelta) -> dt.datetime:
    """Elapsed time, not wall time."""
    return (now.astimezone(dt.UTC) + length).astimezone(now.tzinfo)
