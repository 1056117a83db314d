"""REST: the routes of all applications under one description, shown at /docs and /redoc.

An application's `api.py` has a `router` and the `PATH` at which it stands; it is found, not listed. A service that
runs by itself has the routes of its row in the table of services, and no others.
"""

from importlib import import_module

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Redoc, Swagger

from parley.server import apps, errors
from parley.server.services.table import SERVICES, service_of
from parley.server.settings import current


def build() -> NinjaAPI:
    """The API with the routes of every application, or of the one service that this process is."""
    own = service_of(current())
    api = NinjaAPI(
        title=f"Parley {own.name}" if own else "Parley",
        version="1",
        description="A voice assistant that a clinic, a small business or a household runs itself.",
        docs=Swagger(),
        docs_url="/docs",
        openapi_url="/openapi.json",
    )
    errors.install(api)
    for name in own.routers if own else _all():
        module = import_module(name)
        api.add_router(module.PATH, module.router)
    return api


def _all() -> list[str]:
    """Modules of every application's routes and of the services', each once."""
    services = (name for service in SERVICES.values() for name in service.routers)
    return list(dict.fromkeys([*(f"{name}.api" for name in apps.with_module("api")), *services]))


api = build()


def redoc(request: HttpRequest) -> HttpResponse:
    """The same description, as a page to read."""
    return Redoc().render_page(request, api)
