"""REST: the contacts of whoever is signed in."""

import uuid
from typing import Any

import pytest
from django.test import Client

from parley.accounts import services
from parley.accounts.models import Person
from parley.contract import Role
from parley.skills.everyday.models import Contact

pytestmark = pytest.mark.django_db
PATH = "/v1/everyday/contacts"
MARIE = {"name": "Marie", "phone": "+33 6 12 34 56 78", "language": "fr"}


def signed_in(person: Person | None) -> Client:
    """The requests of a person's device."""
    _, token = services.issue_device(name="phone", person=person)
    return Client(headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def ann() -> Person:
    return Person.objects.create(name="Ann")


def post(client: Client, body: dict[str, Any], path: str = PATH) -> Any:
    return client.post(path, body, content_type="application/json")


def test_added_read_changed_and_removed(ann: Person) -> None:
    client = signed_in(ann)
    made = post(client, MARIE)
    assert made.status_code == 201
    marie = made.json()
    assert marie == {"id": marie["id"], "name": "Marie", "phone": "+33612345678", "language": "fr"}
    assert post(client, {"name": "Bob", "phone": "+12125550123"}).json()["language"] == "en"
    assert [each["name"] for each in client.get(PATH).json()] == ["Bob", "Marie"]
    one = f"{PATH}/{marie['id']}"
    assert client.get(one).json() == marie
    changed = client.put(one, {"phone": "+33698765432"}, content_type="application/json")
    assert changed.json() == {**marie, "phone": "+33698765432"}
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == 404
    assert [each.name for each in Contact.objects.filter(person=ann)] == ["Bob"]


def test_a_name_is_there_once(ann: Person) -> None:
    client = signed_in(ann)
    post(client, MARIE)
    again = post(client, MARIE)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "BIZ_001")
    bob = post(client, {"name": "Bob", "phone": "+12125550123"}).json()
    renamed = client.put(f"{PATH}/{bob['id']}", {"name": "Marie"}, content_type="application/json")
    assert renamed.status_code == 409
    assert post(signed_in(Person.objects.create(name="Tom")), MARIE).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "phone": "+12125550123"},
        {"name": "Marie", "phone": "no number"},
        {"name": "Marie", "phone": ""},
        {"name": "Marie"},
        {"name": "Marie", "phone": "+12125550123", "language": "de"},
    ],
)
def test_what_makes_no_sense_is_refused(ann: Person, body: dict[str, Any]) -> None:
    assert 400 <= post(signed_in(ann), body).status_code < 500
    assert not Contact.objects.exists()


def test_the_contacts_of_another_are_not_there(ann: Person) -> None:
    marie = post(signed_in(ann), MARIE).json()
    stranger = signed_in(Person.objects.create(name="Tom"))
    one = f"{PATH}/{marie['id']}"
    assert stranger.get(PATH).json() == []
    assert stranger.get(f"{PATH}?person_id={ann.pk}").status_code == 404
    assert stranger.delete(one).status_code == 404
    assert stranger.delete(f"{one}?person_id={ann.pk}").status_code == 404
    assert Client().get(PATH).status_code == 401
    assert Contact.objects.count() == 1


def test_staff_enter_them_for_anybody(ann: Person) -> None:
    _, key = services.issue_key(name="front", scopes=["*"], role=Role.FRONT_DESK)
    staff = Client(headers={"Authorization": f"Bearer {key}"})
    assert post(staff, MARIE, f"{PATH}?person_id={ann.pk}").status_code == 201
    assert post(staff, MARIE, f"{PATH}?person_id={uuid.uuid4()}").status_code == 404
    assert post(staff, MARIE).status_code == 400
    assert [each["name"] for each in staff.get(f"{PATH}?person_id={ann.pk}").json()] == ["Marie"]


def test_a_device_that_many_share_has_none() -> None:
    assert signed_in(None).get(PATH).status_code == 400
