"""The skill of docs/skills.md is what the page says: its code runs, and its conversation goes as printed."""

import datetime as dt
import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from parley.contract import Context
from parley.dialogue.state import State
from parley.dialogue.turn import take
from parley.understanding.result import Understanding

PAGE = (Path(__file__).parents[2] / "docs" / "skills.md").read_text(encoding="utf-8")
UNDERSTOOD: dict[str, tuple[str, dict[str, Any]]] = {
    "water the roses": ("garden.water", {"bed": "roses"}),
    "ten minutes": ("garden.water", {"duration": "PT10M"}),
    "no, the tomatoes": ("no", {"bed": "tomatoes"}),
    "yes": ("yes", {}),
}


def block(start: str) -> str:
    """The code block of the page whose first line is this."""
    found = re.search(rf"```\w*\n({re.escape(start)}\n.*?)```", PAGE, re.DOTALL)
    assert found is not None, start
    return found[1]


@pytest.fixture
def garden(tmp_path: Path) -> ModuleType:
    """The documented files, written as the page says."""
    (tmp_path / "skill.py").write_text(block("# skill.py"), encoding="utf-8")
    (tmp_path / "replies").mkdir()
    (tmp_path / "replies" / "en.yaml").write_text(block("# replies/en.yaml"), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("documented_garden", tmp_path / "skill.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules["documented_garden"] = module
    spec.loader.exec_module(module)
    return module


def test_the_printed_conversation_goes_as_printed(garden: ModuleType) -> None:
    zone = ZoneInfo("UTC")
    context = Context(
        now=dt.datetime(2026, 3, 12, 10, tzinfo=zone),
        zone=zone,
        language="en",
        conversation_id="c",
        turn_id="1",
        channel="text",
    )
    printed = re.findall(r"^(you|garden) {2,}(.+)$", PAGE, re.MULTILINE)
    state, reply = State(), ""
    for who, words in printed:
        if who == "garden":
            assert reply == words
            continue
        intent, slots = UNDERSTOOD[words]
        said = Understanding(text=words, language="en", intent=intent, confidence=0.95, slots=slots)
        result = take(state, said, {"garden": garden.skill}, context)
        state, reply = result.state, result.reply
    assert result.executed == "garden.water"
    assert result.slots["bed"] == "tomatoes"
