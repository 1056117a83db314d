"""What no carrier sends, as real requests through the whole server: refused with its code, and without a trace."""

import asyncio
import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import httpx
import pytest
import structlog
from django.core.handlers.asgi import ASGIHandler
from twilio.request_validator import RequestValidator

from parley.channels.house import open_house
from parley.channels.route import Asgi
from parley.records.models import Call, CallEvent
from parley.scheduling.models import Booking
from parley.server.edge import Edge
from parley.server.limits import ProcessCounter
from parley.server.router import Router, found
from parley.server.settings import current
from tests.channels.sockets import Socket, answering
from tests.channels.telephone import APPS, CALLER, ORIGIN, token_in, twiml, virtual_on_database
from tests.conversation.world import World
from tests.messaging.carrier import NUMBER, TOKEN, Carrier
from tests.messaging.conftest import twilio  # noqa: F401 - fixture

pytestmark = pytest.mark.django_db(transaction=True)
QUIET = base64.b64encode(b"\xff" * 160).decode()


@pytest.fixture(autouse=True)
def _threads_run_in_place(monkeypatch: pytest.MonkeyPatch, twilio: Carrier) -> Iterator[None]:  # noqa: F811
    """On virtual time, work for threads runs in the loop's own thread, which Django would refuse."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield
    open_house(None)


def world() -> World:
    here = World()
    open_house(replace(answering(here), unsigned_calls=False))
    return here


async def sent(path: str, *, token: str | None = TOKEN, body: bytes | None = None, **form: str) -> httpx.Response:
    """One webhook through everything that a request passes; without a token it is not signed."""
    edge = Edge(Router(found(), pages=cast(Asgi, ASGIHandler())), current, ProcessCounter())
    headers = {"Host": ORIGIN.removeprefix("https://"), "Content-Type": "application/x-www-form-urlencoded"}
    if token is not None:
        headers["X-Twilio-Signature"] = RequestValidator(token).compute_signature(f"{ORIGIN}{path}", form)
    transport = httpx.ASGITransport(app=edge)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        return await client.post(path, headers=headers, **({"content": body} if body else {"data": form}))


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


CALL = {"CallSid": "CA1", "From": CALLER, "To": NUMBER}


@virtual_on_database
@pytest.mark.parametrize("token", ["guessed", "", None])
@pytest.mark.parametrize("path", ["/webhook/voice", "/webhook/sms", "/webhook/status", "/webhook/recording"])
async def test_what_the_carrier_has_not_signed_is_refused(token: str | None, path: str) -> None:
    world()
    assert refusal(await sent(path, token=token, MessageSid="SM1", Body="hi", **CALL)) == (403, "REQ_004")
    assert not Call.objects.exists()


@virtual_on_database
@pytest.mark.parametrize("path", ["after", "speech", "dialled", "language", "voicemail"])
async def test_a_call_that_never_came_is_unknown(path: str) -> None:
    world()
    assert refusal(await sent(f"/webhook/{path}", **CALL | {"CallSid": "CA404"})) == (404, "REQ_003")
    assert not Call.objects.exists()


@virtual_on_database
@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/webhook/voice", {"From": CALLER}),
        ("/webhook/sms", {"From": CALLER, "Body": "no id"}),
        ("/webhook/sms", {"From": "nobody", "MessageSid": "SM1", "Body": "no number"}),
    ],
)
async def test_a_webhook_that_lacks_what_it_must_say_is_refused(path: str, form: dict[str, str]) -> None:
    world()
    assert refusal(await sent(path, **form)) == (400, "REQ_001")
    assert not Call.objects.exists()


@virtual_on_database
async def test_a_webhook_of_many_bytes_is_not_read_to_its_end() -> None:
    world()
    assert refusal(await sent("/webhook/voice", body=b"Body=" + b"x" * 70_000)) == (400, "REQ_001")


@virtual_on_database
async def test_a_webhook_that_comes_again_changes_nothing_and_is_answered_alike() -> None:
    world()
    answers = [await sent("/webhook/voice", **CALL) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert Call.objects.count() == 1


def opened(start: dict[str, Any]) -> Socket:
    socket = Socket(APPS["websocket", "/telephone/stream"])
    socket.say(event="start", streamSid="MZ1", start={"streamSid": "MZ1", "callSid": "CA1"} | start)
    return socket


@virtual_on_database
@pytest.mark.parametrize(
    "form",
    [
        {"encoding": "audio/l16", "sampleRate": 8000, "channels": 1},
        {"encoding": "audio/x-mulaw", "sampleRate": 16000, "channels": 1},
        {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 2},
    ],
)
async def test_another_codec_is_not_answered_and_says_so(form: dict[str, Any]) -> None:
    here = world()
    token = token_in(await twiml("/webhook/voice"))
    with structlog.testing.capture_logs() as logs:
        socket = opened({"customParameters": {"token": token}, "mediaFormat": form})
        await asyncio.sleep(0.1)
    assert socket.closed == 1000
    assert [entry["code"] for entry in logs if entry["event"] == "call not answered"] == ["REQ_002"]
    assert len(here.floor) == 0
    # The token was not used up by it: the right sound still opens the call.
    right = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    second = opened({"customParameters": {"token": token}, "mediaFormat": right})
    await asyncio.sleep(0.1)
    assert second.closed is None
    assert len(here.floor) == 1
    await second.leave()


@virtual_on_database
@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        json.dumps({"event": "media", "media": {"payload": "§§§"}}),
        json.dumps({"event": "media", "media": {}}),
        json.dumps({"event": "media", "media": {"payload": 7}}),
        json.dumps({"event": "unheard of"}),
        json.dumps(["media"]),
        "",
    ],
)
async def test_a_malformed_frame_is_passed_over_and_many_end_the_call(frame: str) -> None:
    here = world()
    socket = opened({"customParameters": {"token": token_in(await twiml("/webhook/voice"))}})
    await asyncio.sleep(0.1)
    for _ in range(3):
        socket.text(frame)
        socket.say(event="media", media={"payload": QUIET})
    await asyncio.sleep(0.1)
    assert socket.closed is None
    for _ in range(30):
        socket.text(frame)
    await asyncio.sleep(0.5)
    assert socket.closed == 1000
    assert len(here.floor) == 0
    assert CallEvent.objects.filter(event="conversation_ended").count() == 1
    assert not Booking.objects.exists()
