"""Changing customers, services, hours and days that differ in the dashboard."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parley.accounts.models import Person, User
from parley.contract import Role
from parley.records.models import Audit
from parley.scheduling.models import Booking, Hours, Override, Resource, Service, Site
from parley.skills.appointments import demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return demo.build(now=timezone.now(), zone="America/Toronto", lived_in=False)


@pytest.fixture
def desk(site: Site) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("desk", role=Role.FRONT_DESK.value))
    return client


@pytest.fixture
def emily(site: Site) -> Resource:
    return Resource.objects.get(name="Emily Chen")


def post(client: Client, name: str, data: dict[str, Any], **where: Any) -> Any:
    return client.post(reverse(f"dashboard:{name}", kwargs=where), data)


PAGES = ("customer", "service", "new_service", "hours", "new_exception")


def address(name: str) -> str:
    subjects = {
        "customer": {"person_id": Person.objects.create(name="Ann").pk},
        "service": {"service_id": Service.objects.earliest("pk").pk},
        "hours": {"resource_id": Resource.objects.earliest("pk").pk},
    }
    return reverse(f"dashboard:{name}", kwargs=subjects.get(name, {}))


@pytest.mark.parametrize("language", ["en", "fr", "ko"])
@pytest.mark.parametrize("name", PAGES)
def test_every_form_opens_in_every_language(desk: Client, name: str, language: str) -> None:
    assert desk.get(address(name), headers={"Accept-Language": language}).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_only_staff_change_anything(client: Client, site: Site, name: str) -> None:
    assert client.get(address(name)).status_code == 302
    client.force_login(User.objects.create_user("caller", role=Role.CALLER.value))
    assert client.get(address(name)).status_code == 403


def test_a_customer_is_changed_and_it_is_audited(desk: Client) -> None:
    person = Person.objects.create(name="Ann Roy")
    data = {"name": "Ann Leroy", "phone": "514 555 0123", "email": "ann@example.com", "language": "fr"}
    assert post(desk, "customer", data, person_id=person.pk).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.phone, person.email) == ("Ann Leroy", "+15145550123", "ann@example.com")
    assert person.profile.language == "fr"
    assert Audit.objects.get(action="edit").subject == f"person:{person.pk}"


def test_who_never_chose_a_language_is_not_given_that_of_the_front_desk(desk: Client, emily: Resource) -> None:
    person, now = Person.objects.create(name="Ann"), timezone.now()
    end = now + dt.timedelta(minutes=15)
    times = {"start": now, "end": end, "busy_from": now, "busy_until": end}
    Booking.objects.create(resource=emily, person=person, status=Booking.Status.BOOKED, language="fr", **times)
    place = reverse("dashboard:customer", args=[person.pk])
    page = desk.get(place, headers={"Accept-Language": "ko"}).content.decode()
    assert '<option value="fr" selected>' in page


def test_a_number_that_is_none_changes_nothing(desk: Client) -> None:
    person = Person.objects.create(name="Ann Roy")
    answer = post(desk, "customer", {"name": "X", "phone": "soon", "language": "en"}, person_id=person.pk)
    assert answer.status_code == 422
    person.refresh_from_db()
    assert person.name == "Ann Roy"


GIVEN = {"duration": 40, "buffer_after": 5, "step": 20, "notice": 120, "horizon_days": 90, "active": "on"}


def test_a_service_is_changed_and_another_is_added(desk: Client, emily: Resource) -> None:
    row = Service.objects.get(code="vaccination")
    data = GIVEN | {"name_en": "jab", "name_fr": "vaccin", "name_ko": "", "staff": [emily.pk]}
    assert post(desk, "service", data, service_id=row.pk).status_code == 302
    row.refresh_from_db()
    assert row.names == {"en": "jab", "fr": "vaccin"}
    assert (row.duration, row.buffer_after, row.step, row.notice, row.horizon_days) == (40, 5, 20, 120, 90)
    assert list(row.resources.all()) == [emily]
    for code in ("hearing-test", "hearing-test-2"):
        assert post(desk, "new_service", GIVEN | {"name_en": "Hearing test"}).status_code == 302
        assert Service.objects.filter(code=code).exists()


@pytest.mark.parametrize("change", [{"duration": 0}, {"name_en": ""}, {"notice": -1}, {"step": "often"}])
def test_a_service_that_makes_no_sense_is_refused(desk: Client, change: dict[str, Any]) -> None:
    count = Service.objects.count()
    assert post(desk, "new_service", GIVEN | {"name_en": "x"} | change).status_code == 422
    assert Service.objects.count() == count


def test_weekly_hours_are_replaced_and_those_between_dates_stay(desk: Client, emily: Resource) -> None:
    Hours.objects.create(
        resource=emily, weekday=0, opens=dt.time(8), closes=dt.time(9), valid_from=dt.date(2030, 1, 1)
    )
    data = {"opens_1_0": "09:00", "closes_1_0": "12:00", "opens_1_1": "13:00", "closes_1_1": "00:00"}
    assert post(desk, "hours", data, resource_id=emily.pk).status_code == 302
    rows = list(emily.hours.filter(valid_from=None).order_by("opens").values_list("weekday", "opens", "closes"))
    assert rows == [(1, dt.time(9), dt.time(12)), (1, dt.time(13), dt.time(0))]
    assert emily.hours.exclude(valid_from=None).count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {"opens_1_0": "12:00", "closes_1_0": "09:00"},
        {"opens_1_0": "09:00"},
        {"closes_1_0": "09:00"},
        {"opens_1_0": "09:00", "closes_1_0": "12:00", "opens_1_1": "11:00", "closes_1_1": "13:00"},
        {"opens_1_0": "nine", "closes_1_0": "12:00"},
    ],
)
def test_hours_that_make_no_sense_are_refused(desk: Client, emily: Resource, data: dict[str, str]) -> None:
    before = list(emily.hours.values_list("weekday", "opens", "closes"))
    assert post(desk, "hours", data, resource_id=emily.pk).status_code == 422
    assert list(emily.hours.values_list("weekday", "opens", "closes")) == before


def test_a_day_differs_and_is_as_usual_again(desk: Client, site: Site, emily: Resource) -> None:
    Override.objects.all().delete()
    data = {"day": "2030-12-24", "whose": emily.pk, "kind": "open", "start": "09:00", "end": "12:00", "reason": "x"}
    assert post(desk, "new_exception", data).status_code == 302
    row = Override.objects.get()
    assert (row.site, row.resource, row.opens, row.start, row.end) == (site, emily, True, dt.time(9), dt.time(12))
    assert post(desk, "as_usual", {}, override_id=row.pk).status_code == 302
    assert not Override.objects.exists()


@pytest.mark.parametrize(
    "change", [{"day": "soon"}, {"kind": "open"}, {"start": "09:00"}, {"start": "12:00", "end": "09:00"}]
)
def test_a_day_that_makes_no_sense_is_refused(desk: Client, site: Site, change: dict[str, str]) -> None:
    count = Override.objects.count()
    assert post(desk, "new_exception", {"day": "2030-12-24", "kind": "closed"} | change).status_code == 422
    assert Override.objects.count() == count


@pytest.mark.parametrize("name", ["service", "hours", "as_usual"])
def test_what_is_not_there_is_not_found(desk: Client, name: str) -> None:
    where = {"service": "service_id", "hours": "resource_id", "as_usual": "override_id"}[name]
    assert post(desk, name, {}, **{where: 987_654}).status_code == 404
