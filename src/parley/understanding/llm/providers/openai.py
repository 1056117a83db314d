"""OpenAI, and everything that speaks its protocol (Ollama, vLLM, llama.cpp), through the official client."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import Field, SecretStr

from parley.contract import ConfigurationInvalid, ProviderFailed
from parley.speaking.provider import ProviderOptions
from parley.understanding.llm.failures import Temperature, call_of
from parley.understanding.llm.model import Answer, Call, Message, Prompt
from parley.understanding.llm.settings import LanguageModelSettings

KEYLESS = "none"
"""What a server of one's own is told where the protocol wants a key."""


class Options(ProviderOptions):
    """`LanguageModelSettings.options["openai"]`."""

    api_key: SecretStr | None = Field(None, validation_alias="OPENAI_API_KEY")
    model: str = Field("gpt-4o-mini", validation_alias="OPENAI_MODEL")
    url: str | None = Field(None, validation_alias="OPENAI_BASE_URL")
    """A server that speaks the protocol; none: OpenAI itself."""


class OpenAI:
    """Chat completions with function calling. The client takes a second to load: it is made before the first turn."""

    name = "openai"

    def __init__(self, options: Options, *, timeout_s: float) -> None:
        from openai import AsyncOpenAI

        self.model = options.model
        self._options = options
        key = options.api_key.get_secret_value() if options.api_key else KEYLESS
        self._client = AsyncOpenAI(api_key=key, base_url=options.url, timeout=timeout_s, max_retries=0)
        self._completions = self._client.chat.completions
        self._temperature = Temperature()

    async def close(self) -> None:
        """See `LanguageModel.close`."""
        await self._client.close()

    async def answer(self, prompt: Prompt, *, on_text: Callable[[str], None] | None = None) -> Answer:
        """See `LanguageModel.answer`."""
        return await self._temperature.asked(self.name, lambda heats: self._once(prompt, on_text, heats=heats))

    async def _once(self, prompt: Prompt, on_text: Callable[[str], None] | None, *, heats: bool) -> Answer:
        # Servers of other makers know the older name of the limit only, OpenAI's newer models only the new one.
        limit = "max_tokens" if self._options.url else "max_completion_tokens"
        body: dict[str, Any] = {"model": self.model, "messages": _messages(prompt), limit: prompt.max_tokens}
        if heats:
            body["temperature"] = prompt.temperature
        if prompt.tools:
            body["tools"] = [
                {
                    "type": "function",
                    "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
                }
                for tool in prompt.tools
            ]
        if on_text is not None:
            return await self._streamed(body, on_text)
        completion = await self._completions.create(**body)
        if not completion.choices:
            raise ProviderFailed(f"{self.name} answered without a choice")
        message = completion.choices[0].message
        functions = [(call.id, call.function) for call in message.tool_calls or () if call.type == "function"]
        calls = tuple(call_of(self.name, function.name, function.arguments, key) for key, function in functions)
        return Answer(text=message.content or "", calls=calls, refused=bool(message.refusal), model=self.name)

    async def _streamed(self, body: dict[str, Any], on_text: Callable[[str], None]) -> Answer:
        text, refused, finished = "", False, False
        parts: dict[int, dict[str, str]] = {}
        async with await self._completions.create(stream=True, **body) as stream:
            async for chunk in stream:
                for choice in chunk.choices:
                    finished = finished or choice.finish_reason is not None
                    if choice.delta.content:
                        text += choice.delta.content
                        on_text(choice.delta.content)
                    refused = refused or bool(choice.delta.refusal)
                    for piece in choice.delta.tool_calls or ():
                        part = parts.setdefault(piece.index, {"id": "", "name": "", "arguments": ""})
                        part["id"] = piece.id or part["id"]
                        if piece.function is not None:
                            part["name"] += piece.function.name or ""
                            part["arguments"] += piece.function.arguments or ""
        if not finished:
            raise ProviderFailed(f"{self.name} broke off")
        calls = tuple(
            call_of(self.name, part["name"], part["arguments"], part["id"]) for _, part in sorted(parts.items())
        )
        return Answer(text=text, calls=calls, refused=refused, model=self.name)


def _messages(prompt: Prompt) -> list[dict[str, Any]]:
    system = "\n\n".join(filter(None, (prompt.system, prompt.data)))
    return [{"role": "system", "content": system}, *(_message(message) for message in prompt.messages)]


def _message(message: Message) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.call_id, "content": message.text}
    if message.calls:
        return {"role": "assistant", "content": message.text or None, "tool_calls": list(_calls(message.calls))}
    return {"role": message.role, "content": message.text}


def _calls(calls: Iterable[Call]) -> Iterable[dict[str, Any]]:
    for call in calls:
        arguments = json.dumps(dict(call.arguments), ensure_ascii=False)
        yield {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def provider(settings: LanguageModelSettings) -> OpenAI:
    """Raises ConfigurationInvalid without a key (for a server of one's own: without an address), or a client."""
    options = Options(**settings.options.get("openai", {}))
    if options.api_key is None and options.url is None:
        raise ConfigurationInvalid("neither OPENAI_API_KEY nor OPENAI_BASE_URL is set")
    try:
        return OpenAI(options, timeout_s=settings.timeout_s)
    except ImportError as error:
        raise ConfigurationInvalid("the package openai is not installed (extra: llm)") from error
