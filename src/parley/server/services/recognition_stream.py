"""Recognition while somebody speaks: the WebSocket /stt/stream, and POST /stt/stream with sound as its body.

The messages of the socket stand in `parley.listening.providers.remote`, its client. A POST takes 16-bit mono PCM
(`?language=en&rate=16000`) and answers with the socket's messages, one a line.
"""

import asyncio
from typing import Any, Final, Literal, cast
from urllib.parse import parse_qsl

import msgspec
from django.db import close_old_connections
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from parley.accounts.authentication import principal_of_token, token_of
from parley.audio.sound import Sound
from parley.channels.admission import headers_of
from parley.channels.route import Receive, Route, Scope, Send
from parley.contract import (
    AuthenticationFailed,
    Expectation,
    Language,
    ParleyError,
    PermissionRefused,
    RequestInvalid,
)
from parley.listening.providers.remote import TRANSCRIPT
from parley.listening.recognition import Recognition, Transcript
from parley.server.errors import noted
from parley.server.services.api_recognition import LONGEST_S, RATE, SCOPE, recogniser_of

PATH: Final = "/stt/stream"
CLOSED_BY_US: Final = 1000
REFUSED: Final = 4401


class Start(BaseModel):
    """The first message."""

    model_config = ConfigDict(frozen=True)

    type: Literal["start"] = "start"
    language: Language = "en"
    rate: int = Field(RATE, ge=8_000, le=48_000)
    expectation: Expectation = Expectation()


class Finish(BaseModel):
    """The last one: the turn is over."""

    type: Literal["finish"]
    sound: bool = False
    """The turn as voice activity cut it follows."""


async def admit(scope: Scope) -> None:
    """Raises AuthenticationFailed, PermissionRefused."""
    headers = headers_of(scope)
    token = token_of(headers.get("authorization", ""), headers.get("x-api-key", ""))
    if token is None:
        raise AuthenticationFailed("send a device token or an API key")

    def may() -> bool:
        close_old_connections()
        return principal_of_token(token, now=timezone.now()).may(SCOPE)

    if not await asyncio.to_thread(may):
        raise PermissionRefused(f"the scope {SCOPE} is needed")


class _Hearing:
    """One turn at the service's end: partial transcripts go out while sound comes in."""

    def __init__(self, start: Start) -> None:
        self.start = start
        self.partials: asyncio.Queue[str] = asyncio.Queue()
        self._most = int(LONGEST_S * start.rate) * 2
        self._recognition: Recognition | None = None

    async def open(self) -> None:
        start = self.start
        self._recognition = await recogniser_of(start.language).open(
            language=start.language,
            rate=start.rate,
            expectation=start.expectation,
            on_partial=self.partials.put_nowait,
        )

    def feed(self, pcm: bytes) -> None:
        """Raises RequestInvalid for more than a minute."""
        assert self._recognition is not None
        self._most -= len(pcm)
        if self._most < 0:
            raise RequestInvalid(f"a turn is {LONGEST_S:g} seconds at most")
        self._recognition.feed(pcm)

    async def finish(self, sound: Sound | None = None) -> Transcript:
        assert self._recognition is not None
        return await self._recognition.finish(sound=sound)

    def cancel(self) -> None:
        if self._recognition is not None:
            self._recognition.cancel()


class Disconnected(Exception):
    """The other end hung up: nobody wants the transcript."""


async def socket(scope: Scope, receive: Receive, send: Send) -> None:
    """One turn, one connection."""
    await receive()
    try:
        await admit(scope)
    except ParleyError as error:
        noted(error)
        await send({"type": "websocket.close", "code": REFUSED, "reason": error.message})
        return
    await send({"type": "websocket.accept"})

    async def say(message: dict[str, Any]) -> None:
        await send({"type": "websocket.send", "text": msgspec.json.encode(message).decode()})

    try:
        await _turn(receive, say)
        await send({"type": "websocket.close", "code": CLOSED_BY_US})
    except Disconnected:
        return
    except Exception as error:  # noqa: BLE001 - whatever went wrong with a turn is said to whoever waits for it
        await say({"type": "error", **noted(error).as_json()})
        await send({"type": "websocket.close", "code": CLOSED_BY_US})


async def _turn(receive: Receive, say: Any) -> None:
    hearing = _Hearing(_read(Start, await _message(receive)))
    telling = asyncio.create_task(_tell(hearing, say))
    try:
        await hearing.open()
        while isinstance(message := await _message(receive), bytes):
            hearing.feed(message)
        cut = await _message(receive) if _read(Finish, message).sound else None
        sound = Sound.of_bytes(cut, hearing.start.rate) if isinstance(cut, bytes) else None
        transcript = await hearing.finish(sound)
    except BaseException:
        hearing.cancel()
        raise
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
    await say({"type": "final", "transcript": TRANSCRIPT.dump_python(transcript, mode="json")})


async def _tell(hearing: _Hearing, say: Any) -> None:
    while True:
        await say({"type": "partial", "text": await hearing.partials.get()})


async def _message(receive: Receive) -> str | bytes:
    message = await receive()
    if message["type"] == "websocket.disconnect":
        raise Disconnected
    data = message.get("bytes")
    return data if data is not None else cast(str, message["text"])


def _read(kind: Any, message: str | bytes) -> Any:
    try:
        return kind.model_validate_json(message)
    except ValidationError as error:
        raise RequestInvalid(f"expected a {kind.__name__.lower()} message") from error


async def post(scope: Scope, receive: Receive, send: Send) -> None:
    """The same for a client that has no socket: sound in, lines out."""
    if scope["method"] != "POST":
        raise RequestInvalid("POST the sound, or open a WebSocket")
    await admit(scope)
    try:
        start = Start.model_validate(dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"))))
    except ValidationError as error:
        raise RequestInvalid("language is en, fr or ko, and rate is 8000 to 48000") from error
    hearing = _Hearing(start)
    await hearing.open()
    begun = False

    async def say(message: dict[str, Any], *, more: bool = True) -> None:
        nonlocal begun
        if not begun:
            begun = True
            headers = [(b"content-type", b"application/x-ndjson")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
        body = msgspec.json.encode(message) + b"\n"
        await send({"type": "http.response.body", "body": body, "more_body": more})

    try:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RequestInvalid("the sound broke off")
            hearing.feed(message.get("body", b""))
            more = message.get("more_body", False)
            while not hearing.partials.empty():
                await say({"type": "partial", "text": hearing.partials.get_nowait()})
        transcript = await hearing.finish()
    except ParleyError as error:
        hearing.cancel()
        if not begun:
            raise
        await say({"type": "error", **noted(error).as_json()}, more=False)
        return
    await say({"type": "final", "transcript": TRANSCRIPT.dump_python(transcript, mode="json")}, more=False)


routes: Final = (
    Route(kind="websocket", path=PATH, app=socket),
    Route(kind="http", path=PATH, app=post),
)
