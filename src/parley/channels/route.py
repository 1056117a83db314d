"""What a channel gives the server: addresses, each with a plain ASGI application.

A module of this package with `routes` in it is found by the server; there is no list to edit.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Literal

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address, served beside Django and not through it."""

    kind: Literal["http", "websocket"]
    path: str
    """Exact, or with `/*` at its end for everything below."""
    app: Asgi
