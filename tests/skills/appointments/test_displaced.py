"""REST: bookings that time off, entered later, has fallen upon."""

import datetime as dt

import pytest
from django.test import Client

from parley.accounts import services as accounts
from parley.scheduling import services
from parley.scheduling.models import Hours, Override, Resource, Service, Site
from parley.skills.appointments.models import Business

pytestmark = pytest.mark.django_db


def test_a_booking_under_leave_is_listed_until_the_leave_ends() -> None:
    site = Site.objects.create(name="Clinic", zone="America/Toronto", country="CA", closed_on_holidays=False)
    Business.objects.create(site=site)
    ann = Resource.objects.create(site=site, name="Ann")
    for weekday in range(7):
        Hours.objects.create(resource=ann, weekday=weekday, opens=dt.time(9), closes=dt.time(17))
    visit = Service.objects.create(site=site, code="visit", names={"en": "visit"}, duration=30, step=30)
    visit.resources.add(ann)
    now = dt.datetime.now(dt.UTC)
    day = now.astimezone(ann.time_zone).date() + dt.timedelta(days=7)
    start = dt.datetime.combine(day, dt.time(10), tzinfo=ann.time_zone)
    customer = services.Attendee(name="Jo Brown", phone="+15145550123")
    booking = services.book(visit, start, customer, by="c1", key="k1", now=now)
    _, token = accounts.issue_key(name="desk", scopes=["appointments:read"])
    client = Client(headers={"X-API-Key": token})
    assert client.get("/appointments/displaced").json() == []
    leave = Override.objects.create(site=site, resource=ann, day=day, opens=False, reason="on leave")
    (listed,) = client.get("/appointments/displaced").json()
    assert (listed["id"], listed["resource"], listed["name"]) == (str(booking.pk), "Ann", "Jo Brown")
    assert (listed["reason"], listed["elsewhere"]) == ("on leave", False)
    leave.delete()
    assert client.get("/appointments/displaced").json() == []
