"""Google's own ways: tokens, pages, 410, limits, broken answers, a delivery that was lost, and channels."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from parley.accounts.sealing import unseal
from parley.contract import CalendarUnavailable
from parley.jobs.models import Due
from parley.messaging.models import Message
from parley.scheduling import services
from parley.scheduling.calendars import connecting, watching, work
from parley.scheduling.calendars.models import Account, Entry, Link
from parley.scheduling.calendars.provider import Refused
from parley.scheduling.models import Booking, Busy, Service, Site
from tests.scheduling.calendars.conftest import ANN, GoogleSide, google_secrets, reseal, work_off
from tests.scheduling.calendars.google_server import Google, refusal
from tests.scheduling.calendars.test_both_ways import MONDAY, book, read_again
from tests.scheduling.conftest import at

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def ann_sees(google: Google) -> GoogleSide:
    return GoogleSide(google)


def deliver(link: Link, now: dt.datetime) -> None:
    """One try of the outbox, as the job does it."""
    work.work("deliver", str(link.pk), now)


def next_try(link: Link, handler: str = "deliver") -> dt.datetime:
    return Due.objects.get(owner="calendars", handler=handler, subject=str(link.pk)).at


def read(link: Link, now: dt.datetime) -> None:
    found = work.find(link.pk)
    assert found is not None
    work.read_now(found, now=now)


def test_its_calendars_are_listed_and_those_that_can_only_be_read_are_not_linked(
    google_account: Account, ann: Any, now: dt.datetime
):
    assert google_account.name == ANN
    assert [row["writable"] for row in google_account.listed] == [True, True, False]
    with pytest.raises(services.Conflict):
        connecting.link(google_account, "holidays@example.com", [ann], shows="nothing", now=now)


def test_what_opens_the_account_is_nowhere_in_the_clear(google_account: Account):
    row = Account.objects.values().get()
    assert "refresh-me" not in str(row)
    assert unseal(row["sealed"])["refresh_token"] == "refresh-me"


def test_an_access_token_that_ran_out_is_renewed_and_kept(google_link: Link, google: Google, now: dt.datetime):
    reseal(google_link.account, token="old", expiry="2020-01-01T00:00:00Z")
    read(google_link, now)
    assert google.refreshed == 1
    assert unseal(Account.objects.get().sealed)["token"] == "access-1"
    read(google_link, now)
    assert google.refreshed == 1


def test_a_token_that_google_does_not_know_any_more_is_renewed_within_the_request(
    google_link: Link, google: Google, now: dt.datetime
):
    google.tokens = set()
    read(google_link, now)
    assert google.refreshed == 1


def test_a_withdrawn_consent_is_said_and_ends_when_it_is_given_again(
    google_link: Link, google: Google, ann_sees: GoogleSide, cleaning: Service, now: dt.datetime
):
    google.tokens, google.revoked = set(), True
    book(cleaning, f"{MONDAY} 09:00", now)
    deliver(google_link, now)
    google_link.refresh_from_db()
    assert (google_link.error, google_link.account.state) == ("refused", "refused")
    assert next_try(google_link) >= now + dt.timedelta(hours=1)
    google.revoked = False
    deliver(google_link, now)
    google_link.account.refresh_from_db()
    assert (google_link.account.state, len(ann_sees.seen())) == ("open", 1)


def test_only_what_changed_is_asked_for(google_link: Link, google: Google, ann_sees: GoogleSide, now: dt.datetime):
    ann_sees.block(at(f"{MONDAY} 09:00"), at(f"{MONDAY} 10:00"))
    later = read_again(google_link, now)
    google.requests.clear()
    ann_sees.block(at(f"{MONDAY} 11:00"), at(f"{MONDAY} 12:00"))
    read_again(google_link, later)
    [asked] = [path for method, path in google.requests if "/events?" in path]
    assert "syncToken=sync-1" in asked
    assert "timeMin" not in asked
    assert Busy.objects.count() == 2


def test_all_pages_are_read_and_what_breaks_off_is_read_again(
    google_link: Link, google: Google, ann_sees: GoogleSide, now: dt.datetime
):
    google.page = 2
    for hour in range(9, 16):
        ann_sees.block(at(f"{MONDAY} {hour:02}:00"), at(f"{MONDAY} {hour:02}:30"))
    google.fail("half", path="pageToken=4")
    with pytest.raises(CalendarUnavailable):
        read(google_link, now)
    assert Busy.objects.count() == 4, "two pages had come"
    assert Link.objects.get().cursor == "sync-0"
    read(google_link, now)
    assert Busy.objects.count() == 7
    assert Link.objects.get().cursor == "sync-7"


def test_a_sync_token_that_is_too_old_is_made_up_for_without_doubles(
    google_link: Link, google: Google, ann_sees: GoogleSide, cleaning: Service, now: dt.datetime
):
    kept = book(cleaning, f"{MONDAY} 09:00", now)
    moved = book(cleaning, f"{MONDAY} 10:00", now, name="Ida Moreau")
    gone = book(cleaning, f"{MONDAY} 11:00", now, name="Paul Legrand")
    work_off(now)
    stays = ann_sees.block(at(f"{MONDAY} 14:00"), at(f"{MONDAY} 15:00"))
    goes = ann_sees.block(at(f"{MONDAY} 15:00"), at(f"{MONDAY} 16:00"))
    later = read_again(google_link, now)

    ann_sees.move(Entry.objects.get(booking=moved).external_id, at(f"{MONDAY} 16:00"), at(f"{MONDAY} 16:30"))
    ann_sees.delete(Entry.objects.get(booking=gone).external_id)
    ann_sees.delete(goes)
    google.oldest = 10_000
    later = read_again(google_link, later)
    google.oldest = 0
    read_again(google_link, later)
    assert Busy.objects.get().external_id == stays
    states = {row.name: (row.status, row.start, row.version) for row in Booking.objects.all()}
    assert states == {
        "Rosa Parker": ("booked", kept.start, 1),
        "Ida Moreau": ("booked", at(f"{MONDAY} 16:00"), 2),
        "Paul Legrand": ("cancelled", gone.start, 2),
    }
    told = Message.objects.filter(purpose="confirmation").values_list("template", flat=True)
    assert sorted(told).count("appointment.moved") == sorted(told).count("appointment.cancelled") == 1
    assert len(ann_sees.seen()) == 3


@pytest.mark.parametrize(
    "trouble",
    [
        refusal(403, "rateLimitExceeded"),
        refusal(403, "userRateLimitExceeded"),
        refusal(429, "rateLimitExceeded"),
        refusal(500, "backendError"),
        (502, None),
        "half",
        "drop",
    ],
    ids=str,
)
def test_while_google_fails_bookings_stand_and_are_delivered_once_when_it_is_back(
    google_link: Link, google: Google, ann_sees: GoogleSide, cleaning: Service, now: dt.datetime, trouble: Any
):
    # A connection that drops is tried once more by the library itself.
    google.fail(trouble, times=6 if trouble == "drop" else 3, path="/events")
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    pauses = []
    for failures in (1, 2, 3):
        deliver(google_link, now)
        google_link.refresh_from_db()
        assert (google_link.failures, google_link.error) == (failures, "away")
        pauses.append(next_try(google_link) - now)
    assert dt.timedelta(seconds=5) <= pauses[0] < pauses[2]
    assert booking.status == "booked"
    deliver(google_link, now)
    deliver(google_link, now)
    google_link.refresh_from_db()
    assert (google_link.failures, google_link.error, google_link.failing_since) == (0, "", None)
    assert len(ann_sees.seen()) == 1
    assert Entry.objects.get().state == "written"


def test_a_google_that_never_answers_is_left_after_a_while(
    google_link: Link, google: Google, cleaning: Service, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("parley.scheduling.calendars.google.TIMEOUT_S", 0.2)
    google.fail("hang", path="/events", times=10)
    book(cleaning, f"{MONDAY} 09:00", now)
    deliver(google_link, now)
    google.fails.clear()
    google_link.refresh_from_db()
    assert google_link.error == "away"


def test_a_pause_that_google_asks_for_is_kept(google_link: Link, google: Google, now: dt.datetime):
    from parley.scheduling.calendars import trouble

    found = work.find(google_link.pk)
    assert found is not None
    error = CalendarUnavailable("busy", retry_after=600)
    assert trouble.met(found, error, now=now) >= now + dt.timedelta(minutes=10)


def test_a_delivery_that_arrived_and_was_not_answered_is_not_done_twice(
    google_link: Link, google: Google, ann_sees: GoogleSide, cleaning: Service, now: dt.datetime
):
    book(cleaning, f"{MONDAY} 09:00", now)
    google.after = ["drop", "drop"]
    deliver(google_link, now)
    assert (len(ann_sees.seen()), Entry.objects.get().etag) == (1, ""), "it stands there, and we do not know it"
    read(google_link, now)
    work_off(now + DAY)
    assert len(ann_sees.seen()) == 1
    assert Entry.objects.get().state == "written"
    assert not Busy.objects.exists()


def test_a_lost_delivery_that_was_moved_there_meanwhile_is_an_edit(
    google_link: Link, google: Google, ann_sees: GoogleSide, cleaning: Service, now: dt.datetime
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    google.after = ["drop", "drop"]
    deliver(google_link, now)
    ann_sees.move(ann_sees.names()[0], at(f"{MONDAY} 11:00"), at(f"{MONDAY} 11:30"))
    work_off(now + DAY)
    booking.refresh_from_db()
    assert (booking.start, booking.version) == (at(f"{MONDAY} 11:00"), 2)
    assert [start for _, start, _ in ann_sees.seen()] == [at(f"{MONDAY} 11:00")]


@pytest.mark.parametrize("lost", [1, 2])
def test_a_lost_change_is_known_again_by_its_mark(
    google_link: Link, google: Google, ann_sees: GoogleSide, cleaning: Service, now: dt.datetime, lost: int
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    deliver(google_link, now)
    services.reschedule(booking, at(f"{MONDAY} 14:00"), by="test", now=now)
    google.after = ["drop"] * lost
    deliver(google_link, now)
    google.after.clear()
    services.reschedule(booking, at(f"{MONDAY} 15:00"), by="test", now=now)
    read(google_link, now)
    booking.refresh_from_db()
    assert booking.start == at(f"{MONDAY} 15:00"), "what we had written ourselves is nobody's edit"
    work_off(now + DAY)
    assert [start for _, start, _ in ann_sees.seen()] == [at(f"{MONDAY} 15:00")]
    assert Booking.objects.get().version == 3


def test_a_calendar_that_is_not_shared_any_more_cancels_nothing(
    google_link: Link, google: Google, cleaning: Service, now: dt.datetime
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    del google.calendars[ANN]
    services.reschedule(booking, at(f"{MONDAY} 14:00"), by="test", now=now)
    deliver(google_link, now)
    google_link.refresh_from_db()
    assert google_link.error == "missing"
    booking.refresh_from_db()
    assert booking.status == "booked"


def test_days_offs_free_time_and_refusals_block_what_they_should(
    google_link: Link, google: Google, ann_sees: GoogleSide, now: dt.datetime
):
    def day(text: str) -> dict[str, str]:
        return {"date": text}

    times = {"start": {"dateTime": f"{MONDAY}T09:00:00-04:00"}, "end": {"dateTime": f"{MONDAY}T10:00:00-04:00"}}
    google.put(ANN, "day0", start=day("2026-03-17"), end=day("2026-03-18"))
    google.put(ANN, "free0", transparency="transparent", **times)
    google.put(ANN, "home0", eventType="workingLocation", **times)
    google.put(ANN, "declined0", attendees=[{"self": True, "responseStatus": "declined"}], **times)
    google.put(ANN, "accepted0", attendees=[{"self": True, "responseStatus": "accepted"}], **times)
    local = {"dateTime": f"{MONDAY}T09:00:00", "timeZone": "America/Vancouver"}
    google.put(ANN, "zone0", start=local, end=local | {"dateTime": f"{MONDAY}T09:30:00"})
    read_again(google_link, now)
    busy = {row.external_id: (row.start, row.end) for row in Busy.objects.all()}
    assert busy == {
        "day0": (at("2026-03-17 00:00"), at("2026-03-18 00:00")),
        "accepted0": (at(f"{MONDAY} 09:00"), at(f"{MONDAY} 10:00")),
        "zone0": (at(f"{MONDAY} 12:00"), at(f"{MONDAY} 12:30")),
    }


def test_a_long_holiday_stands_in_pieces_and_blocks_all_of_it(
    google_link: Link, google: Google, cleaning: Service, now: dt.datetime
):
    from parley.scheduling.reasons import why_not

    google.put(ANN, "trip0", start={"date": "2026-03-16"}, end={"date": "2026-03-21"})
    read_again(google_link, now)
    assert {row.end - row.start for row in Busy.objects.all()} == {DAY}
    for day in range(16, 21):
        assert str(why_not(cleaning, at(f"2026-03-{day} 09:00"), now=now).why) == "taken"
    assert why_not(cleaning, at("2026-03-23 09:00"), now=now) is None


def test_the_whole_is_read_again_before_the_horizon_comes_near(google_link: Link, google: Google, now: dt.datetime):
    google.requests.clear()
    work_off(now + 40 * DAY)
    assert any("timeMin" in path for _, path in google.requests)


def test_what_entries_show_is_as_little_as_was_asked_for(
    google_link: Link, google: Google, cleaning: Service, now: dt.datetime
):
    attendee = services.Attendee(name="Rosa Parker", phone="+15145550177")
    start = at(f"{MONDAY} 09:00")
    services.book(cleaning, start, attendee, by="test", key="one", now=now, description="afraid of needles")
    work_off(now)
    [event] = google.live(ANN)
    said = str({name: value for name, value in event.items() if name != "extendedProperties"})
    assert event["summary"] == "Appointment"
    assert not [word for word in ("Rosa", "+1514", "needles", "cleaning") if word in said]
    for shows, title in (("name", "Rosa Parker"), ("all", "Rosa Parker – cleaning")):
        connecting.change(google_link, list(google_link.resources.all()), shows=shows, now=now)
        work_off(now)
        [event] = google.live(ANN)
        assert (event["summary"], event["visibility"]) == (title, "private")
    assert "needles" in event["description"]


def test_the_id_is_in_the_answer_of_the_interface_at_once(google_link: Link, cleaning: Service, now: dt.datetime):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    from parley.skills.appointments.api import _done

    assert _done(booking)["appointment"]["google_calendar_event_id"] == f"p{booking.pk.hex}"


class TestChannels:
    """Google tells that something has changed."""

    def test_a_channel_is_opened_and_renewed_before_it_ends(
        self, google_link: Link, google: Google, now: dt.datetime
    ):
        google_link.refresh_from_db()
        first = google_link.channel
        assert google.channels[first]["address"] == "https://voice.example.org/calendars/changed"
        assert google_link.channel_ends == dt.datetime(2026, 3, 19, 12, tzinfo=dt.UTC)
        at_ = next_try(google_link, "watch")
        assert now < at_ <= google_link.channel_ends - DAY
        work.work("watch", str(google_link.pk), at_)
        google_link.refresh_from_db()
        assert google_link.channel != first
        assert google.stopped == [first]
        assert list(google.channels) == [google_link.channel]

    def test_only_the_right_token_makes_us_read(self, google_link: Link, google: Google, now: dt.datetime):
        google_link.refresh_from_db()
        token = google.channels[google_link.channel]["token"]
        planned = next_try(google_link, "read")

        def told(channel: str, token: str) -> int:
            headers = {"X-Goog-Channel-ID": channel, "X-Goog-Channel-Token": token, "X-Goog-Resource-State": "exists"}
            return int(Client(enforce_csrf_checks=True).post("/calendars/changed", headers=headers).status_code)

        assert told(google_link.channel, "guessed") == 403
        assert told("another", token) == 404
        assert told("", "") == 403
        assert next_try(google_link, "read") == planned
        assert told(google_link.channel, token) == 204
        assert next_try(google_link, "read") != planned

    def test_without_an_address_outside_it_is_asked_instead(
        self, google_account: Account, ann: Any, settings: Any, google: Google, now: dt.datetime
    ):
        settings.PARLEY = settings.PARLEY.model_copy(update={"public_url": ""})
        assert watching.address() == ""
        link = connecting.link(google_account, ANN, [ann], shows="nothing", now=now)
        work_off(now)
        assert not google.channels
        assert next_try(link, "read") <= now + dt.timedelta(minutes=6)

    def test_a_channel_that_cannot_be_had_is_asked_for_again(
        self, google_account: Account, ann: Any, google: Google, now: dt.datetime
    ):
        google.fail(refusal(403, "pushNotSupportedForRequestedResource"), path="/watch")
        link = connecting.link(google_account, ANN, [ann], shows="nothing", now=now)
        work_off(now)
        assert next_try(link, "watch") == now + watching.AGAIN
        assert Link.objects.get().read_at == now

    def test_disconnecting_ends_the_channel_and_keeps_nothing(
        self, google_link: Link, google: Google, ann_sees: GoogleSide, cleaning: Service, now: dt.datetime
    ):
        book(cleaning, f"{MONDAY} 09:00", now)
        work_off(now)
        assert connecting.disconnect(google_link.account)
        assert google.withdrawn == ["refresh-me"], "what opened the account opens it no more"
        assert not google.channels
        assert not Account.objects.exists()
        assert not Due.objects.filter(owner="calendars").exists()
        assert len(ann_sees.seen()) == 1, "our entries stay as they are"

    def test_what_cannot_be_withdrawn_just_now_is_forgotten_and_said(self, google_account: Account, google: Google):
        google.fail((503, None), path="/revoke")
        assert not connecting.disconnect(google_account)
        assert not Account.objects.exists()
        assert google.withdrawn == []

    def test_a_consent_that_its_owner_has_withdrawn_is_withdrawn(self, google_account: Account, google: Google):
        google.revoked, google.tokens = True, set()
        assert connecting.disconnect(google_account)

    def test_a_consent_that_another_site_lives_on_stays(
        self, google_account: Account, google: Google, now: dt.datetime
    ):
        other = Site.objects.create(name="Branch", zone="America/Toronto", country="CA")
        again = connecting.connect(other, "google", google_secrets(google), now=now)
        assert connecting.disconnect(google_account)
        assert google.withdrawn == []
        assert connecting.disconnect(again)
        assert google.withdrawn == ["refresh-me"]


class TestInterface:
    """REST asks a calendar itself only when it is told to."""

    @pytest.fixture
    def client(self, db: None) -> Client:
        from parley.accounts.models import User
        from parley.contract import Role

        client = Client()
        client.force_login(User.objects.create_user("desk", role=Role.FRONT_DESK.value))
        return client

    def test_a_calendar_that_is_away_is_biz_003(self, client: Client, google_link: Link, google: Google):
        google.fail((503, None), path="/events", times=2)
        answer = client.post(f"/calendars/{google_link.pk}/read")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "BIZ_003")
        [row] = client.get("/calendars").json()
        assert (row["error"], row["waiting"]) == ("away", 0)
        assert [each["name"] for each in row["resources"]] == ["Ann"]
        google.fails.clear()
        assert client.post(f"/calendars/{google_link.pk}/read").json()["error"] == ""
        assert client.post("/calendars/99999/read").status_code == 404

    def test_a_visitor_sees_nothing(self, google_link: Link):
        assert Client().get("/calendars").status_code == 401


def test_an_account_that_does_not_open_is_not_kept(google: Google, site: Any):
    google.tokens, google.revoked = set(), True
    with pytest.raises(Refused):
        connecting.connect(site, "google", google_secrets(google), now=at(f"{MONDAY} 09:00"))
    assert not Account.objects.exists()
