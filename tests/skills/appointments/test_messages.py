"""What is written when appointments change, and what a short answer does."""

import datetime as dt

import pytest

from parley.accounts.models import Person
from parley.jobs import services as jobs
from parley.messaging import consent, sources
from parley.messaging.models import Message
from parley.scheduling import services, waiting
from parley.scheduling.models import Booking, Service, Site, Waiting
from tests.scheduling.conftest import ann, at, bob, cleaning, site  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at("2026-03-12 10:00")
START = at("2026-03-17 14:00")
PHONE = "+14165550111"


def book(service: Service, start: dt.datetime = START, *, person: Person | None = None, by: str = "test") -> Booking:
    attendee = services.Attendee(name="Ada", phone=PHONE, language="fr", person=person)
    return services.book(service, start, attendee, by=by, key=f"k{start}{by}", now=NOW)


def due(now: dt.datetime) -> None:
    while claims := jobs.claim(now, limit=10):
        for row, claim in claims:
            jobs.run(row, claim, now=now)


def waiting_messages() -> list[tuple[str, dt.datetime]]:
    rows = Message.objects.filter(status="queued").order_by("send_at")
    return [(row.template.removeprefix("appointment."), row.send_at) for row in rows]


def test_a_booking_is_confirmed_at_once_and_reminded_of_twice(cleaning):  # noqa: F811
    book(cleaning)
    assert waiting_messages() == [
        ("booked", NOW),
        ("reminder_day", START - dt.timedelta(hours=24)),
        ("reminder_soon", START - dt.timedelta(hours=2)),
    ]
    due(NOW)
    (sent,) = Message.objects.filter(status="sent")
    assert "votre rendez-vous est pris pour le mardi 17 mars à 14 h" in sent.text
    assert "détartrage" not in sent.text
    due(START - dt.timedelta(hours=24))
    due(START - dt.timedelta(hours=2))
    assert Message.objects.filter(status="sent").count() == 3


def test_moving_takes_the_reminders_along(cleaning):  # noqa: F811
    booking = book(cleaning)
    due(NOW)
    later = START + dt.timedelta(days=2)
    services.reschedule(booking, later, by="test", now=NOW)
    assert waiting_messages() == [
        ("moved", NOW),
        ("reminder_day", later - dt.timedelta(hours=24)),
        ("reminder_soon", later - dt.timedelta(hours=2)),
    ]


def test_cancelling_takes_the_reminders_away(cleaning):  # noqa: F811
    booking = book(cleaning)
    services.cancel(booking, by="test", now=NOW)
    assert waiting_messages() == [("cancelled", NOW)]
    due(NOW)
    assert Message.objects.get(status="sent").template == "appointment.cancelled"


def test_demo_bookings_write_to_nobody(cleaning):  # noqa: F811
    book(cleaning, by="demo")
    assert not Message.objects.exists()


def test_who_books_by_text_message_has_read_it_already(cleaning):  # noqa: F811
    book(cleaning, by="sms-1")
    assert [template for template, _ in waiting_messages()] == ["reminder_day", "reminder_soon"]


def test_who_has_an_address_gets_mail_too(cleaning):  # noqa: F811
    book(cleaning, person=Person.objects.create(name="Ada", email="ada@example.com"))
    assert set(Message.objects.filter(template="appointment.booked").values_list("channel", flat=True)) == {
        "sms",
        "email",
    }


def test_who_agreed_to_calls_is_reminded_by_one(cleaning):  # noqa: F811
    consent.agree(PHONE, how="staff", words="", language="fr", now=NOW, scopes=(consent.Scope.CALLS,))
    book(cleaning)
    assert Message.objects.get(template="appointment.reminder_day").channel == "call"
    assert Message.objects.get(template="appointment.reminder_soon").channel == "sms"


def test_one_confirms_once_and_two_moves(cleaning):  # noqa: F811
    booking = book(cleaning)
    due(START - dt.timedelta(hours=24))
    message = Message.objects.get(template="appointment.reminder_day")
    replied = sources.source(message.source).replied
    assert replied is not None
    for _ in range(2):
        reply = replied(message, "confirm", NOW)
        assert reply is not None
        assert reply.template == "appointment.confirmed"
    assert booking.changes.filter(what="confirmed").count() == 1
    assert replied(message, "move", NOW) == sources.Reply(as_said="move")
    services.cancel(booking, by="test", now=NOW)
    assert replied(message, "confirm", NOW) is None


def test_an_offer_is_written_and_taken_with_one(cleaning, ann, site: Site):  # noqa: F811
    taken = book(cleaning)
    later = services.Attendee(name="Bob", phone="+14165550122", language="en")
    mine = services.book(cleaning, START + dt.timedelta(days=1), later, by="test", key="bob", now=NOW, resource=ann)
    waiting.wish(cleaning, later, earliest=START, latest=START + dt.timedelta(hours=1), booking=mine)
    services.cancel(taken, by="test", now=NOW)
    due(NOW)
    offer = Message.objects.get(purpose="offer")
    assert "Tuesday, March 17 at 2 PM" in offer.text.replace("\u202f", " ")
    replied = sources.source(offer.source).replied
    assert replied is not None
    reply = replied(offer, "confirm", NOW)
    assert reply is not None
    assert reply.template == "appointment.offer_taken"
    assert Waiting.objects.get().status == "accepted"
    assert replied(offer, "confirm", NOW) is None
