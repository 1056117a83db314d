"""What holds with every provider: theirs blocks, ours stands there, edits come back, and nothing is done twice."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from parley.accounts.models import Person
from parley.messaging.models import Message
from parley.records import privacy
from parley.scheduling import services
from parley.scheduling.calendars import connecting, outbox, settling, work
from parley.scheduling.calendars.caldav import CalDav
from parley.scheduling.calendars.google import GoogleCalendar
from parley.scheduling.calendars.models import Disagreement, Entry, Link
from parley.scheduling.models import Booking, Busy, Resource, Service, Site
from parley.scheduling.reasons import why_not
from tests.scheduling.calendars.conftest import RadicaleSide, Side, work_off
from tests.scheduling.calendars.radicale_server import Radicale
from tests.scheduling.conftest import at

pytestmark = pytest.mark.django_db
MONDAY = "2026-03-16"
HALF = dt.timedelta(minutes=30)
MINUTE = dt.timedelta(minutes=1)


def book(cleaning: Service, start: str, now: dt.datetime, *, name: str = "Rosa Parker", key: str = "") -> Booking:
    attendee = services.Attendee(name=name, phone="+15145550177")
    return services.book(cleaning, at(start), attendee, by="test", key=key or f"{start} {name}", now=now)


def read_again(link: Link, now: dt.datetime) -> dt.datetime:
    """Some hours later, when the calendar is asked again; the time then."""
    later = now + dt.timedelta(hours=1)
    work_off(later)
    link.refresh_from_db()
    assert link.read_at == later
    return later


def told() -> list[str]:
    return sorted(Message.objects.filter(purpose="confirmation").values_list("template", flat=True))


def test_what_stands_there_blocks_and_what_is_deleted_there_frees(
    link: Link, side: Side, cleaning: Service, now: dt.datetime
):
    start = at(f"{MONDAY} 09:00")
    name = side.block(start, start + HALF)
    later = read_again(link, now)
    assert str(why_not(cleaning, start, now=later).why) == "taken"
    assert why_not(cleaning, start + HALF, now=later) is None

    side.move(name, start + HALF, start + 2 * HALF)
    later = read_again(link, later)
    assert why_not(cleaning, start, now=later) is None
    assert str(why_not(cleaning, start + HALF, now=later).why) == "taken"

    side.delete(name)
    later = read_again(link, later)
    assert why_not(cleaning, start + HALF, now=later) is None
    assert not Busy.objects.exists()


def test_a_booking_appears_moves_and_goes_there(link: Link, side: Side, cleaning: Service, now: dt.datetime):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    assert side.seen() == [("Appointment", booking.start, booking.end)]
    assert not Busy.objects.exists(), "our own entry blocks nothing"

    services.reschedule(booking, at(f"{MONDAY} 14:00"), by="test", now=now)
    work_off(now)
    later = read_again(link, now)
    [(_, start, _)] = side.seen()
    assert start == at(f"{MONDAY} 14:00")
    assert not Busy.objects.exists()

    services.cancel(Booking.objects.get(), by="test", now=later)
    work_off(later)
    assert side.seen() == []
    read_again(link, later)
    assert Booking.objects.get().changes.count() == 3, "our own changes came back as nothing"


def test_bookings_made_before_are_written_when_a_calendar_is_linked(
    cleaning: Service, now: dt.datetime, request: pytest.FixtureRequest
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    request.getfixturevalue("caldav_link")
    entry = Entry.objects.get()
    assert (entry.booking, entry.state, entry.version) == (booking, "written", 1)


def test_moved_there_it_is_moved_here_and_the_customer_told_once(
    link: Link, side: Side, cleaning: Service, now: dt.datetime
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    [name] = side.names()
    side.move(name, at(f"{MONDAY} 10:00"), at(f"{MONDAY} 10:45"))
    later = read_again(link, now)
    later = read_again(link, later)
    booking.refresh_from_db()
    assert (booking.start, booking.end, booking.version) == (at(f"{MONDAY} 10:00"), at(f"{MONDAY} 10:45"), 2)
    assert [(row.what, row.by) for row in booking.changes.order_by("pk")][1:] == [
        ("moved", f"calendar:{link.account.provider}")
    ]
    assert told().count("appointment.moved") == 1

    side.move(name, at(f"{MONDAY} 09:00"), at(f"{MONDAY} 09:30"))
    read_again(link, later)
    booking.refresh_from_db()
    assert booking.start == at(f"{MONDAY} 09:00"), "also back to where we had written it ourselves"
    assert not Disagreement.objects.exists()


def test_deleted_there_it_is_cancelled_here(link: Link, side: Side, cleaning: Service, now: dt.datetime):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    side.delete(side.names()[0])
    later = read_again(link, now)
    read_again(link, later)
    booking.refresh_from_db()
    assert (booking.status, booking.cancel_reason) == ("cancelled", "Deleted in the calendar")
    assert told().count("appointment.cancelled") == 1
    assert side.seen() == []


def test_another_title_is_no_edit_of_the_appointment_and_stays_until_it_is_written_again(
    link: Link, side: Side, cleaning: Service, now: dt.datetime
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    side.rename(side.names()[0], "Rosa (new patient)")
    later = read_again(link, now)
    booking.refresh_from_db()
    assert booking.version == 1
    services.reschedule(booking, at(f"{MONDAY} 11:00"), by="test", now=later)
    work_off(later)
    assert side.seen() == [("Appointment", at(f"{MONDAY} 11:00"), at(f"{MONDAY} 11:30"))]


@pytest.mark.parametrize(
    ("where", "why"),
    [
        (f"{MONDAY} 10:00", "taken"),
        (f"{MONDAY} 20:00", "hours"),
        ("2026-03-10 10:00", "past"),
        ("2026-03-14 10:00", "closed"),
    ],
)
def test_an_edit_that_the_rules_refuse_is_put_before_staff(
    link: Link, side: Side, cleaning: Service, now: dt.datetime, where: str, why: str
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    book(cleaning, f"{MONDAY} 10:00", now, name="Ida Moreau")
    work_off(now)
    name = Entry.objects.get(booking=booking).external_id
    side.move(name, at(where), at(where) + HALF)
    later = read_again(link, now)
    later = read_again(link, later)
    booking.refresh_from_db()
    assert (booking.start, booking.version) == (at(f"{MONDAY} 09:00"), 1)
    [row] = settling.open_ones(link.account.site)
    assert (row.why, row.start) == (why, at(where))
    assert "appointment.moved" not in told()

    settling.settle(row, "ours", by="user:1", now=later)
    work_off(later)
    assert at(f"{MONDAY} 09:00") in [start for _, start, _ in side.seen()]
    assert at(where) not in [start for title, start, _ in side.seen() if start != at(f"{MONDAY} 10:00")]
    assert not settling.open_ones(link.account.site)


def test_staff_may_take_theirs_beyond_the_hours_but_never_over_somebody_else(
    link: Link, side: Side, cleaning: Service, now: dt.datetime
):
    booking, other = book(cleaning, f"{MONDAY} 09:00", now), book(cleaning, f"{MONDAY} 10:00", now, name="Ida Moreau")
    work_off(now)
    evening = at(f"{MONDAY} 20:00")
    side.move(Entry.objects.get(booking=booking).external_id, evening, evening + HALF)
    side.move(Entry.objects.get(booking=other).external_id, evening, evening + HALF)
    later = read_again(link, now)
    first, second = settling.open_ones(link.account.site)
    settling.settle(first, "theirs", by="user:1", now=later)
    booking.refresh_from_db()
    assert booking.start == evening
    assert told().count("appointment.moved") == 1
    with pytest.raises(services.Conflict) as refused:
        settling.settle(second, "theirs", by="user:1", now=later)
    assert refused.value.details["why"] == "taken"
    assert list(settling.open_ones(link.account.site)) == [second]
    with pytest.raises(services.Conflict):
        settling.settle(first, "ours", by="user:1", now=later)
    read_again(link, later)
    assert Disagreement.objects.count() == 2


@pytest.mark.parametrize("where", [f"{MONDAY} 09:00", f"{MONDAY} 14:00"])
def test_a_disagreement_ends_when_it_is_put_right_there(
    link: Link, side: Side, cleaning: Service, now: dt.datetime, where: str
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    [name] = side.names()
    side.move(name, at(f"{MONDAY} 20:00"), at(f"{MONDAY} 20:30"))
    later = read_again(link, now)
    assert settling.open_ones(link.account.site)
    side.move(name, at(where), at(where) + HALF)
    later = read_again(link, later)
    assert not settling.open_ones(link.account.site)
    booking.refresh_from_db()
    assert booking.start == at(where)
    services.reschedule(booking, at(f"{MONDAY} 15:00"), by="test", now=later)
    work_off(later)
    assert [start for _, start, _ in side.seen()] == [at(f"{MONDAY} 15:00")]


@pytest.mark.parametrize(("language", "title"), [("en", "Appointment"), ("fr", "Rendez-vous"), ("ko", "예약")])
def test_an_entry_is_worded_in_the_language_of_the_house(
    caldav_link: Link, radicale: Radicale, cleaning: Service, now: dt.datetime, language: str, title: str
):
    Site.objects.update(languages=[language])
    book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    side = RadicaleSide(radicale)
    assert side.seen()[0][0] == title
    side.client.close()


def test_deleted_there_after_it_began_is_asked_about(link: Link, side: Side, cleaning: Service, now: dt.datetime):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    [name] = side.names()
    during = at(f"{MONDAY} 09:10")
    work_off(during)
    side.delete(name)
    later = read_again(link, during)
    [row] = settling.open_ones(link.account.site)
    assert (row.why, row.start) == ("past", None)
    booking.refresh_from_db()
    assert booking.status == "booked"
    settling.settle(row, "ours", by="user:1", now=later)
    work_off(later)
    assert side.seen() == [("Appointment", booking.start, booking.end)], "it is put back"


def test_both_sides_moved_it_at_once(link: Link, side: Side, cleaning: Service, now: dt.datetime):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    [name] = side.names()
    side.move(name, at(f"{MONDAY} 11:00"), at(f"{MONDAY} 11:30"))
    services.reschedule(booking, at(f"{MONDAY} 15:00"), by="test", now=now)
    work_off(now)
    [row] = settling.open_ones(link.account.site)
    assert row.why == "changed"
    assert [start for _, start, _ in side.seen()] == [at(f"{MONDAY} 11:00")], "nobody's edit is run over"
    booking.refresh_from_db()
    assert booking.start == at(f"{MONDAY} 15:00")

    services.reschedule(booking, at(f"{MONDAY} 16:00"), by="test", now=now + MINUTE)
    work_off(now + MINUTE)
    assert [start for _, start, _ in side.seen()] == [at(f"{MONDAY} 16:00")], "the newer word holds"
    assert not settling.open_ones(link.account.site)


def test_cancelled_here_and_moved_there_it_goes(link: Link, side: Side, cleaning: Service, now: dt.datetime):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    side.move(side.names()[0], at(f"{MONDAY} 11:00"), at(f"{MONDAY} 11:30"))
    services.cancel(booking, by="test", now=now)
    work_off(now)
    assert side.seen() == []
    assert told().count("appointment.cancelled") == 1


def test_many_deleted_at_once_cancel_nobody_unasked(link: Link, side: Side, cleaning: Service, now: dt.datetime):
    for hour in ("09:00", "09:30", "10:00", "10:30", "11:00", "11:30"):
        book(cleaning, f"{MONDAY} {hour}", now)
    work_off(now)
    for name in side.names():
        side.delete(name)
    later = read_again(link, now)
    assert not Booking.objects.filter(status="cancelled").exists()
    assert {row.why for row in settling.open_ones(link.account.site)} == {"many"}
    for row in settling.open_ones(link.account.site)[:1]:
        settling.settle(row, "theirs", by="user:1", now=later)
    assert Booking.objects.filter(status="cancelled").count() == 1
    for row in settling.open_ones(link.account.site):
        settling.settle(row, "ours", by="user:1", now=later)
    work_off(later)
    assert len(side.seen()) == 5


def test_a_booking_of_somebody_else_leaves_the_calendar(
    link: Link, side: Side, cleaning: Service, ann: Resource, bob: Resource, now: dt.datetime
):
    cleaning.resources.add(bob)
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    services.reschedule(booking, booking.start, by="test", now=now, resource=bob)
    work_off(now)
    assert side.seen() == []
    services.reschedule(booking, booking.start, by="test", now=now, resource=ann)
    work_off(now)
    assert len(side.seen()) == 1, "and comes back with it"
    read_again(link, now)
    assert Booking.objects.get().status == "booked"


def test_a_cancellation_that_is_taken_back_stands_there_again(
    link: Link, side: Side, cleaning: Service, now: dt.datetime
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    services.cancel(booking, by="test", now=now)
    work_off(now)
    services.restore(booking, by="test", now=now)
    work_off(now)
    later = read_again(link, now)
    assert side.seen() == [("Appointment", booking.start, booking.end)]
    read_again(link, later)
    assert Booking.objects.get().status == "booked"


def test_linked_again_everything_stands_once(
    link: Link, side: Side, cleaning: Service, ann: Resource, now: dt.datetime
):
    kept, gone = book(cleaning, f"{MONDAY} 09:00", now), book(cleaning, f"{MONDAY} 10:00", now, name="Ida Moreau")
    side.block(at(f"{MONDAY} 15:00"), at(f"{MONDAY} 16:00"))
    work_off(now)
    read_again(link, now)
    account, calendar = link.account, link.calendar
    connecting.unlink(link)
    assert not Busy.objects.exists()
    services.cancel(gone, by="test", now=now)
    connecting.link(account, calendar, [ann], shows="name", now=now)
    work_off(now)
    assert [(title, start) for title, start, _ in side.seen()] == [
        ("Rosa Parker", kept.start),
        ("Dentists' dinner", at(f"{MONDAY} 15:00")),
    ]
    assert Busy.objects.count() == 1
    assert Booking.objects.filter(status="booked").count() == 1


def test_who_is_erased_here_is_erased_there(link: Link, side: Side, cleaning: Service, now: dt.datetime):
    rosa = Person.objects.create(name="Rosa Parker", phone="+15145550177")
    attendee = services.Attendee(name="Rosa Parker", phone=rosa.phone, person=rosa)
    services.book(cleaning, at(f"{MONDAY} 09:00"), attendee, by="test", key="one", now=now)
    connecting.change(link, list(link.resources.all()), shows="all", now=now)
    work_off(now)
    assert side.seen()[0][0].startswith("Rosa Parker")
    assert privacy.export(rosa, actor="user:1", now=now)["calendars"]["entries"]
    privacy.erase(rosa, actor="user:1", now=now)
    work_off(timezone.now())
    assert "Rosa" not in side.seen()[0][0]


def meeting(monkeypatch: pytest.MonkeyPatch, link: Link, method: str, meanwhile: Callable[[], object]) -> None:
    """Have something else happen, once, just before the calendar is asked to do `method`."""
    provider = {"google": GoogleCalendar, "caldav": CalDav}[link.account.provider]
    original = getattr(provider, method)

    def asked(self: object, *args: object, **named: object) -> object:
        monkeypatch.setattr(provider, method, original)
        meanwhile()
        return original(self, *args, **named)

    monkeypatch.setattr(provider, method, asked)


def test_two_workers_deliver_the_same_once(
    link: Link, side: Side, cleaning: Service, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    meeting(monkeypatch, link, "write", lambda: outbox.deliver(link.pk, now=now))
    work_off(now)
    assert len(side.seen()) == 1
    services.reschedule(booking, at(f"{MONDAY} 11:00"), by="test", now=now)
    meeting(monkeypatch, link, "write", lambda: outbox.deliver(link.pk, now=now))
    work_off(now)
    read_again(link, now)
    assert [start for _, start, _ in side.seen()] == [at(f"{MONDAY} 11:00")]
    booking.refresh_from_db()
    assert (booking.start, booking.version) == (at(f"{MONDAY} 11:00"), 2)
    assert not Disagreement.objects.exists()


def test_two_workers_read_the_same_once(
    link: Link, side: Side, cleaning: Service, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    side.move(side.names()[0], at(f"{MONDAY} 10:00"), at(f"{MONDAY} 10:30"))
    side.block(at(f"{MONDAY} 15:00"), at(f"{MONDAY} 16:00"))

    def other() -> None:
        found = work.find(link.pk)
        assert found is not None
        work.read_now(found, now=now)

    meeting(monkeypatch, link, "read", other)
    other()
    booking.refresh_from_db()
    assert (booking.start, booking.version) == (at(f"{MONDAY} 10:00"), 2)
    assert told().count("appointment.moved") == 1
    assert Busy.objects.count() == 1


def test_a_booking_that_changes_while_it_is_written_is_written_again(
    link: Link, side: Side, cleaning: Service, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    later = at(f"{MONDAY} 14:00")
    meeting(monkeypatch, link, "write", lambda: services.reschedule(booking, later, by="test", now=now))
    work_off(now)
    assert [start for _, start, _ in side.seen()] == [later]
    assert Entry.objects.get().state == "written"


def test_a_page_that_is_older_than_our_last_write_is_no_edit(
    link: Link, side: Side, cleaning: Service, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    side.rename(side.names()[0], "Rosa!")

    def rewritten() -> None:
        services.reschedule(booking, at(f"{MONDAY} 14:00"), by="test", now=now)
        outbox.deliver(link.pk, now=now)
        outbox.deliver(link.pk, now=now)

    meeting(monkeypatch, link, "read", rewritten)
    later = read_again(link, now)
    read_again(link, later)
    booking.refresh_from_db()
    assert (booking.start, booking.version) == (at(f"{MONDAY} 14:00"), 2)
    assert [start for _, start, _ in side.seen()] == [at(f"{MONDAY} 14:00")]
    assert not Disagreement.objects.exists()
