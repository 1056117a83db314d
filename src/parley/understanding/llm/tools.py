"""Every intent as a function that a language model may call, made from the intent's own slot model."""

import inspect
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from parley.contract import Intent, Kind, Language, Slot, Slots
from parley.understanding.lexicons import Lexicons
from parley.understanding.llm.model import Tool

PERSONS_OWN: Final = frozenset({"yes", "no"})
"""What only the person can say: no model that leads gets a tool for it."""
NO_TOOL: Final = frozenset({"out_of_scope"})
"""Said by calling nothing."""


@cache
def instructions() -> Mapping[str, Any]:
    """The texts of `instructions.yaml`."""
    content: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("instructions.yaml").read_text("utf-8"))
    return content


def name_of(intent: str) -> str:
    """The name of an intent's tool: vendors take no dot."""
    return intent.replace(".", "-")


def tools(intents: Iterable[Intent], lexicons: Lexicons, *, leaving: frozenset[str] = NO_TOOL) -> tuple[Tool, ...]:
    """A tool for each intent, in a fixed order, so that vendors may keep them ready."""
    rows = sorted((intent for intent in intents if intent.name not in leaving), key=lambda intent: intent.name)
    return tuple(tool(intent, lexicons) for intent in rows)


class Toolbox:
    """The tools of a process, made once for each language."""

    def __init__(self, intents: Iterable[Intent], *, leaving: frozenset[str] = NO_TOOL) -> None:
        self._intents = tuple(intents)
        self._leaving = leaving
        self._made: dict[Language, tuple[Tool, ...]] = {}

    def of(self, language: Language, lexicons: Lexicons) -> tuple[Tool, ...]:
        """The tools with the values of this language's lexicons."""
        if language not in self._made:
            self._made[language] = tools(self._intents, lexicons, leaving=self._leaving)
        return self._made[language]


def tool(intent: Intent, lexicons: Lexicons) -> Tool:
    """The function of one intent. Nothing in it is required: what is missing is asked by the dialogue."""
    properties = {name: parameter(name, slot, lexicons) for name, slot in declared(intent).items()}
    about = inspect.getdoc(intent.slots) if intent.slots is not Slots else ""
    return Tool(
        name=name_of(intent.name),
        description=": ".join(filter(None, (intent.name.replace(".", ", ").replace("_", " "), about))),
        parameters={"type": "object", "properties": properties, "additionalProperties": False},
    )


def declared(intent: Intent) -> dict[str, Slot]:
    """The slots of an intent by name."""
    return {name: intent.slots.slot_of(name) for name in intent.slots.model_fields}


def parameter(name: str, slot: Slot, lexicons: Lexicons) -> dict[str, Any]:
    """The JSON schema of one slot: words to point at, a value of a closed list, or true."""
    schema: dict[str, Any] = {"type": "string", "description": instructions()["kinds"][slot.kind.value]}
    if slot.kind is Kind.FLAG:
        schema["type"] = "boolean"
    values = sorted(lexicons.get(slot.lexicon or name, ())) if slot.kind is Kind.CHOICE else []
    if values:
        schema["enum"] = values
    return {"type": "array", "items": schema} if slot.many else schema
