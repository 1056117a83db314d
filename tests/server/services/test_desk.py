"""Bookings and answers that another process makes for this one: by the same rules, with the same errors, once."""

import datetime as dt
import socket
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.db import transaction

from parley.accounts.models import Person
from parley.accounts.neighbour import Neighbour
from parley.accounts.services import issue_key
from parley.contract import Conflict, InvalidTimeSlot, PermissionRefused, ProviderFailed
from parley.messaging import posting
from parley.messaging.models import Message
from parley.scheduling import services as scheduling
from parley.scheduling.models import Booking, Change, Hours, Resource, Service, Site, Waiting
from parley.scheduling.services import Attendee
from parley.server.services.faculties import Faculties
from parley.skills.appointments.deeds import Book, Cancel, Hold, Move, Wait
from parley.skills.appointments.desk import Remote
from parley.skills.appointments.models import Business
from parley.speaking.breaker import Breaker
from tests.server.services.conftest import KEY, served

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Neighbour]
NOW = dt.datetime.now(dt.UTC)
"""The other process has a clock of its own."""
TEN = NOW.replace(hour=10, minute=0, second=0, microsecond=0) + dt.timedelta(days=30)
WHO = "tel-CA1"


@pytest.fixture
def checkup(transactional_db: None) -> Service:
    """Given by one person at any time, in a place that is not the first."""
    other = Site.objects.create(name="Other", zone="UTC", country="CA")
    site = Site.objects.create(name="Clinic", zone="UTC", country="CA", closed_on_holidays=False)
    for each in (other, site):
        Business.objects.create(site=each)
    service = Service.objects.create(
        site=site, code="check-up", names={"en": "check-up"}, duration=30, horizon_days=60, step=30
    )
    person = Resource.objects.create(site=site, name="Ann")
    for weekday in range(7):
        Hours.objects.create(resource=person, weekday=weekday, opens=dt.time(0), closes=dt.time(0))
    service.resources.add(person)
    return service


@pytest.fixture
def there(service_key: str) -> Iterator[str]:
    with served(Faculties()) as url:
        yield url


@pytest.fixture
def neighbour() -> Iterator[Make]:
    """Makes neighbours, and closes them."""
    made: list[Neighbour] = []

    def make(url: str, *, key: str = KEY, fallback: bool = True) -> Neighbour:
        breaker = Breaker(failures_to_rest=2, rest_s=60)
        made.append(Neighbour("test", url, key, breaker=breaker, fallback=fallback, timeout_s=30))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def nobody() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def book(desk: Remote, service: Service, start: dt.datetime = TEN, *, key: str = "k", **who: Any) -> Booking:
    attendee = Attendee(**{"name": "Mary Jones", "phone": "+15145550101", "language": "fr"} | who)
    deed = Book(
        service=service, start=start, attendee=attendee, by=WHO, key=key, now=NOW, resource=None, title="my knee"
    )
    return desk.make(deed)


def hold(service: Service, start: dt.datetime, *, only: bool) -> Hold:
    return Hold(service=service, start=start, by=WHO, now=NOW, resource=None, only=only)


def move(booking: Booking, hours: int) -> Move:
    return Move(booking=booking, start=TEN + dt.timedelta(hours=hours), by=WHO, now=NOW, resource=None)


def test_a_booking_made_there_is_as_one_made_here(neighbour: Make, checkup: Service, there: str) -> None:
    desk = Remote(neighbour(there, fallback=False))
    person = Person.objects.create(name="Mary Jones", phone="+15145550101")
    desk.make(hold(checkup, TEN, only=False))
    desk.make(hold(checkup, TEN + dt.timedelta(hours=1), only=True))
    assert Booking.objects.get(status="held").held_by == WHO
    booking = book(desk, checkup, person=person)
    assert (booking.person, booking.phone, booking.language) == (person, "+15145550101", "fr")
    assert (booking.service, booking.start, booking.title) == (checkup, TEN, "my knee")
    assert not Booking.objects.filter(status="held").exists()
    assert Change.objects.get(booking=booking).by == WHO
    assert book(desk, checkup).pk == booking.pk
    moved = desk.make(move(booking, 2))
    assert (moved.pk, moved.start.hour, moved.version) == (booking.pk, 12, booking.version + 1)
    desk.make(Cancel(bookings=[moved], by=WHO, now=NOW, reason="ill"))
    booking.refresh_from_db()
    assert (booking.status, booking.cancel_reason) == ("cancelled", "ill")


def test_refusals_there_are_refusals_here_and_nothing_is_tried_again(
    neighbour: Make, checkup: Service, there: str
) -> None:
    desk = Remote(neighbour(there))
    booking = book(desk, checkup)
    with pytest.raises(Conflict) as taken:
        book(desk, checkup, key="other")
    assert taken.value.details["why"] == "taken"
    with pytest.raises(InvalidTimeSlot) as past:
        book(desk, checkup, dt.datetime(2020, 1, 1, tzinfo=dt.UTC), key="past")
    assert past.value.details["why"] == "past"
    stale = Booking.objects.select_related("resource__site", "service").get(pk=booking.pk)
    desk.make(move(booking, 1))
    with pytest.raises(Conflict) as changed:
        desk.make(move(stale, 3))
    assert changed.value.details["why"] == "changed"
    assert Booking.objects.count() == 1


def test_the_waiting_list_is_kept_there(neighbour: Make, checkup: Service, there: str) -> None:
    person = Person.objects.create(name="Mary Jones", phone="+15145550101")
    attendee = Attendee(name="Mary Jones", phone="+15145550101", person=person, language="fr")
    desk = Remote(neighbour(there, fallback=False))
    wish = Wait(service=checkup, attendee=attendee, earliest=TEN, latest=TEN + dt.timedelta(days=1))
    row = desk.make(wish)
    assert Waiting.objects.get() == row
    assert (row.person, row.service, row.language) == (person, checkup, "fr")


def test_what_is_down_is_stood_in_for_or_said(neighbour: Make, checkup: Service, nobody: str) -> None:
    assert book(Remote(neighbour(nobody)), checkup).status == "booked"
    with pytest.raises(ProviderFailed):
        book(Remote(neighbour(nobody, fallback=False)), checkup, TEN + dt.timedelta(hours=1), key="other")
    assert Booking.objects.count() == 1


def test_a_booking_whose_answer_was_lost_is_made_once(
    neighbour: Make, checkup: Service, there: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = neighbour(there)
    send = httpx.Client.request

    def answer_is_lost(self: httpx.Client, *args: Any, **how: Any) -> httpx.Response:
        send(self, *args, **how)
        raise httpx.ReadTimeout("lost")

    monkeypatch.setattr(httpx.Client, "request", answer_is_lost)
    booking = book(Remote(asked), checkup)
    assert Booking.objects.get() == booking
    assert Change.objects.filter(what="booked").count() == 1


def test_a_service_that_keeps_failing_is_left_alone(
    neighbour: Make, checkup: Service, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    send = httpx.Client.request

    def counted(self: httpx.Client, method: str, *args: Any, **how: Any) -> httpx.Response:
        tried.append(method)
        return send(self, method, *args, **how)

    monkeypatch.setattr(httpx.Client, "request", counted)
    desk = Remote(neighbour(nobody))
    for number in range(5):
        book(desk, checkup, TEN + dt.timedelta(hours=number), key=str(number))
    assert len(tried) == 2
    assert Booking.objects.count() == 5


def test_a_wrong_key_opens_nothing_there(neighbour: Make, checkup: Service, there: str) -> None:
    with pytest.raises(ProviderFailed) as refused:
        book(Remote(neighbour(there, key="guessed", fallback=False)), checkup)
    assert refused.value.details["status"] == 401
    assert not Booking.objects.exists()


def test_inside_a_transaction_the_work_is_done_here(neighbour: Make, checkup: Service, nobody: str) -> None:
    with transaction.atomic():
        booking = book(Remote(neighbour(nobody, fallback=False)), checkup)
    assert scheduling.release(by=WHO) == 0
    assert booking.status == "booked"


def test_answers_to_messages_go_there_once(neighbour: Make, transactional_db: None, there: str) -> None:
    post = posting.Remote(neighbour(there, fallback=False))
    for _ in range(2):
        post.reply("+15145550101", "D’accord.", language="fr", key="reply:SM1", now=NOW)
    message = Message.objects.get()
    assert (message.key, message.purpose, message.urgent) == ("reply:SM1", "reply", True)
    assert (message.to, message.text, message.language) == ("+15145550101", "D’accord.", "fr")


def test_answers_are_queued_here_while_the_service_is_down(
    neighbour: Make, transactional_db: None, nobody: str
) -> None:
    posting.Remote(neighbour(nobody)).reply("+15145550101", "Done.", language="en", key="reply:SM2", now=NOW)
    assert Message.objects.get().purpose == "reply"


def test_only_a_service_replies(transactional_db: None, there: str) -> None:
    _, key = issue_key(name="another program", scopes=["sms:write"])
    body = {"to": "+15145550101", "message": "hello", "reply": True}
    answer = httpx.post(f"{there}/sms/send", headers={"X-API-Key": key}, json=body, trust_env=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, PermissionRefused.code)
