"""Leave that is entered over bookings takes none away: they are listed until they are settled."""

import datetime as dt

from parley.scheduling import services
from parley.scheduling.displaced import displaced
from parley.scheduling.models import Booking, Busy, Override, Resource, Service, Site
from tests.scheduling.conftest import at

CUSTOMER = services.Attendee(name="Customer", phone="+14165550123")


def booked(service: Service, now: dt.datetime, text: str) -> Booking:
    return services.book(service, at(text), CUSTOMER, by="c1", key=text, now=now)


def test_a_booking_under_leave_is_kept_and_listed(
    site: Site, ann: Resource, cleaning: Service, now: dt.datetime
) -> None:
    under, beside = (booked(cleaning, now, text) for text in ("2026-03-16 10:00", "2026-03-17 10:00"))
    assert displaced(site, now=now) == []
    Override.objects.create(site=site, resource=ann, day=dt.date(2026, 3, 16), opens=False, reason="on leave")
    (found,) = displaced(site, now=now)
    assert (found.booking.pk, found.reason, found.elsewhere) == (under.pk, "on leave", False)
    assert {row.status for row in Booking.objects.filter(pk__in=[under.pk, beside.pk])} == {Booking.Status.BOOKED}


def test_leave_for_a_part_of_the_day_concerns_what_it_covers(
    site: Site, ann: Resource, cleaning: Service, now: dt.datetime
) -> None:
    morning, _afternoon = (booked(cleaning, now, text) for text in ("2026-03-16 10:00", "2026-03-16 14:00"))
    Override.objects.create(
        site=site, resource=ann, day=dt.date(2026, 3, 16), opens=False, start=dt.time(9), end=dt.time(12)
    )
    assert [each.booking.pk for each in displaced(site, now=now)] == [morning.pk]


def test_what_was_cancelled_or_moved_is_settled(
    site: Site, ann: Resource, cleaning: Service, now: dt.datetime
) -> None:
    booking = booked(cleaning, now, "2026-03-16 10:00")
    Override.objects.create(site=site, resource=ann, day=dt.date(2026, 3, 16), opens=False)
    assert len(displaced(site, now=now)) == 1
    services.cancel(booking, by="staff", now=now, reason="leave")
    assert displaced(site, now=now) == []


def test_time_that_an_outside_calendar_takes_afterwards_is_flagged(
    site: Site, ann: Resource, cleaning: Service, now: dt.datetime
) -> None:
    booking = booked(cleaning, now, "2026-03-16 10:00")
    Busy.objects.create(
        resource=ann, start=at("2026-03-16 09:45"), end=at("2026-03-16 10:15"), source="google", external_id="e1"
    )
    (found,) = displaced(site, now=now)
    assert (found.booking.pk, found.elsewhere) == (booking.pk, True)
