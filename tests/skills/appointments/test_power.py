"""The power goes at any moment: between two statements, before a commit, after the carrier has taken a message.

A day of a front desk is lived in a process of its own, which is killed at its nth moment. Somebody starts the house
again, those whose requests had no answer send them again, and the world must be as if nothing had happened: every
appointment once, every message at the carrier once.
"""

import datetime as dt
import os
import signal
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.db import connection, connections

from parley.jobs import services as jobs
from parley.jobs.models import Due
from parley.messaging.models import Message
from parley.scheduling import services
from parley.scheduling.models import Booking, Service, Site
from parley.skills.appointments.models import Business
from tests.messaging.carrier import Carrier
from tests.messaging.conftest import twilio
from tests.scheduling.conftest import at, staff

__all__ = ["twilio"]
NOW = at("2030-03-11 10:00")
NINE = at("2030-03-14 09:00")
HALF = dt.timedelta(minutes=30)
AGAIN = dt.timedelta(minutes=5)
"""Until the house is started again; what the dead process had claimed is free then."""
SAMPLES = 12
"""How many of the day's moments are tried beside the most dangerous ones; they lie evenly, the same in every run."""
NOTED = 'UPDATE "messaging_message" SET "status"'
"""How it is noted that the carrier has taken a message: before this it has, and nobody here knows."""


def live(after: dt.timedelta = dt.timedelta()) -> None:
    """Three callers book, one moves, one cancels; what is due is done after each, and until all is over."""
    service, now = Service.objects.get(), NOW + after
    for number in range(3):
        caller = services.Attendee(name=f"Caller {number}", phone=f"+1514555017{number}")
        key = f"call-{number}"
        services.book(service, NINE + number * HALF, caller, by=key, key=key, now=now)
        work(now)
    services.reschedule(Booking.objects.get(key="call-1"), NINE + 4 * HALF, by="call-1", now=now)
    work(now)
    services.cancel(Booking.objects.get(key="call-2"), by="call-2", now=now)
    for moment in (now, NINE - dt.timedelta(hours=20) + after, NINE - HALF + after, NINE + HALF + after):
        work(moment)


def work(now: dt.datetime) -> None:
    """What a runner of due work does."""
    while claimed := jobs.claim(now, limit=4):
        for due_id, claim in claimed:
            jobs.run(due_id, claim, now=now)


@pytest.fixture
def clinic(transactional_db: None) -> None:
    """One person who gives one service; nobody is written to by night."""
    site = Site.objects.create(name="Clinic", zone="America/Toronto", country="CA", languages=["en"])
    Business.objects.create(site=site)
    service = Service.objects.create(site=site, code="visit", names={"en": "visit"}, duration=30, step=30)
    service.resources.add(staff(site, "Ann"))


def in_a_process_of_its_own(life: Callable[[], None], *, dies_at: int) -> list[int]:
    """Live in a fork, which is killed at its nth moment. Of one that lives on: its most dangerous moments, and its
    last; of one that was killed: none.

    A moment is before or after a statement to the database: all that is done outside lies between two of them.
    """
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        moments, dangerous = count(1), []

        def passing() -> int:
            moment = next(moments)
            if moment == dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return moment

        def dying(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
            before = passing()
            if sql.startswith(NOTED) and "provider_id" in sql:
                dangerous.append(before)
            result = execute(sql, *args)
            passing()
            return result

        try:
            connection.execute_wrappers.append(dying)
            life()
            os.write(writing, " ".join(map(str, [*dangerous, next(moments)])).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        moments_told = told.read()
    os.waitpid(child, 0)
    return [int(moment) for moment in moments_told.split()]


def world(carrier: Carrier) -> tuple[object, ...]:
    """What there is in the end, here and at the carrier."""
    bookings = sorted(Booking.objects.values_list("key", "status", "start"))
    sent = Counter((form["To"], form["Body"]) for form in carrier.of("Messages"))
    messages = Counter(Message.objects.values_list("to", "template", "status"))
    return bookings, sent, messages, Due.objects.count()


def empty(carrier: Carrier) -> None:
    """Back to the morning of the day."""
    for model in (Message, Due):
        model.objects.all().delete()
    Booking.objects.all().delete()
    carrier.requests.clear()
    carrier.sent.clear()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are killed as Unix does it")
def test_wherever_the_power_goes_nothing_is_lost_and_nothing_done_twice(clinic: None, twilio: Carrier) -> None:
    *dangerous, last = in_a_process_of_its_own(live, dies_at=0)
    expected = world(twilio)
    sent = expected[1]
    assert last > 100
    assert isinstance(sent, Counter)
    assert set(sent.values()) == {1}
    assert len(sent) == 3 + 2 + 4, "booked, changed, and two reminders of each that stands"
    assert len(dangerous) == len(sent)
    for dies_at in sorted({*dangerous, *range(1, last, last // SAMPLES)}):
        empty(twilio)
        assert in_a_process_of_its_own(live, dies_at=dies_at) == []
        live(AGAIN)
        assert world(twilio) == expected, f"killed at moment {dies_at} of {last}"
