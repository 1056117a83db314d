"""Which application serves an address: a channel's own, or Django."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules

from parley import channels
from parley.channels.route import Asgi, Receive, Route, Scope, Send
from parley.contract import ConfigurationInvalid
from parley.server import health, metrics
from parley.server.services.table import SERVICES, service_of
from parley.server.settings import current


def found() -> tuple[Route, ...]:
    """The server's own routes, those of the services it is, and those of every channel module that has some."""
    modules = [health, metrics]
    own = service_of(current())
    for service in [own] if own else SERVICES.values():
        modules += [import_module(name) for name in service.sockets]
    if own is None or own.channels:
        modules += [import_module(f"{channels.__name__}.{each.name}") for each in iter_modules(channels.__path__)]
    return tuple(route for module in modules for route in getattr(module, "routes", ()))


class Router:
    """Exact addresses by one look into a table; those with `/*` by their longest beginning; the rest to `pages`."""

    def __init__(self, routes: Iterable[Route], *, pages: Asgi) -> None:
        self._exact: dict[tuple[str, str], Asgi] = {}
        below: dict[tuple[str, str], Asgi] = {}
        for route in routes:
            table = below if route.path.endswith("/*") else self._exact
            if table.setdefault((route.kind, route.path.removesuffix("*")), route.app) is not route.app:
                raise ConfigurationInvalid(f"two applications serve {route.kind} {route.path}")
        self._below: Mapping[tuple[str, str], Asgi] = dict(sorted(below.items(), key=lambda item: -len(item[0][1])))
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one connection on."""
        await self._app(scope["type"], scope["path"])(scope, receive, send)

    def _app(self, kind: str, path: str) -> Asgi:
        if app := self._exact.get((kind, path)):
            return app
        for (of, beginning), app in self._below.items():
            if of == kind and path.startswith(beginning):
                return app
        return self._pages if kind == "http" else _nobody


async def _nobody(_scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a websocket that nobody serves."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})
