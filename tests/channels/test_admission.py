"""Who is let in to talk, and as whom."""

from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from parley.accounts import services as accounts
from parley.accounts.models import Person, User
from parley.channels.admission import admit
from parley.contract import AuthenticationFailed, PermissionRefused

BACKEND = "django.contrib.auth.backends.ModelBackend"

pytestmark = pytest.mark.django_db(transaction=True)


def scope(**headers: str) -> dict[str, Any]:
    """A connection with these headers."""
    named = {"host": "clinic.example"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return {"headers": [(name.encode(), value.encode()) for name, value in named.items()]}


def test_a_visitor_of_our_page_may_talk_as_nobody() -> None:
    admitted = admit(scope(origin="https://clinic.example"), now=timezone.now())
    assert (admitted.owner, admitted.caller.person_id) == ("", None)


def test_a_page_from_elsewhere_may_not() -> None:
    with pytest.raises(PermissionRefused):
        admit(scope(origin="https://evil.example"), now=timezone.now())


def test_a_wrong_token_is_no_visitor() -> None:
    with pytest.raises(AuthenticationFailed):
        admit(scope(authorization="Bearer nonsense"), now=timezone.now())


def test_a_log_in_talks_as_its_person() -> None:
    person = Person.objects.create(name="Ada Park", time_zone="Europe/Paris")
    user = User.objects.create_user("ada", password="a long password of hers", person=person)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    cookie = f"sessionid={session.session_key}; other=1"
    admitted = admit(scope(cookie=cookie, origin="https://clinic.example"), now=timezone.now())
    assert admitted.caller.person_id == str(person.pk)
    assert admitted.owner == f"user:{user.pk}"
    assert str(admitted.zone) == "Europe/Paris"


def test_a_session_of_before_the_password_was_changed_is_no_log_in() -> None:
    user = User.objects.create_user("ada", password="a long password of hers")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    user.set_password("another long password")
    user.save()
    assert admit(scope(cookie=f"sessionid={session.session_key}"), now=timezone.now()).owner == ""


def test_a_device_talks_for_its_person_and_for_nobody_else() -> None:
    person, other = Person.objects.create(name="Ada Park"), Person.objects.create(name="Bo Kim")
    token = _device_token(person)
    admitted = admit(scope(authorization=f"Bearer {token}"), now=timezone.now())
    assert admitted.caller.person_id == str(person.pk)
    with pytest.raises(PermissionRefused):
        admit(scope(authorization=f"Bearer {token}", x_user_id=str(other.pk)), now=timezone.now())


def _device_token(person: Person) -> str:
    _, token = accounts.issue_device(name="kitchen", person=person)
    return token
