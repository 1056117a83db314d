"""REST: the routes of all applications under one description, shown at /docs and /redoc.

An application's `api.py` has a `router` and the `PATH` at which it stands; it is found, not listed.
"""

from importlib import import_module

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Redoc, Swagger

from parley.server import apps, errors


def build() -> NinjaAPI:
    """The API with the routes of every application."""
    api = NinjaAPI(
        title="Parley",
        version="1",
        description="A voice assistant that a clinic, a small business or a household runs itself.",
        docs=Swagger(),
        docs_url="/docs",
        openapi_url="/openapi.json",
    )
    errors.install(api)
    for name in apps.with_module("api"):
        module = import_module(f"{name}.api")
        api.add_router(module.PATH, module.router)
    return api


api = build()


def redoc(request: HttpRequest) -> HttpResponse:
    """The same description, as a page to read."""
    return Redoc().render_page(request, api)
