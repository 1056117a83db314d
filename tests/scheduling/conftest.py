"""A small clinic in Toronto."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from parley.scheduling.models import Hours, Resource, Service, Site

TORONTO = ZoneInfo("America/Toronto")


def at(text: str) -> dt.datetime:
    """A wall time in Toronto, such as `2026-03-16 09:00`."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=TORONTO)


@pytest.fixture
def now() -> dt.datetime:
    """Thursday morning."""
    return at("2026-03-12 10:00")


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(
        name="Clinic", zone="America/Toronto", country="CA", region="ON", languages=["en", "fr"]
    )


@pytest.fixture
def ann(site: Site) -> Resource:
    return staff(site, "Ann")


@pytest.fixture
def bob(site: Site) -> Resource:
    return staff(site, "Bob")


def staff(site: Site, name: str) -> Resource:
    """Somebody who works Monday to Friday, 9 to 12 and 13 to 17."""
    person = Resource.objects.create(site=site, name=name)
    for weekday in range(5):
        Hours.objects.create(resource=person, weekday=weekday, opens=dt.time(9), closes=dt.time(12))
        Hours.objects.create(resource=person, weekday=weekday, opens=dt.time(13), closes=dt.time(17))
    return person


@pytest.fixture
def cleaning(site: Site, ann: Resource) -> Service:
    service = Service.objects.create(
        site=site, code="cleaning", names={"en": "cleaning", "fr": "détartrage"}, duration=30, step=30
    )
    service.resources.add(ann)
    return service
