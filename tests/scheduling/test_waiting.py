"""Freed time is offered in order, to one at a time, and ends."""

import datetime as dt

import pytest

from parley.contract import Conflict
from parley.jobs import services as jobs
from parley.jobs.models import Due
from parley.scheduling import services, waiting
from parley.scheduling.models import Booking, Service, Waiting
from tests.scheduling.conftest import at

TEN = at("2026-03-16 10:00")


def person(name: str) -> services.Attendee:
    """Somebody with a telephone of their own."""
    return services.Attendee(name=name, phone=f"+1416555{len(name):04d}")


def wish(service: Service, name: str, **more: object) -> Waiting:
    """They would come at any time on that Monday."""
    start = at("2026-03-16 09:00")
    return waiting.wish(service, person(name), earliest=start, latest=start + dt.timedelta(hours=8), **more)


@pytest.fixture
def booked(cleaning: Service, now: dt.datetime) -> Booking:
    return services.book(cleaning, TEN, person("First"), by="c", key="k", now=now)


def run_due(now: dt.datetime) -> None:
    """Do what is due."""
    while claimed := jobs.claim(now, limit=10):
        for due_id, claim in claimed:
            assert jobs.run(due_id, claim, now=now)


def state(*rows: Waiting) -> list[str]:
    """Where each wish stands now."""
    return [str(Waiting.objects.get(pk=row.pk).status) for row in rows]


@pytest.mark.django_db(transaction=True)
def test_freed_time_goes_round_in_order_until_somebody_takes_it(
    cleaning: Service, booked: Booking, now: dt.datetime
) -> None:
    one, two, three = (wish(cleaning, name) for name in ("Ann", "Berta", "Claire"))
    services.cancel(booked, by="c", now=now)
    run_due(now)
    assert state(one, two, three) == ["offered", "waiting", "waiting"]
    with pytest.raises(Conflict):
        services.book(cleaning, TEN, person("Stranger"), by="x", key="k2", now=now)
    waiting.decline(one, now=now)
    run_due(now)
    assert state(one, two, three) == ["declined", "offered", "waiting"]
    run_due(now + waiting.OFFER)
    assert state(one, two, three) == ["declined", "expired", "offered"]
    late = now + waiting.OFFER
    taken = waiting.accept(three, now=late)
    assert (taken.name, taken.start, taken.status) == ("Claire", TEN, Booking.Status.BOOKED)
    assert state(three) == ["accepted"]
    run_due(late + waiting.OFFER)
    assert not Due.objects.filter(owner=waiting.OWNER).exists()


@pytest.mark.django_db(transaction=True)
def test_the_later_appointment_is_given_up_for_the_earlier(
    cleaning: Service, booked: Booking, now: dt.datetime
) -> None:
    later = services.book(cleaning, at("2026-03-20 10:00"), person("Ann"), by="c", key="k2", now=now)
    row = wish(cleaning, "Ann", booking=later)
    services.cancel(booked, by="c", now=now)
    run_due(now)
    waiting.accept(row, now=now)
    later.refresh_from_db()
    assert later.start == TEN
    assert Booking.objects.filter(status=Booking.Status.BOOKED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_offer_that_has_ended_cannot_be_taken(cleaning: Service, booked: Booking, now: dt.datetime) -> None:
    row = wish(cleaning, "Ann")
    services.cancel(booked, by="c", now=now)
    run_due(now)
    with pytest.raises(Conflict):
        waiting.accept(row, now=now + waiting.OFFER)


@pytest.mark.django_db
def test_time_that_suits_nobody_is_offered_to_nobody(cleaning: Service, booked: Booking, now: dt.datetime) -> None:
    other = waiting.wish(cleaning, person("Ann"), earliest=at("2026-03-18 09:00"), latest=at("2026-03-18 17:00"))
    services.cancel(booked, by="c", now=now)
    waiting.work("freed", f"{booked.resource_id}|{booked.start.isoformat()}|{booked.end.isoformat()}", now)
    assert state(other) == ["waiting"]


@pytest.mark.django_db
def test_the_same_wish_twice_is_one_place(cleaning: Service) -> None:
    assert wish(cleaning, "Ann").pk == wish(cleaning, "Ann").pk


@pytest.mark.django_db
def test_who_waits_for_nothing_offered_leaves_the_list(cleaning: Service, now: dt.datetime) -> None:
    row = wish(cleaning, "Ann")
    waiting.decline(row, now=now)
    assert state(row) == ["declined"]
