"""`WS /v1/stream` as an AsyncAPI document, made from the structs that read and write its messages."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from parley.channels.messages import MESSAGES
from parley.channels.route import Receive, Route, Scope, Send
from parley.conversation.events import EVENTS, Event


class Pong(Event, tag="pong"):
    """The answer to `ping`."""


class TtsChunk(Event, tag="tts_chunk"):
    """Sound of the reply, in the form chosen at session_start; with binary framing a message of its own."""

    audio: bytes


OUT: Final[tuple[type[msgspec.Struct], ...]] = (*EVENTS, TtsChunk, Pong)


def document() -> dict[str, Any]:
    """AsyncAPI 3.0."""
    schemas, components = msgspec.json.schema_components(
        (*MESSAGES, *OUT), ref_template="#/components/schemas/{name}"
    )
    names = [schema["$ref"].rsplit("/", 1)[1] for schema in schemas]
    tags = [components[name]["properties"]["type"]["const"] if "const" in components[name]["properties"]["type"]
            else components[name]["properties"]["type"]["enum"][0] for name in names]  # fmt: skip
    keys = [f"{'in' if place < len(MESSAGES) else 'out'}_{tag}" for place, tag in enumerate(tags)]
    messages = {
        key: {"name": tag, "summary": components[name].get("description", ""), "payload": {"$ref": schema["$ref"]}}
        for key, tag, name, schema in zip(keys, tags, names, schemas, strict=True)
    }
    taken, given = keys[: len(MESSAGES)], keys[len(MESSAGES) :]
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Parley", "version": "1", "description": __doc__},
        "defaultContentType": "application/json",
        "channels": {
            "stream": {
                "address": "/v1/stream",
                "messages": {key: {"$ref": f"#/components/messages/{key}"} for key in keys},
            }
        },
        "operations": {
            "listen": _operation("receive", taken, "What a client says; session_start comes first."),
            "tell": _operation("send", given, "What a client is told."),
        },
        "components": {
            "messages": messages,
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(action: str, keys: Iterable[str], summary: str) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/stream"},
        "summary": summary,
        "messages": [{"$ref": f"#/channels/stream/messages/{key}"} for key in keys],
    }


async def serve(_scope: Scope, _receive: Receive, send: Send) -> None:
    """The document."""
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": msgspec.json.encode(document())})


routes: Final = (Route(kind="http", path="/docs/asyncapi", app=serve),)
