"""Free time follows hours, overrides, holidays, buffers, notice, horizon and what is booked."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from parley.scheduling import services
from parley.scheduling.availability import Wish, alternatives, openings, search
from parley.scheduling.models import Booking, Busy, Hours, Override, Resource, Service, Site
from parley.scheduling.reasons import Why, why_not
from parley.scheduling.spans import Span
from tests.scheduling.conftest import at


def starts(service: Service, day: str, now: dt.datetime) -> list[str]:
    found = openings(service, Span(at(f"{day} 00:00"), at(f"{day} 23:59")), now=now)
    return [opening.start.strftime("%H:%M") for opening in found]


def book(service: Service, when: str, now: dt.datetime) -> Booking:
    return services.book(
        service, at(when), services.Attendee(name="Customer"), by="test", key=f"{service.code} {when}", now=now
    )


def test_a_free_day_is_offered_on_the_grid_and_around_lunch(cleaning: Service, now: dt.datetime) -> None:
    assert starts(cleaning, "2026-03-16", now) == [
        *("09:00", "09:30", "10:00", "10:30", "11:00", "11:30"),
        *("13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30"),
    ]


def test_what_is_booked_is_not_offered_and_the_buffer_after_it_neither(cleaning: Service, now: dt.datetime) -> None:
    cleaning.buffer_after = 15
    cleaning.save()
    book(cleaning, "2026-03-16 10:00", now)
    assert starts(cleaning, "2026-03-16", now)[:3] == ["09:00", "11:00", "11:30"]


def test_a_long_service_ends_by_closing(cleaning: Service, now: dt.datetime) -> None:
    cleaning.duration = 90
    cleaning.save()
    assert starts(cleaning, "2026-03-16", now)[-1] == "15:30"


def test_notice_and_horizon_bound_the_search(cleaning: Service, now: dt.datetime) -> None:
    cleaning.notice = 24 * 60
    cleaning.horizon_days = 2
    cleaning.save()
    assert starts(cleaning, "2026-03-12", now) == []
    assert starts(cleaning, "2026-03-13", now)[0] == "10:00"
    assert starts(cleaning, "2026-03-16", now) == []


def test_overrides_close_and_open(cleaning: Service, ann: Resource, site: Site, now: dt.datetime) -> None:
    monday, saturday = dt.date(2026, 3, 16), dt.date(2026, 3, 14)
    Override.objects.create(site=site, resource=ann, day=monday, opens=False, start=dt.time(9), end=dt.time(16))
    Override.objects.create(site=site, resource=ann, day=saturday, opens=True, start=dt.time(10), end=dt.time(11))
    assert starts(cleaning, "2026-03-16", now) == ["16:00", "16:30"]
    assert starts(cleaning, "2026-03-14", now) == ["10:00", "10:30"]


def test_a_closed_site_can_still_have_one_person_in(
    cleaning: Service, ann: Resource, site: Site, now: dt.datetime
) -> None:
    monday = dt.date(2026, 3, 16)
    Override.objects.create(site=site, day=monday, opens=False)
    assert starts(cleaning, "2026-03-16", now) == []
    Override.objects.create(site=site, resource=ann, day=monday, opens=True, start=dt.time(14), end=dt.time(15))
    assert starts(cleaning, "2026-03-16", now) == ["14:00", "14:30"]


def test_a_holiday_is_closed_and_named(cleaning: Service, now: dt.datetime) -> None:
    assert starts(cleaning, "2026-04-03", now) == []
    refusal = why_not(cleaning, at("2026-04-03 10:00"), now=now)
    assert refusal is not None
    assert (refusal.why, refusal.values["name"]) == (Why.HOLIDAY, "Good Friday")


def test_an_outside_event_blocks(cleaning: Service, ann: Resource, now: dt.datetime) -> None:
    Busy.objects.create(
        resource=ann, start=at("2026-03-16 09:15"), end=at("2026-03-16 09:45"), source="google", external_id="e1"
    )
    assert starts(cleaning, "2026-03-16", now)[0] == "10:00"


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [("2026-03-06", 14), ("2026-03-09", 13), ("2026-10-30", 13), ("2026-11-02", 14)],
)
def test_nine_o_clock_stays_nine_o_clock_over_the_change_of_the_clocks(
    cleaning: Service, day: str, utc_hour: int
) -> None:
    cleaning.horizon_days = 365
    cleaning.save()
    first = openings(cleaning, Span(at(f"{day} 00:00"), at(f"{day} 23:00")), now=at("2026-03-01 10:00"))[0]
    assert (first.start.hour, first.start.astimezone(dt.UTC).hour) == (9, utc_hour)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25)])
def test_a_day_that_is_open_around_the_clock_is_as_long_as_it_is(
    cleaning: Service, ann: Resource, day: str, hours: int
) -> None:
    Hours.objects.create(resource=ann, weekday=6, opens=dt.time(), closes=dt.time())
    cleaning.horizon_days = 365
    cleaning.save()
    found = openings(cleaning, Span(at(f"{day} 00:00"), at(f"{day} 23:59:59")), now=at("2026-03-01 10:00"))
    assert len(found) == hours * 2


def test_search_goes_on_over_weeks_and_keeps_to_the_wish(cleaning: Service, now: dt.datetime) -> None:
    wish = Wish(start=at("2026-03-13 00:00"), part=(dt.time(13), dt.time(14)), weekdays=frozenset({0}))
    found = search(cleaning, wish, now=now)
    assert [f"{opening.start:%m-%d %H:%M}" for opening in found] == ["03-16 13:00", "03-16 13:30", "03-23 13:00"]


def test_alternatives_are_the_nearest_in_order_of_time(cleaning: Service, now: dt.datetime) -> None:
    book(cleaning, "2026-03-16 14:00", now)
    found = alternatives(cleaning, at("2026-03-16 14:00"), Wish(start=now), now=now)
    assert [opening.start.strftime("%H:%M") for opening in found] == ["13:00", "13:30", "14:30"]


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("2026-03-11 10:00", Why.PAST),
        ("2026-03-16 08:00", Why.HOURS),
        ("2026-03-16 11:45", Why.HOURS),
        ("2026-03-15 10:00", Why.CLOSED),
        ("2027-03-15 10:00", Why.HORIZON),
        ("2026-03-16 10:00", Why.TAKEN),
    ],
)
def test_why_not(cleaning: Service, now: dt.datetime, when: str, why: Why) -> None:
    book(cleaning, "2026-03-16 10:00", now)
    refusal = why_not(cleaning, at(when), now=now)
    assert refusal is not None
    assert refusal.why is why


def test_why_not_with_somebody_who_does_not_give_it(cleaning: Service, bob: Resource, now: dt.datetime) -> None:
    refusal = why_not(cleaning, at("2026-03-16 10:00"), now=now, resource=bob)
    assert refusal is not None
    assert refusal.why is Why.NOT_GIVEN_BY


def test_a_search_asks_the_database_once_for_what_is_busy(cleaning: Service, now: dt.datetime) -> None:
    days = ("2026-03-12", "2026-03-13", "2026-03-16", "2026-03-17", "2026-03-18", "2026-03-19")
    for day in days:
        for hour in (13, 14, 15, 16):
            book(cleaning, f"{day} {hour}:00", now)
            book(cleaning, f"{day} {hour}:30", now)
    with CaptureQueriesContext(connection) as asked:
        found = search(cleaning, Wish(start=now, part=(dt.time(13), dt.time(17))), now=now)
    assert [f"{each.start:%Y-%m-%d}" for each in found] == ["2026-03-20"] * 3
    assert sum("scheduling_booking" in query["sql"] for query in asked) == 1
    assert sum("scheduling_busy" in query["sql"] for query in asked) == 1
    assert len(asked) == 4, "who may, hours, overrides, and what is busy"
