"""A server on this machine that answers as Twilio's REST API does, so that its real client can be tested."""

import datetime as dt
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ACCOUNT, TOKEN, NUMBER = "AC" + "1" * 32, "a" * 32, "+15145550100"


@dataclass
class Carrier:
    """What was asked of it, and how it answers."""

    url: str = ""
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """Method, path, form."""
    faults: list[tuple[int, int]] = field(default_factory=list)
    """The next answers: HTTP status and Twilio's code."""
    sent: list[dict[str, Any]] = field(default_factory=list)
    lost: int = 0
    """So many of the next messages are taken, and the line breaks before it can say so."""
    now: dt.datetime = dt.datetime(2035, 1, 1, tzinfo=dt.UTC)
    """Its clock."""
    recordings: dict[str, bytes] = field(default_factory=dict)
    """Sound by path."""

    def of(self, resource: str, method: str = "POST") -> list[dict[str, str]]:
        """The forms posted to one kind of resource."""
        return [form for verb, path, form in self.requests if verb == method and f"/{resource}" in path]


@contextmanager
def carrier() -> Iterator[Carrier]:
    """The server, for as long as the test."""
    here = Carrier()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Be quiet."""

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
            here.requests.append(("POST", self.path, form))
            if here.faults:
                status, code = here.faults.pop(0)
                self._answer(status, {"status": status, "code": code, "message": "refused", "more_info": ""})
                return
            kind = "CA" if "/Calls" in self.path else "SM"
            sid = f"{kind}{len(here.requests):032d}"
            made = {"sid": sid, "status": "queued", "body": form.get("Body"), "to": form.get("To")}
            made["date_created"] = format_datetime(here.now.astimezone(dt.UTC))
            here.sent.append(made)
            if here.lost:
                here.lost -= 1
                self.close_connection = True
                return
            self._answer(201, made)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            here.requests.append(("GET", parts.path, {k: v[0] for k, v in parse_qs(parts.query).items()}))
            if parts.path in here.recordings:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(here.recordings[parts.path])
                return
            name = "calls" if "/Calls" in parts.path else "messages"
            kind = "CA" if name == "calls" else "SM"
            found = [each for each in here.sent if each["sid"].startswith(kind)]
            self._answer(200, {name: found, "page": 0, "page_size": 50, "uri": self.path, "next_page_uri": None})

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
