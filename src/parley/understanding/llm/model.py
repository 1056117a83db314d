"""What a language model is to the rest of the house: a prompt with tools in, text and calls out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function that the model may call."""

    name: str
    """Letters, digits, `_` and `-`, at most 64: what every vendor accepts."""
    description: str
    parameters: Mapping[str, Any]
    """JSON schema of an object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The model calls a tool. Nothing is done by it; it is a wish that is looked at."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One part of the conversation as the model sees it."""

    role: Literal["user", "assistant", "tool"]
    text: str = ""
    calls: tuple[Call, ...] = ()
    """Of the assistant."""
    call_id: str = ""
    """The call that a message of a tool answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """All that a model is asked."""

    system: str
    """The instructions: the same in every turn, so that vendors keep them ready."""
    data: str = ""
    """What is known of this turn, after the instructions."""
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    temperature: float = 0.1
    max_tokens: int = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    refused: bool = False
    """The vendor or the model would not answer."""
    model: str = ""
    """The provider that answered."""


class LanguageModel(Protocol):
    """One provider."""

    name: str
    model: str
    """Which of its models, as it calls them."""

    async def answer(self, prompt: Prompt, *, on_text: Callable[[str], None] | None = None) -> Answer:
        """One answer. With `on_text` the words are handed over as they come.

        Raises ExternalTimeout, AuthenticationFailed, RateLimited or ProviderFailed, the last also for a call whose
        arguments are no JSON object, and for a stream that breaks off.
        """

    async def close(self) -> None:
        """Give connections back."""
