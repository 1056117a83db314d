"""The benchmark of function calling: against the scripted server, and its judgement on rows of every form."""

import json

import pytest
from benchmarks import functions
from benchmarks._function_rows import prompt_of, right, wanted_calls

from parley.server.settings import Settings
from parley.understanding.llm.model import Call
from tests.understanding.llm.vendor import Says, calls, vendor

AREA = {
    "id": "1",
    "category": "simple",
    "messages": [{"role": "user", "content": "a triangle of 10 by 5"}],
    "tools": [
        {
            "name": "shapes.area",
            "description": "Area.",
            "parameters": {"type": "dict", "properties": {"base": {"type": "float"}, "unit": {"type": "string"}}},
        }
    ],
    "expected": {"calls": [{"shapes.area": {"base": [10], "unit": ["cm", ""]}}]},
}
NOTHING = {**AREA, "id": "2", "category": "irrelevance", "expected": {"calls": []}}
TALK = {
    "id": "3",
    "category": "dialog",
    "messages": [
        {"role": "user", "content": "자카르타는 지금 몇 시야?"},
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "a", "type": "function", "function": {"name": "clock", "arguments": "{}"}}]},
        {"role": "tool", "tool_call_id": "a", "name": "clock", "content": "{}"},
        {"role": "user", "content": "다시"},
    ],
    "tools": [{"type": "function", "function": {"name": "clock", "description": "", "parameters": {}}}],
    "expected": {"call": {"name": "clock", "arguments": '{"location": "자카르타"}'},
                 "acceptable": '{"location": ["Jakarta"]}'},
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "made", "verdict"),
    [
        (AREA, [("shapes_area", {"base": 10.0})], True),
        (AREA, [("shapes_area", {"base": 10, "unit": "CM"})], True),
        (AREA, [("shapes_area", {"base": 11})], False),
        (AREA, [("shapes_area", {"base": 10, "height": 5})], False),
        (AREA, [("shapes_area", {"base": 10}), ("shapes_area", {"base": 10})], False),
        (AREA, [], False),
        (NOTHING, [], True),
        (NOTHING, [("shapes_area", {})], False),
        (TALK, [("clock", {"location": "자카르타"})], True),
        (TALK, [("clock", {"location": "jakarta"})], True),
        (TALK, [("clock", {})], False),
    ],
)
def test_what_is_right(row, made, verdict):
    assert right(row, [Call(name=name, arguments=arguments) for name, arguments in made]) is verdict


def test_a_row_is_asked_in_our_form():
    prompt = prompt_of(AREA)
    assert prompt.tools[0].name == "shapes_area"
    assert prompt.tools[0].parameters["type"] == "object"
    assert prompt.tools[0].parameters["properties"]["base"]["type"] == "number"
    assert [message.role for message in prompt_of(TALK).messages] == ["user", "assistant", "tool", "user"]


def test_the_benchmark_runs_with_any_configured_model(tmp_path, monkeypatch, capsys):
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in (AREA, NOTHING, TALK, AREA)), encoding="utf-8")
    script = [calls(("shapes_area", {"base": 10})), Says(text="None fits."), Says(status=401)]
    with vendor(*script) as server:
        found = Settings(openai_base_url=f"{server.url}/v1", openai_model="some-model")
        monkeypatch.setattr(functions, "current", lambda: found)
        assert functions.main(["--file", str(file), "--limit", "1", "--at-once", "1", "--json"]) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert report["model"] == "openai/some-model"
    assert report["all"]["rows"] == 3
    assert {name: each["right"] for name, each in report["categories"].items()} == {
        "dialog": 0.0,
        "irrelevance": 1.0,
        "simple": 1.0,
    }
    assert report["categories"]["dialog"]["failed"] == 1


def test_without_a_model_it_says_how_to_have_one(monkeypatch, capsys):
    monkeypatch.setattr(functions, "current", lambda: Settings(openai_api_key=None, anthropic_api_key=None))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert functions.main([]) == 1
    assert "OPENAI_BASE_URL" in capsys.readouterr().out


@pytest.mark.shared
def test_every_row_can_be_asked_and_its_own_answer_is_right():
    if not functions.FOLDER.is_dir():
        pytest.skip("../shared/data/functions is absent")
    rows = functions.rows_of(sorted(functions.FOLDER.glob("*.jsonl")), None, 0)
    wrong = [row["id"] for row in rows if not (prompt_of(row).messages and right(row, _own_answer(row)))]
    assert len(rows) > 1_900
    assert not wrong


def _own_answer(row) -> list[Call]:
    wanted = wanted_calls(row)
    if wanted is None:
        return [Call(name="any")]
    return [
        Call(
            name=name,
            arguments={each: _first(values) for each, values in accepted.items() if "" not in (values or [""])},
        )
        for name, accepted in wanted
    ]


def _first(values):
    """The first accepted value; of an object, the first of each field."""
    value = values[0]
    if isinstance(value, list):
        return [_first([each]) for each in value]
    if isinstance(value, dict):
        fields = {name: each if isinstance(each, list) else [each] for name, each in value.items()}
        return {name: _first(each) for name, each in fields.items() if "" not in each}
    return value
