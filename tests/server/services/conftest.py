"""A service of Parley on a free port of this machine, with faculties that a test gives it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
import uvicorn
from django.core.handlers.asgi import ASGIHandler
from pydantic import SecretStr

from parley.channels.route import Asgi
from parley.server import limits
from parley.server.edge import Edge
from parley.server.router import Router, found
from parley.server.services.faculties import Faculties, open_faculties
from parley.server.settings import current

KEY = "the-key-of-the-house"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def service_key(settings: Any) -> str:
    """The services of this test know each other by it."""
    settings.PARLEY = settings.PARLEY.model_copy(update={"service_key": SecretStr(KEY)})
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    return KEY


@contextmanager
def served(faculties: Faculties) -> Iterator[str]:
    """The address of a server in a thread, for as long as the block lasts."""
    app = Edge(Router(found(), pages=cast(Asgi, ASGIHandler())), current, limits.ProcessCounter())
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, ws="websockets-sansio")
    server = uvicorn.Server(config)
    open_faculties(faculties)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()
        open_faculties(Faculties())
