"""What stands before every Django view."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

View = Callable[[HttpRequest], HttpResponse]


def guard(view: View) -> View:
    """Headers that every page carries."""

    def guarded(request: HttpRequest) -> HttpResponse:
        return view(request)

    return guarded
