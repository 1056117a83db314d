"""CalDAV's own ways, at a real Radicale: log-in, recurrence, zones, tokens or ETags, and answers that break off."""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from icalendar import Calendar

from parley.contract import CalendarUnavailable, RequestInvalid
from parley.scheduling import services
from parley.scheduling.calendars import connecting, ical, work
from parley.scheduling.calendars.models import Account, Entry, Link
from parley.scheduling.calendars.provider import Draft, Mark, Refused
from parley.scheduling.models import Booking, Busy, Service, Site
from parley.scheduling.spans import Span
from tests.scheduling.calendars.conftest import RadicaleSide, work_off
from tests.scheduling.calendars.radicale_server import PASSWORD, USER, Radicale
from tests.scheduling.calendars.test_both_ways import HALF, MONDAY, book, read_again
from tests.scheduling.conftest import TORONTO, at

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NOW = at("2026-03-12 10:00")
ZONE = """BEGIN:VTIMEZONE
TZID:America/Toronto
BEGIN:STANDARD
DTSTART:20071104T020000
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
TZNAME:EST
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
TZNAME:EDT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE
"""


@pytest.fixture
def ann_sees(radicale: Radicale) -> Iterator[RadicaleSide]:
    side = RadicaleSide(radicale)
    yield side
    side.client.close()


def busy() -> list[tuple[dt.datetime, dt.datetime]]:
    return sorted(Busy.objects.values_list("start", "end"))


def event(*lines: str) -> str:
    return "\n".join(["BEGIN:VEVENT", "DTSTAMP:20260301T000000Z", *lines, "END:VEVENT", ""])


def read(link: Link, now: dt.datetime) -> None:
    found = work.find(link.pk)
    assert found is not None
    work.read_now(found, now=now)


def test_its_calendars_are_listed_by_name(caldav_account: Account):
    assert sorted(row["name"] for row in caldav_account.listed) == ["Choir", "Work"]
    assert PASSWORD not in str(Account.objects.values().get())


def test_a_wrong_password_is_refused_and_nothing_kept(radicale: Radicale, site: Site):
    with pytest.raises(Refused):
        connecting.connect_caldav(site, url=radicale.url, user=USER, password="guessed", now=NOW)
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "url",
    ["http://calendar.example.org/", "ftp://localhost/", "https://", "https://ann:secret@example.org/", "file:///"],
)
def test_a_password_is_sent_to_no_address_that_is_not_safe(site: Site, url: str):
    with pytest.raises(RequestInvalid):
        connecting.connect_caldav(site, url=url, user=USER, password=PASSWORD, now=NOW)


def test_a_server_that_is_not_there_is_said(site: Site, radicale: Radicale):
    with pytest.raises(CalendarUnavailable):
        connecting.connect_caldav(site, url="http://127.0.0.1:1/", user=USER, password=PASSWORD, now=NOW)


@pytest.mark.parametrize("without_tokens", [False, True])
def test_only_what_changed_is_fetched(
    caldav_link: Link, radicale: Radicale, ann_sees: RadicaleSide, now: dt.datetime, without_tokens: bool
):
    radicale.without_tokens = without_tokens
    Link.objects.update(cursor="", read_until=None)
    first = ann_sees.block(at(f"{MONDAY} 09:00"), at(f"{MONDAY} 10:00"))
    second = ann_sees.block(at(f"{MONDAY} 10:00"), at(f"{MONDAY} 11:00"))
    later = read_again(caldav_link, now)
    assert len(busy()) == 2
    ann_sees.delete(first)
    ann_sees.move(second, at(f"{MONDAY} 14:00"), at(f"{MONDAY} 15:00"))
    later = read_again(caldav_link, later)
    assert busy() == [(at(f"{MONDAY} 14:00"), at(f"{MONDAY} 15:00"))]
    radicale.requests.clear()
    read_again(caldav_link, later)
    assert len(radicale.requests) <= 2, "nothing has changed, and nothing is fetched"
    assert ("etags" in Link.objects.get().cursor) is without_tokens


def test_a_sync_token_that_the_server_forgot_is_made_up_for(
    caldav_link: Link, ann_sees: RadicaleSide, cleaning: Service, now: dt.datetime
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    goes, stays = (ann_sees.block(at(f"{MONDAY} {hour}:00"), at(f"{MONDAY} {hour}:30")) for hour in (14, 15))
    later = read_again(caldav_link, now)
    ann_sees.delete(goes)
    ann_sees.delete(Entry.objects.get().external_id)
    forgotten = "http://radicale.org/ns/sync/" + "0" * 64
    Link.objects.update(cursor=f'{{"token": "{forgotten}"}}')
    read_again(caldav_link, later)
    assert [start for start, _ in busy()] == [at(f"{MONDAY} 15:00")]
    booking.refresh_from_db()
    assert booking.status == "cancelled"
    assert stays in Busy.objects.get().external_id


def test_a_series_blocks_by_the_clock_on_the_wall_also_when_summer_ends(
    caldav_link: Link, ann_sees: RadicaleSide, now: dt.datetime
):
    series = event(
        "UID:meeting", "SUMMARY:Team", "DTSTART;TZID=America/Toronto:20260302T090000",
        "DTEND;TZID=America/Toronto:20260302T093000", "RRULE:FREQ=WEEKLY;COUNT=5",
        "EXDATE;TZID=America/Toronto:20260323T090000",
    )  # fmt: skip
    moved = event(
        "UID:meeting", "SUMMARY:Team", "RECURRENCE-ID;TZID=America/Toronto:20260316T090000",
        "DTSTART;TZID=America/Toronto:20260317T110000", "DTEND;TZID=America/Toronto:20260317T120000",
    )  # fmt: skip
    ann_sees.put("meeting", ZONE + series + moved)
    later = read_again(caldav_link, now)
    assert busy() == [
        (at("2026-03-17 11:00"), at("2026-03-17 12:00")),
        (at("2026-03-30 09:00"), at("2026-03-30 09:30")),
    ]

    forever = event(
        "UID:weekly", "SUMMARY:Rounds", "DTSTART;TZID=America/Toronto:20260302T160000",
        "DTEND;TZID=America/Toronto:20260302T163000", "RRULE:FREQ=WEEKLY",
    )  # fmt: skip
    ann_sees.delete("meeting")
    ann_sees.put("weekly", ZONE + forever)
    read_again(caldav_link, later)
    local = [start.astimezone(TORONTO) for start, _ in busy()]
    assert {(each.hour, each.weekday()) for each in local} == {(16, 0)}
    assert len({each.utcoffset() for each in local}) == 1, "180 days and a month end before November"
    assert 25 < len(local) < 35


def test_a_time_that_the_clocks_skip_is_taken_with_them():
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n" + ZONE + event(
        "UID:night", "DTSTART;TZID=America/Toronto:20260306T023000", "DTEND;TZID=America/Toronto:20260306T030000",
        "RRULE:FREQ=DAILY;COUNT=4",
    ) + "END:VCALENDAR\n"  # fmt: skip
    found = ical.item_of(
        "/a", "1", text, within=Span(at("2026-03-07 00:00"), at("2026-03-09 12:00")), zone=TORONTO, user="ann"
    )
    starts = [span.start.astimezone(TORONTO).strftime("%d %H:%M") for span in found.busy]
    assert starts == ["07 02:30", "08 03:30", "09 02:30"]
    assert all(span.start < span.end for span in found.busy)


@pytest.mark.parametrize("day", [dt.date(2026, 3, 8), dt.date(2026, 11, 1)], ids=["23 hours", "25 hours"])
def test_what_we_write_on_a_day_of_changing_clocks_comes_back_as_we_wrote_it(day: dt.date):
    midnight = dt.datetime.combine(day, dt.time(), TORONTO).astimezone(dt.UTC)
    for half_hours in range(2 * 25):
        when = Span(midnight + half_hours * HALF, midnight + (half_hours + 1) * HALF)
        mark = Mark(booking=str(uuid.uuid4()), version=3, when=when)
        draft = Draft(mark=mark, title="Appointment", text="", zone=TORONTO, private=False)
        text = ical.written(draft, uid="one", now=midnight)
        around = Span(midnight - DAY, midnight + 2 * DAY)
        found = ical.item_of("/one.ics", "1", text, within=around, zone=TORONTO, user="ann")
        assert (found.when, found.busy, found.mark) == (when, (when,), mark)


def test_days_floating_times_free_time_and_refusals_block_what_they_should(
    caldav_link: Link, ann_sees: RadicaleSide, now: dt.datetime
):
    times = ("DTSTART:20260316T130000Z", "DTEND:20260316T140000Z")
    ann_sees.put("day", event("UID:day", "DTSTART;VALUE=DATE:20260317"))
    ann_sees.put("days", event("UID:days", "DTSTART;VALUE=DATE:20260319", "DTEND;VALUE=DATE:20260321"))
    ann_sees.put("floating", event("UID:floating", "DTSTART:20260316T150000", "DURATION:PT45M"))
    ann_sees.put("free", event("UID:free", *times, "TRANSP:TRANSPARENT"))
    ann_sees.put("off", event("UID:off", *times, "STATUS:CANCELLED"))
    ann_sees.put("no", event("UID:no", *times, f"ATTENDEE;PARTSTAT=DECLINED:mailto:{USER}"))
    ann_sees.put("empty", event("UID:empty", "DTSTART:20260316T130000Z"))
    read_again(caldav_link, now)
    assert busy() == [
        (at(f"{MONDAY} 15:00"), at(f"{MONDAY} 15:45")),
        (at("2026-03-17 00:00"), at("2026-03-18 00:00")),
        (at("2026-03-19 00:00"), at("2026-03-20 00:00")),
        (at("2026-03-20 00:00"), at("2026-03-21 00:00")),
    ]


def test_what_cannot_be_read_blocks_nothing_and_stops_nothing():
    within = Span(at("2026-03-16 00:00"), at("2026-03-17 00:00"))
    for text in ("", "no calendar", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:soon\nEND:VEVENT\nEND:VCALENDAR"):
        found = ical.item_of("/a", "1", text, within=within, zone=TORONTO, user="ann")
        assert found.busy == ()


def test_an_entry_keeps_what_others_added_and_describes_its_zone(
    caldav_link: Link, ann_sees: RadicaleSide, cleaning: Service, now: dt.datetime
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    [name] = ann_sees.names()
    ann_sees._change(name, categories=["surgery 2"])
    services.reschedule(booking, at(f"{MONDAY} 11:00"), by="test", now=now)
    work_off(now)
    [found] = ann_sees.calendar.search(event=True)
    calendar = Calendar.from_ical(found.data)
    [row] = calendar.walk("VEVENT")
    assert row["CATEGORIES"].to_ical() == b"surgery 2"
    assert row["DTSTART"].dt == at(f"{MONDAY} 11:00")
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["America/Toronto"]
    assert "Rosa" not in found.data


@pytest.mark.parametrize("trouble", ["503 Busy", "429 Slow down", "500 Oh", "half"])
def test_while_the_server_fails_bookings_stand_and_are_delivered_once_when_it_is_back(
    caldav_link: Link, radicale: Radicale, ann_sees: RadicaleSide, cleaning: Service, now: dt.datetime, trouble: str
):
    book(cleaning, f"{MONDAY} 09:00", now)
    book(cleaning, f"{MONDAY} 10:00", now, name="Ida Moreau")
    if trouble != "half":  # a write has no long answer
        radicale.broken = [trouble] * 8
        for _ in range(2):
            work.work("deliver", str(caldav_link.pk), now)
        caldav_link.refresh_from_db()
        assert (caldav_link.error, caldav_link.failures, caldav_link.failing_since) == ("away", 2, now)
    radicale.broken = [trouble] * 8
    with pytest.raises(CalendarUnavailable):
        read(caldav_link, now)
    radicale.broken = []
    work_off(now + DAY)
    assert len(ann_sees.seen()) == 2
    caldav_link.refresh_from_db()
    assert (caldav_link.error, caldav_link.failures) == ("", 0)


def test_a_delivery_that_arrived_and_was_not_answered_is_not_done_twice(
    caldav_link: Link, radicale: Radicale, ann_sees: RadicaleSide, cleaning: Service, now: dt.datetime
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    radicale.broken = ["lost"] * 4
    work.work("deliver", str(caldav_link.pk), now)
    radicale.broken = []
    assert Entry.objects.get().etag == ""
    read(caldav_link, now)
    work_off(now + DAY)
    assert [start for _, start, _ in ann_sees.seen()] == [booking.start]
    assert not Busy.objects.exists()
    assert Booking.objects.get().version == 1


def test_a_password_that_was_changed_is_said(
    caldav_link: Link, radicale: Radicale, cleaning: Service, now: dt.datetime
):
    from tests.scheduling.calendars.conftest import reseal

    reseal(caldav_link.account, password="old")
    book(cleaning, f"{MONDAY} 09:00", now)
    work.work("deliver", str(caldav_link.pk), now)
    caldav_link.account.refresh_from_db()
    assert caldav_link.account.state == "refused"
    connecting.connect_caldav(caldav_link.account.site, url=radicale.url, user=USER, password=PASSWORD, now=NOW)
    work_off(now)
    caldav_link.account.refresh_from_db()
    assert caldav_link.account.state == "open", "at once, without waiting for the next try"
    assert Entry.objects.get().state == "written"


def test_a_calendar_that_is_gone_cancels_nothing(
    caldav_link: Link, radicale: Radicale, ann_sees: RadicaleSide, cleaning: Service, now: dt.datetime
):
    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    ann_sees.client.delete(radicale.calendar)
    with pytest.raises(CalendarUnavailable):
        read(caldav_link, now)
    booking.refresh_from_db()
    assert booking.status == "booked"
    caldav_link.refresh_from_db()
    assert caldav_link.error == "missing"


def test_a_change_there_between_our_look_and_our_write_is_not_run_over(
    caldav_link: Link, ann_sees: RadicaleSide, cleaning: Service, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
):
    from parley.scheduling.calendars.caldav import CalDav

    booking = book(cleaning, f"{MONDAY} 09:00", now)
    work_off(now)
    [name] = ann_sees.names()
    original: Any = CalDav._present

    def meanwhile(self: Any, url: str, etag: str) -> str:
        text: str = original(self, url, etag)
        monkeypatch.setattr(CalDav, "_present", original)
        ann_sees.move(name, at(f"{MONDAY} 15:00"), at(f"{MONDAY} 15:30"))
        return text

    monkeypatch.setattr(CalDav, "_present", meanwhile)
    services.change(booking, by="test", now=now, texts={"name": "Rosa P."})
    work_off(now)
    booking.refresh_from_db()
    assert booking.start == at(f"{MONDAY} 15:00")
    assert [start for _, start, _ in ann_sees.seen()] == [at(f"{MONDAY} 15:00")]
