import io

import pytest
from django.core.management import call_command
from django.test import Client

from parley.accounts import services
from parley.accounts.models import Person, User

pytestmark = pytest.mark.django_db


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, stdout=io.StringIO())


def test_the_description_of_the_api_is_served(client: Client):
    assert client.get("/openapi.json").json()["info"]["title"] == "Parley"
    for page in ("/docs", "/redoc"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert b"https://cdn" not in answer.content


def test_logging_in_leads_to_the_dashboard(client: Client):
    User.objects.create_user("ann", password="right horse")
    assert client.get("/login/").status_code == 200
    assert client.post("/login/", {"username": "ann", "password": "wrong"}).status_code == 200
    answer = client.post("/login/", {"username": "ann", "password": "right horse"})
    assert (answer.status_code, answer["Location"]) == (302, "/dashboard/")


def test_the_administration_opens_for_its_own_people_only(client: Client):
    assert client.get("/admin/").status_code == 302
    client.force_login(User.objects.create_superuser("root", password="x"))
    assert client.get("/admin/").status_code == 200
    for page in ("accounts/person", "accounts/apikey/add", "records/turn", "jobs/due"):
        assert client.get(f"/admin/{page}/".replace("add//", "add/")).status_code == 200


def test_a_person_reads_and_changes_their_own_profile(client: Client):
    person = Person.objects.create(name="Ann")
    _, token = services.issue_device(name="kitchen", person=person)
    url = f"/v1/users/{person.pk}/profile"
    change = {"language": "fr", "privacy_settings": {"save_audio": True, "personalization": False}}
    answer = client.put(url, change, content_type="application/json", headers=bearer(token))
    assert answer.status_code == 200
    assert client.get(url, headers=bearer(token)).json() == {
        "user_id": str(person.pk),
        "language": "fr",
        "voice_preference": {"voice": "", "rate": 1.0, "pitch": 0.0},
        "linked_accounts": [],
        "privacy_settings": {"save_audio": True, "personalization": False},
    }


def test_strangers_do_not_learn_that_somebody_exists(client: Client):
    ann, bob = Person.objects.create(), Person.objects.create()
    _, token = services.issue_device(name="kitchen", person=bob)
    url = f"/v1/users/{ann.pk}/profile"
    assert client.get(url).status_code == 401
    refused = client.get(url, headers=bearer(token))
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "REQ_003")
    assert client.get(url, headers=bearer("pd_wrong")).json()["error"]["code"] == "SYS_004"


def test_a_value_outside_its_range_is_told_where(client: Client):
    person = Person.objects.create()
    _, token = services.issue_device(name="kitchen", person=person)
    answer = client.put(
        f"/v1/users/{person.pk}/profile",
        {"voice_preference": {"rate": 9}},
        content_type="application/json",
        headers=bearer(token),
    )
    assert answer.status_code == 400
    assert "voice_preference.rate" in answer.json()["error"]["details"]["faults"][0]["where"]


def test_a_device_comes_and_goes(client: Client):
    person = Person.objects.create()
    _, token = services.issue_device(name="kitchen", person=person)
    url = f"/v1/users/{person.pk}/devices"
    made = client.post(url, {"name": "bedroom"}, content_type="application/json", headers=bearer(token)).json()
    assert client.get(url, headers=bearer(made["token"])).status_code == 200
    assert client.delete(f"{url}/{made['id']}", headers=bearer(token)).status_code == 204
    assert client.get(url, headers=bearer(made["token"])).status_code == 401


def test_a_static_file_is_served(client: Client):
    answer = client.get("/static/web/common.css")
    assert answer.status_code == 200
    assert b"font" in b"".join(answer)
