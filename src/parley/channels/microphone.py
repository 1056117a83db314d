"""The microphone client: a machine with a microphone and a loudspeaker that talks over `WS /v1/stream`.

It is a client like any other: it may run on another machine than the server, and goes on with the same conversation
when the network comes back. Without headphones it does not listen while it speaks, because it would hear itself.
"""

import asyncio
import json
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from parley.contract import ConfigurationInvalid, Language

RATE: Final = 16_000
PIECE_S: Final = 0.032
BACK_OFF_S: Final = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between attempts to reach the server; the last one is repeated."""

Show = Callable[[dict[str, Any]], None]
"""Gets every message of the server, for the screen."""


class SoundDevice(Protocol):
    """A microphone and a loudspeaker; PCM16 mono at `RATE` both ways."""

    def pieces(self) -> AsyncIterator[bytes]:
        """What the microphone hears, `PIECE_S` at a time."""

    def play(self, pcm: bytes) -> None:
        """Play after what is playing already; returns at once."""

    def hush(self) -> None:
        """Forget what has not been played."""

    @property
    def playing(self) -> bool:
        """Whether something is heard from the loudspeaker now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Where to talk, and how."""

    url: str
    """`ws://…/v1/stream`."""
    token: str | None = None
    """The device's token; None talks as a visitor."""
    language: Language | None = None
    headphones: bool = False
    """The loudspeaker is not heard by the microphone: it may listen while it speaks, and be interrupted."""

    async def run(self, device: SoundDevice, show: Show) -> None:
        """Talk until the conversation ends. A lost connection is taken up again, with the same conversation."""
        session: str | None = None
        attempt = 0
        while True:
            try:
                async with connect(self.url, additional_headers=self._headers(), compression=None) as socket:
                    attempt = 0
                    conversation = _Conversation(socket, device, show, listens_always=self.headphones)
                    await socket.send(json.dumps(self._start(session)))
                    ended = await conversation.hold()
                    session = conversation.session or session
                    if ended:
                        return
            except (OSError, InvalidHandshake) as error:
                show({"type": "lost", "message": str(error)})
            await asyncio.sleep(BACK_OFF_S[min(attempt, len(BACK_OFF_S) - 1)])
            attempt += 1

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _start(self, session: str | None) -> dict[str, Any]:
        start: dict[str, Any] = {"type": "session_start", "audio": {"encoding": "pcm16", "framing": "binary"}}
        if self.language:
            start["language"] = self.language
        if session:
            start["session_id"] = session
        return start


class _Conversation:
    """One connection."""

    def __init__(self, socket: ClientConnection, device: SoundDevice, show: Show, *, listens_always: bool) -> None:
        self._socket = socket
        self._device = device
        self._show = show
        self._listens_always = listens_always
        self.session: str | None = None

    async def hold(self) -> bool:
        """Until the server ends the conversation (True) or the connection is lost (False)."""
        listening = asyncio.create_task(self._listen())
        try:
            return await self._hear()
        except ConnectionClosed as error:
            self._show({"type": "lost", "message": str(error)})
            return False
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError, ConnectionClosed):
                await listening

    async def _listen(self) -> None:
        async for piece in self._device.pieces():
            if self._listens_always or not self._device.playing:
                await self._socket.send(piece)

    async def _hear(self) -> bool:
        async for message in self._socket:
            if isinstance(message, bytes):
                self._device.play(message)
                continue
            data = json.loads(message)
            self.session = data.get("session_id") or self.session
            if data["type"] == "tts_clear":
                self._device.hush()
            self._show(data)
            if data["type"] == "session_end":
                return True
        return False


class PortAudio:
    """The machine's own microphone and loudspeaker, through the `sounddevice` package (extra `microphone`)."""

    def __init__(self) -> None:
        try:
            import sounddevice
        except (ImportError, OSError) as error:  # OSError: the package is there and PortAudio itself is not
            raise ConfigurationInvalid(
                "parley listen needs the extra `microphone` and PortAudio (Debian: libportaudio2)"
            ) from error
        self._sounddevice: Any = sounddevice
        self._loop = asyncio.get_running_loop()
        self._heard: asyncio.Queue[bytes] = asyncio.Queue(maxsize=64)
        self._waiting: deque[bytes] = deque()
        self._lock = threading.Lock()
        block = int(RATE * PIECE_S)
        form = {"samplerate": RATE, "channels": 1, "dtype": "int16", "blocksize": block}
        try:
            self._input = sounddevice.RawInputStream(callback=self._recorded, **form)
            self._output = sounddevice.RawOutputStream(callback=self._wanted, **form)
            self._input.start()
            self._output.start()
        except sounddevice.PortAudioError as error:
            raise ConfigurationInvalid(f"the microphone or the loudspeaker cannot be opened: {error}") from error

    async def pieces(self) -> AsyncIterator[bytes]:
        """For as long as it is asked."""
        while True:
            yield await self._heard.get()

    def play(self, pcm: bytes) -> None:
        """Queued for the sound card's own thread."""
        with self._lock:
            self._waiting.append(pcm)

    def hush(self) -> None:
        """Drop the queue; the block that the card has already is 32 ms."""
        with self._lock:
            self._waiting.clear()

    @property
    def playing(self) -> bool:
        """Whether anything waits to be played."""
        return bool(self._waiting)

    def close(self) -> None:
        """Give both back."""
        self._input.close()
        self._output.close()

    def _recorded(self, piece: Any, _frames: int, _time: Any, _status: Any) -> None:
        self._loop.call_soon_threadsafe(self._keep, bytes(piece))

    def _keep(self, piece: bytes) -> None:
        if self._heard.full():  # nobody sends: the newest sound is worth more than the oldest
            self._heard.get_nowait()
        self._heard.put_nowait(piece)

    def _wanted(self, out: Any, _frames: int, _time: Any, _status: Any) -> None:
        need = len(out)
        with self._lock:
            ready = bytearray()
            while self._waiting and len(ready) < need:
                ready += self._waiting.popleft()
            if len(ready) > need:
                self._waiting.appendleft(bytes(ready[need:]))
        out[:] = bytes(ready[:need]).ljust(need, b"\0")
