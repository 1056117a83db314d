"""Sends to a socket from plain code, without a task or a queue for a frame.

An ASGI server's `send` only waits while the client does not read. So the coroutine is stepped once, in place: as a
rule it is done by that. Where it is not, what follows queues up behind it until the client reads again, or is given
up.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine, Generator, Sequence
from typing import Any, Final

from parley.channels.route import Message, Send

LONGEST: Final = 500
"""Messages that wait for a client: ten seconds of sound. Then it is cut off."""


class _Rest:
    """The rest of a coroutine that was stepped once, for a task to go on with."""

    def __init__(self, work: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._work = work
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        waits_for = self._waits_for
        while True:
            value, thrown = None, None
            try:
                value = yield waits_for
            except BaseException as error:  # noqa: BLE001 - handed on into the coroutine, where it belongs
                thrown = error
            try:
                waits_for = self._work.send(value) if thrown is None else self._work.throw(thrown)
            except StopIteration:
                return


class Outbox:
    """One socket's way out."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: deque[Message] = deque()
        self._drain: asyncio.Task[None] | None = None
        self.closed = False

    def put(self, message: Message) -> None:
        """Send it now, or as soon as the client reads."""
        if self.closed:
            return
        if self._drain is not None:
            if len(self._waiting) >= LONGEST:
                self._lose()
                return
            self._waiting.append(message)
            return
        work = self._send(message)
        assert isinstance(work, Coroutine)
        try:
            waits_for = work.send(None)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 - servers raise what they like for a client that is gone
            self._lose()
            return
        self._drain = asyncio.get_running_loop().create_task(self._flush(_Rest(work, waits_for)))

    def text(self, text: str) -> None:
        """A text message."""
        self.put({"type": "websocket.send", "text": text})

    def texts(self, texts: Sequence[bytes]) -> None:
        """Text messages in UTF-8, one after the other."""
        for text in texts:
            self.text(text.decode())

    def data(self, data: bytes) -> None:
        """A binary message."""
        self.put({"type": "websocket.send", "bytes": data})

    def close(self, code: int = 1000) -> None:
        """The last message: the end of the connection."""
        self.put({"type": "websocket.close", "code": code})
        if self._drain is None:
            self.closed = True

    async def _flush(self, first: _Rest) -> None:
        try:
            await first
            while self._waiting:
                await self._send(self._waiting.popleft())
        except Exception:  # noqa: BLE001 - as above: the client is gone, whatever it is called
            self._lose()
        finally:
            self._drain = None

    def _lose(self) -> None:
        self.closed = True
        self._waiting.clear()
