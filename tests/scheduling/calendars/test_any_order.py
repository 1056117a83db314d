"""Whatever both sides do, in any order, with calls that fail and deliveries that are lost: in the end they agree."""

import datetime as dt
import random

import pytest

from parley.contract import BusinessError
from parley.jobs import services as jobs
from parley.messaging.models import Message
from parley.scheduling import services
from parley.scheduling.calendars import settling
from parley.scheduling.calendars.models import Entry, Link
from parley.scheduling.models import Booking, Busy, Change, Service
from tests.scheduling.calendars.conftest import ANN, GoogleSide
from tests.scheduling.calendars.google_server import Google, refusal
from tests.scheduling.calendars.test_both_ways import HALF, MONDAY
from tests.scheduling.conftest import at

pytestmark = pytest.mark.django_db
STEPS = 30
FAILURES = (refusal(503, "backendError"), refusal(403, "rateLimitExceeded"), "half", "drop")
OURS = [Booking.Status.BOOKED, Booking.Status.CANCELLED]


class Story:
    """One sequence of what people and machines do, drawn by its number."""

    def __init__(self, number: int, google: Google, link: Link, service: Service, now: dt.datetime) -> None:
        self.draw = random.Random(number)
        self.google, self.side, self.link, self.service, self.now = google, GoogleSide(google), link, service, now
        self.theirs: dict[str, tuple[dt.datetime, dt.datetime]] = {}

    def tell(self) -> None:
        """All of it, and then peace: no failures, and time enough for every job."""
        for _ in range(STEPS):
            self.now += dt.timedelta(minutes=self.draw.choice((0, 1, 7)))
            self.draw.choice(
                (self.book, self.move, self.cancel, self.drag, self.drag, self.delete, self.block, self.fail)
            )()
            if self.draw.random() < 0.6:
                self.work()
        self.google.fails.clear()
        self.google.after.clear()
        for row in settling.open_ones(self.link.account.site):
            settling.settle(row, "ours", by="user:1", now=self.now)
        for _ in range(12):
            self.now += dt.timedelta(hours=2)
            while self.work():
                pass

    def work(self) -> int:
        claimed = jobs.claim(self.now, limit=10)
        for due_id, claim in claimed:
            jobs.run(due_id, claim, now=self.now)
        return len(claimed)

    def time(self) -> dt.datetime:
        return at(f"{MONDAY} 09:00") + self.draw.randrange(16) * HALF

    def booking(self) -> Booking | None:
        rows = list(Booking.objects.filter(status="booked").order_by("key"))
        return self.draw.choice(rows) if rows else None

    def book(self) -> None:
        attendee = services.Attendee(name="Rosa Parker", phone="+15145550177")
        key = str(self.draw.random())
        self.trying(lambda: services.book(self.service, self.time(), attendee, by="test", key=key, now=self.now))

    def move(self) -> None:
        if booking := self.booking():
            self.trying(lambda: services.reschedule(booking, self.time(), by="test", now=self.now))

    def cancel(self) -> None:
        if booking := self.booking():
            self.trying(lambda: services.cancel(booking, by="test", now=self.now))

    def drag(self) -> None:
        if name := self.entry():
            start = self.time()
            self.side.move(name, start, start + HALF)

    def delete(self) -> None:
        if name := self.entry():
            self.side.delete(name)

    def block(self) -> None:
        start = self.time()
        if self.theirs and self.draw.random() < 0.5:
            name = self.draw.choice(sorted(self.theirs))
            self.side.move(name, start, start + HALF)
        else:
            name = self.side.block(start, start + HALF, f"theirs{len(self.theirs):04}")
        self.theirs[name] = (start, start + HALF)

    def fail(self) -> None:
        if self.draw.random() < 0.5:
            self.google.after = ["drop"] * self.draw.choice((1, 2))
        else:
            self.google.fail(self.draw.choice(FAILURES), times=self.draw.choice((1, 2, 3)), path="/events")

    def entry(self) -> str:
        names = sorted(event["id"] for event in self.google.live(ANN) if event["id"] not in self.theirs)
        return self.draw.choice(names) if names else ""

    @staticmethod
    def trying(action: object) -> None:
        try:
            action()  # type: ignore[operator]
        except BusinessError:
            return


@pytest.mark.parametrize("number", range(8))
def test_in_the_end_both_sides_agree(
    number: int, google_link: Link, google: Google, cleaning: Service, now: dt.datetime
):
    story = Story(number, google, google_link, cleaning, now)
    story.tell()
    for row in settling.open_ones(google_link.account.site):  # what came in while ours was written back
        settling.settle(row, "ours", by="user:1", now=story.now)
    while story.work():
        pass
    here = sorted(Booking.objects.filter(status="booked").values_list("start", "end"))
    entries = [event for event in google.live(ANN) if event["id"] not in story.theirs]
    there = sorted(
        tuple(dt.datetime.fromisoformat(event[side]["dateTime"]) for side in ("start", "end")) for event in entries
    )
    assert there == here
    assert not Entry.objects.filter(state__in=("waiting", "disputed")).exists()
    assert sorted(Busy.objects.values_list("start", "end")) == sorted(story.theirs.values())
    changes = Change.objects.filter(what__in=("booked", "moved", "cancelled")).count()
    assert Message.objects.filter(purpose="confirmation").count() == changes, (
        "each change is told once, and nothing else"
    )
    link = Link.objects.get()
    assert (link.error, link.failures) == ("", 0)
