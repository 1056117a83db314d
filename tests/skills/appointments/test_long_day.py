"""The day on which the clocks go back: it has 25 hours, and an hour that comes twice."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from parley.accounts import services as accounts
from parley.scheduling.models import Booking, Hours, Resource, Service, Site
from parley.skills.appointments.models import Business

pytestmark = pytest.mark.django_db
TORONTO = ZoneInfo("America/Toronto")


def long_day() -> dt.date:
    """The next such day in Toronto, as 1 November 2026 is one."""
    day = timezone.now().date() + dt.timedelta(days=2)
    while hours(day) != 25:
        day += dt.timedelta(days=1)
    return day


def hours(day: dt.date) -> float:
    start, end = (dt.datetime.combine(each, dt.time(), TORONTO) for each in (day, day + dt.timedelta(days=1)))
    return (end.astimezone(dt.UTC) - start.astimezone(dt.UTC)) / dt.timedelta(hours=1)


@pytest.fixture
def client() -> Client:
    site = Site.objects.create(name="Clinic", zone="America/Toronto", country="CA", closed_on_holidays=False)
    Business.objects.create(site=site)
    night = Service.objects.create(
        site=site, code="night", names={"en": "night"}, duration=30, step=30, horizon_days=500, any_reason=True
    )
    nurse = Resource.objects.create(site=site, name="Ann")
    for weekday in range(7):
        Hours.objects.create(resource=nurse, weekday=weekday, opens=dt.time(0), closes=dt.time(0))
    night.resources.add(nurse)
    _, token = accounts.issue_key(name="desk", scopes=["appointments:*"])
    return Client(headers={"X-API-Key": token})


def book(client: Client, start: str, end: str) -> Any:
    body = {"start_time": start, "end_time": end, "attendee_name": "Jo Brown"}
    return client.post("/appointments", body, content_type="application/json")


def test_the_hour_that_comes_twice_is_booked_twice(client: Client) -> None:
    day = long_day()
    for offset in ("-04:00", "-05:00"):
        made = book(client, f"{day}T01:00:00{offset}", f"{day}T01:30:00{offset}")
        assert made.status_code == 201
        assert made.json()["appointment"]["start_time"] == f"{day}T01:00:00{offset}"
        again = book(client, f"{day}T01:00:00{offset}", f"{day}T01:30:00{offset}")
        assert (again.status_code, again.json()["error"]["code"]) == (409, "BIZ_001")
    first, second = Booking.objects.order_by("start")
    assert second.start - first.start == dt.timedelta(hours=1)


def test_a_length_over_the_change_is_that_of_the_clock_in_the_hand(client: Client) -> None:
    day = long_day()
    made = book(client, f"{day}T00:30:00-04:00", f"{day}T01:30:00-05:00")
    assert made.status_code == 201
    booking = Booking.objects.get()
    assert booking.end - booking.start == dt.timedelta(hours=2)
    backwards = book(client, f"{day}T03:30:00-04:00", f"{day}T02:00:00-05:00")
    assert (backwards.status_code, backwards.json()["error"]["code"]) == (422, "BIZ_002")
    assert Booking.objects.count() == 1


def test_a_time_without_an_offset_is_the_first_of_the_two(client: Client) -> None:
    day = long_day()
    made = book(client, f"{day}T01:00:00", f"{day}T01:30:00")
    assert made.json()["appointment"]["start_time"] == f"{day}T01:00:00-04:00"


def test_all_its_fifty_half_hours_are_free_once(client: Client) -> None:
    day = long_day()
    start = dt.datetime.combine(day, dt.time(), TORONTO).astimezone(dt.UTC)
    slots = [start + number * dt.timedelta(minutes=30) for number in range(50)]
    found = [
        client.get("/appointments/availability", {"start_time": slot.isoformat(), "duration": 30}).json()
        for slot in slots
    ]
    assert all(each["available"] for each in found)
    assert len({each["requested_time"] for each in found}) == 50
