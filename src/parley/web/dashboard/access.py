"""Who may see which page, and how a page is made."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from parley.accounts.authentication import Principal, principal_of_user
from parley.accounts.models import User
from parley.contract import NotFound
from parley.web.dashboard.words import reader, words

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def for_staff(scope: str) -> Callable[[View[P]], View[P]]:
    """A page for whoever holds the scope: a visitor is sent to the log-in, others are told it is not theirs."""

    def guarded(view: View[P]) -> View[P]:
        @wraps(view)
        def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path())
            if not actor_of(request).may(scope):
                return page(request, "refused", status=403)
            try:
                answer = view(request, *args, **kwargs)
            except NotFound as error:
                raise Http404(str(error)) from error
            answer["Cache-Control"] = "private, no-store"
            return answer

        return cast(View[P], inner)

    return guarded


def actor_of(request: HttpRequest) -> Principal:
    """Who is logged in."""
    assert isinstance(request.user, User), "only behind `for_staff`"
    return principal_of_user(request.user)


def page(request: HttpRequest, name: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """One page of the dashboard in the reader's language; `w` are its words, `kept` what was asked but the page."""
    language = reader()
    kept = request.GET.copy()
    kept.pop("page", None)
    query = f"{kept.urlencode()}&" if kept else ""
    context = {"w": words(language), "language": language, "here": name, "kept": query} | values
    return render(request, f"web/dashboard/{name}.html", context, status=status)
