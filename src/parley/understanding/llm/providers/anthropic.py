"""Anthropic's models, through the official client."""

from collections.abc import Callable
from typing import Any

from pydantic import Field, SecretStr

from parley.contract import ConfigurationInvalid, ProviderFailed
from parley.speaking.provider import ProviderOptions
from parley.understanding.llm.failures import Temperature
from parley.understanding.llm.model import Answer, Call, Message, Prompt
from parley.understanding.llm.settings import LanguageModelSettings

_KEPT = {"cache_control": {"type": "ephemeral"}}
"""What comes before this mark is the same in every turn, and the vendor keeps it ready."""


class Options(ProviderOptions):
    """`LanguageModelSettings.options["anthropic"]`."""

    api_key: SecretStr | None = Field(None, validation_alias="ANTHROPIC_API_KEY")
    model: str = Field("claude-haiku-4-5", validation_alias="ANTHROPIC_MODEL")
    url: str | None = Field(None, validation_alias="ANTHROPIC_BASE_URL")


class Anthropic:
    """Messages with tools. The client takes a second to load: it is made before the first turn."""

    name = "anthropic"

    def __init__(self, options: Options, key: str, *, timeout_s: float) -> None:
        from anthropic import AsyncAnthropic

        self.model = options.model
        self._client = AsyncAnthropic(api_key=key, base_url=options.url, timeout=timeout_s, max_retries=0)
        self._messages = self._client.messages
        self._temperature = Temperature()

    async def close(self) -> None:
        """See `LanguageModel.close`."""
        await self._client.close()

    async def answer(self, prompt: Prompt, *, on_text: Callable[[str], None] | None = None) -> Answer:
        """See `LanguageModel.answer`."""
        return await self._temperature.asked(self.name, lambda heats: self._once(prompt, on_text, heats=heats))

    async def _once(self, prompt: Prompt, on_text: Callable[[str], None] | None, *, heats: bool) -> Answer:
        tools: list[dict[str, Any]] = [
            {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)}
            for tool in prompt.tools
        ]
        system: list[dict[str, Any]] = [{"type": "text", "text": prompt.system, **_KEPT}]
        if prompt.data:
            system.append({"type": "text", "text": prompt.data})
        body: dict[str, Any] = {
            "model": self.model,
            "max_tokens": prompt.max_tokens,
            "system": system,
            "messages": _messages(prompt),
            "tools": tools,
        }
        # The newer clients have no parameter of this name, and the older models still heed it.
        body["extra_body"] = {"temperature": prompt.temperature} if heats else None
        if on_text is None:
            return self._answer(await self._messages.create(**body))
        async with self._messages.stream(**body) as stream:
            async for text in stream.text_stream:
                on_text(text)
            message = await stream.get_final_message()
        if message.stop_reason is None:
            raise ProviderFailed(f"{self.name} broke off")
        return self._answer(message)

    def _answer(self, message: Any) -> Answer:
        calls: list[Call] = []
        for block in message.content:
            if block.type == "tool_use":
                if not isinstance(block.input, dict):
                    raise ProviderFailed(f"{self.name} called a tool with arguments that are no object")
                calls.append(Call(name=block.name, arguments=block.input, id=block.id))
        text = "".join(block.text for block in message.content if block.type == "text")
        return Answer(text=text, calls=tuple(calls), refused=message.stop_reason == "refusal", model=self.name)


def _messages(prompt: Prompt) -> list[dict[str, Any]]:
    """The conversation; answers of several tools stand in one message, as the protocol wants it."""
    written: list[dict[str, Any]] = []
    for message in prompt.messages:
        role = "user" if message.role == "tool" else message.role
        if written and written[-1]["role"] == role:
            written[-1]["content"] += _blocks(message)
        else:
            written.append({"role": role, "content": _blocks(message)})
    return written


def _blocks(message: Message) -> list[dict[str, Any]]:
    if message.role == "tool":
        return [{"type": "tool_result", "tool_use_id": message.call_id, "content": message.text}]
    text = [{"type": "text", "text": message.text}] if message.text else []
    calls = [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": dict(call.arguments)}
        for call in message.calls
    ]
    return text + calls


def provider(settings: LanguageModelSettings) -> Anthropic:
    """Raises ConfigurationInvalid without a key or without the client library."""
    options = Options(**settings.options.get("anthropic", {}))
    if options.api_key is None:
        raise ConfigurationInvalid("ANTHROPIC_API_KEY is not set")
    try:
        return Anthropic(options, options.api_key.get_secret_value(), timeout_s=settings.timeout_s)
    except ImportError as error:
        raise ConfigurationInvalid("the package anthropic is not installed (extra: llm)") from error
