"""Who may see the dashboard, and what its pages do, without a browser."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parley.accounts.models import Person, User
from parley.contract import Role
from parley.messaging.models import Message
from parley.records import services as records
from parley.records.models import Audit, Conversation, Turn
from parley.scheduling import services as scheduling
from parley.scheduling import waiting
from parley.scheduling.availability import Wish, search
from parley.scheduling.models import Booking, Service, Site, Waiting
from parley.skills.appointments import demo
from parley.web.dashboard import words
from parley.web.dashboard.conversations import waterfall
from parley.web.dashboard.grid import grid_of

pytestmark = pytest.mark.django_db
PAGES = ("overview", "calendar", "new", "conversations", "messages", "waiting", "customers", "calendars", "setup")
PHONE = "+15145550133"


@pytest.fixture
def site() -> Site:
    return demo.build(now=timezone.now(), zone="America/Toronto", lived_in=False)


@pytest.fixture
def desk(site: Site) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("desk", role=Role.FRONT_DESK.value))
    return client


@pytest.fixture
def booking(site: Site) -> Booking:
    service, now = Service.objects.get(code="vaccination"), timezone.now()
    # The first of a day: later on the same day is free, too, whenever this test is run.
    midnight = (now + dt.timedelta(days=3)).astimezone(ZoneInfo(site.zone)).replace(hour=0, minute=0)
    free = search(service, Wish(start=midnight), now=now, most=1)[0]
    attendee = scheduling.Attendee(name="Rosa Parker", phone=PHONE)
    return scheduling.book(service, free.start, attendee, by="test", key="first", now=now)


def moving(booking: Booking, *, later: dt.timedelta, version: int | None = None) -> dict[str, object]:
    start = (booking.start + later).astimezone(booking.resource.time_zone)
    return {
        "day": start.date().isoformat(),
        "time": f"{start:%H:%M}",
        "staff": booking.resource_id,
        "version": version or booking.version,
    }


@pytest.mark.parametrize("name", PAGES)
def test_a_visitor_is_asked_to_log_in_and_comes_back(client: Client, name: str):
    address = reverse(f"dashboard:{name}")
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={address}")


@pytest.mark.parametrize("name", PAGES)
def test_a_log_in_that_is_not_staff_is_refused(client: Client, site: Site, name: str):
    client.force_login(User.objects.create_user("caller", role=Role.CALLER.value))
    assert client.get(reverse(f"dashboard:{name}")).status_code == 403


@pytest.mark.parametrize("language", ["en", "fr", "ko"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_in_every_language(desk: Client, booking: Booking, name: str, language: str):
    answer = desk.get(reverse(f"dashboard:{name}"), headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert words.words(language)["nav"]["calendar"] in answer.text
    assert " style=" not in answer.text
    assert answer["Cache-Control"] == "private, no-store"


def test_the_three_languages_have_the_same_words():
    every = [yaml.safe_load((words.FOLDER / f"{language}.yaml").read_text()) for language in ("en", "fr", "ko")]
    shapes = [
        {name: sorted(group) if isinstance(group, dict) else type(group).__name__ for name, group in known.items()}
        for known in every
    ]
    assert shapes[0] == shapes[1] == shapes[2]
    assert all(isinstance(name, str) for name in shapes[0]), "YAML takes `off` and `no` for something else"


def test_moving_needs_the_version_that_was_seen(desk: Client, booking: Booking):
    address = reverse("dashboard:move", args=[booking.pk])
    stale = moving(booking, later=dt.timedelta(minutes=30), version=booking.version + 1)
    refused = desk.post(address, stale, headers={"Accept": "application/json"})
    assert refused.status_code == 409
    assert refused.json()["message"] == words.words("en")["why"]["changed"]
    done = desk.post(address, moving(booking, later=dt.timedelta(minutes=30)), headers={"Accept": "application/json"})
    assert done.status_code == 200
    assert Booking.objects.get(pk=booking.pk).start == booking.start + dt.timedelta(minutes=30)


def test_a_move_that_is_refused_is_said_on_the_page_and_changes_nothing(desk: Client, booking: Booking):
    night = moving(booking, later=dt.timedelta(0)) | {"time": "03:00"}
    answer = desk.post(reverse("dashboard:move", args=[booking.pk]), night)
    assert answer.status_code == 409
    assert words.words("en")["why"]["hours"] in answer.text
    assert 'value="03:00"' in answer.text, "what was asked for still stands there"
    assert Booking.objects.get(pk=booking.pk).start == booking.start


def test_a_move_without_a_time_is_refused(desk: Client, booking: Booking):
    answer = desk.post(reverse("dashboard:move", args=[booking.pk]), {"day": "soon"})
    assert answer.status_code == 409


def test_cancelling_keeps_the_reason_and_takes_back_the_reminders(desk: Client, booking: Booking):
    desk.post(reverse("dashboard:cancel", args=[booking.pk]), {"reason": "fell ill"})
    row = Booking.objects.get(pk=booking.pk)
    assert (row.status, row.cancel_reason) == (Booking.Status.CANCELLED, "fell ill")
    queued = Message.objects.filter(about=str(booking.pk), status=Message.Status.QUEUED)
    assert {message.purpose for message in queued} == {"confirmation"}


def test_the_same_form_sent_twice_books_once(desk: Client, site: Site):
    service, now = Service.objects.get(code="cleaning"), timezone.now()
    start = search(service, Wish(start=now + dt.timedelta(days=2)), now=now, most=1)[0].start
    form = {
        "service": "cleaning", "staff": "", "day": start.date().isoformat(), "time": f"{start:%H:%M}",
        "name": "Ida Moreau", "phone": "514-555-0188", "language": "fr", "note": "", "key": uuid.uuid4().hex,
    }  # fmt: skip
    first, second = (desk.post(reverse("dashboard:new"), form) for _ in range(2))
    assert first["Location"] == second["Location"]
    row = Booking.objects.get()
    assert (row.phone, row.language, row.person) == ("+15145550188", "fr", Person.objects.get())
    taken = desk.post(reverse("dashboard:new"), form | {"key": "another", "staff": row.resource_id})
    assert taken.status_code == 409
    assert taken.text.count('class="free"') >= 3


def test_a_number_that_is_none_is_said_beside_its_field(desk: Client):
    answer = desk.post(reverse("dashboard:new"), {"phone": "call me", "language": "en"})
    assert answer.status_code == 422
    assert words.words("en")["phone_invalid"] in answer.text


def test_what_is_unknown_is_not_found(desk: Client):
    for name, key in (("appointment", uuid.uuid4()), ("conversation", "nobody"), ("sound", "nothing")):
        assert desk.get(reverse(f"dashboard:{name}", args=[key])).status_code == 404


def test_a_conversation_shows_what_was_heard_and_that_it_was_read(desk: Client):
    now = timezone.now()
    records.start_conversation(conversation_id="one", channel="telephone", language="en", person_id=None, now=now)
    turn = Turn(
        id="first", conversation_id="one", number=1, at=now, language="en", transcript="A cleaning, please",
        intent="appointment.book", confidence=0.91, slots={"service": "cleaning"}, reply="On Tuesday I have nine.",
        heard="On Tuesday", interrupted=True, outcome="asked", timings={"understanding": 4.0, "first_sound": 40.0},
    )  # fmt: skip
    records.record_turn(turn, wav=b"RIFF-sound")
    text = desk.get(reverse("dashboard:conversation", args=["one"])).text
    assert "A cleaning, please" in text
    assert "91 %" in text
    assert " I have nine." in text.split('class="unheard"')[1]
    sound = desk.get(reverse("dashboard:sound", args=["first"]))
    assert (sound.content, sound["Content-Type"]) == (b"RIFF-sound", "audio/wav")
    assert set(Audit.objects.values_list("action", flat=True)) == {"read", "listen"}


def test_stages_follow_each_other_in_the_waterfall():
    turn = Turn(timings={"understanding": 4.0, "dialogue": 6.0, "first_sound": 40.0}, speculated=False)
    report = waterfall(turn)
    assert report is not None
    assert [(stage["name"], stage["start_ms"]) for stage in report["stages"]] == [
        ("understanding", 0.0),
        ("dialogue", 4.0),
    ]
    assert (report["first_sound_ms"], report["total_ms"]) == (40.0, 10.0)
    assert waterfall(Turn()) is None


def test_conversations_are_chosen_by_channel(desk: Client):
    now = timezone.now()
    for channel in ("browser", "telephone"):
        Conversation.objects.create(id=channel, channel=channel, language="en", started_at=now, active_at=now)
    text = desk.get(reverse("dashboard:conversations"), {"channel": "browser"}).text
    assert reverse("dashboard:conversation", args=["browser"]) in text
    assert reverse("dashboard:conversation", args=["telephone"]) not in text


def test_an_offer_is_taken_and_a_wish_is_taken_off(desk: Client, booking: Booking):
    now = timezone.now()
    attendee = scheduling.Attendee(name="Paul Legrand", phone="+15145550144")
    assert booking.service is not None
    row = waiting.wish(booking.service, attendee, earliest=now, latest=booking.end + dt.timedelta(hours=1))
    scheduling.cancel(booking, by="test", now=now)
    waiting.work("freed", f"{booking.resource_id}|{booking.start.isoformat()}|{booking.end.isoformat()}", now)
    desk.post(reverse("dashboard:answer", args=[row.pk]), {"answer": "accept"})
    assert Waiting.objects.get().status == Waiting.Status.ACCEPTED
    assert Booking.objects.get(name="Paul Legrand").start == booking.start
    other = waiting.wish(booking.service, attendee, earliest=now, latest=booking.end)
    desk.post(reverse("dashboard:answer", args=[other.pk]), {"answer": "decline"})
    assert Waiting.objects.get(pk=other.pk).status == Waiting.Status.DECLINED


def test_the_grid_counts_by_the_clock_on_the_wall(booking: Booking):
    resource = booking.resource
    day = booking.start.astimezone(resource.time_zone).date()
    grid = grid_of([(resource, day)], now=timezone.now())
    card = grid.columns[0].cards[0]
    start = booking.start.astimezone(resource.time_zone)
    assert card.row == ((start.hour - grid.first_hour) * 60 + start.minute) // 5 + 1
    assert (card.span, card.movable) == (3, True)
    assert grid.rows == (grid.last_hour - grid.first_hour) * 12
    assert str(resource.time_zone) == str(ZoneInfo(resource.site.zone))


def test_a_booking_in_the_evening_stands_on_its_own_day(site: Site, booking: Booking):
    zone = ZoneInfo(site.zone)
    day = booking.start.astimezone(zone).date()
    late = dt.datetime.combine(day, dt.time(22, 30), zone)
    until = late + dt.timedelta(hours=3)
    Booking.objects.filter(pk=booking.pk).update(start=late, end=until, busy_from=late, busy_until=until)
    grid = grid_of([(booking.resource, day), (booking.resource, day + dt.timedelta(days=1))], now=timezone.now())
    assert [len(column.cards) for column in grid.columns] == [1, 0]
    assert grid.last_hour == 24
    assert grid.columns[0].cards[0].span == 18, "to the end of the day"
    assert settings.TIME_ZONE == "UTC", "where the evening is tomorrow already"
