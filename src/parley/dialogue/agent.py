"""A language model leads the conversation, and the dialogue keeps the keys.

The model calls the skills as tools. Each call becomes an understanding that is only *proposed*: it goes the way of
every turn through policy, preparation, confirmation and permission, and a proposal is never the person's own yes.
What was done is said in our words; the model words only what was merely looked up, and small talk, and neither may
claim a deed that nobody did. Its sentences are spoken while the rest still arrives. Where no model answers in time,
our own understanding takes the turn; where one breaks off, it takes over behind what was said.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import structlog

from parley.contract import Context, Expectation, Intent, ParleyError, Say
from parley.dialogue.aloud import Aloud, Stopped
from parley.dialogue.intents import CONVERSATIONAL
from parley.dialogue.replies import Replies
from parley.dialogue.result import TurnResult, asks_for
from parley.dialogue.rules import RULES, Rules
from parley.dialogue.showing import data_shown, messages_of, remembering, told
from parley.dialogue.state import Pending, State
from parley.dialogue.telling import Telling
from parley.understanding.attentive import Attentive
from parley.understanding.embedded import Embedded
from parley.understanding.interceptors import intercepted
from parley.understanding.llm.choosing import LanguageModels
from parley.understanding.llm.model import Answer, Message, Prompt
from parley.understanding.llm.pointing import understood
from parley.understanding.llm.tools import NO_TOOL, PERSONS_OWN, Toolbox, instructions
from parley.understanding.result import Understanding
from parley.understanding.scene import Scene

Act = Callable[[State, Understanding], Awaitable[TurnResult]]
"""One turn of the dialogue, with all its rules: the only way to do anything."""

MOST_STEPS: Final = 5
"""Answers of the model in one turn."""
_TALK: Final = frozenset({"smalltalk.greet", "smalltalk.thanks", "help", "repeat"})
"""What a model that leads does without a tool."""
_OWN_QUESTIONS: Final = frozenset(
    {Pending.CONFIRMATION, Pending.INTENT, Pending.HUMAN, Pending.UNDO, Pending.MORE_DANGER}
)
"""Questions whose yes or no is the person's, and is heard by us."""

log = structlog.get_logger("parley.agent")


@dataclass(slots=True, kw_only=True)
class _Turn:
    """One turn on its way."""

    own: Understanding
    before: State
    """As the turn found it."""
    state: State
    """The same, one turn older."""
    expectation: Expectation
    scene: Scene
    act: Act
    telling: Telling
    aloud: Aloud
    messages: list[Message]
    end: float
    """On the loop's clock, when the models have had their time."""
    meant: Understanding
    result: TurnResult | None = None
    """Of the last proposal."""
    events: list[Mapping[str, Any]] = field(default_factory=list)

    async def propose(self, meant: Understanding) -> TurnResult:
        """Act on what the model called."""
        # The state as it came in ages when it is acted on; that of a later step has aged already.
        state = self.before if self.result is None else replace(self.result.state, turn=self.before.turn)
        self.meant, self.result = meant, await self.act(state, meant)
        self.events += self.result.events
        return self.result


class Agent:
    """Leads turns. Holds nothing of any conversation: what was said lately travels in its state."""

    def __init__(
        self, embedded: Embedded, models: LanguageModels, intents: Mapping[str, Intent], *, rules: Rules = RULES
    ) -> None:
        self._embedded = embedded
        self._own = Attentive(embedded)
        self._models = models
        self._intents = intents
        self._toolbox = Toolbox(intents.values(), leaving=NO_TOOL | PERSONS_OWN | _TALK)
        self._rules = rules

    async def __call__(
        self,
        text: str,
        *,
        state: State,
        context: Context,
        expectation: Expectation,
        known: Mapping[str, Any],
        act: Act,
        aloud: Aloud,
    ) -> tuple[Understanding, TurnResult]:
        """What was understood last, and what came of the turn: its replies begin with what was said `aloud` already.

        Raises what `act` raises, nothing of a model, and Stopped where nothing was said or done when it was to stop.
        """
        where: dict[str, Any] = {
            "now": context.now,
            "zone": context.zone,
            "expectation": expectation,
            "context": known,
        }
        own = await asyncio.to_thread(partial(self._own.understand, text, language=state.language, **where))
        aged = state.aged(context.now, minutes=self._rules.context_minutes, turns=self._rules.context_turns)
        turn = _Turn(
            own=own,
            before=state,
            state=aged,
            expectation=expectation,
            scene=self._embedded.scene(language=own.language, **where),
            act=act,
            telling=Telling(aloud, own.language),
            aloud=aloud,
            messages=messages_of(aged, own.text),
            end=asyncio.get_running_loop().time() + self._models.settings.agent_deadline_s,
            meant=own,
        )
        result = await act(state, own) if self._ours(own, aged) else await self._led(turn)
        return turn.meant, remembering(result, own.text)

    def _ours(self, own: Understanding, state: State) -> bool:
        """Whether the turn is none for a model: danger, a yes or no to our question, a sure answer to it."""
        heard = intercepted(own)
        if heard.emergency or heard.stop_contact or state.danger is not None or not own.text.strip():
            return True
        asked, frame = state.asked, state.frame
        if asked is None:
            return False
        decides = asked.kind in _OWN_QUESTIONS and own.intent in PERSONS_OWN
        answers = frame is not None and own.intent == frame.intent
        return decides or (answers and own.confidence >= self._models.settings.enough)

    async def _led(self, turn: _Turn) -> TurnResult:
        """The turn as the model leads it, and as far as it does."""
        earlier = [words for role, words in reversed(turn.state.talk) if role == "user"]
        for _ in range(MOST_STEPS):
            try:
                answer = await turn.aloud.unless_stopped(self._ask(turn))
            except Stopped:
                return _left(turn)
            except ParleyError as error:
                log.info("led_alone", code=error.code)
                turn.telling.break_off()
                return await self._taken_over(turn)
            turn.telling.end(calls=bool(answer.calls))
            if not answer.calls:
                refused = answer.refused or turn.telling.refused or not turn.telling.said
                return await self._taken_over(turn) if refused else _spoken(turn)
            meant = await asyncio.to_thread(self._proposed, answer, turn, earlier)
            result = await turn.propose(meant) if meant is not None else None
            if result is not None and self._settled(result):
                break
            turn.messages += told(answer, result)
        return await self._taken_over(turn)

    async def _ask(self, turn: _Turn) -> Answer:
        """The model's answer, of which each sentence is told as soon as it is there."""
        settings = self._models.settings
        prompt = Prompt(
            system=instructions()["agent"],
            data=data_shown(
                turn.result.state if turn.result is not None else turn.state,
                language=turn.own.language,
                scene=turn.scene,
                expectation=turn.expectation,
                share_names=settings.share_names,
            ),
            messages=tuple(turn.messages),
            tools=self._toolbox.of(turn.own.language, turn.scene.lexicons),
            temperature=settings.temperature,
            max_tokens=settings.max_tokens,
        )
        turn.telling.begin(looked=turn.result is not None)
        left = turn.end - asyncio.get_running_loop().time()
        return await self._models.answer(prompt, deadline_s=max(0.001, left), on_text=turn.telling.add)

    def _proposed(self, answer: Answer, turn: _Turn, earlier: Sequence[str]) -> Understanding | None:
        """The calls as one proposal: the first wish, and those that wait for it. The person's own words are not
        among them, whatever tool was called."""
        calls = [call for call in answer.calls if call.name not in PERSONS_OWN]
        found = understood(
            calls,
            text=turn.own.text,
            language=turn.own.language,
            intents=self._intents,
            scene=turn.scene,
            earlier=earlier,
        )
        if not found:
            return None
        first, *others = (replace(each, proposed=True) for each in found)
        return replace(first, also=tuple(others))

    def _settled(self, result: TurnResult) -> bool:
        """Whether the turn is over with our words: something is asked, was done or refused, or ends."""
        if result.asks_for or result.ends or result.handover or result.emergency or result.stop_contact:
            return True
        intent = self._intents.get(result.executed or "")
        return result.state.asked is not None or intent is None or not intent.reads_only

    async def _taken_over(self, turn: _Turn) -> TurnResult:
        """The turn in our words: what came of the last proposal, else of what we understood ourselves.

        Where that is nothing for sure, an apology follows what the model said before it broke off or went astray.
        """
        if turn.result is not None:
            return _with(turn, turn.result.replies)
        own = turn.own
        known = own.intent in self._intents and own.intent not in CONVERSATIONAL
        if (known and own.confidence >= self._rules.of(own.intent).act) or not turn.telling.said:
            turn.result = await turn.act(turn.before, own)
            turn.events += turn.result.events
            return _with(turn, turn.result.replies)
        return _talked(turn, Replies().render(Say("cut_off"), language=own.language))


def _spoken(turn: _Turn) -> TurnResult:
    """The model's own words as the answer."""
    return _with(turn, ()) if turn.result is not None else _talked(turn)


def _left(turn: _Turn) -> TurnResult:
    """The person spoke over it: what was said and done so far stands. Raises Stopped where that is nothing."""
    if turn.result is None and not turn.telling.said:
        raise Stopped
    return _spoken(turn)


def _with(turn: _Turn, replies: Sequence[str]) -> TurnResult:
    """What came of the last proposal, with what the model said and then these words."""
    assert turn.result is not None, "something was proposed"
    said = (*turn.telling.said, *replies)
    state = replace(turn.result.state, said=said or turn.result.state.said)
    return replace(turn.result, state=state, replies=said, events=tuple(turn.events))


def _talked(turn: _Turn, *more: str) -> TurnResult:
    """A turn in which nothing was done: what the model said, and the open question again."""
    said, asked = (*turn.telling.said, *more), turn.state.asked
    if asked is not None and asked.text and asked.text not in " ".join(said):
        said = (*said, asked.text)
    state = replace(turn.state, failures=0, said=said, language=turn.own.language)
    return TurnResult(
        state=state,
        replies=said,
        intent=turn.own.intent,
        slots=state.frame.slots if state.frame is not None else {},
        asks_for=asks_for(state),
        expectation=turn.expectation,
    )
