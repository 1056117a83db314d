"""REST: the timers, alarms and reminders of whoever is signed in."""

from typing import Any

import pytest
from django.test import Client

from parley.accounts import services
from parley.skills.everyday.models import Alarm, Reminder, Timer

pytestmark = pytest.mark.django_db
AT = "2099-03-12T07:00:00+00:00"


@pytest.fixture
def client() -> Client:
    """A device's requests."""
    _, token = services.issue_device(name="kitchen", person=None)
    return Client(headers={"Authorization": f"Bearer {token}"})


def post(client: Client, path: str, body: dict[str, Any]) -> Any:
    """A JSON request."""
    return client.post(f"/v1/everyday{path}", body, content_type="application/json")


def test_a_timer_is_started_once_paused_resumed_and_stopped(client: Client) -> None:
    body = {"length": "PT10M", "label": "pasta", "key": "k1"}
    made = post(client, "/timers", body)
    assert made.status_code == 201
    assert post(client, "/timers", body).json()["id"] == made.json()["id"]
    path = f"/timers/{made.json()['id']}"
    assert post(client, f"{path}/pause", {}).json()["state"] == "paused"
    assert post(client, f"{path}/resume", {}).json()["state"] == "waiting"
    assert [each["label"] for each in client.get("/v1/everyday/timers").json()] == ["pasta"]
    assert client.delete(f"/v1/everyday{path}").status_code == 204
    assert client.delete(f"/v1/everyday{path}").status_code == 404
    assert Timer.objects.count() == 1


def test_alarms_and_reminders(client: Client) -> None:
    assert post(client, "/alarms", {"at": AT, "recurrence": "FREQ=DAILY"}).status_code == 201
    assert post(client, "/reminders", {"at": AT, "title": "water the plants"}).status_code == 201
    assert len(client.get("/v1/everyday/alarms").json()) == 1
    (reminder,) = client.get("/v1/everyday/reminders").json()
    assert client.delete(f"/v1/everyday/reminders/{reminder['id']}").status_code == 204
    assert (Alarm.objects.count(), Reminder.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/timers", {"length": "PT0S"}),
        ("/alarms", {"at": "2099-03-12T07:00:00"}),
        ("/alarms", {"at": AT, "recurrence": "FREQ=SOMETIMES"}),
        ("/alarms", {"at": "2001-01-01T07:00:00Z"}),
        ("/reminders", {"at": AT, "title": ""}),
    ],
)
def test_what_makes_no_sense_is_refused(client: Client, path: str, body: dict[str, Any]) -> None:
    assert 400 <= post(client, path, body).status_code < 500


def test_a_stranger_sees_nothing() -> None:
    assert Client().get("/v1/everyday/timers").status_code == 401
