"""Addresses that Django serves: administration, log-in, REST, and the pages of `web`; of a service, REST alone."""

from importlib.util import find_spec

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, include, path

from parley.server.api import api, redoc
from parley.server.services.table import service_of
from parley.server.settings import current

admin.site.site_header = admin.site.site_title = "Parley"

_own = service_of(current())
urlpatterns: list[URLPattern | URLResolver] = [path("redoc", redoc, name="redoc")]
if _own is None or _own.channels:
    urlpatterns += [
        path("login/", LoginView.as_view(template_name="parley/login.html"), name="login"),
        path("logout/", LogoutView.as_view(), name="logout"),
    ]
    if find_spec("parley.web.urls"):
        urlpatterns.append(path("", include("parley.web.urls")))
# The administration answers for whatever lies below it, so the figures at /admin/… come before it.
urlpatterns += [path("", api.urls), path("admin/", admin.site.urls)]
