"""A language model leads the conversation, and the dialogue keeps the keys.

The model calls the skills as tools. Each call becomes an understanding that is only *proposed*: it goes the way of
every turn through policy, preparation, confirmation and permission, and a proposal is never the person's own yes.
What was done is said in our words; the model words only what was merely looked up, and small talk, and neither may
claim a deed that nobody did. Where no model answers in time, our own understanding takes the turn.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

import structlog

from parley.contract import Context, Expectation, Intent, ParleyError
from parley.dialogue.claims import unfounded
from parley.dialogue.result import TurnResult, asks_for
from parley.dialogue.rules import RULES, Rules
from parley.dialogue.state import Pending, State
from parley.understanding.attentive import Attentive
from parley.understanding.embedded import Embedded
from parley.understanding.interceptors import intercepted
from parley.understanding.llm.choosing import LanguageModels
from parley.understanding.llm.model import Answer, Message, Prompt
from parley.understanding.llm.pointing import understood
from parley.understanding.llm.prompt import data_of, harmless, plain
from parley.understanding.llm.tools import NO_TOOL, PERSONS_OWN, Toolbox, instructions
from parley.understanding.result import Understanding
from parley.understanding.scene import Scene

Act = Callable[[State, Understanding], Awaitable[TurnResult]]
"""One turn of the dialogue, with all its rules: the only way to do anything."""

MOST_STEPS: Final = 5
"""Answers of the model in one turn."""
REMEMBERED: Final = 12
"""Utterances of both sides that the model is shown again."""
LONGEST: Final = 600
"""Characters that are spoken of one answer, and kept of one utterance."""
_TALK: Final = frozenset({"smalltalk.greet", "smalltalk.thanks", "help", "repeat"})
"""What a model that leads does without a tool."""
_OWN_QUESTIONS: Final = frozenset(
    {Pending.CONFIRMATION, Pending.INTENT, Pending.HUMAN, Pending.UNDO, Pending.MORE_DANGER}
)
"""Questions whose yes or no is the person's, and is heard by us."""
_SENTENCES: Final = re.compile(r".*[.!?。！？…](?=\s|$)", re.DOTALL)
"""What of a stream that broke off can be said: its whole sentences."""
_MARKUP: Final = re.compile(r"[*_`#>|]+|^\s*[-•]\s+", re.MULTILINE)

log = structlog.get_logger("parley.agent")


@dataclass(slots=True, kw_only=True)
class _Turn:
    """One turn on its way."""

    own: Understanding
    state: State
    context: Context
    expectation: Expectation
    scene: Scene
    messages: list[Message]
    end: float
    """On the loop's clock, when the models have had their time."""
    meant: Understanding | None = None
    result: TurnResult | None = None
    """Of the last proposal."""
    events: list[Mapping[str, Any]] = field(default_factory=list)


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
    ) -> tuple[Understanding, TurnResult]:
        """What was understood last, and what came of the turn. Raises what `act` raises, and nothing of a model."""
        where: dict[str, Any] = {
            "now": context.now,
            "zone": context.zone,
            "expectation": expectation,
            "context": known,
        }
        own = await asyncio.to_thread(partial(self._own.understand, text, language=state.language, **where))
        turn = _Turn(
            own=own,
            state=state.aged(context.now, minutes=self._rules.context_minutes, turns=self._rules.context_turns),
            context=context,
            expectation=expectation,
            scene=self._embedded.scene(language=own.language, **where),
            messages=[],
            end=asyncio.get_running_loop().time() + self._models.settings.agent_deadline_s,
        )
        result = None if self._ours(own, turn.state) else await self._led(turn, state, act)
        if result is None:
            turn.meant, result = own, await act(state, own)
        return turn.meant or own, _remembering(result, own.text)

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

    async def _led(self, turn: _Turn, state: State, act: Act) -> TurnResult | None:
        """The turn as the model leads it; None when our own understanding is to take it."""
        turn.messages += [Message(role=_role(role), text=words) for role, words in turn.state.talk]
        turn.messages.append(Message(role="user", text=plain(turn.own.text)[:LONGEST]))
        earlier = [words for role, words in reversed(turn.state.talk) if role == "user"]
        for _ in range(MOST_STEPS):
            try:
                answer = await self._ask(turn)
            except ParleyError as error:
                log.info("led_alone", code=error.code)
                break
            if answer.refused:
                break
            if not answer.calls:
                return self._spoken(answer.text, turn)
            meant = await asyncio.to_thread(self._proposed, answer, turn, earlier)
            if meant is not None:
                # The state as it came in ages when it is acted on; that of a later step has aged already.
                before = state if turn.result is None else replace(turn.result.state, turn=turn.result.state.turn - 1)
                turn.meant, turn.result = meant, await act(before, meant)
                turn.events += turn.result.events
                if self._settled(turn.result):
                    break
            turn.messages += _told(answer, turn.result if meant is not None else None)
        return replace(turn.result, events=tuple(turn.events)) if turn.result is not None else None

    async def _ask(self, turn: _Turn) -> Answer:
        """The model's answer; of one that comes too slowly or breaks off, the sentences that came."""
        settings = self._models.settings
        frame, asked = turn.state.frame, turn.state.asked
        if turn.result is not None:
            frame, asked = turn.result.state.frame, turn.result.state.asked
        more = {"in_hand": frame.intent.replace(".", "-"), "known": dict(frame.slots)} if frame is not None else {}
        if asked is not None and asked.text:
            more["open_question"] = asked.text
        prompt = Prompt(
            system=instructions()["agent"],
            data=data_of(
                language=turn.own.language,
                now=turn.scene.now,
                expectation=turn.expectation,
                names=turn.scene.names if settings.share_names else (),
                more=more,
            ),
            messages=tuple(turn.messages),
            tools=self._toolbox.of(turn.own.language, turn.scene.lexicons),
            temperature=settings.temperature,
            max_tokens=settings.max_tokens,
        )
        left = turn.end - asyncio.get_running_loop().time()
        came: list[str] = []
        try:
            return await self._models.answer(prompt, deadline_s=max(0.001, left), on_text=came.append)
        except ParleyError:
            whole = _SENTENCES.match("".join(came))
            if whole is None:
                raise
            return Answer(text=whole.group())

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

    def _spoken(self, text: str, turn: _Turn) -> TurnResult | None:
        """The model's own words as the answer, where they claim nothing that did not happen."""
        words = " ".join(_MARKUP.sub(" ", plain(text)).split())[:LONGEST]
        looked = turn.result is not None
        if not words or unfounded(words, looked=looked):
            log.info("claim_not_spoken" if words else "nothing_said")
            return replace(turn.result, events=tuple(turn.events)) if turn.result is not None else None
        if turn.result is not None:
            state = replace(turn.result.state, said=(words,))
            return replace(turn.result, state=state, replies=(words,), events=tuple(turn.events))
        return _talked(words, turn)


def _talked(words: str, turn: _Turn) -> TurnResult:
    """A turn in which nothing was done: the words, and the open question again."""
    asked = turn.state.asked
    again = (asked.text,) if asked is not None and asked.text and asked.text not in words else ()
    replies = (words, *again)
    state = replace(turn.state, failures=0, said=replies, language=turn.own.language)
    return TurnResult(
        state=state,
        replies=replies,
        intent=turn.own.intent,
        slots=state.frame.slots if state.frame is not None else {},
        asks_for=asks_for(state),
        expectation=turn.expectation,
    )


def _told(answer: Answer, result: TurnResult | None) -> list[Message]:
    """The model's calls, and what came of them, as the next messages. What a tool says is data."""
    messages = [Message(role="assistant", text=answer.text, calls=answer.calls)]
    for number, call in enumerate(answer.calls):
        outcome: dict[str, Any] = {"done": None, "error": "there is no such tool"}
        if result is not None:
            outcome = {"done": result.executed, "said": result.reply} if number == 0 else {"waits": "its turn"}
        written = harmless(json.dumps(outcome, ensure_ascii=False))
        messages.append(Message(role="tool", text=written, call_id=call.id))
    return messages


def _remembering(result: TurnResult, text: str) -> TurnResult:
    """With this exchange among what was said lately."""
    said = (("user", plain(text)[:LONGEST]), ("assistant", plain(result.reply)[:LONGEST]))
    talk = (*result.state.talk, *(entry for entry in said if entry[1]))
    return replace(result, state=replace(result.state, talk=talk[-REMEMBERED:]))


def _role(name: str) -> Any:
    return "assistant" if name == "assistant" else "user"
