"""The charts of the dashboard: what is counted on which day, and where its bars stand."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from parley.channels.telephone import calls
from parley.records import services as records
from parley.scheduling.models import Booking, Change, Resource, Site
from parley.web.dashboard.charts import DAYS, HEIGHT, Chart, charts

TORONTO = ZoneInfo("America/Toronto")
NOW = dt.datetime(2030, 3, 11, 12, tzinfo=TORONTO)
"""The day after the clocks went forward."""


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(name="Clinic", zone="America/Toronto", country="CA")


def test_each_day_is_that_of_the_place(site: Site) -> None:
    late, early = dt.datetime(2030, 3, 9, 23, 30, tzinfo=TORONTO), dt.datetime(2030, 3, 10, 0, 30, tzinfo=TORONTO)
    long_ago = NOW - dt.timedelta(days=DAYS)
    for number, at in enumerate((late, early, NOW, long_ago)):
        call = calls.arrive(f"CA{number}", phone="", line="", language="en", now=at)
        if at is not NOW:
            records.end_conversation(call.conversation_id, outcome="hung_up" if number else "ended", now=at)
    called, _, outcomes = charts(site, now=NOW)
    assert called.days[-1] == NOW.date()
    assert len(called.days) == DAYS
    assert [row for row in called.rows if any(row[1])] == [
        (dt.date(2030, 3, 11), (1,)),
        (dt.date(2030, 3, 10), (1,)),
        (dt.date(2030, 3, 9), (1,)),
    ]
    assert [row for row in outcomes.rows if any(row[1])] == [
        (dt.date(2030, 3, 10), (0, 0, 1, 0, 0)),
        (dt.date(2030, 3, 9), (1, 0, 0, 0, 0)),
    ]


def test_appointments_count_on_the_day_on_which_they_were_made(site: Site) -> None:
    ann = Resource.objects.create(site=site, name="Ann")
    start = NOW + dt.timedelta(days=30)
    end = start + dt.timedelta(minutes=30)
    booking = Booking.objects.create(
        resource=ann, status="booked", start=start, end=end, busy_from=start, busy_until=end, key="k"
    )
    for what in ("booked", "moved"):
        Change.objects.create(booking=booking, at=NOW, by="x", what=what)
    assert charts(site, now=NOW)[1].rows[0] == (NOW.date(), (1,))


def test_bars_are_stacked_from_below_to_the_height_of_the_highest() -> None:
    days = (dt.date(2030, 3, 10), dt.date(2030, 3, 11))
    chart = Chart(name="x", kinds=("one", "two"), days=days, counts=((1, 3), (0, 1)))
    assert [(bar.kind, bar.y, bar.height) for bar in chart.bars] == [
        ("one", HEIGHT * 3 / 4, HEIGHT / 4),
        ("two", 0, HEIGHT * 3 / 4),
        ("two", HEIGHT * 3 / 4, HEIGHT / 4),
    ]
    assert (chart.most, chart.total) == (4, 5)


def test_nothing_is_no_bar() -> None:
    chart = Chart(name="x", kinds=("one",), days=(dt.date(2030, 3, 10),), counts=((0,),))
    assert chart.bars == []
