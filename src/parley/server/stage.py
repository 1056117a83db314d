"""The real server on a clock that jumps, for callers who are played: all of it but the carrier and the network.

It serves at a Unix domain socket, so that both ends of every connection live in one event loop. Its database is in
memory and is put back to its beginning for every caller.
"""

import asyncio
import contextlib
import datetime as dt
import os
import socket
import sqlite3
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Final

import uvicorn
from django.db import connection, connections

from parley.channels.house import open_house, the_house
from parley.channels.telephone.webhook import signing_key
from parley.evaluation.calls.script import Call
from parley.evaluation.world import country_of, furnished
from parley.jobs import services as jobs
from parley.jobs.runner import Runner
from parley.listening.recognition import Recogniser
from parley.server.announcing import serve_skills
from parley.server.asgi import Parley
from parley.server.settings import Settings
from parley.skills.loader import skills

START_S: Final = 60.0


class Timed(Settings):
    """Settings whose present is the stage's."""

    clock: ClassVar[Callable[[], dt.datetime]]

    def now(self) -> dt.datetime:
        """On the stage's clock."""
        return type(self).clock().astimezone(self.zone)


class UnixSocket(socket.socket):
    """A Unix domain socket whose server believes that it is one of TCP: options of that are of no account."""

    def accept(self) -> tuple["UnixSocket", Any]:
        """The next connection."""
        connection, address = super().accept()
        return UnixSocket(fileno=connection.detach()), address

    def setsockopt(self, level: int, *option: Any) -> None:
        """Set an option of sockets."""
        if level != socket.IPPROTO_TCP:
            super().setsockopt(level, *option)

    def getsockopt(self, level: int, *option: Any) -> Any:
        """Ask for an option; 0 for those of TCP."""
        return super().getsockopt(level, *option) if level != socket.IPPROTO_TCP else 0


class Stage:
    """Made inside the event loop whose time it tells."""

    address = "http://localhost"

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._began, self._at = dt.datetime.now(dt.UTC), self._loop.time()
        self._folder = tempfile.TemporaryDirectory(prefix="parley-stage-")
        self._empty = sqlite3.connect(":memory:")
        self._server: uvicorn.Server | None = None
        self._running: list[asyncio.Task[None]] = []
        self._plain: Any = None
        self.socket_path = str(Path(self._folder.name) / "server")
        self.key = signing_key()

    async def open(self) -> None:
        """Start the server."""
        _database().backup(self._empty)
        Timed.clock = self.now
        settings = Timed(run_jobs=False, calls_a_minute=0, log_level="CRITICAL", public_url="", unsigned_calls=False)
        # Its own ears are engines in other processes, which know nothing of this clock.
        settings = settings.model_copy(
            update={"listening": settings.listening.model_copy(update={"recognisers": {}})}
        )
        config = uvicorn.Config(
            Parley(lambda: settings),
            http="parley.server.doorway:Doorway",
            ws="websockets-sansio",
            lifespan="on",
            log_config=None,
            access_log=False,
        )
        self._server = uvicorn.Server(config)
        listening = UnixSocket(socket.AF_UNIX)
        listening.bind(self.socket_path)
        self._running.append(asyncio.create_task(self._server.serve([listening])))
        async with asyncio.timeout(START_S):
            while not self._server.started:  # noqa: ASYNC110 - uvicorn tells nobody
                await asyncio.sleep(0.1)
        self._plain = the_house()
        serve_skills(skills(), language=settings.language)
        runner = Runner(clock=self.now, do=lambda due, claim: jobs.run(due, claim, now=self.now()))
        self._running.append(asyncio.create_task(runner.run()))

    async def set(self, call: Call, recogniser: Recogniser) -> None:
        """Make the caller's world and time; the server hears with this recogniser."""
        self._empty.backup(_database())
        start = call.start
        self._began, self._at = start.moment, self._loop.time()
        furnished(start, skills())
        from parley.scheduling.models import Site

        Site.objects.update(phone="", languages=[start.lang, *(each for each in ("en", "fr") if each != start.lang)])
        services = replace(self._plain.services, recogniser_for=lambda _: recogniser)
        country = country_of(start.tz) or self._plain.country
        open_house(replace(self._plain, services=services, language=start.lang, zone=start.zone, country=country))

    def now(self) -> dt.datetime:
        """The present of the caller's world."""
        return self._began + dt.timedelta(seconds=self._loop.time() - self._at)

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        """Stop the server."""
        if self._server is not None:
            self._server.should_exit = True
            await self._running[0]
        for task in self._running[1:]:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._running[1:])
        self._folder.cleanup()


def share_the_database() -> None:
    """The database in memory is one connection: every task uses it, and all run in this thread. Before the loop."""
    database = connections["default"]
    connections._connections = threading.local()  # type: ignore[attr-defined]
    connections["default"] = database
    # What the server does in threads is done in place here, where Django would not expect it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def _database() -> sqlite3.Connection:
    connection.ensure_connection()
    database = connection.connection
    assert isinstance(database, sqlite3.Connection), "callers are judged on a database in memory"
    return database
