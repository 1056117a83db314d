"""Addresses that Django serves: administration, log-in, REST, and the pages of `web`."""

from importlib.util import find_spec

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, include, path

from parley.server.api import api, redoc

admin.site.site_header = admin.site.site_title = "Parley"

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("login/", LoginView.as_view(template_name="parley/login.html"), name="login"),
    path("redoc", redoc, name="redoc"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
if find_spec("parley.web.urls"):
    urlpatterns.append(path("", include("parley.web.urls")))
urlpatterns.append(path("", api.urls))
