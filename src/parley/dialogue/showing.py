"""What a language model that leads is shown: what was said, what is open, and what came of its calls."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, Literal

from parley.contract import Expectation, Language
from parley.dialogue.result import TurnResult
from parley.dialogue.state import State
from parley.understanding.llm.model import Answer, Message
from parley.understanding.llm.prompt import data_of, harmless, plain
from parley.understanding.scene import Scene

REMEMBERED: Final = 12
"""Utterances of both sides that the model is shown again,"""
LONGEST: Final = 600
"""and characters of each."""


def messages_of(state: State, text: str) -> list[Message]:
    """What was said lately, and now."""
    earlier = [Message(role=_role(role), text=words) for role, words in state.talk]
    return [*earlier, Message(role="user", text=plain(text)[:LONGEST])]


def data_shown(state: State, *, language: Language, scene: Scene, expectation: Expectation, share_names: bool) -> str:
    """The data block of the system message, with the wish in hand and the open question."""
    more: dict[str, Any] = {}
    if state.frame is not None:
        more = {"in_hand": state.frame.intent.replace(".", "-"), "known": dict(state.frame.slots)}
    if state.asked is not None and state.asked.text:
        more["open_question"] = state.asked.text
    names = scene.names if share_names else ()
    return data_of(language=language, now=scene.now, expectation=expectation, names=names, more=more)


def told(answer: Answer, result: TurnResult | None) -> list[Message]:
    """The model's calls, and what came of them, as the next messages. What a tool says is data."""
    messages = [Message(role="assistant", text=answer.text, calls=answer.calls)]
    for number, call in enumerate(answer.calls):
        written = harmless(json.dumps(_outcome(result, number), ensure_ascii=False))
        messages.append(Message(role="tool", text=written, call_id=call.id))
    return messages


def _outcome(result: TurnResult | None, number: int) -> Mapping[str, Any]:
    """What is told of the call of that number: only the first is acted on at once."""
    if result is None:
        return {"done": None, "error": "there is no such tool"}
    return {"done": result.executed, "said": result.reply} if number == 0 else {"waits": "its turn"}


def remembering(result: TurnResult, text: str) -> TurnResult:
    """With this exchange among what was said lately."""
    said = (("user", plain(text)[:LONGEST]), ("assistant", plain(result.reply)[:LONGEST]))
    talk = (*result.state.talk, *(entry for entry in said if entry[1]))
    return replace(result, state=replace(result.state, talk=talk[-REMEMBERED:]))


def _role(name: str) -> Literal["user", "assistant"]:
    return "assistant" if name == "assistant" else "user"
