"""`WS /v1/stream`: one conversation over one socket, for the page, for devices, for anybody with a token.

Plain ASGI: nothing stands between the socket and the conversation. Whatever a client sends, the worst that happens is
an error message and, after too many of them, the end of its own connection.
"""

import asyncio
import uuid
from typing import Final

import msgspec
import structlog

from parley.channels.admission import Admitted, admit
from parley.channels.browser_line import BrowserLine
from parley.channels.house import House, the_house
from parley.channels.messages import (
    AudioChunk,
    AudioEnd,
    ClientMessage,
    Interrupt,
    Ping,
    SessionEnd,
    SessionStart,
    Text,
    decode,
)
from parley.channels.outbox import Outbox
from parley.channels.route import Message, Receive, Route, Scope, Send
from parley.contract import (
    AuthenticationFailed,
    ParleyError,
    PermissionRefused,
    RateLimited,
    RequestInvalid,
    SoundInvalid,
    language_of,
)
from parley.conversation.conversation import Conversation
from parley.conversation.events import Failed, SessionEnded
from parley.conversation.services import Opening

LARGEST: Final = 64 * 1024
"""Bytes of one message: two seconds of 16 kHz sound."""
LONGEST_TEXT: Final = 2000
MOST_ERRORS: Final = 20
"""Malformed messages before the connection is closed."""
MESSAGES_PER_S: Final = 200
START_TIMEOUT_S: Final = 20.0
"""From the open socket to `session_start`."""
POLICY_VIOLATED: Final = 1008

log = structlog.get_logger(__name__)


class Session:
    """One socket."""

    def __init__(self, house: House, admitted: Admitted, send: Send) -> None:
        self._house = house
        self._admitted = admitted
        self._loop = asyncio.get_running_loop()
        self._outbox = Outbox(send)
        self._line: BrowserLine | None = None
        self.conversation: Conversation | None = None
        self._errors = 0
        self._allowance = float(MESSAGES_PER_S)
        self._counted_at = self._loop.time()

    async def serve(self, receive: Receive) -> None:
        """Until either side ends it."""
        await self._first(receive)
        while not self._outbox.closed:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            await self.received(message)

    async def _first(self, receive: Receive) -> None:
        """Wait for `session_start`; who opens a socket and says nothing is not waited for."""
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                while self.conversation is None and not self._outbox.closed:
                    message = await receive()
                    if message["type"] == "websocket.disconnect":
                        self._outbox.closed = True
                        return
                    await self.received(message)
        except TimeoutError:
            self._error(RequestInvalid("session_start was not sent in time"))
            self._outbox.close(POLICY_VIOLATED)

    async def received(self, message: Message) -> None:
        """One message of the client."""
        try:
            self._count()
            text, data = message.get("text"), message.get("bytes")
            if len(text or data or b"") > LARGEST:
                raise RequestInvalid(f"a message has at most {LARGEST} bytes")
            if text is None:
                self._sound(data or b"")
            else:
                await self._act(decode(text))
        except ParleyError as error:
            self._error(error)

    def _count(self) -> None:
        now = self._loop.time()
        self._allowance = min(MESSAGES_PER_S, self._allowance + (now - self._counted_at) * MESSAGES_PER_S)
        self._counted_at = now
        if self._allowance < 1:
            raise RateLimited("too many messages", retry_after=1)
        self._allowance -= 1

    async def _act(self, message: ClientMessage) -> None:
        if isinstance(message, AudioChunk):
            self._sound(message.audio)
        elif isinstance(message, SessionStart):
            await self._start(message)
        elif isinstance(message, Ping):
            self._outbox.text('{"type":"pong"}')
        elif isinstance(message, Text):
            if len(message.text) > LONGEST_TEXT:
                raise RequestInvalid(f"a text has at most {LONGEST_TEXT} characters")
            self._started().type(message.text)
        elif isinstance(message, AudioEnd):
            self._started().finish_utterance()
        elif isinstance(message, Interrupt):
            self._started().interrupt()
        elif isinstance(message, SessionEnd):
            self._started()
            assert self._line is not None
            self._line.send(SessionEnded(reason="hung_up"))
            self._outbox.close()

    def _started(self) -> Conversation:
        if self.conversation is None:
            raise RequestInvalid("session_start comes first")
        return self.conversation

    def _sound(self, data: bytes) -> None:
        conversation = self._started()
        assert self._line is not None
        if len(data) % self._line.form.sample_bytes and self._line.raw:
            raise SoundInvalid("the sound does not end on a whole sample")
        conversation.hear(self._line.heard(data))

    async def _start(self, message: SessionStart) -> None:
        if self.conversation is not None:
            raise RequestInvalid("the session has been started already")
        session_id = message.session_id or uuid.uuid4().hex
        if not (8 <= len(session_id) <= 64 and session_id.replace("-", "").isalnum()):
            raise RequestInvalid("a session_id is 8 to 64 letters, digits and hyphens")
        admitted, house = self._admitted, self._house
        language = language_of(message.language, default=admitted.language or house.language)
        voice = message.voice_profile_id
        opening = Opening(
            conversation_id=session_id,
            owner=admitted.owner,
            channel="browser",
            language=language,
            voice=house.services.synthesiser_for(language).abilities.named(voice, language) if voice else None,
            zone=admitted.zone or house.zone,
            caller=admitted.caller,
            country=house.country,
            greeting="" if message.greet else None,
            prompts=message.prompts,
            save_audio=admitted.save_audio,
        )
        self._line = BrowserLine(self._outbox, message.audio, session_id=session_id, on_hang_up=self._outbox.close)
        conversation = Conversation(opening=opening, line=self._line, floor=house.floor, services=house.services)
        await conversation.start()
        self.conversation = conversation

    def _error(self, error: ParleyError) -> None:
        failed = Failed(code=error.code, message=error.message, retryable=error.retryable)
        if self._line is not None:
            self._line.send(failed)
        else:
            self._outbox.text(msgspec.json.encode(failed).decode())
        self._errors += 1
        if self._errors >= MOST_ERRORS:
            self._outbox.close(POLICY_VIOLATED)


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI application."""
    house = the_house()
    await receive()
    try:
        admitted = await house.floor.offloaded(lambda: admit(scope, now=house.services.now()))
    except (AuthenticationFailed, PermissionRefused) as error:
        log.info("stream refused", code=error.code)
        await send({"type": "websocket.close", "code": POLICY_VIOLATED})
        return
    await send({"type": "websocket.accept"})
    session = Session(house, admitted, send)
    try:
        await session.serve(receive)
    finally:
        if session.conversation is not None:
            await session.conversation.close("hung_up")


routes: Final = (Route(kind="websocket", path="/v1/stream", app=stream),)
