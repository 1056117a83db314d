"""The application that a server such as uvicorn serves: `parley.server.asgi:application`.

Edge (id, limits, headers, figures)
└── Router ── channels' sockets and hot paths, /health, /metrics     plain ASGI
          └── everything else                                        Django
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parley.server.django_settings")

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import cast

import django
import structlog
from django.conf import settings as django_settings
from django.core.handlers.asgi import ASGIHandler
from django.db.backends.signals import connection_created

from parley.channels.route import Asgi, Receive, Scope, Send
from parley.server import limits, logs
from parley.server.settings import Settings, current

log = structlog.get_logger("parley.server")


class Parley:
    """Made at import without work; the house is opened when the server says that it starts."""

    def __init__(self, settings: Callable[[], Settings] = current) -> None:
        self._settings = settings
        self._app: Asgi | None = None
        self._open = contextlib.AsyncExitStack()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or the server's own start and end."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        assert self._app is not None, "the server has not started the application"
        await self._app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._open.enter_async_context(self._running(self._settings()))
        except Exception as error:  # the root of the start: the server must be told that it failed, and why
            log.critical("start_failed", exc_info=error)
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._open.aclose()
        await send({"type": "lifespan.shutdown.complete"})

    @contextlib.asynccontextmanager
    async def _running(self, settings: Settings) -> AsyncIterator[None]:
        secret = django_settings.SECRET_KEY
        logs.configure(
            level=settings.log_level, form=settings.log_format, service=settings.service or "parley", secret=secret
        )
        django.setup(set_prefix=False)
        from parley.server.edge import Edge
        from parley.server.metrics import watch_queries
        from parley.server.router import Router, found
        from parley.server.services.opening import opened

        connection_created.connect(watch_queries, dispatch_uid="server.metrics")
        async with opened(settings):
            router = Router(found(), pages=cast(Asgi, ASGIHandler()))
            self._app = Edge(router, self._settings, limits.counter_for(settings))
            log.info("ready", version=1)
            yield
        self._app = None


application = Parley()
