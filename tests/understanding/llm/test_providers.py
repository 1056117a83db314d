"""Both official clients against a server that speaks their protocols, well and badly."""

import asyncio
import importlib.metadata
import sys
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from parley.contract import AuthenticationFailed, ConfigurationInvalid, ExternalTimeout, ProviderFailed, RateLimited
from parley.understanding.llm import providers
from parley.understanding.llm.choosing import LanguageModels, language_models
from parley.understanding.llm.model import Answer, Call, Message, Prompt, Tool
from parley.understanding.llm.settings import LanguageModelSettings
from tests.understanding.llm.vendor import Says, Vendor, calls, vendor

TOOL = Tool(name="timer-set", description="timer, set", parameters={"type": "object", "properties": {}})
PROMPT = Prompt(system="rules", data="<data>1</data>", messages=(Message(role="user", text="hello"),), tools=(TOOL,))
BOTH = pytest.mark.parametrize("name", ["openai", "anthropic"])


def settings(*vendors: tuple[str, Vendor], **more) -> LanguageModelSettings:
    options = {
        name: {"api_key": "k", "url": each.url + ("/v1" if name == "openai" else "")} for name, each in vendors
    }
    return LanguageModelSettings(providers=tuple(name for name, _ in vendors), options=options, **more)


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch):
    for vendor_name in ("OPENAI", "ANTHROPIC"):
        for name in ("API_KEY", "MODEL", "BASE_URL"):
            monkeypatch.delenv(f"{vendor_name}_{name}", raising=False)


def ask(chosen: LanguageModelSettings, prompt: Prompt = PROMPT, *, streamed: list[str] | None = None) -> Answer:
    async def once() -> Answer:
        models = language_models(chosen)
        assert models is not None
        try:
            return await models.answer(prompt, on_text=None if streamed is None else streamed.append)
        finally:
            await models.close()

    return asyncio.run(once())


@BOTH
@pytest.mark.parametrize("streaming", [False, True])
def test_text_and_calls_come_back(name, streaming):
    said: list[str] | None = [] if streaming else None
    with vendor(calls(("timer-set", {"duration": "5분"}), ("time-get", {}), text="one moment")) as server:
        answer = ask(settings((name, server)), streamed=said)
    assert answer.text.strip() == "one moment"
    assert [(call.name, call.arguments) for call in answer.calls] == [
        ("timer-set", {"duration": "5분"}),
        ("time-get", {}),
    ]
    assert answer.model == name
    if said is not None:
        assert "".join(said).strip() == "one moment"
        assert len(said) > 1


@BOTH
def test_the_request_carries_instructions_data_tools_and_temperature(name):
    with vendor(Says(text="hi")) as server:
        ask(settings((name, server)))
    body = server.asked[0]
    assert server.system().split("\n")[0] == "rules"
    assert "<data>1</data>" in server.system()
    assert body["temperature"] == 0.1
    assert len(body["tools"]) == 1
    assert server.paths[0].startswith("/v1/")


@BOTH
def test_a_model_that_refuses_the_temperature_is_asked_without(name):
    with vendor(
        Says(status=400, message="temperature is not supported"), Says(text="hi"), Says(text="again")
    ) as server:
        chosen = settings((name, server))

        async def twice() -> None:
            models = language_models(chosen)
            assert (await models.answer(PROMPT)).text == "hi"
            assert (await models.answer(PROMPT)).text == "again"
            await models.close()

        asyncio.run(twice())
    assert ["temperature" in body for body in server.asked] == [True, False, False]


@BOTH
def test_what_a_tool_answered_goes_back(name):
    talk = (
        Message(role="user", text="what time is it"),
        Message(role="assistant", calls=(Call(name="time-get", arguments={"a": 1}, id="x1"),)),
        Message(role="tool", text='{"said": "noon"}', call_id="x1"),
    )
    with vendor(Says(text="noon")) as server:
        ask(settings((name, server)), Prompt(system="s", messages=talk, tools=(TOOL,)))
    last = server.asked[0]["messages"][-1]
    if name == "openai":
        assert last == {"role": "tool", "tool_call_id": "x1", "content": '{"said": "noon"}'}
    else:
        assert last["content"][0]["tool_use_id"] == "x1"


@BOTH
def test_a_refusal_is_no_answer(name):
    with vendor(Says(refused=True)) as server:
        assert ask(settings((name, server))).refused


@BOTH
@pytest.mark.parametrize(
    ("says", "error", "times"),
    [
        (Says(status=401), AuthenticationFailed, 1),
        (Says(status=429, headers=(("retry-after", "7"),)), RateLimited, 1),
        (Says(status=500), ProviderFailed, 2),
    ],
)
def test_failures_are_ours(name, says, error, times):
    with vendor(says, says) as server, pytest.raises(error):
        ask(settings((name, server)))
    assert len(server.asked) == times


@BOTH
def test_a_stream_that_breaks_is_a_failure_and_is_not_begun_anew(name):
    with vendor(Says(text="one two three", breaks=True)) as server, pytest.raises(ProviderFailed):
        ask(settings((name, server)), streamed=[])
    assert len(server.asked) == 1


@BOTH
def test_a_model_that_hangs_costs_no_more_than_its_time(name):
    with vendor(Says(hangs=True)) as server, pytest.raises(ExternalTimeout):
        ask(settings((name, server), timeout_s=0.1, attempts=1))


@BOTH
def test_a_slow_stream_is_cut_off(name):
    said: list[str] = []
    with vendor(Says(text="one two three", hangs=True)) as server, pytest.raises(ExternalTimeout):
        ask(settings((name, server), timeout_s=4, attempts=1), streamed=said)
    assert "".join(said).startswith("one")


@pytest.mark.parametrize("streamed", [None, []])
@pytest.mark.parametrize("arguments", ['{"duration": ', "[1]", "null"])
def test_malformed_arguments_are_tried_again(arguments, streamed):
    with vendor(calls(("timer-set", arguments)), calls(("timer-set", {}))) as server:
        answer = ask(settings(("openai", server)), streamed=streamed)
    assert answer.calls[0].arguments == {}
    assert len(server.asked) == 2


def test_the_next_model_answers_when_the_first_fails():
    with vendor(Says(status=401)) as one, vendor(Says(text="here")) as other:
        answer = ask(settings(("openai", one), ("anthropic", other)))
    assert answer.model == "anthropic"


def test_a_model_that_asks_for_a_pause_gets_it():
    with vendor(Says(status=429, headers=(("retry-after", "600"),)), Says(text="too soon")) as server:
        chosen = settings(("openai", server), rest_s=0.0)

        async def twice() -> None:
            models = language_models(chosen)
            for expected in (RateLimited, ProviderFailed):
                with pytest.raises(expected):
                    await models.answer(PROMPT)
            await models.close()

        asyncio.run(twice())
    assert len(server.asked) == 1


class _Outsider:
    name, model = "outsider", "m"

    async def answer(self, prompt, *, on_text=None):
        raise LookupError("its own fault")

    async def close(self):
        pass


def test_whatever_a_provider_from_outside_raises_is_a_failure_of_it():
    models = LanguageModels([_Outsider()], LanguageModelSettings())
    with pytest.raises(ProviderFailed, match="outsider"):
        asyncio.run(models.answer(PROMPT))


def _open_outsider(settings):
    return _Outsider()


def test_a_provider_from_outside_is_found_by_name(monkeypatch):
    entry = EntryPoint("outsider", f"{__name__}:_open_outsider", "parley.language_models")
    monkeypatch.setattr("parley.contract.providers.entry_points", EntryPoints([entry]).select)
    assert providers.opened("outsider", LanguageModelSettings()).name == "outsider"
    with pytest.raises(ConfigurationInvalid, match="nobody"):
        providers.opened("nobody", LanguageModelSettings())


def test_without_a_key_there_is_no_model_and_no_client_is_loaded():
    assert language_models(LanguageModelSettings()) is None
    assert language_models(LanguageModelSettings(mode="off", options={"openai": {"api_key": "k"}})) is None


def test_a_server_of_ones_own_needs_no_key(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1")
    monkeypatch.setenv("OPENAI_MODEL", "some-model")
    models = language_models(LanguageModelSettings())
    assert models is not None
    assert models.names == ("openai/some-model",)
    assert models.unavailable == {"anthropic": "ANTHROPIC_API_KEY is not set"}


def test_a_missing_client_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ConfigurationInvalid, match="not installed"):
        providers.opened("openai", LanguageModelSettings(options={"openai": {"api_key": "k"}}))


def test_the_extra_names_the_clients():
    wanted = [line for line in importlib.metadata.requires("parley-voice") or [] if "extra == 'llm'" in line]
    assert {line.partition(">")[0].strip() for line in wanted} == {"openai", "anthropic"}
