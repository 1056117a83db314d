"""A server that speaks Google Calendar's API v3, and its token endpoint, as their documentation records them.

https://developers.google.com/workspace/calendar/api/v3/reference and …/guides/sync, …/guides/push, …/guides/errors.
Google's own client is pointed at it. It keeps events in memory, and fails as it is told to.
"""

import base64
import datetime as dt
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Answer = tuple[int, dict[str, Any] | None]
SCOPES = (
    "https://www.googleapis.com/auth/calendar.events https://www.googleapis.com/auth/calendar.calendarlist.readonly"
)


def refusal(status: int, reason: str) -> Answer:
    """An error as Google words it."""
    errors = [{"domain": "global", "reason": reason, "message": reason}]
    return status, {"error": {"code": status, "message": reason, "errors": errors}}


@dataclass
class Google:
    """One Google with one account."""

    url: str = ""
    page: int = 250
    """Events of a page, however many are asked for."""
    calendars: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=lambda: {"access-0"})
    refreshed: int = 0
    revoked: bool = False
    withdrawn: list[str] = field(default_factory=list)
    """Tokens that were handed back."""
    granted: str = SCOPES
    code: dict[str, str] = field(default_factory=dict)
    """The code that may be exchanged, and its PKCE challenge."""
    oldest: int = 0
    """Sync tokens from before this change are too old."""
    fails: list[Callable[[str, str], Answer | str | None]] = field(default_factory=list)
    """Asked in turn before each request; an answer, `half`, `hang` or `drop` is taken and used up."""
    after: list[str] = field(default_factory=list)
    """The same for what happens after the next writing was done: `drop` loses the answer."""
    _changes: int = 0
    _lock: threading.RLock = field(default_factory=threading.RLock)
    released: threading.Event = field(default_factory=threading.Event)

    # What people do in their calendar

    def put(self, calendar: str, event_id: str, **fields: Any) -> dict[str, Any]:
        """Make or change an event, as somebody with the calendar open does."""
        with self._lock:
            self._changes += 1
            event = self.calendars[calendar].setdefault(event_id, {"id": event_id, "status": "confirmed"})
            event |= fields
            event |= {"etag": f'"{self._changes}"', "_change": self._changes}
            return event

    def delete(self, calendar: str, event_id: str) -> None:
        """Delete an event: what stays of it is its id."""
        self.put(calendar, event_id, status="cancelled")

    def live(self, calendar: str) -> list[dict[str, Any]]:
        """What somebody sees."""
        return [event for event in self.calendars[calendar].values() if event["status"] != "cancelled"]

    def fail(self, answer: Answer | str, *, times: int = 1, method: str = "", path: str = "") -> None:
        """Fail the next requests of that kind."""
        self.fails += [
            lambda asked, at: answer if asked.startswith(method) and path in at else None for _ in range(times)
        ]

    # What the API answers

    def answer(self, method: str, target: str, headers: Any, body: Any) -> Answer:
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = [unquote(piece) for piece in parts.path.strip("/").split("/")]
        if path == ["token"]:
            return self._token(body)
        if (method, path) == ("POST", ["revoke"]):
            return self._revoke(body["token"])
        if headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return refusal(401, "authError")
        match (method, path[2:]):
            case ("GET", ["users", "me", "calendarList"]):
                return 200, {"items": [self._listed(name) for name in self.calendars]}
            case ("GET", ["users", "me", "calendarList", name]):
                return (200, self._listed(name)) if name in self.calendars else refusal(404, "notFound")
            case ("POST", ["channels", "stop"]):
                if self.channels.pop(body["id"], None) is None:
                    return refusal(404, "notFound")
                self.stopped.append(body["id"])
                return 204, None
            case (_, ["calendars", name, "events", *rest]):
                if name not in self.calendars:
                    return refusal(404, "notFound")
                return self._events(method, name, rest, query, headers, body)
        return refusal(404, "notFound")

    def _events(self, method: str, calendar: str, rest: list[str], query: Any, headers: Any, body: Any) -> Answer:
        events = self.calendars[calendar]
        if not rest:
            return self._insert(calendar, body) if method == "POST" else self._list(calendar, query)
        if rest == ["watch"]:
            ends = 1_000 * int(dt.datetime(2026, 3, 19, 12, tzinfo=dt.UTC).timestamp())
            self.channels[body["id"]] = body | {"resourceId": f"r-{calendar}", "expiration": str(ends)}
            return 200, self.channels[body["id"]]
        event = events.get(rest[0])
        if event is None:
            return refusal(404, "notFound")
        if method == "GET":
            return 200, self._out(event)
        if headers.get("If-Match") not in (None, event["etag"]):
            return refusal(412, "conditionNotMet")
        if method == "DELETE":
            if event["status"] == "cancelled":
                return refusal(410, "deleted")
            self.delete(calendar, rest[0])
            return 204, None
        if event["status"] == "cancelled" and "status" not in body:
            return refusal(404, "notFound")
        return 200, self._out(self.put(calendar, rest[0], **_merged(event, body)))

    def _insert(self, calendar: str, body: dict[str, Any]) -> Answer:
        if not all(sign in "0123456789abcdefghijklmnopqrstuv" for sign in body["id"]) or len(body["id"]) < 5:
            return refusal(400, "invalid")
        if body["id"] in self.calendars[calendar]:
            return refusal(409, "duplicate")
        return 200, self._out(self.put(calendar, body["id"], **body, iCalUID=f"{body['id']}@google.com"))

    def _list(self, calendar: str, query: dict[str, str]) -> Answer:
        if "syncToken" in query and {"timeMin", "timeMax", "q"} & query.keys():
            return refusal(400, "badRequest")
        if "iCalUID" in query:
            rows = [event for event in self.live(calendar) if event.get("iCalUID") == query["iCalUID"]]
            return 200, {"items": [self._out(event) for event in rows]}
        since = int(query["syncToken"].removeprefix("sync-")) if "syncToken" in query else None
        if since is not None and since < self.oldest:
            return refusal(410, "fullSyncRequired")
        rows = sorted(self.calendars[calendar].values(), key=lambda event: event["_change"])
        if since is not None:
            rows = [event for event in rows if event["_change"] > since]
        else:
            first, last = (dt.datetime.fromisoformat(query[name]) for name in ("timeMin", "timeMax"))
            rows = [event for event in rows if event["status"] != "cancelled" and _within(event, first, last)]
        begin = int(query.get("pageToken", "0"))
        size = min(self.page, int(query["maxResults"]))
        answer: dict[str, Any] = {"items": [self._out(event) for event in rows[begin : begin + size]]}
        if begin + size < len(rows):
            answer["nextPageToken"] = str(begin + size)
        else:
            answer["nextSyncToken"] = f"sync-{self._changes}"
        return 200, answer

    def _token(self, body: dict[str, str]) -> Answer:
        if self.revoked:
            return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        if body["grant_type"] == "authorization_code":
            hashed = base64.urlsafe_b64encode(hashlib.sha256(body["code_verifier"].encode()).digest())
            if self.code != {"code": body["code"], "challenge": hashed.decode().rstrip("=")}:
                return 400, {"error": "invalid_grant"}
            self.code = {}
        elif body["refresh_token"] != "refresh-me":
            return 400, {"error": "invalid_grant"}
        self.refreshed += 1
        token = f"access-{self.refreshed}"
        self.tokens = {token}
        answer = {"access_token": token, "expires_in": 3599, "token_type": "Bearer", "scope": self.granted}
        return 200, answer | ({"refresh_token": "refresh-me"} if "code" in body else {})

    def _revoke(self, token: str) -> Answer:
        if token != "refresh-me" or self.revoked:
            return 400, {"error": "invalid_token"}
        self.revoked, self.tokens = True, set()
        self.withdrawn.append(token)
        return 200, {}

    def _listed(self, name: str) -> dict[str, Any]:
        role = "reader" if name.startswith("holidays") else "owner"
        return {"id": name, "summary": name.split("@")[0], "accessRole": role, "primary": name == "ann@example.com"}

    @staticmethod
    def _out(event: dict[str, Any]) -> dict[str, Any]:
        if event["status"] == "cancelled":
            return {name: event[name] for name in ("id", "status", "etag")}
        return {name: value for name, value in event.items() if name != "_change"}


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """PATCH: objects are merged, null takes a field away."""
    merged = dict(old)
    for name, value in new.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = _merged(merged.get(name, {}), value)
        else:
            merged[name] = value
    return merged


def _within(event: dict[str, Any], first: dt.datetime, last: dt.datetime) -> bool:
    def moment(told: dict[str, str]) -> dt.datetime:
        return dt.datetime.fromisoformat(told.get("dateTime") or f"{told['date']}T00:00:00+00:00")

    return moment(event["end"]) > first and moment(event["start"]) < last


class _Handler(BaseHTTPRequestHandler):
    google: Google
    protocol_version = "HTTP/1.1"

    def do(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.google.requests.append((self.command, self.path))
        told = next(
            (t for f in list(self.google.fails) if (t := f(self.command, self.path)) and not self._used(f)), None
        )
        if told == "hang":
            self.google.released.wait()
            self.close_connection = True
            return
        if told == "drop":
            self.close_connection = True
            return
        if isinstance(told, tuple):
            self._send(told)
            return
        form = self.headers.get("Content-Type", "").startswith("application/x-www-form")
        body = (
            {name: values[0] for name, values in parse_qs(raw.decode()).items()}
            if form
            else (json.loads(raw) if raw else {})
        )
        with self.google._lock:
            answer = self.google.answer(self.command, self.path, self.headers, body)
        if self.command in ("POST", "PATCH") and not form and self.google.after:
            self.close_connection = True
            self.google.after.pop()
            return
        self._send(answer, half=told == "half")

    def _used(self, fail: Callable[[str, str], Answer | str | None]) -> bool:
        self.google.fails.remove(fail)
        return False

    def _send(self, answer: Answer, *, half: bool = False) -> None:
        status, content = answer
        body = json.dumps(content).encode() if content is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if half else body)
        self.close_connection = half

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do  # noqa: N815 - as the library names them

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written."""


@contextmanager
def serving() -> Iterator[Google]:
    """A Google of one's own, on a port of its own."""
    google = Google()
    handler = type("Handler", (_Handler,), {"google": google})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    google.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield google
    finally:
        google.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
