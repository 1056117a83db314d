import datetime as dt
import uuid

import pytest

from parley.accounts import services
from parley.accounts.authentication import principal_of_token, token_of
from parley.accounts.models import ApiKey, Device, Person
from parley.contract import AuthenticationFailed, NotFound, RequestInvalid

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def test_a_device_token_speaks_for_its_person_only():
    person = Person.objects.create()
    _, token = services.issue_device(name="kitchen", person=person)
    principal = principal_of_token(token, now=NOW)
    assert principal.is_or_serves(person.pk)
    assert not principal.is_or_serves(uuid.uuid4())
    assert not principal.may("appointments:write")


def test_tokens_are_kept_as_hashes_only():
    _, token = services.issue_device(name="kitchen", person=None)
    _, key = services.issue_key(name="desk", scopes=["*"])
    kept = str([list(Device.objects.values()), list(ApiKey.objects.values())])
    assert token not in kept
    assert key not in kept


@pytest.mark.parametrize(
    ("scopes", "may"),
    [(["appointments:write"], True), (["appointments:*"], True), (["sms:send"], False), (["*"], True)],
)
def test_a_key_may_what_its_scopes_say(scopes: list[str], may: bool):
    _, text = services.issue_key(name="desk", scopes=scopes)
    assert principal_of_token(text, now=NOW).may("appointments:write") is may


def test_a_key_that_has_run_out_or_a_revoked_device_is_refused():
    _, key = services.issue_key(name="desk", scopes=["*"], expires_at=NOW)
    device, token = services.issue_device(name="kitchen", person=None)
    services.revoke_device(device.pk, person=None, now=NOW)
    for text in (key, token, "pd_nonsense", ""):
        with pytest.raises(AuthenticationFailed):
            principal_of_token(text, now=NOW)


def test_the_last_use_is_written_once_in_ten_minutes():
    device, token = services.issue_device(name="kitchen", person=None)
    for minutes in (0, 5, 11):
        principal_of_token(token, now=NOW + dt.timedelta(minutes=minutes))
    device.refresh_from_db()
    assert device.last_seen_at == NOW + dt.timedelta(minutes=11)


def test_somebody_elses_device_cannot_be_revoked():
    device, _ = services.issue_device(name="kitchen", person=Person.objects.create())
    with pytest.raises(NotFound):
        services.revoke_device(device.pk, person=Person.objects.create(), now=NOW)


def test_an_unknown_profile_field_is_refused():
    with pytest.raises(RequestInvalid, match="colour"):
        services.change_profile(Person.objects.create(), {"colour": "red"})


@pytest.mark.parametrize(
    ("authorization", "api_key", "token"),
    [
        ("Bearer abc", "", "abc"),
        ("bearer  abc", "", "abc"),
        ("", "k", "k"),
        ("Basic abc", "", None),
        ("Bearer", "", None),
    ],
)
def test_the_token_of_the_headers(authorization: str, api_key: str, token: str | None):
    assert token_of(authorization, api_key) == token
