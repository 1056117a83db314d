"""A real Radicale on a port of its own, with one user and two calendars."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import radicale
from radicale import config

USER, PASSWORD = "ann", "app-password"


@dataclass
class Radicale:
    """One server, and how it shall misbehave."""

    url: str = ""
    broken: list[str] = field(default_factory=list)
    """Before each request the last is taken: a status such as `503 Busy`, `half` or `lost` (done, not answered)."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    without_tokens: bool = False
    """Like a server that knows no sync-collection."""

    @property
    def calendar(self) -> str:
        """Ann's calendar."""
        return f"{self.url}/{USER}/diary/"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written."""


@contextmanager
def serving(folder: Path) -> Iterator[Radicale]:
    """A server that keeps its calendars in a folder."""
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    configuration = config.load()
    configuration.update(
        {
            "auth": {
                "type": "htpasswd",
                "htpasswd_filename": str(folder / "users"),
                "htpasswd_encryption": "plain",
                "delay": "0",
            },
            "storage": {"filesystem_folder": str(folder / "calendars")},
            "logging": {"level": "critical"},
        },
        "test",
        privileged=True,
    )
    application = radicale.Application(configuration)
    world = Radicale()

    def answering(environ: dict[str, Any], start_response: Any) -> Any:
        world.requests.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        told = world.broken.pop() if world.broken else ""
        if told and told[0].isdigit():
            start_response(told, [("Content-Length", "0")])
            return [b""]
        if world.without_tokens and environ["REQUEST_METHOD"] == "REPORT":
            length = int(environ.get("CONTENT_LENGTH") or 0)
            asked = environ["wsgi.input"].read(length)
            if b"sync-collection" in asked:
                start_response("403 Forbidden", [("Content-Length", "0")])
                return [b""]
            environ["wsgi.input"] = io.BytesIO(asked)
        answer = b"".join(application(environ, start_response))
        if told == "lost":
            raise ConnectionAbortedError
        return [answer[: len(answer) // 2]] if told == "half" else [answer]

    server = _Server(("127.0.0.1", 0), _Quiet)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a lost connection is meant
    server.set_app(answering)
    world.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield world
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
