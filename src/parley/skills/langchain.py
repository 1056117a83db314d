"""The skills as tools of LangChain, for agents that are built with it.

A tool is one intent. It runs through the dialogue like every turn: what must be confirmed is asked, and only the
person's own words, given to `Conversation.person`, are a yes. Needs the extra `langchain`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from parley.contract import ConfigurationInvalid, Context, Later, Skill
from parley.dialogue.intents import INTENTS
from parley.dialogue.state import State
from parley.dialogue.turn import TurnResult, table, take
from parley.understanding.attentive import Attentive
from parley.understanding.embedded import Embedded
from parley.understanding.llm.model import Call
from parley.understanding.llm.pointing import understood
from parley.understanding.llm.tools import NO_TOOL, PERSONS_OWN
from parley.understanding.llm.tools import tools as described
from parley.understanding.understander import NOTHING_EXPECTED

if TYPE_CHECKING:
    from langchain_core.tools import StructuredTool

_CONVERSATION = NO_TOOL | PERSONS_OWN | {intent.name for intent in INTENTS if intent.name != "agent.handover"}
"""What an agent does with words of its own."""


class Conversation:
    """One conversation that an agent leads: its state, and the only two ways to change it."""

    def __init__(
        self,
        skills: Mapping[str, Skill],
        context: Context,
        embedded: Embedded,
        *,
        known: Mapping[str, Any] | None = None,
        later_for: Callable[[str], Later] | None = None,
    ) -> None:
        self.skills = skills
        self.context = context
        self.state = State(conversation_id=context.conversation_id, language=context.language)
        self.expectation = NOTHING_EXPECTED
        self.embedded = embedded
        self._known = known or {}
        self._later_for = later_for
        self._said: tuple[str, ...] = ()
        """What the person said, the latest first."""

    def heard(self, text: str) -> None:
        """Note what the person said, so that tools may point at its words; nothing is done."""
        self._said = (text, *self._said[:5])

    def person(self, text: str) -> TurnResult:
        """A turn by the person's own words, without an agent: an answer to a question, a yes."""
        self.heard(text)
        said = Attentive(self.embedded).understand(text, language=self.state.language, **self._where())
        return self._taken(take(self.state, said, self.skills, self.context, later_for=self._later_for))

    def propose(self, tool: str, arguments: Mapping[str, Any]) -> TurnResult | None:
        """A turn by an agent's call; None for a tool that is none."""
        given = {name: value for name, value in arguments.items() if value is not None}
        text = self._said[0] if self._said else " ".join(str(value) for value in given.values())
        found = understood(
            [Call(name=tool, arguments=given)],
            text=text,
            language=self.state.language,
            intents={name: row for name, row in table(self.skills).items() if name not in PERSONS_OWN},
            scene=self.embedded.scene(language=self.state.language, **self._where()),
            earlier=self._said[1:],
        )
        if not found:
            return None
        said = replace(found[0], proposed=True)
        return self._taken(take(self.state, said, self.skills, self.context, later_for=self._later_for))

    def _where(self) -> dict[str, Any]:
        return {
            "now": self.context.now,
            "zone": self.context.zone,
            "expectation": self.expectation,
            "context": self._known,
        }

    def _taken(self, result: TurnResult) -> TurnResult:
        self.state, self.expectation = result.state, result.expectation
        return result


def tools(conversation: Conversation) -> "list[StructuredTool]":
    """A tool for each intent of the skills. Raises ConfigurationInvalid when LangChain is not installed."""
    try:
        from langchain_core.tools import StructuredTool
    except ImportError as error:
        raise ConfigurationInvalid("the package langchain-core is not installed (extra: langchain)") from error
    scene = conversation.embedded.scene(
        language=conversation.context.language, now=conversation.context.now, zone=conversation.context.zone
    )
    return [
        StructuredTool.from_function(
            func=_calling(conversation, tool.name),
            name=tool.name,
            description=tool.description,
            args_schema=dict(tool.parameters),
            infer_schema=False,
        )
        for tool in described(table(conversation.skills).values(), scene.lexicons, leaving=_CONVERSATION)
    ]


def _calling(conversation: Conversation, name: str) -> Callable[..., str]:
    def call(**arguments: Any) -> str:
        """What came of it, as JSON: `done`, `asks_for`, and `said`, the words for the person."""
        result = conversation.propose(name, arguments)
        if result is None:
            return json.dumps({"done": None, "error": "there is no such tool"})
        outcome = {"done": result.executed, "asks_for": result.asks_for, "said": result.reply}
        return json.dumps(outcome, ensure_ascii=False)

    return call
