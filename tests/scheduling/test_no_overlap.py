"""Whatever is booked, held, moved and cancelled in whatever order: no two active bookings of a resource overlap."""

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from parley.contract import BusinessError
from parley.scheduling import services
from parley.scheduling.models import Booking, Change, Service, Site
from tests.scheduling.conftest import at, staff

NOW = at("2026-03-12 10:00")
STARTS = st.integers(0, 31).map(lambda quarter: at("2026-03-16 09:00") + quarter * dt.timedelta(minutes=15))
CALLERS = st.sampled_from(["a", "b", "c"])
LENGTHS = st.none() | st.sampled_from([15, 45, 90]).map(lambda length: dt.timedelta(minutes=length))
LATER = st.integers(0, 5).map(lambda count: count * dt.timedelta(minutes=2))


class Desk(RuleBasedStateMachine):
    """Three callers at one desk with two people, of whom the second gives only the long service."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.count = 0
        self.world = transaction.atomic()
        self.world.__enter__()
        site = Site.objects.create(name="Clinic", zone="America/Toronto", country="CA")
        ann, bob = staff(site, "Ann"), staff(site, "Bob")
        self.short = Service.objects.create(site=site, code="short", names={"en": "short"}, step=15)
        self.long = Service.objects.create(
            site=site, code="long", names={"en": "long"}, duration=60, buffer_before=15, buffer_after=30
        )
        self.short.resources.add(ann)
        self.long.resources.add(ann, bob)

    def teardown(self) -> None:
        """Leave nothing for the next run."""
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    def attempt(self, action: Any) -> None:
        """What the rules refuse is no fault."""
        try:
            action()
        except BusinessError:
            return

    @rule(start=STARTS, caller=CALLERS, long=st.booleans())
    def hold(self, start: dt.datetime, caller: str, long: bool) -> None:
        self.attempt(lambda: services.hold(self.long if long else self.short, start, by=caller, now=self.now))

    @rule(start=STARTS, caller=CALLERS, long=st.booleans(), length=LENGTHS)
    def book(self, start: dt.datetime, caller: str, long: bool, length: dt.timedelta | None) -> None:
        self.count += 1
        who, key = services.Attendee(name=caller), f"k{self.count}"
        service = self.long if long else self.short
        self.attempt(lambda: services.book(service, start, who, by=caller, key=key, now=self.now, duration=length))

    @rule(start=STARTS, caller=CALLERS, place=st.integers(0, 9), length=LENGTHS)
    def move(self, start: dt.datetime, caller: str, place: int, length: dt.timedelta | None) -> None:
        booking = self.one(place)
        if booking is not None:
            self.attempt(lambda: services.reschedule(booking, start, by=caller, now=self.now, duration=length))

    @rule(place=st.integers(0, 9))
    def cancel(self, place: int) -> None:
        booking = self.one(place)
        if booking is not None:
            self.attempt(lambda: services.cancel(booking, by="desk", now=self.now))

    @rule(later=LATER)
    def wait(self, later: dt.timedelta) -> None:
        self.now += later

    @invariant()
    def nothing_overlaps(self) -> None:
        active = Booking.objects.filter(status__in=Booking.TAKES_TIME).exclude(
            status=Booking.Status.HELD, held_until__lte=self.now
        )
        for resource in set(active.values_list("resource", flat=True)):
            rows = active.filter(resource=resource).order_by("busy_from")
            assert all(one.busy_until <= other.busy_from for one, other in pairwise(rows))

    @invariant()
    def everything_has_its_history(self) -> None:
        assert not Booking.objects.exclude(status=Booking.Status.HELD).filter(changes=None).exists()
        assert Change.objects.filter(what="booked").count() == Booking.objects.exclude(key=None).count()

    def one(self, place: int) -> Booking | None:
        """Some booking that stands."""
        rows = list(Booking.objects.filter(status=Booking.Status.BOOKED).order_by("created_at"))
        return rows[place % len(rows)] if rows else None


@pytest.mark.django_db
def test_no_sequence_leads_to_an_overlap() -> None:
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
