"""The page of outside calendars, without a browser: consent, connecting, deciding, and who may."""

import datetime as dt
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from parley.accounts.models import User
from parley.accounts.sealing import unseal
from parley.contract import Role
from parley.jobs.models import Due
from parley.scheduling import services
from parley.scheduling.availability import Wish, search
from parley.scheduling.calendars.models import Account, Disagreement, Entry, Link
from parley.scheduling.models import Booking, Busy, Service, Site
from parley.skills.appointments import demo
from parley.web.dashboard.words import words
from tests.scheduling.calendars.conftest import ANN, GoogleSide, google, radicale, work_off
from tests.scheduling.calendars.google_server import Google, refusal
from tests.scheduling.calendars.radicale_server import PASSWORD, USER, Radicale

pytestmark = pytest.mark.django_db
SAID = words("en")["outside"]
__all__ = ["google", "radicale"]


@pytest.fixture
def site() -> Site:
    return demo.build(now=timezone.now(), zone="America/Toronto", lived_in=False)


@pytest.fixture
def desk(site: Site) -> Client:
    client = Client()
    client.force_login(User.objects.create_user("desk", role=Role.FRONT_DESK.value))
    return client


def go(client: Client, name: str, *args: Any, **form: str | list[str]) -> str:
    """Send a form and follow; what the page says then."""
    return client.post(reverse(f"dashboard:{name}", args=args), form, follow=True).text


def consent(desk: Client, google: Google) -> dict[str, str]:
    """Set out for Google, which remembers the challenge; what the browser would carry back."""
    answer = desk.get(reverse("dashboard:google"))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}
    assert answer["Location"].startswith("https://accounts.google.com/")
    assert (asked["access_type"], asked["code_challenge_method"]) == ("offline", "S256")
    assert asked["redirect_uri"] == "https://voice.example.org/dashboard/calendars/google/back/"
    google.code = {"code": "granted", "challenge": asked["code_challenge"]}
    return {"code": "granted", "state": asked["state"]}


def test_google_is_connected_by_consent_and_a_calendar_put_in_use(desk: Client, google: Google, site: Site):
    back = consent(desk, google)
    text = desk.get(reverse("dashboard:google_back"), back, follow=True).text
    assert SAID["connected"] in text
    account = Account.objects.get()
    assert (account.name, unseal(account.sealed)["refresh_token"]) == (ANN, "refresh-me")
    assert "refresh-me" not in account.sealed

    staff = site.resources.filter(kind="staff").order_by("name").first()
    assert staff is not None
    form = {"calendar": ANN, "staff": str(staff.pk), "shows": "name"}
    assert SAID["linked"] in go(desk, "link", account.pk, **form)
    assert (list(Link.objects.get().resources.all()), Link.objects.get().shows) == ([staff], "name")
    work_off(timezone.now())
    text = desk.get(reverse("dashboard:calendars")).text
    assert staff.name in text
    assert SAID["all_linked"] not in text, "the holidays can only be read, and block"
    assert go(desk, "account", account.pk, do="disconnect").count(SAID["disconnected"]) == 1
    assert google.withdrawn == ["refresh-me"]
    assert not Account.objects.exists()
    assert not google.channels


def test_one_calendar_is_the_time_of_several_and_one_that_can_only_be_read_blocks(
    desk: Client, google: Google, site: Site
):
    desk.get(reverse("dashboard:google_back"), consent(desk, google))
    account = Account.objects.get()
    two = [str(each.pk) for each in site.resources.filter(kind="staff").order_by("name")[:2]]
    calendar = {"calendar": "holidays@example.com"}
    assert SAID["nobody"] in go(desk, "link", account.pk, **calendar, shows="absent")
    assert SAID["readonly"] in go(desk, "link", account.pk, **calendar, staff=two, shows="nothing")
    assert SAID["linked"] in go(desk, "link", account.pk, **calendar, staff=two, shows="absent")
    link = Link.objects.get()
    assert link.resources.count() == 2
    assert SAID["saved"] in go(desk, "linked", link.pk, do="change", staff=two[:1], shows="absent")
    assert [str(each.pk) for each in link.resources.all()] == two[:1]
    assert SAID["nobody"] in go(desk, "linked", link.pk, do="change", shows="absent")
    google.fail(refusal(503, "backendError"), path="/revoke")
    assert SAID["disconnected_here"] in go(desk, "account", account.pk, do="disconnect")


def test_a_consent_that_was_not_asked_for_connects_nothing(desk: Client, google: Google):
    url = reverse("dashboard:google_back")
    assert SAID["not_asked"] in desk.get(url, {"code": "granted", "state": "guessed"}, follow=True).text
    back = consent(desk, google)
    assert SAID["not_asked"] in desk.get(url, back | {"state": "another"}, follow=True).text
    assert SAID["not_asked"] in desk.get(url, back, follow=True).text, "a state is good for one answer"
    back = consent(desk, google)
    desk.get(url, back, follow=True)
    assert Account.objects.count() == 1


def test_a_consent_that_was_refused_or_given_by_half_is_said(desk: Client, google: Google):
    url = reverse("dashboard:google_back")
    state = consent(desk, google)["state"]
    assert SAID["not_granted"] in desk.get(url, {"error": "access_denied", "state": state}, follow=True).text
    google.granted = "https://www.googleapis.com/auth/calendar.events"
    assert SAID["not_granted"] in desk.get(url, consent(desk, google), follow=True).text
    back = consent(desk, google)
    google.code = {}
    assert SAID["not_granted"] in desk.get(url, back, follow=True).text
    assert not Account.objects.exists()


def test_without_a_client_at_google_the_page_says_what_is_missing(desk: Client, settings: Any, tmp_path: Path):
    text = desk.get(reverse("dashboard:calendars")).text
    assert SAID["google_missing"] in text
    assert reverse("dashboard:google") not in text
    assert SAID["not_configured"] in desk.get(reverse("dashboard:google"), follow=True).text
    (tmp_path / "service.json").write_text('{"type": "service_account"}')
    settings.PARLEY = settings.PARLEY.model_copy(update={"google_credentials_path": tmp_path / "service.json"})
    assert SAID["google_missing"] in desk.get(reverse("dashboard:calendars")).text


def test_a_caldav_server_is_connected_and_its_password_never_shown(desk: Client, radicale: Radicale, site: Site):
    form = {"url": radicale.url, "user": USER, "password": "guessed"}
    wrong = go(desk, "caldav", **form)
    assert SAID["wrong_password"] in wrong
    assert radicale.url in wrong, "what was typed stands there still"
    assert "guessed" not in wrong
    assert SAID["bad_address"] in go(desk, "caldav", **form | {"url": "http://calendar.example.org"})
    assert SAID["away"] in go(desk, "caldav", **form | {"url": "http://127.0.0.1:1"})
    text = go(desk, "caldav", **form | {"password": PASSWORD})
    assert SAID["connected"] in text
    assert PASSWORD not in text
    account = Account.objects.get()
    staff = site.resources.filter(kind="staff").first()
    assert staff is not None
    go(desk, "link", account.pk, calendar=radicale.calendar, staff=str(staff.pk), shows="nothing")
    work_off(timezone.now())
    link = Link.objects.get()
    assert SAID["read"] in go(desk, "linked", link.pk, do="read")
    assert SAID["saved"] in go(desk, "linked", link.pk, do="change", staff=str(staff.pk), shows="all")
    assert Link.objects.get().shows == "all"
    radicale.broken = ["503 Busy"] * 5
    text = go(desk, "linked", link.pk, do="read")
    assert SAID["away"] in text
    assert words("en")["outside_errors"]["away"] in text
    radicale.broken = []
    assert SAID["listed"] in go(desk, "account", account.pk, do="list")
    assert SAID["unlinked"] in go(desk, "linked", link.pk, do="unlink")
    assert not Due.objects.filter(owner="calendars").exists()


@pytest.fixture
def disputed(desk: Client, google: Google, site: Site) -> Booking:
    """An appointment that Ann has dragged into the night."""
    desk.get(reverse("dashboard:google_back"), consent(desk, google))
    service, now = Service.objects.get(code="cleaning"), timezone.now()
    free = search(service, Wish(start=now + dt.timedelta(days=3)), now=now, most=1)[0]
    attendee = services.Attendee(name="Rosa Parker", phone="+15145550177")
    booking = services.book(service, free.start, attendee, by="test", key="one", now=now)
    go(desk, "link", Account.objects.get().pk, calendar=ANN, staff=str(booking.resource_id), shows="nothing")
    work_off(timezone.now())
    night = free.start.replace(hour=3)
    GoogleSide(google).move(Entry.objects.get().external_id, night, night + (free.end - free.start))
    go(desk, "linked", Link.objects.get().pk, do="read")
    return booking


def test_what_the_rules_refused_is_decided_by_staff(desk: Client, google: Google, disputed: Booking):
    text = desk.get(reverse("dashboard:calendars")).text
    assert SAID["to_decide"] in text
    assert words("en")["outside_why"]["hours"] in text
    assert words("en")["decisions"] in desk.get(reverse("dashboard:overview")).text
    row = Disagreement.objects.get()
    assert SAID["decided"] in go(desk, "decide", row.pk, choice="theirs")
    disputed.refresh_from_db()
    assert disputed.start == row.start
    assert "user:" not in desk.get(reverse("dashboard:appointment", args=[disputed.pk])).text
    row.refresh_from_db()
    assert (row.choice, row.settled_by[:5]) == ("theirs", "user:")
    assert words("en")["why"]["changed"] in go(desk, "decide", row.pk, choice="ours"), "once"


def test_ours_is_kept(desk: Client, google: Google, disputed: Booking):
    go(desk, "decide", Disagreement.objects.get().pk, choice="ours")
    work_off(timezone.now())
    assert [start for _, start, _ in GoogleSide(google).seen()] == [disputed.start]
    assert SAID["to_decide"] not in desk.get(reverse("dashboard:calendars")).text


def test_an_appointment_that_something_else_overlaps_is_shown(desk: Client, google: Google, disputed: Booking):
    go(desk, "decide", Disagreement.objects.get().pk, choice="ours")
    work_off(timezone.now())
    GoogleSide(google).block(disputed.start, disputed.end)
    go(desk, "linked", Link.objects.get().pk, do="read")
    text = desk.get(reverse("dashboard:calendars")).text
    assert SAID["overlaps"] in text
    shown = reverse("dashboard:calendar") + f"?day={disputed.start.date()}"
    assert SAID["busy"] in desk.get(shown).text
    Busy.objects.all().delete()
    assert SAID["busy"] not in desk.get(shown).text
    assert SAID["overlaps"] not in desk.get(reverse("dashboard:calendars")).text


def test_a_limit_of_google_while_consenting_is_said(desk: Client, google: Google):
    back = consent(desk, google)
    google.fail(refusal(403, "rateLimitExceeded"), path="calendarList")
    text = desk.get(reverse("dashboard:google_back"), back, follow=True).text
    assert SAID["away"] in text


def test_only_staff_may(site: Site, google: Google):
    client = Client()
    for name in ("calendars", "google", "google_back"):
        assert client.get(reverse(f"dashboard:{name}"))["Location"].startswith("/login/")
    client.force_login(User.objects.create_user("somebody"))
    for name in ("calendars", "google"):
        assert client.get(reverse(f"dashboard:{name}")).status_code == 403
    assert client.post(reverse("dashboard:caldav"), {"url": "x"}).status_code == 403


def test_what_is_unknown_is_not_found(desk: Client):
    for name, key in (("account", 99), ("linked", 99), ("link", 99)):
        assert desk.post(reverse(f"dashboard:{name}", args=[key])).status_code == 404


def test_the_history_names_the_calendar(desk: Client, google: Google, disputed: Booking):
    go(desk, "decide", Disagreement.objects.get().pk, choice="ours")
    work_off(timezone.now())
    GoogleSide(google).delete(Entry.objects.get().external_id)
    go(desk, "linked", Link.objects.get().pk, do="read")
    text = desk.get(reverse("dashboard:appointment", args=[disputed.pk])).text
    assert "Google Calendar" in text
    assert "Deleted in the calendar" in text
