"""A thousand callers want one slot in the same moment: one has it, and the others are told what else is free."""

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from parley.contract import Conflict
from parley.scheduling import services
from parley.scheduling.availability import Wish, alternatives
from parley.scheduling.models import Booking, Service
from tests.scheduling.conftest import at

CALLERS = 1000
AT_ONCE = 16
TEN = at("2026-03-16 10:00")


@pytest.mark.django_db(transaction=True)
def test_exactly_one_of_a_thousand_wins(cleaning: Service, now: dt.datetime) -> None:
    together = Barrier(AT_ONCE)

    def worker(place: int) -> Counter[str]:
        ends: Counter[str] = Counter()
        together.wait()
        try:
            for caller in range(place, CALLERS, AT_ONCE):
                ends[attempt(cleaning, caller, now)] += 1
        finally:
            connection.close()
        return ends

    with ThreadPoolExecutor(AT_ONCE) as pool:
        ends = sum(pool.map(worker, range(AT_ONCE)), Counter())
    assert ends == {"booked": 1, "taken": CALLERS - 1}
    assert Booking.objects.filter(status=Booking.Status.BOOKED, start=TEN).count() == 1
    assert len(alternatives(cleaning, TEN, Wish(start=now), now=now)) == 3


def attempt(service: Service, caller: int, now: dt.datetime) -> str:
    """One caller's try."""
    attendee = services.Attendee(name=f"Caller {caller}")
    try:
        services.book(service, TEN, attendee, by=f"c{caller}", key=f"k{caller}", now=now)
    except Conflict as refused:
        return str(refused.details["why"])
    return "booked"
