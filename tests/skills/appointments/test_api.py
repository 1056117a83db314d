"""REST: availability, booking once, moving, cancelling, search, set-up and the calendar feed."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from parley.accounts import services as accounts
from parley.scheduling.calendars.models import Account, Entry, Link
from parley.scheduling.models import Booking, Resource
from parley.skills.appointments.demo import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """A program with a key for everything, and a clinic."""
    build(now=timezone.now(), zone="America/Toronto", lived_in=False)
    _, token = accounts.issue_key(name="desk", scopes=["appointments:*"])
    return Client(headers={"X-API-Key": token})


@pytest.fixture
def free(client: Client) -> dt.datetime:
    """A time that is free."""
    start = timezone.now().replace(hour=15, minute=0, second=0, microsecond=0) + dt.timedelta(days=3)
    found = client.get(
        "/appointments/availability", {"start_time": start.isoformat(), "service": "blood-test"}
    ).json()
    return start if found["available"] else dt.datetime.fromisoformat(found["alternative_times"][0])


def body(start: dt.datetime, **more: Any) -> dict[str, Any]:
    """A request for an appointment."""
    return {
        "title": "Blood test",
        "start_time": start.isoformat(),
        "end_time": (start + dt.timedelta(minutes=15)).isoformat(),
        "attendee_phone": "+15145550123",
        "attendee_name": "Jo Brown",
        "description": "fasting",
        "language": "en",
        **more,
    }


def post(client: Client, data: dict[str, Any], path: str = "", **headers: str) -> Any:
    """A JSON request."""
    return client.post(f"/appointments{path}", data, content_type="application/json", headers=headers)


def put(client: Client, data: Any, path: str) -> Any:
    """A JSON request."""
    return client.put(f"/appointments{path}", data, content_type="application/json")


def test_booking_once_moving_and_cancelling(client: Client, free: dt.datetime) -> None:
    made = post(client, body(free), **{"Idempotency-Key": "one"})
    assert made.status_code == 201
    appointment = made.json()["appointment"]
    assert made.json()["success"] is True
    assert (appointment["title"], appointment["status"], appointment["service"]) == (
        "Blood test",
        "booked",
        "blood-test",
    )
    assert appointment["google_calendar_event_id"] is None
    again = post(client, body(free), **{"Idempotency-Key": "one"})
    assert again.json()["appointment"]["id"] == appointment["id"]
    assert Booking.objects.count() == 1

    path = f"/{appointment['id']}"
    later = dt.datetime.fromisoformat(appointment["start_time"]) + dt.timedelta(minutes=15)
    moved = put(client, {"start_time": later.isoformat(), "title": "Blood test, fasting", "version": 1}, path)
    assert moved.json()["appointment"]["start_time"] == later.isoformat()
    assert moved.json()["appointment"]["title"] == "Blood test, fasting"
    stale = put(client, {"start_time": free.isoformat(), "version": 1}, path)
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "BIZ_001")

    row = Booking.objects.get(pk=appointment["id"])
    account = Account.objects.create(site=row.resource.site, provider="google", name="desk@example.com")
    link = Link.objects.create(account=account, calendar="primary")
    link.resources.add(row.resource)
    Entry.objects.create(booking=row, link=link, external_id="ev1")
    assert client.get(f"/appointments{path}").json()["google_calendar_event_id"] == "ev1"
    gone = client.delete(f"/appointments{path}?reason=ill").json()["appointment"]
    assert (gone["status"], gone["cancel_reason"]) == ("cancelled", "ill")
    history = client.get(f"/appointments{path}/history").json()
    assert [each["what"] for each in history] == ["booked", "moved", "edited", "cancelled"]


def test_a_taken_time_is_a_conflict_and_others_are_named(client: Client, free: dt.datetime) -> None:
    post(client, body(free))
    refused = post(client, body(free))
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "BIZ_001")
    query = {"start_time": free.isoformat(), "duration": 15, "service": "blood-test"}
    found = client.get("/appointments/availability", query).json()
    assert (found["available"], found["duration_minutes"], found["reason"]) == (False, 15, "taken")
    assert len(found["alternative_times"]) == 3
    assert len(refused.json()["error"]["details"]["alternative_times"]) == 3, "whoever comes too late hears of others"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"end_time": "2020-01-01T10:00:00Z"}, 422, "BIZ_002"),
        ({"start_time": "2020-01-01T10:00:00Z", "end_time": None}, 422, "BIZ_002"),
        ({"attendee_phone": "555"}, 400, "REQ_001"),
        ({"attendee_name": ""}, 400, "REQ_001"),
        ({"start_time": "soon"}, 400, "REQ_001"),
        ({"service": "no-such"}, 404, "REQ_003"),
        ({"resource_id": 0}, 404, "REQ_003"),
    ],
)
def test_bad_input_books_nothing(
    client: Client, free: dt.datetime, change: dict[str, Any], status: int, code: str
) -> None:
    answer = post(client, body(free, **change))
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert not Booking.objects.exists()


def test_search(client: Client, free: dt.datetime) -> None:
    post(client, body(free))
    post(client, body(free + dt.timedelta(minutes=30), attendee_name="Ann Roy", attendee_phone="+15145550199"))
    assert client.get("/appointments/search").json()["count"] == 2
    (found,) = client.get("/appointments/search", {"phone": "+15145550123"}).json()["appointments"]
    assert found["attendee_name"] == "Jo Brown"
    assert client.get("/appointments/search", {"name": "roy"}).json()["count"] == 1
    assert client.get("/appointments/search", {"start": "2099-01-01T00:00:00Z"}).json()["count"] == 0


def test_without_a_key_nothing_is_told() -> None:
    assert Client().get("/appointments/search").status_code == 401
    _, token = accounts.issue_key(name="other", scopes=["tasks:*"])
    assert Client(headers={"X-API-Key": token}).get("/appointments/search").status_code == 403


def test_a_hold_keeps_others_out_until_it_is_given_back(client: Client, free: dt.datetime) -> None:
    held = {"service": "blood-test", "start_time": free.isoformat(), "holder": "web-1"}
    assert post(client, held, "/holds").status_code == 201
    assert post(client, body(free)).status_code == 409
    assert client.delete("/appointments/holds/web-1").status_code == 204
    assert post(client, body(free)).status_code == 201


def test_services_resources_hours_and_days_that_differ(client: Client) -> None:
    room = post(client, {"name": "Room 9", "kind": "room"}, "/resources").json()
    assert post(client, {"name": "Room 9"}, "/resources").status_code == 409
    service = {"code": "yoga", "names": {"en": "yoga"}, "duration": 60, "resource_ids": [room["id"]]}
    assert post(client, service, "/services").status_code == 201
    assert put(client, {**service, "duration": 90}, "/services/yoga").json()["duration"] == 90
    hours = [{"weekday": weekday, "opens": "09:00", "closes": "12:00"} for weekday in range(7)]
    assert len(put(client, hours, f"/resources/{room['id']}/hours").json()) == 7
    assert (
        put(
            client, [{"weekday": 0, "opens": "12:00", "closes": "09:00"}], f"/resources/{room['id']}/hours"
        ).status_code
        == 400
    )

    def found(day: dt.date) -> tuple[bool, str | None]:
        asked = {"start_time": f"{day}T09:00", "service": "yoga"}
        answer = client.get("/appointments/availability", asked).json()
        return answer["available"], answer["reason"]

    # The demo business has days off of its own.
    days = [timezone.now().date() + dt.timedelta(days=days) for days in range(20, 30)]
    day = next(day for day in days if found(day)[0])
    closed = post(client, {"day": day.isoformat(), "opens": False, "reason": "inventory"}, "/overrides").json()
    assert found(day) == (False, "closed")
    assert client.delete(f"/appointments/overrides/{closed['id']}").status_code == 204
    assert found(day)[0]


def test_the_waiting_list_over_rest(client: Client, free: dt.datetime) -> None:
    wish = {
        "service": "blood-test",
        "name": "Ann Roy",
        "phone": "+15145550199",
        "earliest": free.isoformat(),
        "latest": (free + dt.timedelta(days=1)).isoformat(),
    }
    row = post(client, wish, "/waiting").json()
    assert row["status"] == "waiting"
    assert [each["id"] for each in client.get("/appointments/waiting").json()] == [row["id"]]
    assert post(client, {}, f"/waiting/{row['id']}/accept").status_code == 409
    assert client.delete(f"/appointments/waiting/{row['id']}").json()["status"] == "declined"


def test_the_calendar_feed_names_its_zone_and_can_be_taken_back(client: Client, free: dt.datetime) -> None:
    made = post(client, body(free)).json()["appointment"]
    feed = post(client, {}, f"/feeds?resource_id={made['resource_id']}").json()
    answer = Client().get(feed["path"])
    assert answer["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(answer.content)
    (event,) = calendar.walk("VEVENT")
    assert str(event["UID"]) == f"{made['id']}@parley"
    assert event["DTSTART"].dt == dt.datetime.fromisoformat(made["start_time"])
    assert event["DTSTART"].params["TZID"] == "America/Toronto"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["America/Toronto"]
    other = Resource.objects.exclude(pk=made["resource_id"]).first()
    assert other is not None
    elsewhere = post(client, {}, f"/feeds?resource_id={other.pk}").json()
    assert not Calendar.from_ical(Client().get(elsewhere["path"]).content).walk("VEVENT")
    assert client.delete(f"/appointments/feeds/{feed['id']}").status_code == 204
    assert Client().get(feed["path"]).status_code == 404
