"""Days on which the clocks change: times that do not exist, times that come twice, and hours that pass meanwhile."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.contract import Kind
from parley.understanding.entities import Reading, parse
from parley.understanding.entities.calendar import midnight
from parley.understanding.entities.changes import Change, around_gap, change_at

CHICAGO = ZoneInfo("America/Chicago")
PARIS = ZoneInfo("Europe/Paris")


def time_of(said: str, *, now: dt.datetime) -> Reading:
    (found,) = parse(said, language="en", now=now, kinds=frozenset({Kind.TIME}))
    return found


def test_a_time_that_the_clocks_leave_out():
    """Half past two on 8 March 2026 in Chicago is kept as it was said, so that it can be asked about."""
    found = time_of("tomorrow at two thirty in the morning", now=dt.datetime(2026, 3, 7, 10, tzinfo=CHICAGO))
    assert (found.value, found.ambiguous, found.change) == ("02:30", (), Change.GAP)
    assert found.sure < 0.7


def test_a_time_that_comes_twice():
    found = time_of("tomorrow at one thirty a m", now=dt.datetime(2026, 10, 31, 10, tzinfo=CHICAGO))
    assert (found.value, found.change) == ("01:30", Change.TWICE)


@pytest.mark.parametrize("said", ["tomorrow at three in the morning", "tomorrow at one in the morning"])
def test_the_hours_beside_the_gap_are_as_ever(said: str):
    found = time_of(said, now=dt.datetime(2026, 3, 7, 10, tzinfo=CHICAGO))
    assert found.change is None


@pytest.mark.parametrize(
    ("said", "now", "time"),
    [
        ("in three hours", dt.datetime(2026, 3, 7, 23, tzinfo=CHICAGO), "03:00"),
        ("in four hours", dt.datetime(2026, 10, 31, 23, tzinfo=CHICAGO), "02:00"),
        ("in three hours", dt.datetime(2026, 3, 12, 10, tzinfo=CHICAGO), "13:00"),
    ],
)
def test_so_long_from_now_is_elapsed_time(said: str, now: dt.datetime, time: str):
    assert time_of(said, now=now).value == time


def test_tomorrow_is_a_day_of_the_calendar_also_when_it_has_25_hours():
    now = dt.datetime(2026, 10, 24, 23, 30, tzinfo=PARIS)
    (found,) = parse("demain", language="fr", now=now, kinds=frozenset({Kind.DATE}))
    assert found.value == "2026-10-25"


def test_without_a_zone_nothing_changes():
    assert change_at(midnight(2026, 3, 8) + dt.timedelta(hours=2, minutes=30), None) is None


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    at=st.integers(0, 4 * 365 * 24 * 60).map(lambda minutes: midnight(2024) + dt.timedelta(minutes=minutes)),
    zone=st.sampled_from([CHICAGO, PARIS, ZoneInfo("Asia/Seoul"), ZoneInfo("Australia/Lord_Howe")]),
)
def test_a_wall_time_is_in_a_gap_or_comes_back(at: dt.datetime, zone: ZoneInfo):
    back = at.replace(tzinfo=zone).astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None)
    assert (change_at(at, zone) is Change.GAP) == (back != at)


@pytest.mark.parametrize("zone", [CHICAGO, PARIS, ZoneInfo("Australia/Lord_Howe")])
def test_what_is_offered_around_a_gap_exists(zone: ZoneInfo):
    minutes = (midnight(2026) + dt.timedelta(minutes=30 * n) for n in range(365 * 48))
    gaps = [at for at in minutes if change_at(at, zone) is Change.GAP]
    assert gaps
    for at in gaps:
        after, before = around_gap(at, zone)
        assert before < at < after
        assert change_at(after, zone) is not Change.GAP
        assert change_at(before, zone) is not Change.GAP
        assert change_at(after - dt.timedelta(minutes=1), zone) is Change.GAP
