"""A caller who is played, and the carrier between: over the same webhooks and socket that the real one uses."""

import asyncio
import base64
import json
import math
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import numpy as np
import websockets
from twilio.request_validator import RequestValidator

from parley.audio import ulaw

FRAME: Final = 160
FRAME_S: Final = 0.02
SILENCE: Final = b"\xff" * FRAME
PAUSE_S: Final = 1.0
"""Silence of the assistant after which the caller speaks."""
PATIENCE_S: Final = 12.0
"""How long the caller waits for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the caller does at one time."""

    text: str = ""
    sound: bytes = b""
    """Mu-law."""
    keys: str = ""
    silent_s: float = 0.0
    """Waits so long, answer or not, and says nothing."""
    over_s: float | None = None
    """Begins so long into the reply instead of after it."""
    last: bool = False
    """Hangs up with it, without waiting for an answer."""


@dataclass(kw_only=True)
class SimulatedCall:
    """One call. `tell` prints, `heard` is called whenever the assistant has finished speaking."""

    server: str
    """How the server is reached from here."""
    public: str
    """How it believes to be reached: what is signed."""
    key: str
    caller: str
    called: str
    lines: list[Line]
    tell: Callable[[str], None]
    heard: Callable[[float], Awaitable[None]]
    dialled: str = "no-answer"
    patience_s: float = PATIENCE_S
    socket_path: str | None = None
    """The server listens at this Unix domain socket, and not at the port of `server`."""
    quiet: bytes = SILENCE
    """One frame of what the line carries while the caller says nothing."""
    sid: str = field(default_factory=lambda: "CA" + uuid.uuid4().hex)
    gone: bool = False
    """The caller has hung up."""
    sound: bytearray = field(default_factory=bytearray)
    """All that was heard, as mu-law."""

    async def run(self) -> None:
        """From the first ring to the end."""
        try:
            twiml: ET.Element | None = await self._post("/webhook/voice")
            while twiml is not None:
                twiml = await self._perform(twiml)
        finally:
            await self._post("/webhook/status", CallStatus="completed")

    async def _post(self, address: str, **more: str) -> ET.Element | None:
        parts = urlsplit(address)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        form = {"CallSid": self.sid, "From": self.caller, "To": self.called, "CallStatus": "in-progress"} | more
        signature = RequestValidator(self.key).compute_signature(f"{self.public}{path}", form)
        transport = httpx.AsyncHTTPTransport(uds=self.socket_path) if self.socket_path else None
        async with httpx.AsyncClient(timeout=30, trust_env=False, transport=transport) as client:
            answer = await client.post(f"{self.server}{path}", data=form, headers={"X-Twilio-Signature": signature})
        answer.raise_for_status()
        return ET.fromstring(answer.text) if answer.text else None  # noqa: S314 - our own server's

    async def _perform(self, twiml: ET.Element) -> ET.Element | None:
        """Do what the TwiML says up to its first verb that asks for more; None: the call is over."""
        for verb in twiml:
            if verb.tag == "Say":
                self.tell(f"  carrier: {verb.text}")
            elif verb.tag == "Gather":
                if (answer := await self._gathered(verb)) is not None:
                    return answer
            elif verb.tag == "Connect":
                await self._listen(verb)
                return None if self.gone else await self._post(verb.get("action", ""))
            elif verb.tag == "Redirect":
                return await self._post(verb.text or "") if self.lines else None
            elif verb.tag == "Dial":
                self.tell(f"  (put through to {verb.findtext('Number')}: {self.dialled})")
                return await self._post(verb.get("action", ""), DialCallStatus=self.dialled)
            elif verb.tag == "Record":
                self.tell("  (leaves a message)")
                return await self._post(verb.get("action", ""))
            elif verb.tag == "Hangup":
                return None
        return None

    async def _gathered(self, gather: ET.Element) -> ET.Element | None:
        for said in gather.iter("Say"):
            self.tell(f"  carrier: {said.text}")
        if not self.lines:
            return None
        line = self.lines.pop(0)
        self.tell(f"  caller:  {line.text or line.keys}")
        answer = {"Digits": line.keys} if line.keys else {"SpeechResult": line.text}
        return await self._post(gather.get("action", ""), **answer)

    async def _listen(self, connect: ET.Element) -> None:
        stream = connect.find("Stream")
        assert stream is not None
        path = urlsplit(stream.get("url", "")).path
        parameters = {each.get("name"): each.get("value") for each in stream.findall("Parameter")}
        address = self.server.replace("http", "ws", 1) + path
        async with self._connected(address) as socket:
            start = {"streamSid": "MZ" + self.sid[2:], "callSid": self.sid, "customParameters": parameters}
            await socket.send(json.dumps({"event": "start", "streamSid": start["streamSid"], "start": start}))
            talking = asyncio.create_task(_Talk(self, socket).run())
            try:
                await socket.wait_closed()
            finally:
                talking.cancel()
                await asyncio.gather(talking, return_exceptions=True)

    def _connected(self, address: str) -> websockets.connect:
        if self.socket_path is None:
            return websockets.connect(address, proxy=None, compression=None)
        return websockets.unix_connect(self.socket_path, address, compression=None, ping_interval=None)


class _Talk:
    """Both directions of the sound, in the time of the event loop."""

    def __init__(self, call: SimulatedCall, socket: Any) -> None:
        self._loop = asyncio.get_running_loop()
        self._call = call
        self._socket = socket
        self._due = self._loop.time()
        self._play_end = 0.0
        self._began = 0.0
        """When the present reply began to be heard; 0: it has not."""
        self._fresh = 0

    async def run(self) -> None:
        """Listen, and speak whenever the assistant has finished."""
        reading = asyncio.create_task(self._read())
        try:
            await self._turn_comes(self._call.lines[0] if self._call.lines else None)
            while self._call.lines:
                line = self._call.lines.pop(0)
                self._call.tell(f"  caller:  {line.text or line.keys or '(recording)'}")
                await self._do(line)
                if line.last:
                    break
                await self._turn_comes(self._call.lines[0] if self._call.lines else None)
            self._call.gone = True
            await self._socket.send(json.dumps({"event": "stop"}))
        finally:
            reading.cancel()

    async def _do(self, line: Line) -> None:
        self._began = 0.0
        for key in line.keys:
            await self._socket.send(json.dumps({"event": "dtmf", "dtmf": {"digit": key}}))
        await self._frames([line.sound[at : at + FRAME] for at in range(0, len(line.sound), FRAME)])
        if line.sound:
            self._began = 0.0  # what came meanwhile was the reply that was spoken over
        await self._frames([self._call.quiet] * round(line.silent_s / FRAME_S))

    async def _turn_comes(self, line: Line | None) -> None:
        """Send silence until `line` may be done: the reply is over, or far enough to be spoken over."""
        waiting = self._loop.time()
        over_s = line.over_s if line is not None and line.over_s is not None else math.inf
        while True:
            await self._frames([self._call.quiet] * 5)
            now = self._loop.time()
            if not self._began:
                if now - waiting > self._call.patience_s:
                    break
            elif now > self._play_end + PAUSE_S or now > self._began + over_s:
                break
        seconds, self._fresh = self._fresh / 8000, 0
        await self._call.heard(seconds)

    async def _frames(self, frames: list[bytes]) -> None:
        """Each at its time, however long sending takes; after a delay of our own they do not come in a burst."""
        for frame in frames:
            now = self._loop.time()
            await asyncio.sleep(max(0.0, self._due - now))
            self._due = max(self._due, now) + FRAME_S
            payload = base64.b64encode(frame.ljust(FRAME, b"\xff")).decode()
            await self._socket.send(json.dumps({"event": "media", "media": {"payload": payload}}))

    async def _read(self) -> None:
        async for text in self._socket:
            message = json.loads(text)
            now = self._loop.time()
            if message["event"] == "media":
                sound = base64.b64decode(message["media"]["payload"])
                self._call.sound += sound
                self._fresh += len(sound)
                self._began = self._began or now
                self._play_end = max(self._play_end, now) + len(sound) / 8000
            elif message["event"] == "clear":
                self._play_end = now
            elif message["event"] == "mark":
                name, wait = message["mark"]["name"], max(0.0, self._play_end - now)
                self._loop.call_later(wait, self._played, name)

    def _played(self, name: str) -> None:
        echo = self._socket.send(json.dumps({"event": "mark", "mark": {"name": name}}))
        asyncio.ensure_future(echo).add_done_callback(lambda task: task.exception())


def as_mulaw(pcm: bytes) -> bytes:
    """16-bit sound at 8 kHz as the telephone carries it."""
    return ulaw.encode(np.frombuffer(pcm, "<i2"))
