"""Rows of public function-calling sets: their tools and messages in our form, and whether calls are right."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parley.understanding.llm.model import Call, Message, Prompt, Tool

SYSTEM: Final = (
    "Call the functions that the request needs, with the values it names. "
    "Ask when a required value is missing. When no function fits, call none and say so."
)
_TYPES: Final = {
    "dict": "object",
    "float": "number",
    "tuple": "array",
    "int": "integer",
    "str": "string",
    "any": None,
}
"""What the sets call a type, in the words of JSON schema."""


def prompt_of(row: Mapping[str, Any]) -> Prompt:
    """The row as it is asked. Names of functions are those of `tool_names`."""
    system = [each["content"] for each in row["messages"] if each["role"] == "system"]
    talk = tuple(_message(each) for each in row["messages"] if each["role"] != "system")
    return Prompt(system="\n\n".join([SYSTEM, *system]), messages=talk, tools=tuple(map(_tool, row["tools"])))


def tool_name(name: str) -> str:
    """A function's name as every vendor takes it."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)[:64]


def _tool(tool: Mapping[str, Any]) -> Tool:
    function = tool.get("function", tool)
    schema = _schema(function.get("parameters") or {})
    schema = {"type": "object", "properties": {}, **schema}
    return Tool(name=tool_name(function["name"]), description=function.get("description", ""), parameters=schema)


def _schema(content: Any) -> Any:
    """With the types of JSON schema, and without what belongs to none."""
    if isinstance(content, list):
        return [_schema(each) for each in content]
    if not isinstance(content, dict):
        return content
    written: dict[str, Any] = {}
    for key, value in content.items():
        if key == "type" and isinstance(value, str):
            kind = _TYPES.get(value, value)
            written.update({"type": kind} if kind else {})
        elif key != "optional":
            written[key] = _schema(value)
    return written


def _message(message: Mapping[str, Any]) -> Message:
    if message["role"] == "tool":
        return Message(role="tool", text=message["content"], call_id=message["tool_call_id"])
    calls = tuple(
        Call(
            name=tool_name(each["function"]["name"]),
            arguments=json.loads(each["function"]["arguments"] or "{}"),
            id=each["id"],
        )
        for each in message.get("tool_calls") or ()
    )
    role = "assistant" if message["role"] == "assistant" else "user"
    return Message(role=role, text=message.get("content") or "", calls=calls)


def right(row: Mapping[str, Any], calls: Sequence[Call]) -> bool:
    """Whether these are the calls that the row wants, in any order."""
    wanted = wanted_calls(row)
    if wanted is None:
        return bool(calls)
    if len(wanted) != len(calls):
        return False
    left = list(wanted)
    for call in calls:
        match = next((each for each in left if _fits(each, call)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def wanted_calls(row: Mapping[str, Any]) -> list[tuple[str, dict[str, list[Any]]]] | None:
    """Each wanted call with the accepted values of every argument; None: any call will do."""
    expected = row["expected"]
    if "calls" in expected:
        listed = expected["calls"]
        if any(not isinstance(each, dict) for each in listed):
            return None
        return [(tool_name(name), dict(values)) for each in listed for name, values in each.items()]
    single = expected.get("call")
    functions = [single] if single else [each["function"] for each in expected["message"].get("tool_calls") or ()]
    also = _loaded(expected.get("acceptable"))
    wanted = []
    for function in functions:
        arguments = json.loads(function["arguments"] or "{}")
        accepted = {name: [value, *_listed(also.get(name))] for name, value in arguments.items()}
        accepted.update({name: [*_listed(value), ""] for name, value in also.items() if name not in arguments})
        wanted.append((tool_name(function["name"]), accepted))
    return wanted


def _loaded(acceptable: Any) -> dict[str, Any]:
    if isinstance(acceptable, str):
        try:
            acceptable = json.loads(acceptable)
        except json.JSONDecodeError:
            return {}
    return acceptable if isinstance(acceptable, dict) else {}


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _fits(wanted: tuple[str, dict[str, list[Any]]], call: Call) -> bool:
    name, accepted = wanted
    if name != call.name or set(call.arguments) - set(accepted):
        return False
    return all(
        _one_of(call.arguments[each], values) if each in call.arguments else "" in (values or [""])
        for each, values in accepted.items()
    )


def _one_of(value: Any, accepted: Sequence[Any]) -> bool:
    return any(_same(value, each) for each in accepted)


def _same(value: Any, wanted: Any) -> bool:
    """Equal, where letters count and signs and case do not; of objects, each field lists what it may be."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return float(value) == float(wanted)
    if isinstance(value, dict) and isinstance(wanted, dict):
        known = {name: each if isinstance(each, list) else [each] for name, each in wanted.items()}
        return set(value) <= set(known) and all(
            _one_of(value[name], each) if name in value else "" in each for name, each in known.items()
        )
    if isinstance(value, list) and isinstance(wanted, list):
        return len(value) == len(wanted) and all(map(_same, value, wanted))
    return _plain(value) == _plain(wanted)


def _plain(value: Any) -> str:
    return "".join(sign for sign in str(value).lower() if sign.isalnum())
