"""One outside calendar that is the time of several: a room's, a practice's own, one that says when all are away."""

import datetime as dt

import pytest

from parley.contract import Conflict, RequestInvalid
from parley.scheduling import services
from parley.scheduling.calendars import connecting
from parley.scheduling.calendars.models import Account, Entry, Link
from parley.scheduling.models import Booking, Busy, Resource, Service
from tests.scheduling.calendars.conftest import ANN, GoogleSide, Side, work_off
from tests.scheduling.calendars.google_server import Google
from tests.scheduling.calendars.test_both_ways import HALF, MONDAY, book, read_again
from tests.scheduling.conftest import at

pytestmark = pytest.mark.django_db
HOLIDAYS = "holidays@example.com"


@pytest.fixture
def shared(link: Link, ann: Resource, bob: Resource, cleaning: Service, now: dt.datetime) -> Link:
    """Ann's calendar, which is now Bob's, too."""
    cleaning.resources.add(bob)
    connecting.change(link, [ann, bob], shows="nothing", now=now)
    work_off(now)
    return Link.objects.get()


def test_its_events_block_the_time_of_each(shared: Link, side: Side, now: dt.datetime):
    start = at(f"{MONDAY} 09:00")
    name = side.block(start, start + HALF)
    later = read_again(shared, now)
    assert sorted(Busy.objects.values_list("resource__name", "start")) == [("Ann", start), ("Bob", start)]
    side.delete(name)
    read_again(shared, later)
    assert not Busy.objects.exists()


def test_the_appointments_of_all_stand_in_it_and_block_nobody_else(
    shared: Link, side: Side, cleaning: Service, ann: Resource, bob: Resource, now: dt.datetime
):
    for person in (ann, bob):
        attendee = services.Attendee(name="Rosa Parker")
        start = at(f"{MONDAY} 09:00")
        services.book(cleaning, start, attendee, by="test", key=person.name, now=now, resource=person)
    work_off(now)
    later = read_again(shared, now)
    assert len(side.seen()) == 2
    assert not Busy.objects.exists()

    booking = Booking.objects.get(key="Ann")
    services.reschedule(booking, at(f"{MONDAY} 10:00"), by="test", now=later, resource=bob)
    work_off(later)
    read_again(shared, later)
    assert sorted(start for _, start, _ in side.seen()) == [at(f"{MONDAY} 09:00"), at(f"{MONDAY} 10:00")]
    assert Entry.objects.count() == 2, "the same entry, whoever of them it is with"


def test_who_leaves_it_is_blocked_and_written_there_no_more(
    shared: Link, side: Side, cleaning: Service, ann: Resource, bob: Resource, now: dt.datetime
):
    book(cleaning, f"{MONDAY} 09:00", now)
    side.block(at(f"{MONDAY} 14:00"), at(f"{MONDAY} 15:00"))
    later = read_again(shared, now)
    connecting.change(shared, [bob], shows="nothing", now=later)
    work_off(later)
    assert [title for title, _, _ in side.seen()] == ["Dentists' dinner"]
    assert [row.resource for row in Busy.objects.all()] == [bob]
    assert Booking.objects.get().status == "booked"

    connecting.change(shared, [ann, bob], shows="nothing", now=later)
    work_off(later)
    assert len(side.seen()) == 2
    assert {row.resource for row in Busy.objects.all()} == {ann, bob}


def test_a_calendar_can_block_without_our_entries(shared: Link, side: Side, cleaning: Service, now: dt.datetime):
    book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    connecting.change(shared, list(shared.resources.all()), shows="absent", now=now)
    work_off(now)
    assert side.seen() == []
    booking = book(cleaning, f"{MONDAY} 10:00", now)
    work_off(now)
    assert side.seen() == []
    assert not Entry.objects.filter(booking=booking).exists()


def test_one_that_can_only_be_read_blocks(
    google_account: Account, google: Google, ann: Resource, bob: Resource, now: dt.datetime
):
    with pytest.raises(Conflict):
        connecting.link(google_account, HOLIDAYS, [ann, bob], shows="nothing", now=now)
    link = connecting.link(google_account, HOLIDAYS, [ann, bob], shows="absent", now=now)
    start = at(f"{MONDAY} 09:00")
    GoogleSide(google, HOLIDAYS).block(start, start + HALF)
    work_off(now)
    assert Busy.objects.count() == 2
    with pytest.raises(Conflict):
        connecting.change(link, [ann], shows="name", now=now)


def test_a_calendar_is_somebodys_and_linked_once(google_link: Link, bob: Resource, now: dt.datetime):
    with pytest.raises(RequestInvalid):
        connecting.change(google_link, [], shows="nothing", now=now)
    with pytest.raises(Conflict) as refused:
        connecting.link(google_link.account, ANN, [bob], shows="nothing", now=now)
    assert refused.value.details["why"] == "linked"
