"""An entry that somebody drags into another person's calendar: its appointment goes with it, in any order of news."""

import datetime as dt

import pytest

from parley.messaging.models import Message
from parley.scheduling import services
from parley.scheduling.calendars import settling, work
from parley.scheduling.calendars.handing import GRACE
from parley.scheduling.calendars.models import Disagreement, Entry, Link
from parley.scheduling.models import Booking, Busy, Resource, Service
from tests.scheduling.calendars.conftest import Side, work_off
from tests.scheduling.calendars.test_both_ways import HALF, MONDAY, book
from tests.scheduling.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(link: Link, bobs: Link, cleaning: Service, now: dt.datetime) -> Booking:
    """With Ann, and written into her calendar."""
    made = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    return made


def read(link: Link, now: dt.datetime) -> None:
    found = work.find(link.pk)
    assert found is not None
    work.read_now(found, now=now)


def whose(booking: Booking) -> tuple[str, str]:
    booking.refresh_from_db()
    return booking.resource.name, booking.status


def told() -> list[str]:
    return sorted(Message.objects.filter(purpose="confirmation").values_list("template", flat=True))


@pytest.mark.parametrize("order", ["gone first", "new first"])
def test_it_is_handed_over_whichever_news_comes_first(
    booking: Booking, link: Link, bobs: Link, side: Side, bob_sees: Side, now: dt.datetime, order: str
):
    [name] = side.names()
    bob_sees.paste(side.copy(name))
    side.delete(name)
    for each in (link, bobs) if order == "gone first" else (bobs, link):
        read(each, now)
    assert whose(booking) == ("Bob", "booked")
    assert booking.changes.last().by == f"calendar:{link.account.provider}"
    assert told() == ["appointment.booked", "appointment.moved"], "told once, and of no cancellation"
    work_off(now)
    work_off(now + GRACE)
    assert side.seen() == []
    assert bob_sees.seen() == [("Appointment", booking.start, booking.end)]
    assert not Busy.objects.exists(), "it blocks by being an appointment"
    assert Entry.objects.get(link=bobs).state == "written"


def test_a_drag_to_another_day_of_theirs_moves_it_too(
    booking: Booking, link: Link, side: Side, bob_sees: Side, now: dt.datetime
):
    [name] = side.names()
    later = at(f"{MONDAY} 14:00")
    there = bob_sees.paste(side.copy(name))
    bob_sees.move(there, later, later + HALF)
    side.delete(name)
    read(link, now)
    assert (*whose(booking), booking.start) == ("Bob", "booked", later)


def test_cut_here_and_pasted_there_a_moment_later_is_no_deletion(
    booking: Booking, link: Link, bobs: Link, side: Side, bob_sees: Side, now: dt.datetime
):
    [name] = side.names()
    event = side.copy(name)
    side.delete(name)
    read(link, now)
    assert whose(booking) == ("Ann", "booked")
    bob_sees.paste(event)
    work_off(now + GRACE)
    assert whose(booking) == ("Bob", "booked")


def test_what_turns_up_nowhere_was_deleted(booking: Booking, link: Link, bobs: Link, side: Side, now: dt.datetime):
    side.delete(side.names()[0])
    read(link, now)
    work_off(now + GRACE / 2)
    assert whose(booking) == ("Ann", "booked")
    work_off(now + GRACE)
    assert whose(booking) == ("Ann", "cancelled")
    assert told() == ["appointment.booked", "appointment.cancelled"]


def test_put_back_within_the_moment_nothing_has_happened(booking: Booking, link: Link, side: Side, now: dt.datetime):
    [name] = side.names()
    event = side.copy(name)
    side.delete(name)
    read(link, now)
    side.paste(event)
    work_off(now + GRACE)
    assert whose(booking) == ("Ann", "booked")


def test_a_copy_blocks_the_other_and_hands_nothing_over(
    booking: Booking, link: Link, bobs: Link, side: Side, bob_sees: Side, now: dt.datetime, bob: Resource
):
    bob_sees.paste(side.copy(side.names()[0]))
    read(bobs, now)
    read(link, now)
    assert whose(booking) == ("Ann", "booked")
    assert [row.resource for row in Busy.objects.all()] == [bob]
    side.delete(side.names()[0])
    read(link, now)
    assert whose(booking) == ("Bob", "booked"), "when the first is deleted later, the copy is what is left of it"


def test_there_and_back_again(booking: Booking, link: Link, bobs: Link, side: Side, bob_sees: Side, now: dt.datetime):
    for source, target in ((side, bob_sees), (bob_sees, side)):
        [name] = source.names()
        target.paste(source.copy(name))
        source.delete(name)
        read(link, now)
        read(bobs, now)
        work_off(now)
    assert whose(booking) == ("Ann", "booked")
    work_off(now + 2 * GRACE)
    assert (len(side.seen()), bob_sees.seen()) == (1, [])


class TestRefused:
    """Staff decide what the rules refuse: Bob does not give the service, or has somebody else then."""

    @pytest.fixture
    def disputed(
        self,
        booking: Booking,
        link: Link,
        bob: Resource,
        cleaning: Service,
        side: Side,
        bob_sees: Side,
        now: dt.datetime,
    ) -> Disagreement:
        services.book(
            cleaning, booking.start, services.Attendee(name="Ida Moreau"), by="test", key="x", now=now, resource=bob
        )
        [name] = side.names()
        bob_sees.paste(side.copy(name))
        side.delete(name)
        read(link, now)
        [row] = settling.open_ones(link.account.site)
        return row

    def test_it_is_said_and_nothing_changes(self, disputed: Disagreement, booking: Booking, bob: Resource):
        assert (disputed.why, disputed.resource) == ("taken", bob)
        assert whose(booking) == ("Ann", "booked")
        assert told().count("appointment.cancelled") == 0

    def test_ours_stands_again_where_it_belongs(
        self, disputed: Disagreement, booking: Booking, side: Side, bob_sees: Side, now: dt.datetime
    ):
        settling.settle(disputed, "ours", by="user:1", now=now)
        work_off(now)
        assert whose(booking) == ("Ann", "booked")
        assert [start for _, start, _ in side.seen()] == [booking.start]
        assert len(bob_sees.seen()) == 1, "Ida's"

    def test_theirs_is_had_once_the_time_is_free(
        self, disputed: Disagreement, booking: Booking, side: Side, bob_sees: Side, now: dt.datetime
    ):
        with pytest.raises(services.Conflict):
            settling.settle(disputed, "theirs", by="user:1", now=now)
        services.cancel(Booking.objects.get(name="Ida Moreau"), by="test", now=now)
        settling.settle(disputed, "theirs", by="user:1", now=now)
        work_off(now)
        assert whose(booking) == ("Bob", "booked")
        assert (side.seen(), len(bob_sees.seen())) == ([], 1)

    def test_put_right_there_it_is_settled(
        self, disputed: Disagreement, booking: Booking, bobs: Link, side: Side, bob_sees: Side, now: dt.datetime
    ):
        name = Entry.objects.get(link=bobs, state="disputed").external_id
        event = bob_sees.copy(name)
        bob_sees.delete(name)
        side.paste(event)
        read(bobs, now)
        work_off(now)
        assert whose(booking) == ("Ann", "booked")
        assert not Disagreement.objects.filter(settled_at=None).exists()

    def test_dragged_on_to_a_free_time_it_is_handed_over(
        self, disputed: Disagreement, booking: Booking, bobs: Link, bob_sees: Side, now: dt.datetime
    ):
        name = Entry.objects.get(link=bobs, state="disputed").external_id
        bob_sees.move(name, at(f"{MONDAY} 15:00"), at(f"{MONDAY} 15:30"))
        read(bobs, now)
        assert (*whose(booking), booking.start) == ("Bob", "booked", at(f"{MONDAY} 15:00"))


def test_a_whole_day_is_handed_over_though_many_are_gone_at_once(
    link: Link, bobs: Link, cleaning: Service, side: Side, bob_sees: Side, now: dt.datetime
):
    for hour in (9, 10, 11, 13, 14, 15, 16):
        book(cleaning, f"{MONDAY} {hour:02}:00", now)
    for round_ in range(2):
        work_off(now + round_ * dt.timedelta(seconds=1))
    for name in side.names():
        bob_sees.paste(side.copy(name))
        side.delete(name)
    read(link, now)
    assert set(Booking.objects.values_list("resource__name", "status")) == {("Bob", "booked")}


def test_what_was_moved_here_first_is_not_handed_back_by_what_is_left_there(
    booking: Booking, link: Link, bobs: Link, bob: Resource, side: Side, bob_sees: Side, now: dt.datetime
):
    services.reschedule(booking, booking.start, by="test", now=now, resource=bob)
    work.work("deliver", str(bobs.pk), now)
    assert len(side.seen()) == 1, "Ann's is not taken away yet"
    bob_sees.delete(bob_sees.names()[0])
    read(bobs, now)
    work_off(now + GRACE)
    assert whose(booking) == ("Bob", "cancelled")
    assert side.seen() == []
