"""A server on this machine that speaks the protocols of OpenAI and of Anthropic, and answers as it was told.

Answers are written once (`Says`) and sent in the protocol, and streamed or not, as the client asks.
"""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Says:
    """One answer of the vendor."""

    text: str = ""
    calls: tuple[tuple[str, Any], ...] = ()
    """Name of the tool, and arguments: a dict, or the text that stands in their place."""
    refused: bool = False
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    message: str = "no"
    """Of an error."""
    hangs: bool = False
    """Never ends: nothing of the answer, or of a stream only the beginning, is sent."""
    breaks: bool = False
    """The connection is closed in mid-stream."""
    pause_s: float = 0.0
    """Before each piece of a stream; only of a vendor on the loop."""


def calls(*made: tuple[str, Any], text: str = "") -> Says:
    return Says(calls=made, text=text)


@dataclass
class Vendor:
    url: str
    script: list[Says] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    """The bodies of the requests."""
    paths: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    left: int = 0
    """Streams that the client left before their end; only of a vendor on the loop."""

    def system(self, number: int = -1) -> str:
        """The system message of a request, in whichever protocol."""
        body = self.asked[number]
        if "system" in body:
            return "\n".join(block["text"] for block in body["system"])
        return body["messages"][0]["content"]


@contextmanager
def vendor(*script: Says) -> Iterator[Vendor]:
    """A vendor with these answers; what is asked beyond them gets a 500."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    host, port = server.server_address[:2]
    present = Vendor(url=f"http://{host}:{port}", script=list(script))
    server.vendor = present
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield present
    finally:
        present.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


@asynccontextmanager
async def vendor_on_loop(*script: Says) -> AsyncIterator[Vendor]:
    """A vendor within the running loop, so that its pauses pass on virtual time.

    Whoever connects to anything from this loop is connected to it, by a pair of sockets and without a network.
    """
    loop = asyncio.get_running_loop()
    connect = loop.create_connection
    present = Vendor(url="http://127.0.0.1:1", script=list(script))
    serving: set[asyncio.Task[None]] = set()

    async def connected(factory: Any, *where: Any, sock: socket.socket | None = None, **_: Any) -> Any:
        if sock is None:
            sock, theirs = _pair()
            serving.add(loop.create_task(_serve(theirs, present)))
        return await connect(factory, sock=sock)

    loop.create_connection = connected
    try:
        yield present
    finally:
        loop.create_connection = connect
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)


class _Wire(socket.socket):
    """One end of a pair, that takes the options of a network for granted."""

    def setsockopt(self, *_: Any) -> None:
        """There is no network."""


def _pair() -> tuple[socket.socket, socket.socket]:
    ends = [_Wire(fileno=end.detach()) for end in socket.socketpair()]
    for end in ends:
        end.setblocking(False)
    return ends[0], ends[1]


async def _serve(sock: socket.socket, present: Vendor) -> None:
    """One request, and its answer piece by piece."""
    reader, writer = await asyncio.open_connection(sock=sock)
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(line for line in head.lower().splitlines() if line.startswith("content-length:")).partition(":")[2]
    body = json.loads(await reader.readexactly(int(length)))
    present.asked.append(body)
    present.paths.append(head.split(" ")[1])
    says = present.script.pop(0) if present.script else Says(status=500)
    anthropic = present.paths[-1].endswith("/messages")
    kind = "text/event-stream" if says.status == 200 else "application/json"
    writer.write(f"HTTP/1.1 {says.status} x\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n".encode())
    events = list(_anthropic_events(says) if anthropic else _openai_events(says)) if says.status == 200 else []
    shortened = says.hangs or says.breaks
    gone = asyncio.create_task(reader.read())
    for event in events[: len(events) - 2] if shortened else events:
        await asyncio.wait({gone}, timeout=says.pause_s)
        if gone.done():
            break
        named = f"event: {event['type']}\n" if anthropic else ""
        writer.write(f"{named}data: {json.dumps(event)}\n\n".encode())
    if says.hangs:
        await gone
    if gone.done():
        present.left += 1
    elif not shortened and not anthropic:
        writer.write(b"data: [DONE]\n\n")
    gone.cancel()
    writer.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        present: Vendor = self.server.vendor
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        present.asked.append(body)
        present.paths.append(self.path)
        says = present.script.pop(0) if present.script else Says(status=500)
        anthropic = self.path.endswith("/messages")
        if says.status != 200:
            kind = {"type": "error", "error": {"type": "error", "message": says.message}}
            self._whole(kind if anthropic else {"error": {"message": says.message}}, says)
        elif body.get("stream"):
            self._stream(list(_anthropic_events(says) if anthropic else _openai_events(says)), says, anthropic)
        elif says.hangs:
            present.released.wait(10)
            self.close_connection = True
        else:
            self._whole(_anthropic_message(says) if anthropic else _openai_completion(says), says)

    def _whole(self, content: Any, says: Says) -> None:
        written = json.dumps(content).encode()
        self.send_response(says.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(written)))
        for name, value in says.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(written)

    def _stream(self, events: list[dict[str, Any]], says: Says, anthropic: bool) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        shortened = says.hangs or says.breaks
        for event in events[: len(events) - 2] if shortened else events:
            named = f"event: {event['type']}\n" if anthropic else ""
            self.wfile.write(f"{named}data: {json.dumps(event)}\n\n".encode())
            self.wfile.flush()
        if says.hangs:
            self.server.vendor.released.wait(10)
        if not shortened and not anthropic:
            self.wfile.write(b"data: [DONE]\n\n")


def _arguments(given: Any) -> str:
    return given if isinstance(given, str) else json.dumps(given)


def _openai_completion(says: Says) -> dict[str, Any]:
    made = [
        {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": _arguments(given)}}
        for n, (name, given) in enumerate(says.calls)
    ]
    message = {"role": "assistant", "content": says.text or None, "refusal": "no" if says.refused else None}
    if made:
        message["tool_calls"] = made
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if made else "stop", "logprobs": None}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}


def _openai_events(says: Says) -> Iterator[dict[str, Any]]:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}

    yield chunk({"role": "assistant", "content": ""})
    for word in says.text.split(" ") if says.text else ():
        yield chunk({"content": word + " "})
    for index, (name, given) in enumerate(says.calls):
        function = {"name": name, "arguments": ""}
        yield chunk(
            {"tool_calls": [{"index": index, "id": f"call_{index}", "type": "function", "function": function}]}
        )
        written = _arguments(given)
        for piece in (written[:4], written[4:]):
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    if says.refused:
        yield chunk({"refusal": "no"})
    yield chunk({}, "tool_calls" if says.calls else "stop")


def _anthropic_message(says: Says) -> dict[str, Any]:
    content: list[dict[str, Any]] = [{"type": "text", "text": says.text}] if says.text else []
    for n, (name, given) in enumerate(says.calls):
        content.append({"type": "tool_use", "id": f"toolu_{n}", "name": name, "input": given})
    reason = "refusal" if says.refused else "tool_use" if says.calls else "end_turn"
    usage = {"input_tokens": 1, "output_tokens": 1}
    head = {"id": "m", "type": "message", "role": "assistant", "model": "m", "stop_sequence": None, "usage": usage}
    return {**head, "content": content, "stop_reason": reason}


def _anthropic_events(says: Says) -> Iterator[dict[str, Any]]:
    whole = _anthropic_message(says)
    yield {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}}
    for index, block in enumerate(whole["content"]):
        text = block["type"] == "text"
        empty = {**block, "text": ""} if text else {**block, "input": {}}
        yield {"type": "content_block_start", "index": index, "content_block": empty}
        if text:
            for word in block["text"].split(" "):
                delta = {"type": "text_delta", "text": word + " "}
                yield {"type": "content_block_delta", "index": index, "delta": delta}
        else:
            delta = {"type": "input_json_delta", "partial_json": _arguments(block["input"])}
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    ending = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": ending, "usage": {"output_tokens": 1}}
    yield {"type": "message_stop"}
