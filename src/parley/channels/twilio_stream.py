"""Twilio Media Streams: the socket of a telephone call. 20 ms of mu-law in, paced mu-law out.

The protocol is a class without input or output (`TwilioCall`); a server hands it what arrives and gives it something
to write with, which takes several messages at a time: four frames of 20 ms cost one call of the system. Decoding is a
msgspec struct, writing a template: both under half a microsecond.
"""

import asyncio
from binascii import b2a_base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
import structlog

from parley.channels.admission import headers_of
from parley.channels.house import House, the_house
from parley.channels.outbox import Outbox
from parley.channels.route import Receive, Scope, Send
from parley.contract import Caller, ParleyError, PermissionRefused, SoundInvalid, language_of
from parley.conversation.conversation import Conversation
from parley.conversation.events import Event, HandedOver, ReplyEnded, SessionEnded
from parley.conversation.services import Opening, Services
from parley.conversation.sound_form import TELEPHONE

MOST_ERRORS: Final = 20
FRAME: Final = 160
"""Bytes of sound in one message: the 20 ms of Twilio's own."""

log = structlog.get_logger(__name__)


class MediaFormat(msgspec.Struct, rename="camel", frozen=True):
    """How the sound of a call is encoded."""

    encoding: str = "audio/x-mulaw"
    sample_rate: int = 8000
    channels: int = 1


class Start(msgspec.Struct, rename="camel", kw_only=True):
    """Who calls."""

    stream_sid: str
    call_sid: str
    account_sid: str = ""
    media_format: MediaFormat = MediaFormat()
    custom_parameters: dict[str, str] = msgspec.field(default_factory=dict)


class Media(msgspec.Struct):
    """20 ms of sound."""

    payload: bytes


class Mark(msgspec.Struct):
    """A place in the sound that was sent."""

    name: str


class Dtmf(msgspec.Struct):
    """A key."""

    digit: str


class _Message(msgspec.Struct, tag_field="event"):
    pass


class _Connected(_Message, tag="connected"):
    pass


class _Started(_Message, tag="start"):
    start: Start


class _Media(_Message, tag="media"):
    media: Media


class _Mark(_Message, tag="mark"):
    mark: Mark


class _Dtmf(_Message, tag="dtmf"):
    dtmf: Dtmf


class _Stop(_Message, tag="stop"):
    pass


_decode: Final = msgspec.json.Decoder(_Connected | _Started | _Media | _Mark | _Dtmf | _Stop).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """How the sound of a call came to its end."""

    reason: str
    """As the conversation says, or `hung_up` when the caller was first."""
    handover: HandedOver | None = None
    """A person is to take over."""


async def nothing_follows(_: Over) -> None:
    """The end of a call of which nobody keeps a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A call that is taken."""

    opening: Opening
    services: Services
    over: Callable[[Over], Awaitable[None]] = nothing_follows
    """Awaited once, before the socket is closed by us or after the caller has."""
    keys: Mapping[str, Callable[[Conversation], None]] = field(default_factory=dict)
    """Keys that mean something else than an answer."""


Answer = Callable[[Start, House, Mapping[str, str]], Awaitable[Answered]]
"""Who this call is, from its start message and the socket's headers. Raises ParleyError: it is not answered."""


Write = Callable[[Sequence[bytes]], None]
"""Sends text messages, in UTF-8, one after the other."""


class TwilioLine:
    """A `Line` that writes Twilio's messages."""

    form = TELEPHONE
    frame_s = 0.02
    marks = True

    def __init__(self, stream_sid: str, write: Write, on_end: Callable[[], None]) -> None:
        sid = msgspec.json.encode(stream_sid)
        self._write = write
        self._on_end = on_end
        self._media = b'{"event":"media","streamSid":%b,"media":{"payload":"' % sid
        self._clear = b'{"event":"clear","streamSid":%b}' % sid
        self._mark = b'{"event":"mark","streamSid":%b,"mark":{"name":' % sid
        self.handover: HandedOver | None = None
        """Set when a person is to take over: the stream ends when that has been said."""
        self.ended: str | None = None
        """Why the conversation ended, when it did so by itself."""

    def send(self, event: Event) -> None:
        """A telephone shows nothing."""
        if isinstance(event, HandedOver):
            self.handover = event
        elif isinstance(event, SessionEnded):
            self.ended = event.reason
        elif isinstance(event, ReplyEnded) and event.complete and self.handover is not None:
            self._on_end()

    def play(self, sound: bytes) -> None:
        """As media messages of 20 ms, sent together: sending costs more than anything else about them."""
        head = self._media
        starts = range(0, len(sound), FRAME)
        self._write([b'%b%b"}}' % (head, b2a_base64(sound[at : at + FRAME], newline=False)) for at in starts])

    def clear(self) -> None:
        """Empty Twilio's buffer."""
        self._write([self._clear])

    def mark(self, name: str) -> None:
        """Told when played."""
        self._write([b"%b%b}}" % (self._mark, msgspec.json.encode(name))])

    def hang_up(self) -> None:
        """End the stream; what follows in the TwiML hangs up."""
        self._on_end()


class TwilioCall:
    """One call's socket, sans input and output."""

    def __init__(
        self,
        house: House,
        answer: Answer,
        headers: Mapping[str, str],
        *,
        write: Write,
        end: Callable[[], None],
    ) -> None:
        self._house = house
        self._answer = answer
        self._headers = headers
        self._write = write
        self._end = end
        self._errors = 0
        self._answered: Answered | None = None
        self._line: TwilioLine | None = None
        self._ending: asyncio.Task[None] | None = None
        self.conversation: Conversation | None = None

    def media(self, text: str | bytes) -> Start | None:
        """Take one message. Returns the start message, for `start`; everything else is dealt with here."""
        try:
            message = _decode(text)
        except msgspec.DecodeError:
            self._malformed()
            return None
        conversation = self.conversation
        if isinstance(message, _Media):
            if conversation is not None:
                conversation.hear(message.media.payload)
        elif isinstance(message, _Started):
            return message.start if conversation is None else None
        elif conversation is None:
            pass
        elif isinstance(message, _Mark):
            conversation.marked(message.mark.name)
        elif isinstance(message, _Dtmf):
            self._press(conversation, message.dtmf.digit)
        elif isinstance(message, _Stop):
            self._end()
        return None

    def _malformed(self) -> None:
        self._errors += 1
        if self._errors >= MOST_ERRORS:
            self._end()

    async def start(self, start: Start) -> None:
        """Answer the call."""
        try:
            if start.media_format != MediaFormat():
                raise SoundInvalid("a call's sound is mu-law at 8 kHz, in one channel")
            answered = await self._answer(start, self._house, self._headers)
        except ParleyError as error:
            log.info("call not answered", code=error.code)
            self._end()
            return
        line = TwilioLine(start.stream_sid, self._write, self._hang_up)
        conversation = Conversation(
            opening=answered.opening, line=line, floor=self._house.floor, services=answered.services
        )
        self._answered, self._line = answered, line
        await conversation.start()
        self.conversation = conversation

    def _press(self, conversation: Conversation, key: str) -> None:
        meant = self._answered.keys.get(key) if self._answered is not None else None
        if meant is None or conversation.expectation.kind is not None:
            conversation.press(key)
        else:
            meant(conversation)

    def _hang_up(self) -> None:
        """The conversation is over: what follows is settled first, for Twilio asks for it when the socket closes."""
        if self._ending is None:
            self._ending = asyncio.get_running_loop().create_task(self._over())

    async def _over(self) -> None:
        assert self._answered is not None
        assert self._line is not None
        try:
            await self._answered.over(Over(reason=self._line.ended or "ended", handover=self._line.handover))
        finally:
            self._end()

    async def close(self) -> None:
        """The socket is gone."""
        if self.conversation is not None:
            await self.conversation.close("hung_up")
        if self._ending is not None:
            await self._ending
        elif self._answered is not None:
            await self._answered.over(Over(reason="hung_up"))


async def answer_anyone(start: Start, house: House, _: Mapping[str, str]) -> Answered:
    """An opening from what the webhook put into the stream's parameters; only in a house that answers everybody."""
    if not house.unsigned_calls:
        raise PermissionRefused("this stream was not announced by the carrier's webhook")
    parameters = start.custom_parameters
    language = language_of(parameters.get("language"), default=house.language)
    opening = Opening(
        conversation_id=parameters.get("conversation_id") or start.call_sid,
        owner=start.call_sid,
        channel="telephone",
        language=language,
        zone=house.zone,
        caller=Caller(phone=parameters.get("from") or None),
        country=house.country,
        greeting=house.greetings.get(language, ""),
    )
    return Answered(opening=opening, services=house.services)


class MediaStream:
    """The ASGI application that answers calls as `answer` says."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        await receive()
        await send({"type": "websocket.accept"})
        outbox = Outbox(send)
        call = TwilioCall(the_house(), self.answer, headers_of(scope), write=outbox.texts, end=outbox.close)
        try:
            while not outbox.closed:
                message = await receive()
                if message["type"] == "websocket.disconnect":
                    return
                start = call.media(message.get("text") or message.get("bytes") or "")
                if start is not None:
                    await call.start(start)
        finally:
            await call.close()


def application(answer: Answer) -> MediaStream:
    """The ASGI application that answers calls as `answer` says."""
    return MediaStream(answer)
