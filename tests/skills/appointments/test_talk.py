"""The clinic of the demo data, talked to: staff, families behind one number, lost races, the desk's rules."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from parley.accounts.models import Person
from parley.contract import Caller, Context, Outcome, Prepared, Request, Say
from parley.dialogue.replies import render
from parley.dialogue.turn import table
from parley.scheduling import services
from parley.scheduling.models import Booking, Service, Site
from parley.skills.appointments.catalogue import service_named, services_of, staff_named, staff_of
from parley.skills.appointments.demo import build
from parley.skills.appointments.models import Business
from parley.skills.appointments.skill import skill
from parley.skills.appointments.talk.book import _spelled

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/Toronto")
NOW = dt.datetime(2026, 3, 12, 10, tzinfo=ZONE)
MONDAY = "2026-03-16"
PHONE = "+14165550123"


@pytest.fixture
def clinic() -> Site:
    """Without its bookings, so that everything is free."""
    return build(now=NOW, zone="America/Toronto", lived_in=False)


def context(**more: Any) -> Context:
    """Somebody on the line."""
    given: dict[str, Any] = {"conversation_id": "c1", "caller": Caller(phone=PHONE), **more}
    return Context(now=NOW, zone=ZONE, language="en", turn_id="1", channel="telephone", country="CA", **given)


def asked(intent: str, slots: dict[str, Any], **more: Any) -> Request:
    """A wish with these slots."""
    row = table({"appointments": skill})[intent]
    return Request(intent=intent, slots=row.slots.model_validate(slots), context=context(**more), key="c1:1")


def book(**slots: Any) -> dict[str, Any]:
    """The slots of a check-up on Monday at ten for Ann Roy, but for what is said."""
    return {"service": "check-up", "date": MONDAY, "time": "10:00", "customer_name": "Ann Roy", **slots}


def prepared(slots: dict[str, Any], **more: Any) -> Prepared:
    """What the skill makes of a wish to book."""
    return skill.prepare(asked("appointment.book", slots, **more))


def words(say: Say) -> str:
    """In English."""
    return render(say, language="en", skill="appointments", skills={"appointments": skill}, now=NOW)


def question(result: Prepared | Outcome) -> str:
    """What is asked."""
    assert result.ask is not None
    return words(result.ask.say)


def test_the_time_is_held_while_the_caller_thinks_and_only_that(clinic: Site) -> None:
    prepared(book())
    prepared(book(time="11:00"))
    (held,) = Booking.objects.filter(status=Booking.Status.HELD)
    assert held.start == dt.datetime(2026, 3, 16, 11, tzinfo=ZONE)


def test_a_guess_ahead_holds_nothing(clinic: Site) -> None:
    assert skill.prepare(replace(asked("appointment.book", book()), speculative=True)).summary is not None
    assert not Booking.objects.exists()


def test_booked_once_however_often_it_is_asked(clinic: Site) -> None:
    first, second = (skill.execute(asked("appointment.book", book())) for _ in range(2))
    assert first.mentions == second.mentions
    assert Booking.objects.get().person == Person.objects.get(name="Ann Roy", phone=PHONE)


def test_who_is_faster_has_it_and_the_other_hears_what_is_left(clinic: Site) -> None:
    slots = book(staff="Dr. Martin", service="vaccination")
    request = asked("appointment.book", slots)
    assert skill.prepare(request).summary is not None
    Booking.objects.all().delete()  # the hold has run out
    martin = staff_of(clinic)[0]
    other = services.Attendee(name="Other")
    service = Service.objects.get(code="vaccination")
    for person in service.resources.all():
        services.book(
            service,
            dt.datetime(2026, 3, 16, 10, tzinfo=ZONE),
            other,
            by="x",
            key=f"x{person}",
            now=NOW,
            resource=person,
        )
    outcome = skill.execute(request)
    assert (outcome.executed, words(outcome.say[0])) == (False, "I am so sorry, somebody has just taken that time.")
    assert question(outcome).startswith(
        "Monday, March 16 at 10:00 AM is already taken. The nearest I have is 9:30 AM"
    )
    assert martin.name == "Dr. Claire Martin"


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ({"staff": "Sophie"}, "Sophie Tremblay does not do check-up; Dr. Claire Martin or Dr. James Wilson does."),
        ({"staff": "Doctor Nobody"}, "I am afraid there is no Doctor Nobody here."),
        ({"date": "2026-12-25"}, "We only book up to 180 days ahead."),
        ({"date": "2026-04-03"}, "We are closed on Friday, April 3: Good Friday."),
        ({"date": "2026-03-15"}, "We are closed on Sunday, March 15."),
        ({"time": "07:00"}, "On Monday, March 16 we see people from 9:00 AM to 6:00 PM."),
        ({"date": "2026-03-12", "time": "09:00"}, "That time has passed already."),
        ({"date": "2026-03-12", "time": "10:30"}, "We need at least 1 hour of notice."),
    ],
)
def test_why_not(clinic: Site, slots: dict[str, Any], said: str) -> None:
    assert said in question(prepared(book(**slots)))


def test_the_person_asked_for_gives_it(clinic: Site) -> None:
    skill.execute(asked("appointment.book", book(staff="doctor wilson")))
    assert Booking.objects.get().resource.name == "Dr. James Wilson"


def test_a_known_caller_is_not_asked_for_the_name_and_a_family_is(clinic: Site) -> None:
    Person.objects.create(name="Ann Roy", phone=PHONE)
    slots = book(customer_name=None)
    assert prepared(slots).slots.filled()["customer_name"] == "Ann Roy"
    Person.objects.create(name="Ben Roy", phone=PHONE)
    assert question(prepared(slots)) == "Is this for Ann Roy or Ben Roy?"
    assert question(prepared({**slots, "for_person": "son"})) == "And what is their name?"


def test_same_as_last_time(clinic: Site) -> None:
    skill.execute(asked("appointment.book", book(staff="Dr. Wilson")))
    Booking.objects.update(
        start=NOW - dt.timedelta(days=7),
        end=NOW - dt.timedelta(days=6, hours=23),
        status="fulfilled",
        busy_from=NOW - dt.timedelta(days=7),
        busy_until=NOW - dt.timedelta(days=6),
    )
    again = prepared({"which": "same"}).slots.filled()
    assert (again["service"], again["staff"]) == ("check-up", "Dr. James Wilson")


def test_another_number_needs_the_name_with_it(clinic: Site) -> None:
    skill.execute(asked("appointment.book", book()))
    stranger = {"caller": Caller(phone="+14165550999"), "conversation_id": "c2"}
    first = skill.prepare(asked("appointment.cancel", {"phone": PHONE}, **stranger))
    assert question(first) == "And what name is it under?"
    wrong = skill.prepare(asked("appointment.cancel", {"phone": PHONE, "customer_name": "Zoe Hill"}, **stranger))
    assert wrong.outcome is not None
    right = skill.prepare(asked("appointment.cancel", {"phone": PHONE, "customer_name": "Anne Roy"}, **stranger))
    assert right.summary is not None


def test_too_late_is_for_the_desk(clinic: Site) -> None:
    skill.execute(asked("appointment.book", book()))
    Business.objects.update(latest_cancel=7 * 24 * 60)
    outcome = skill.prepare(asked("appointment.cancel", {})).outcome
    assert outcome is not None
    assert words(outcome.say[0]).startswith("That is too soon for me to change.")


def test_moving_keeps_the_person_and_takes_the_hold(clinic: Site) -> None:
    skill.execute(asked("appointment.book", book(staff="Dr. Martin")))
    request = asked("appointment.reschedule", {"new_time": "14:00", "new_date": "2026-03-17"})
    ready = skill.prepare(request)
    skill.execute(replace(request, slots=ready.slots))
    (booking,) = Booking.objects.all()
    assert (booking.start, booking.resource.name, booking.version) == (
        dt.datetime(2026, 3, 17, 14, tzinfo=ZONE),
        "Dr. Claire Martin",
        2,
    )
    assert [change.what for change in booking.changes.order_by("pk")] == ["booked", "moved"]


def test_without_a_business_it_is_said() -> None:
    outcome = prepared(book()).outcome
    assert outcome is not None
    assert not outcome.executed


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("teeth cleaning", "cleaning"),
        ("un nettoyage", "cleaning"),
        ("detartrage", "cleaning"),
        ("kiné", "physiotherapy"),
        ("flu shot", "vaccination"),
        ("독감 주사", "vaccination"),
        ("스케일링", "cleaning"),
        ("my sore throat", "visit"),
    ],
)
def test_a_service_is_known_by_its_words_in_any_language(clinic: Site, said: str, code: str) -> None:
    found = service_named(said, services_of(clinic))
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Dr Martin", ["Dr. Claire Martin"]),
        ("Marten", ["Dr. Claire Martin"]),
        ("Emily", ["Emily Chen"]),
        ("윌슨 선생님", ["Dr. James Wilson"]),
        ("Doctor", []),
    ],
)
def test_staff_are_known_by_a_part_of_the_name(clinic: Site, said: str, names: list[str]) -> None:
    assert [person.name for person in staff_named(said, staff_of(clinic))] == names


@pytest.mark.parametrize(
    ("name", "spelling", "whole"),
    [
        ("Marie Lefevre", "LEFEBVRE", "Marie Lefebvre"),
        ("Marie", "LEFEBVRE", "Marie Lefebvre"),
        (None, "ROY", "Roy"),
        ("Ann Roy", None, "Ann Roy"),
    ],
)
def test_a_spelling_puts_the_name_right(name: str | None, spelling: str | None, whole: str) -> None:
    assert _spelled(name, spelling) == whole


def test_the_demo_clinic_is_lived_in_and_never_overlaps() -> None:
    site = build(now=NOW, zone="America/Toronto")
    assert Booking.objects.count() > 150
    assert set(Booking.objects.filter(end__lt=NOW).values_list("status", flat=True)) == {"fulfilled"}
    for resource in site.resources.all():
        rows = resource.bookings.order_by("start")
        assert all(one.busy_until <= other.busy_from for one, other in pairwise(rows))


@pytest.mark.parametrize(
    ("zone", "time", "heard"),
    [
        ("America/Vancouver", "14:00", "2:00 PM our time, which is 11:00 AM where you are"),
        ("Asia/Seoul", "14:00", "which is 3:00 AM on Tuesday, March 17 where you are"),
        ("America/New_York", "14:00", None),
        ("", "14:00", None),
    ],
)
def test_a_caller_elsewhere_hears_the_time_on_both_clocks(
    clinic: Site, zone: str, time: str, heard: str | None
) -> None:
    """The clock of the clinic counts; the caller's own is said beside it where it shows another time."""
    Person.objects.create(name="Ann Roy", phone=PHONE, time_zone=zone)
    result = prepared(book(time=time))
    assert result.summary is not None
    said = words(result.summary)
    assert heard in said if heard else "where you are" not in said
    skill.execute(asked("appointment.book", book(time=time)))
    assert Booking.objects.get().start == dt.datetime(2026, 3, 16, 14, tzinfo=ZONE)
