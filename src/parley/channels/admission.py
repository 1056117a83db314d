"""Who is at the other end of a socket: a device, an API client, or the page of somebody who may be logged in."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from importlib import import_module
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest

from parley.accounts.authentication import Principal, principal_of_token, principal_of_user, token_of
from parley.accounts.models import Person, User
from parley.channels.route import Scope
from parley.contract import Caller, Language, PermissionRefused, language_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Somebody who may talk, and what is known of them."""

    owner: str
    """Whose the conversation is: nobody else may go on with it. Empty for an unknown visitor of the page."""
    caller: Caller
    language: Language | None = None
    zone: ZoneInfo | None = None
    save_audio: bool = False


def headers_of(scope: Scope) -> Mapping[str, str]:
    """The headers of a connection by lower-case name."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def same_origin(headers: Mapping[str, str]) -> bool:
    """A browser says where its page comes from; nobody else's page may use a person's cookie."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def admit(scope: Scope, *, now: dt.datetime) -> Admitted:
    """Who this is. Synchronous: it asks the database. Raises AuthenticationFailed, PermissionRefused."""
    headers = headers_of(scope)
    close_old_connections()
    token = token_of(headers.get("authorization", ""), headers.get("x-api-key", ""))
    if token is not None:
        return admitted_as(principal_of_token(token, now=now), on_behalf=headers.get("x-user-id"))
    if not same_origin(headers):
        raise PermissionRefused("a page from elsewhere may not talk in a visitor's name")
    user = _user_of(headers)
    if user is not None:
        return admitted_as(principal_of_user(user), on_behalf=None)
    return Admitted(owner="", caller=Caller())


def _user_of(headers: Mapping[str, str]) -> User | None:
    cookie = SimpleCookie(headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    if cookie is None:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(cookie.value)
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None


def admitted_as(principal: Principal, *, on_behalf: str | None) -> Admitted:
    """What is known of `principal`, or of the person in whose name it talks. Raises PermissionRefused."""
    person_id = str(principal.person_id) if principal.person_id else None
    if on_behalf and on_behalf != person_id:
        if not principal.may("conversations:write"):
            raise PermissionRefused("this token may not talk for somebody else")
        person_id = on_behalf
    person = Person.objects.filter(pk=person_id).select_related("profile").first() if person_id else None
    if person is None:
        if principal.actor == "visitor":
            return Admitted(owner="", caller=Caller())
        return Admitted(owner=principal.actor, caller=Caller(role=principal.role))
    profile = getattr(person, "profile", None)
    return Admitted(
        owner=principal.actor,
        caller=Caller(
            person_id=str(person.pk), name=person.name or None, phone=person.phone or None, role=principal.role
        ),
        language=language_of(profile.language) if profile is not None else None,
        zone=ZoneInfo(person.time_zone) if person.time_zone else None,
        save_audio=bool(profile is not None and profile.save_audio),
    )
