"""Media Streams served by picows: half the processor time a message of a general web server.

The protocol is `twilio_stream.TwilioCall`; only the socket differs. The web server accepts the connection and reads
the request; where the request asks for a media stream, `take_over` puts picows in its place. Any other ASGI server
serves the same path by `twilio_stream.application`.
"""

import asyncio
import ctypes
import errno
import logging
import socket
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cache
from typing import Any, Final, Protocol

from picows import WSAutoPingStrategy, WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest
from picows.picows import WSProtocol  # type: ignore[attr-defined] # it is there, its description forgets it

from parley.channels.house import House
from parley.channels.twilio_stream import Answer, TwilioCall

LARGEST: Final = 64 * 1024
LONGEST_BUFFER: Final = 256 * 1024
"""Bytes that wait for a carrier that does not read; then the call is cut off."""
HANDSHAKE_S: Final = 5.0
IDLE_S: Final = 10.0
"""Silence on the wire after which the carrier is asked for a sign of life, and again until it is given up."""
READ_BYTES: Final = 4096
READS: Final = 8
"""At one beat: what has gathered while the machine was busy is caught up with."""
SAYING: Final = (WSMsgType.TEXT, WSMsgType.BINARY)
CLOSING: Final = WSMsgType.CLOSE

log: Final = logging.getLogger("parley.telephone.socket")
log.setLevel(logging.WARNING)  # picows writes two lines with addresses for every connection


class Server(Protocol):
    """What the web server keeps of its connections: it closes them and waits for them when it stops."""

    connections: set[Any]
    tasks: set[asyncio.Task[None]]


class TwilioSocket(WSListener):
    """One call's socket."""

    def __init__(self, house: House, answer: Answer, headers: Mapping[str, str], server: Server) -> None:
        super().__init__()
        self._house = house
        self._answer = answer
        self._headers = headers
        self._server = server
        self._transport: WSTransport | None = None
        self._call: TwilioCall | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The handshake is done."""
        self._transport = transport
        self._server.connections.add(self)
        self._call = TwilioCall(self._house, self._answer, self._headers, write=self._write, end=self._end)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """One message."""
        kind = frame.msg_type
        if kind in SAYING:
            assert self._call is not None
            start = self._call.media(frame.get_payload_as_bytes())
            if start is not None:
                self._spawn(self._call.start(start))
        elif kind == CLOSING:
            transport.send_close(WSCloseCode.OK)
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """The call is over."""
        self._server.connections.discard(self)
        if self._call is not None:
            self._spawn(self._call.close())

    @property
    def presses(self) -> bool:
        """The call is about to begin, or to change hands."""
        conversation = self._call.conversation if self._call is not None else None
        return conversation is None or conversation.presses

    def _write(self, texts: Sequence[bytes]) -> None:
        """In one call of the system, which picows has no function for."""
        transport = self._transport
        assert transport is not None
        wire = transport.underlying_transport
        if wire.get_write_buffer_size() > LONGEST_BUFFER:
            transport.disconnect(graceful=False)
        elif not (transport.is_close_frame_sent or wire.is_closing()):
            wire.write(b"".join([part for text in texts for part in (head(len(text)), text)]))

    def _end(self) -> None:
        assert self._transport is not None
        self._transport.send_close(WSCloseCode.OK)
        self._transport.disconnect()

    def shutdown(self) -> None:
        """The server stops: so long the call may still go on."""
        asyncio.get_running_loop().call_later(self._house.drain_s, self._cut_off)

    def _cut_off(self) -> None:
        if self in self._server.connections:
            self._end()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._server.tasks.add(task)
        task.add_done_callback(self._server.tasks.discard)


@cache
def head(size: int) -> bytes:
    """The head of a whole text message of so many bytes, from a server."""
    if size < 126:
        return bytes((0x81, size))
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2)
    return b"\x81\x7f" + size.to_bytes(8)


class Tap:
    """Reads a socket at the beats of the floor instead of at every packet: a twentieth of the awakenings.

    The event loop goes on writing to the socket; it only looks no more whether there is something to read.
    """

    def __init__(self, transport: asyncio.Transport, protocol: WSProtocol) -> None:
        self._transport = transport
        self._protocol = protocol
        self._call: TwilioSocket | None = protocol.listener
        self._socket: int = transport.get_extra_info("socket").fileno()

    @property
    def presses(self) -> bool:
        """What comes is wanted at once."""
        return self._call is None or self._call.presses

    def read(self) -> bool:
        """Take what has arrived. False: the connection is closed, or closing."""
        assert _receive is not None, "see `can_be_tapped`"
        transport, protocol = self._transport, self._protocol
        for _ in range(READS):
            if transport.is_closing():  # the descriptor may be another connection's by now
                return False
            room = protocol.get_buffer(-1)
            most = min(len(room), READ_BYTES)
            size = _receive(self._socket, _memory, most, socket.MSG_DONTWAIT)
            if size < 0:
                if ctypes.get_errno() in _NOTHING_YET:
                    break
                transport.abort()
                return False
            if size == 0:
                transport.close()
                return False
            room[:size] = _received[:size]
            protocol.buffer_updated(size)
            if size < most:
                break
        return True


def _receiver() -> Callable[[int, object, int, int], int]:
    """The system's `recv`, called without giving the interpreter to another thread.

    Python's own gives it away at every call, for what may be a millisecond while a turn is computed, and a beat calls
    it once for each line. Here it never waits for anything.
    """
    receive = ctypes.PyDLL(None, use_errno=True).recv
    receive.argtypes = (ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    receive.restype = ctypes.c_ssize_t
    return receive


_receive: Final = _receiver() if sys.platform != "win32" else None
_memory: Final = (ctypes.c_ubyte * READ_BYTES)()
_received: Final = memoryview(_memory).cast("B")
_NOTHING_YET: Final = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR)


def can_be_tapped(transport: asyncio.Transport) -> bool:
    """What is read from its socket is what the other side wrote: no encryption between, and a system that can."""
    return transport.get_extra_info("sslcontext") is None and _receive is not None


def take_over(transport: asyncio.Transport, request: bytes, *, house: House, answer: Answer, server: Server) -> None:
    """Serve this connection from now on; `request` is what was read of it, up to the end of its head."""

    def socket(upgrade: WSUpgradeRequest) -> TwilioSocket:
        headers = {name.lower(): value for name, value in upgrade.headers.items()}
        return TwilioSocket(house, answer, headers, server)

    protocol = WSProtocol(
        None,  # only a client names a host,
        None,  # and a path
        False,
        socket,
        log,
        True,  # a fault in a listener ends its own connection
        HANDSHAKE_S,
        True,
        IDLE_S,
        IDLE_S,
        WSAutoPingStrategy.PING_WHEN_IDLE,
        True,
        LARGEST,
        None,
        READ_BYTES,
    )
    # A transport looks only when it begins to read at whether its protocol brings a buffer of its own.
    transport.pause_reading()
    transport.set_protocol(protocol)
    protocol.connection_made(transport)
    rest = memoryview(request)
    while rest:
        room = protocol.get_buffer(-1)
        size = min(len(room), len(rest))
        room[:size] = rest[:size]
        protocol.buffer_updated(size)
        rest = rest[size:]
    if transport.is_closing():
        return
    if can_be_tapped(transport):
        house.floor.read(Tap(transport, protocol))
    else:
        transport.resume_reading()
