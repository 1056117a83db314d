"""What every request passes on its way in and out: an id, limits, cross-origin rules, safe headers, figures.

One plain ASGI application around all others, so that it holds for Django's pages and for the channels alike.
Websockets pass with their id bound and nothing else: nothing is done for each frame.
"""

import time
import uuid
from collections.abc import Callable
from typing import Final

import structlog
from structlog.contextvars import bound_contextvars

from parley.accounts.authentication import of_a_service, token_of
from parley.channels.route import Asgi, Message, Receive, Scope, Send
from parley.contract import RequestInvalid
from parley.server import limits
from parley.server.errors import send_error
from parley.server.metrics import REQUESTS, RESPONSE
from parley.server.settings import Settings

POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
DOCS_POLICY: Final = POLICY + "; style-src 'self' 'unsafe-inline'"
"""For the two pages of the API's description, whose viewers write styles into the page."""
DOCS: Final = frozenset({"/docs", "/redoc"})
AREAS: Final = frozenset(
    {"v1", "api", "admin", "static", "docs", "redoc", "health", "metrics", "webhook", "dashboard", "appointments"}
    | {"stt", "tts", "nlu", "sms", "login", "logout", "openapi.json"}
)
"""First parts of paths that are counted by name; the rest is `other`, so that a scanner cannot fill the figures."""

log = structlog.get_logger("parley.requests")


class Edge:
    """Around the whole application."""

    def __init__(self, app: Asgi, settings: Callable[[], Settings], counter: limits.Counter) -> None:
        self._app = app
        self._settings = settings
        self._counter = counter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        correlation = _correlation(headers.get(b"x-request-id", ""))
        scope["correlation_id"] = correlation
        with bound_contextvars(correlation_id=correlation):
            if scope["type"] == "websocket":
                await self._app(scope, receive, send)
            else:
                await self._serve(scope, headers, receive, _Answer(scope, headers, self._settings(), send))

    async def _serve(self, scope: Scope, headers: dict[bytes, str], receive: Receive, answer: "_Answer") -> None:
        began = time.perf_counter()
        settings = answer.settings
        try:
            if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers and answer.origin:
                await answer.preflight()
                return
            if int(headers.get(b"content-length", "0") or 0) > settings.longest_upload:
                raise RequestInvalid(f"more than {settings.longest_upload} bytes")
            token = token_of(headers.get(b"authorization", ""), headers.get(b"x-api-key", ""))
            caller = limits.who(address=address_of(scope, headers, settings), token=token)
            if not (token and of_a_service(token)):
                await limits.check(scope["path"], who=caller, settings=settings, counter=self._counter)
            await self._app(scope, receive, answer)
        except Exception as error:  # the root of a request: whatever it was, the client gets an answer with a code
            if not answer.begun:
                await send_error(answer, error)
            else:
                log.error("answer_broken_off", exc_info=error)
        finally:
            _count(scope, answer.status, time.perf_counter() - began)


class _Answer:
    """The way out of one request: adds the headers, notes the status."""

    def __init__(self, scope: Scope, headers: dict[bytes, str], settings: Settings, send: Send) -> None:
        self.settings = settings
        self.status = 0
        origin = headers.get(b"origin", "")
        self.origin = origin if origin in settings.cors_origins else ""
        self._send = send
        self._scope = scope

    @property
    def begun(self) -> bool:
        """Whether the status is already on its way."""
        return self.status != 0

    async def __call__(self, message: Message) -> None:
        """Send one message of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message.get("headers", ()), *self._headers()]
        await self._send(message)

    async def preflight(self) -> None:
        """Say what another origin may do."""
        allowed = [
            (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE"),
            (b"access-control-allow-headers", b"authorization, content-type, x-api-key, x-device-id, x-user-id"),
            (b"access-control-max-age", b"600"),
        ]
        await self({"type": "http.response.start", "status": 204, "headers": allowed})
        await self({"type": "http.response.body", "body": b""})

    def _headers(self) -> list[tuple[bytes, bytes]]:
        policy = DOCS_POLICY if self._scope["path"] in DOCS else POLICY
        added = [
            (b"content-security-policy", policy.encode()),
            (b"x-frame-options", b"DENY"),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"permissions-policy", b"microphone=(self), camera=(), geolocation=()"),
            (b"x-request-id", self._scope["correlation_id"].encode()),
        ]
        if self.settings.tls:
            added.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
        if self.origin:
            added += [
                (b"access-control-allow-origin", self.origin.encode()),
                (b"access-control-allow-credentials", b"true"),
                (b"vary", b"origin"),
            ]
        return added


def _correlation(given: str) -> str:
    """The caller's id where it is a plain one, else a new one."""
    plain = given.replace("-", "")
    return given if plain.isascii() and plain.isalnum() and len(given) <= 64 else uuid.uuid4().hex


def address_of(scope: Scope, headers: dict[bytes, str], settings: Settings) -> str:
    """Where the request comes from; what a proxy says about that is believed only of our own proxies."""
    address = scope["client"][0] if scope.get("client") else ""
    forwarded = headers.get(b"x-forwarded-for", "")
    if forwarded and address in settings.trusted_proxies:
        return forwarded.rsplit(",", 1)[-1].strip()
    return address


def _count(scope: Scope, status: int, seconds: float) -> None:
    first = scope["path"].split("/", 2)[1] if scope["path"] != "/" else "page"
    area = first if first in AREAS or first == "page" else "other"
    REQUESTS.labels(scope["method"], area, status).inc()
    RESPONSE.labels(area).observe(seconds)
    log.info("request", method=scope["method"], area=area, status=status, duration_ms=round(seconds * 1000, 1))
