"""Appointments are a person's own data: shown whole, and erased without losing that the time was taken."""

import datetime as dt

import pytest

from parley.accounts.models import Person
from parley.records import privacy
from parley.scheduling import services, waiting
from parley.scheduling.models import Booking, Service, Waiting
from tests.scheduling.conftest import at

PHONE = "+15145550177"


@pytest.fixture
def rosa(db: None) -> Person:
    return Person.objects.create(name="Rosa Parker", phone=PHONE)


@pytest.fixture
def booking(cleaning: Service, rosa: Person, now: dt.datetime) -> Booking:
    attendee = services.Attendee(name="Rosa Parker", phone=PHONE, person=rosa)
    made = services.book(
        cleaning, at("2026-03-16 09:00"), attendee, by="test", key="1", now=now, description="afraid"
    )
    return services.change(made, by="test", now=now, texts={"description": "very afraid"})


def test_all_of_it_is_shown(booking: Booking, rosa: Person, cleaning: Service, now: dt.datetime):
    strangers = services.Attendee(name="Ida Moreau", phone=PHONE)
    services.book(cleaning, at("2026-03-16 10:00"), strangers, by="test", key="2", now=now)
    untied = services.Attendee(name="rosa parker", phone=PHONE)
    services.book(cleaning, at("2026-03-16 11:00"), untied, by="test", key="3", now=now)
    shown = privacy.export(rosa, actor="user:1", now=now)["scheduling"]
    assert [row["name"] for row in shown["bookings"]] == ["Rosa Parker", "rosa parker"]
    assert [row["what"] for row in shown["changes"]] == ["booked", "edited", "booked"]


def test_erased_the_time_stays_taken_and_says_nothing(
    booking: Booking, rosa: Person, cleaning: Service, now: dt.datetime
):
    attendee = services.Attendee(name="Rosa Parker", phone=PHONE, person=rosa)
    waiting.wish(cleaning, attendee, earliest=now, latest=booking.end)
    privacy.erase(rosa, actor="user:1", now=now)
    row = Booking.objects.get()
    assert (row.status, row.start) == ("booked", booking.start)
    assert (row.name, row.phone, row.description, row.title, row.person) == ("", "", "", "", None)
    assert "afraid" not in str(list(row.changes.values()))
    assert not Waiting.objects.exists()
