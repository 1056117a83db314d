"""The addresses of the pages."""

from django.urls import include, path
from django.views.generic import TemplateView

urlpatterns = [
    path("", TemplateView.as_view(template_name="web/talk.html"), name="talk"),
    path("dashboard/", include("parley.web.dashboard.urls")),
]
