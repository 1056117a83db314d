"""Media Streams on a port of their own, served by picows: half the processor time that a general web server takes.

The protocol is `twilio_stream.TwilioCall`; only the socket differs. Used where `telephone_port` is set.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any, Final

from picows import (
    WSAutoPingStrategy,
    WSCloseCode,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    ws_create_server,
)

from parley.channels.house import House
from parley.channels.twilio_stream import Answer, TwilioCall, answer_anyone

PATH: Final = b"/telephone/stream"
LARGEST: Final = 64 * 1024
LONGEST_BUFFER: Final = 256 * 1024
"""Bytes that wait for a carrier that does not read; then the call is cut off."""


class TwilioSocket(WSListener):
    """One call's socket."""

    def __init__(self, house: House, answer: Answer, headers: Mapping[str, str]) -> None:
        super().__init__()
        self._house = house
        self._answer = answer
        self._headers = headers
        self._transport: WSTransport | None = None
        self._call: TwilioCall | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The handshake is done."""
        self._transport = transport
        self._call = TwilioCall(self._house, self._answer, self._headers, write=self._write, end=self._end)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """One message."""
        if frame.msg_type in (WSMsgType.TEXT, WSMsgType.BINARY):
            assert self._call is not None
            start = self._call.media(frame.get_payload_as_bytes())
            if start is not None:
                self._spawn(self._call.start(start))
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(WSCloseCode.OK)
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """The call is over."""
        if self._call is not None:
            self._spawn(self._call.close())

    def _write(self, text: str) -> None:
        assert self._transport is not None
        if self._transport.underlying_transport.get_write_buffer_size() > LONGEST_BUFFER:
            self._transport.disconnect(graceful=False)
            return
        self._transport.send(WSMsgType.TEXT, text.encode())

    def _end(self) -> None:
        assert self._transport is not None
        self._transport.send_close(WSCloseCode.OK)
        self._transport.disconnect()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def listen(house: House, *, host: str, port: int, answer: Answer = answer_anyone) -> asyncio.Server:
    """Serve calls until the server is closed."""

    def socket(request: WSUpgradeRequest) -> TwilioSocket | None:
        if request.path.split(b"?")[0] != PATH:
            return None
        headers = {name.lower(): value for name, value in request.headers.items()}
        return TwilioSocket(house, answer, headers)

    return await ws_create_server(
        socket,
        host,
        port,
        max_frame_size=LARGEST,
        enable_auto_ping=True,
        auto_ping_strategy=WSAutoPingStrategy.PING_WHEN_IDLE,
    )
