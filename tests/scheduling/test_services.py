"""Nothing is booked twice, nothing is lost, everything has its history."""

import datetime as dt

import pytest

from parley.contract import Conflict, InvalidTimeSlot
from parley.scheduling import services
from parley.scheduling.models import Booking, Busy, Resource, Service
from tests.scheduling.conftest import at

CUSTOMER = services.Attendee(name="Customer", phone="+14165550123")
MONDAY_TEN = at("2026-03-16 10:00")


def book(
    service: Service, now: dt.datetime, *, key: str = "k1", by: str = "c1", start: dt.datetime = MONDAY_TEN
) -> Booking:
    return services.book(service, start, CUSTOMER, by=by, key=key, now=now)


def test_the_same_request_twice_is_one_booking(cleaning: Service, now: dt.datetime) -> None:
    assert book(cleaning, now).pk == book(cleaning, now).pk
    assert Booking.objects.count() == 1


def test_the_second_caller_is_refused(cleaning: Service, now: dt.datetime) -> None:
    book(cleaning, now)
    with pytest.raises(Conflict) as refused:
        book(cleaning, now, key="k2", by="c2")
    assert refused.value.code == "BIZ_001"
    assert Booking.objects.count() == 1


def test_a_hold_keeps_others_out_until_it_ends(cleaning: Service, now: dt.datetime) -> None:
    services.hold(cleaning, MONDAY_TEN, by="c1", now=now)
    with pytest.raises(Conflict):
        book(cleaning, now, by="c2")
    assert book(cleaning, now + services.HOLD, by="c2").status == Booking.Status.BOOKED


def test_who_holds_a_slot_books_it_and_gives_back_the_rest(cleaning: Service, now: dt.datetime) -> None:
    services.hold(cleaning, MONDAY_TEN, by="c1", now=now)
    services.hold(cleaning, at("2026-03-16 11:00"), by="c1", now=now)
    booking = book(cleaning, now)
    assert [row.pk for row in Booking.objects.all()] == [booking.pk]


def test_a_hold_is_renewed_by_its_holder(cleaning: Service, now: dt.datetime) -> None:
    first = services.hold(cleaning, MONDAY_TEN, by="c1", now=now)
    later = services.hold(cleaning, MONDAY_TEN, by="c1", now=now + dt.timedelta(minutes=2))
    assert first.pk == later.pk
    assert later.held_until == now + dt.timedelta(minutes=2) + services.HOLD


def test_holds_end_with_the_call(cleaning: Service, now: dt.datetime) -> None:
    services.hold(cleaning, MONDAY_TEN, by="c1", now=now)
    assert services.release(by="c1") == 1
    assert book(cleaning, now, by="c2").status == Booking.Status.BOOKED


def test_moving_frees_the_old_time_and_keeps_history(cleaning: Service, now: dt.datetime) -> None:
    booking = book(cleaning, now)
    moved = services.reschedule(booking, at("2026-03-17 09:00"), by="c1", now=now, version=1)
    assert (moved.pk, moved.version) == (booking.pk, 2)
    assert book(cleaning, now, key="k2", by="c2").start == MONDAY_TEN
    assert [change.what for change in booking.changes.order_by("id")] == ["booked", "moved"]


def test_a_move_that_fails_leaves_the_booking_where_it_was(cleaning: Service, now: dt.datetime) -> None:
    booking = book(cleaning, now)
    book(cleaning, now, key="k2", by="c2", start=at("2026-03-17 09:00"))
    with pytest.raises(Conflict):
        services.reschedule(booking, at("2026-03-17 09:00"), by="c1", now=now)
    booking.refresh_from_db()
    assert (booking.start, booking.status, booking.version) == (MONDAY_TEN, "booked", 1)


def test_a_booking_may_move_by_less_than_its_length(cleaning: Service, now: dt.datetime) -> None:
    booking = book(cleaning, now)
    moved = services.reschedule(booking, at("2026-03-16 10:15"), by="c1", now=now)
    assert moved.start == at("2026-03-16 10:15")


def test_a_move_goes_to_a_colleague_when_nobody_was_asked_for(
    cleaning: Service, bob: Resource, now: dt.datetime
) -> None:
    cleaning.resources.add(bob)
    book(cleaning, now, key="k0", by="c0", start=at("2026-03-17 09:00"))
    booking = book(cleaning, now)
    assert services.reschedule(booking, at("2026-03-17 09:00"), by="c1", now=now).resource.name == "Bob"


def test_what_changed_meanwhile_is_not_overwritten(cleaning: Service, now: dt.datetime) -> None:
    booking = book(cleaning, now)
    services.reschedule(booking, at("2026-03-17 09:00"), by="desk", now=now)
    with pytest.raises(Conflict) as refused:
        services.cancel(booking, by="c1", now=now, version=1)
    assert refused.value.details["why"] == "changed"


def test_cancelling_is_a_status_with_a_reason_and_once(cleaning: Service, now: dt.datetime) -> None:
    booking = book(cleaning, now)
    services.cancel(booking, by="c1", now=now, reason="ill")
    again = services.cancel(booking, by="c1", now=now, reason="other")
    assert (again.status, again.cancel_reason) == ("cancelled", "ill")
    assert book(cleaning, now, key="k2", by="c2").start == MONDAY_TEN


def test_the_past_cannot_be_cancelled(cleaning: Service, now: dt.datetime) -> None:
    booking = book(cleaning, now)
    with pytest.raises(InvalidTimeSlot):
        services.cancel(booking, by="c1", now=MONDAY_TEN + dt.timedelta(hours=1))


def test_receivers_are_told_inside_the_transaction(cleaning: Service, now: dt.datetime) -> None:
    told: list[str] = []

    def receive(sender: object, change: str, **more: object) -> None:
        told.append(change)

    services.changed.connect(receive)
    try:
        booking = book(cleaning, now)
        services.reschedule(booking, at("2026-03-17 09:00"), by="c1", now=now)
        services.cancel(booking, by="c1", now=now)
    finally:
        services.changed.disconnect(receive)
    assert told == ["booked", "moved", "cancelled"]


def test_of_two_who_wait_for_a_yes_only_one_is_booked(cleaning: Service, now: dt.datetime) -> None:
    """The first one's hold has run out and the second one holds the slot; then both say yes."""
    services.hold(cleaning, MONDAY_TEN, by="c1", now=now)
    later = now + services.HOLD
    services.hold(cleaning, MONDAY_TEN, by="c2", now=later)
    with pytest.raises(Conflict):
        book(cleaning, later, key="k1", by="c1")
    assert book(cleaning, later, key="k2", by="c2").status == Booking.Status.BOOKED
    assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == 1


def test_what_an_outside_calendar_takes_between_offer_and_yes_is_not_booked(
    ann: Resource, cleaning: Service, now: dt.datetime
) -> None:
    services.hold(cleaning, MONDAY_TEN, by="c1", now=now)
    Busy.objects.create(
        resource=ann, start=MONDAY_TEN, end=MONDAY_TEN + dt.timedelta(hours=1), source="google", external_id="e1"
    )
    with pytest.raises(Conflict):
        book(cleaning, now, by="c1")
    assert not Booking.objects.filter(status=Booking.Status.BOOKED).exists()
