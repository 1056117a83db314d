"""Logs: one JSON object a line, and nothing personal in it.

Each has `timestamp`, `level`, `service`, `message`, and, inside a request or turn, `correlation_id`. A telephone
number becomes the same short hash every time, so that a caller can be followed and not found; words that were
said, and names, are never written.
"""

import hashlib
import io
import logging
import re
import sys
from typing import Final

import msgspec
import structlog
from structlog.types import EventDict, Processor, WrappedLogger

WITHHELD: Final = frozenset(
    {"transcript", "text", "reply", "heard", "slots", "name", "email", "address", "password", "token", "body"}
)
"""Keys whose values are not written."""
NUMBER: Final = re.compile(r"\+\d{7,15}\b")
"""A telephone number in E.164, wherever it stands."""


class _Stderr(io.StringIO):
    """Whatever standard error is at the moment of writing: it may be exchanged after logs were set up."""

    def write(self, text: str) -> int:
        """Write to it."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Flush it."""
        sys.stderr.flush()


STDERR: Final = _Stderr()


class Discreet:
    """Takes personal data out of a log entry."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.blake2s(secret.encode()).digest()

    def __call__(self, _logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
        """The entry without it."""
        for key, value in entry.items():
            if key in WITHHELD and value is not None:
                entry[key] = "[withheld]"
            elif isinstance(value, str) and "+" in value:
                entry[key] = NUMBER.sub(lambda number: self.hashed(number[0]), value)
        return entry

    def hashed(self, phone: str) -> str:
        """A number's hash, keyed: without the key, all numbers could be tried."""
        return "phone:" + hashlib.blake2s(phone.encode(), key=self._key, digest_size=6).hexdigest()


def configure(*, level: str, form: str, service: str, secret: str) -> None:
    """Set up all logs of the process: ours, Django's, uvicorn's. Called once, and again when the level changes."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _named(service),
        Discreet(secret),
    ]
    render = _renderer(form)
    structlog.configure(
        processors=[*shared, *render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(STDERR),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(STDERR)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("django.request").setLevel(logging.ERROR)  # as are answers below 500
    logging.getLogger("django.security.DisallowedHost").setLevel(logging.CRITICAL)
    for name in ("uvicorn.access", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)  # requests are logged by `observed`, with their times


def _named(service: str) -> Processor:
    def named(_logger: WrappedLogger, _method: str, entry: EventDict) -> EventDict:
        entry["service"] = service
        return entry

    return named


def _renderer(form: str) -> list[Processor]:
    if form == "console":
        return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    return [structlog.processors.EventRenamer("message"), structlog.processors.JSONRenderer(serializer=_json)]


def _json(entry: EventDict, **_: object) -> str:
    return msgspec.json.encode(entry, enc_hook=str).decode()
