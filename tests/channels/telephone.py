"""Twilio's side of the telephone: signed webhooks and a socket, against the real routes."""

import asyncio
import functools
import xml.etree.ElementTree as ET
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

from django.db import connection, connections
from twilio.request_validator import RequestValidator

from parley.channels.telephone import routes
from tests.channels.sockets import Socket
from tests.messaging.carrier import NUMBER, TOKEN
from tests.virtual_time import virtual


def virtual_on_database(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test on virtual time whose tasks share one connection to the database, closed at its end.

    Django keeps connections by task where a loop runs; each task inherits the one that was open before it.
    """

    @functools.wraps(test)
    async def run(*args: Any, **kwargs: Any) -> None:
        connection.ensure_connection()
        try:
            await test(*args, **kwargs)
        finally:
            connections.close_all()

    return virtual(run)


ORIGIN = "https://voice.example.org"
CALLER = "+15145550177"
APPS = {(route.kind, route.path): route.app for route in routes}


async def post(
    path: str, *, token: str = TOKEN, headers: dict[str, str] | None = None, **form: str
) -> ET.Element | None:
    """One webhook, as Twilio signs it; the TwiML. Raises what the application raises."""
    where, _, query = path.partition("?")
    form = {"CallSid": "CA1", "From": CALLER, "To": NUMBER} | form
    signature = RequestValidator(token).compute_signature(f"{ORIGIN}{path}", form)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": urlencode(form).encode()}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    heads = {"x-twilio-signature": signature, "host": "localhost"} | (headers or {})
    scope = {
        "type": "http",
        "method": "POST",
        "path": where,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in heads.items()],
    }
    await APPS["http", where](scope, receive, send)  # type: ignore[arg-type]
    body = sent[1]["body"]
    return ET.fromstring(body) if body else None  # noqa: S314 - our own


async def twiml(path: str, **form: str) -> ET.Element:
    """The TwiML of a webhook that answers."""
    answer = await post(path, **form)
    assert answer is not None
    return answer


def said(answer: ET.Element) -> list[str]:
    """What the carrier says."""
    return [each.text or "" for each in answer.iter("Say")]


def token_in(answer: ET.Element) -> str:
    """The token that opens the stream."""
    parameter = answer.find(".//Stream/Parameter[@name='token']")
    assert parameter is not None
    return parameter.get("value", "")


async def stream(token: str, *, sid: str = "CA1") -> Socket:
    """The call's sound, opened."""
    socket = Socket(APPS["websocket", "/telephone/stream"])
    start = {"streamSid": "MZ1", "callSid": sid, "customParameters": {"token": token}}
    socket.say(event="start", streamSid="MZ1", start=start)
    await asyncio.sleep(0.05)
    return socket
