"""What docs/language-models.md shows is so: its settings load, its code runs and gives what is printed."""

import datetime as dt
import json
import re
import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

from parley.contract import Context
from parley.server.settings import Settings
from parley.understanding.embedded import embedded
from parley.understanding.llm.settings import LanguageModelSettings
from tests.dialogue.desk import Desk

PAGE = (Path(__file__).parents[2] / "docs" / "language-models.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None, kind
    return found[1]


def test_the_settings_are_settings():
    shown = tomllib.loads(block("toml"))["language_model"]
    settings = LanguageModelSettings(**shown)
    named = settings.model_dump(exclude={"options", "providers"})
    defaults = LanguageModelSettings().model_dump()
    assert {name: named[name] for name in shown if name in named} == {
        name: defaults[name] for name in shown if name in named
    }, "the page shows the defaults"


def test_the_models_named_are_the_defaults():
    fields = Settings.model_fields
    for name in ("openai_model", "anthropic_model"):
        assert f"`{fields[name].default}`" in PAGE


def test_the_langchain_example_runs_as_printed():
    now = dt.datetime(2026, 3, 12, 10, 0, tzinfo=ZoneInfo("America/Chicago"))
    context = Context(now=now, zone=now.tzinfo, language="en", conversation_id="c", turn_id="1", channel="api")
    code = block("python")
    names = {"skills": {"desk": Desk()}, "context": context, "embedded": embedded}
    exec(code.replace("conversation.person", "done = conversation.person"), names)  # noqa: S102 - our own page
    printed = re.search(r"# (\{.*\})", code)
    assert json.loads(names["answer"]) == json.loads(printed[1])
    assert names["done"] == re.search(r"executed  # (\S+)", code)[1]
