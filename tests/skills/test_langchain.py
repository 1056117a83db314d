"""LangChain calls the skills, and gets no further with them than anybody."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from langchain_core.messages import ToolCall

from parley.contract import Context
from parley.skills.langchain import Conversation, tools
from tests.dialogue.desk import Desk
from tests.understanding.llm.test_chain import ours

ZONE = ZoneInfo("America/Chicago")


@pytest.fixture
def conversation() -> Conversation:
    now = dt.datetime(2026, 3, 12, 10, 0, tzinfo=ZONE)
    context = Context(now=now, zone=ZONE, language="en", conversation_id="c", turn_id="1", channel="api")
    return Conversation({"desk": Desk()}, context, ours())


def invoke(conversation: Conversation, tool_name: str, /, **arguments: str) -> dict:
    by_name = {tool.name: tool for tool in tools(conversation)}
    message = by_name[tool_name].invoke(ToolCall(name=tool_name, args=arguments, id="1", type="tool_call"))
    return json.loads(message.content)


def test_every_intent_of_the_skills_is_a_tool_and_a_yes_is_none(conversation):
    names = {tool.name for tool in tools(conversation)}
    assert {"table-book", "table-list", "agent-handover"} <= names
    assert not names & {"yes", "no"}


def test_the_schema_is_that_of_the_slots(conversation):
    book = next(tool for tool in tools(conversation) if tool.name == "table-book")
    assert set(book.args) == {"date", "time", "name", "which", "keep_time", "note"}
    assert "A table for somebody at a time." in book.description


def test_a_deed_waits_for_the_persons_own_yes(conversation):
    conversation.heard("a table tomorrow at seven pm for Ann")
    for _ in range(2):
        asked = invoke(conversation, "table-book", date="tomorrow", time="seven pm", name="Ann")
        assert asked["asks_for"] == "confirmation"
        assert asked["done"] is None
    assert conversation.person("yes").executed == "table.book"
    assert conversation.skills["desk"].done[0][1] == {"date": "2026-03-13", "time": "19:00", "name": "Ann"}


def test_without_the_persons_words_the_arguments_are_read_by_the_grammar(conversation):
    asked = invoke(conversation, "table-book", date="2026-03-14", time="8 pm", name="Ann")
    assert asked["asks_for"] == "confirmation"
    assert conversation.state.frame.slots == {"date": "2026-03-14", "time": "20:00", "name": "Ann"}


def test_what_only_looks_is_answered_at_once(conversation):
    assert invoke(conversation, "table-list") == {
        "done": "table.list",
        "asks_for": None,
        "said": "You have the window table and garden table.",
    }
