"""Ann's calendar at Google and at a CalDAV server, with somebody who has it open."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from caldav.collection import Calendar
from caldav.davclient import DAVClient
from icalendar import Calendar as Ical

from parley.accounts.sealing import seal
from parley.jobs import services as jobs
from parley.jobs.models import Due
from parley.scheduling.calendars import connecting
from parley.scheduling.calendars.models import Account, Link
from parley.scheduling.models import Resource, Service, Site
from tests.scheduling.calendars import google_server, radicale_server
from tests.scheduling.calendars.google_server import Google
from tests.scheduling.calendars.radicale_server import PASSWORD, USER, Radicale

ANN = "ann@example.com"
BOB = "bob@example.com"


class Side(Protocol):
    """Somebody with the calendar open, whoever keeps it."""

    def block(self, start: dt.datetime, end: dt.datetime, name: str = ...) -> str:
        """Make an event; its name."""

    def move(self, name: str, start: dt.datetime, end: dt.datetime) -> None:
        """Drag an event elsewhere."""

    def rename(self, name: str, title: str) -> None:
        """Give an event another title."""

    def delete(self, name: str) -> None:
        """Delete an event."""

    def seen(self) -> list[tuple[str, dt.datetime, dt.datetime]]:
        """Title, start and end of all events, in the order of time."""

    def names(self) -> list[str]:
        """Names of all events."""

    def copy(self, name: str) -> Any:
        """An event, to be put into another calendar."""

    def paste(self, event: Any) -> str:
        """Put a copied event here, as a drag from another calendar does; its name."""


class GoogleSide:
    def __init__(self, google: Google, calendar: str = ANN) -> None:
        self.google, self.calendar = google, calendar

    def block(self, start: dt.datetime, end: dt.datetime, name: str = "") -> str:
        name = name or uuid.uuid4().hex
        self.google.put(self.calendar, name, summary="Dentists' dinner", start=_when(start), end=_when(end))
        return name

    def move(self, name: str, start: dt.datetime, end: dt.datetime) -> None:
        self.google.put(self.calendar, name, start=_when(start), end=_when(end))

    def rename(self, name: str, title: str) -> None:
        self.google.put(self.calendar, name, summary=title)

    def delete(self, name: str) -> None:
        self.google.delete(self.calendar, name)

    def seen(self) -> list[tuple[str, dt.datetime, dt.datetime]]:
        rows = self.google.live(self.calendar)
        moments = [
            [dt.datetime.fromisoformat(row[side]["dateTime"]).astimezone(dt.UTC) for side in ("start", "end")]
            for row in rows
        ]
        return sorted(
            ((row["summary"], start, end) for row, (start, end) in zip(rows, moments, strict=True)),
            key=lambda row: row[1],
        )

    def names(self) -> list[str]:
        return [row["id"] for row in self.google.live(self.calendar)]

    def copy(self, name: str) -> Any:
        return dict(self.google.calendars[self.calendar][name])

    def paste(self, event: Any) -> str:
        kept = {field: value for field, value in event.items() if field not in ("id", "extendedProperties")}
        self.google.put(self.calendar, event["id"], **kept)
        return str(event["id"])


class RadicaleSide:
    def __init__(self, server: Radicale, calendar: str = "") -> None:
        self.client = DAVClient(url=server.url, username=USER, password=PASSWORD, enable_rfc6764=False)
        self.calendar: Any = Calendar(client=self.client, url=calendar or server.calendar)

    def block(self, start: dt.datetime, end: dt.datetime, name: str = "") -> str:
        name = name or uuid.uuid4().hex
        text = f"BEGIN:VEVENT\nUID:{name}\nDTSTAMP:20260301T000000Z\nSUMMARY:Dentists' dinner\n"
        self.put(name, f"{text}DTSTART:{_utc(start)}\nDTEND:{_utc(end)}\nEND:VEVENT\n")
        return name

    def put(self, name: str, event: str) -> None:
        """An event as iCalendar."""
        text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Somebody//EN\n{event}END:VCALENDAR\n"
        self._put(name, text.replace("\n", "\r\n"))

    def move(self, name: str, start: dt.datetime, end: dt.datetime) -> None:
        self._change(name, dtstart=start, dtend=end)

    def rename(self, name: str, title: str) -> None:
        self._change(name, summary=title)

    def delete(self, name: str) -> None:
        assert self.client.delete(self._url(name)).status < 300

    def seen(self) -> list[tuple[str, dt.datetime, dt.datetime]]:
        rows = [Ical.from_ical(each.data).walk("VEVENT")[0] for each in self.calendar.search(event=True)]
        return sorted(
            (
                (str(row["SUMMARY"]), row["DTSTART"].dt.astimezone(dt.UTC), row["DTEND"].dt.astimezone(dt.UTC))
                for row in rows
            ),
            key=lambda row: row[1],
        )

    def names(self) -> list[str]:
        return [str(each.url).rsplit("/", 1)[-1].removesuffix(".ics") for each in self.calendar.search(event=True)]

    def copy(self, name: str) -> Any:
        return self.client.request(self._url(name), "GET").raw

    def paste(self, event: Any) -> str:
        name = uuid.uuid4().hex.upper()
        self._put(name, event)
        return name

    def start_of(self, name: str) -> dt.datetime | None:
        """When an event begins; None: there is none of that name."""
        answer = self.client.request(self._url(name), "GET")
        if answer.status == 404:
            return None
        start: dt.datetime = Ical.from_ical(answer.raw).walk("VEVENT")[0]["DTSTART"].dt
        return start

    def _change(self, name: str, **fields: Any) -> None:
        calendar = Ical.from_ical(self.client.request(self._url(name), "GET").raw)
        event = calendar.walk("VEVENT")[0]
        for field, value in fields.items():
            event.pop(field, None)
            event.add(field, value)
        self._put(name, calendar.to_ical().decode())

    def _put(self, name: str, text: str) -> None:
        assert self.client.put(self._url(name), text, {"Content-Type": "text/calendar"}).status < 300

    def _url(self, name: str) -> str:
        return f"{self.calendar.url}{name}.ics"


def _when(moment: dt.datetime) -> dict[str, str]:
    return {"dateTime": moment.isoformat(), "timeZone": "America/Toronto"}


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


@pytest.fixture
def google(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    """Google, with our client set up there."""
    with google_server.serving() as server:
        server.calendars = {ANN: {}, BOB: {}, "holidays@example.com": {}}
        client = {
            "client_id": "client", "client_secret": "secret", "token_uri": f"{server.url}/token",
            "auth_uri": "https://accounts.google.com/o/oauth2/auth", "redirect_uris": [],
        }  # fmt: skip
        (tmp_path / "client.json").write_text(json.dumps({"web": client}))
        settings.PARLEY = settings.PARLEY.model_copy(
            update={
                "google_credentials_path": tmp_path / "client.json",
                "google_calendar_url": server.url,
                "public_url": "https://voice.example.org",
            }
        )
        monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
        yield server


@pytest.fixture
def radicale(tmp_path: Path) -> Iterator[Radicale]:
    """Radicale, with Ann's two calendars."""
    with (
        radicale_server.serving(tmp_path) as server,
        DAVClient(url=server.url, username=USER, password=PASSWORD, enable_rfc6764=False) as client,
    ):
        principal: Any = client.get_principal()
        principal.make_calendar(name="Work", cal_id="diary")
        principal.make_calendar(name="Choir", cal_id="choir")
        yield server


@pytest.fixture
def google_account(google: Google, site: Site, now: dt.datetime) -> Account:
    """Ann has consented."""
    return connecting.connect(site, "google", google_secrets(google), now=now)


def google_secrets(google: Google) -> dict[str, Any]:
    """What opens Ann's account there."""
    return {
        "token": "access-0", "refresh_token": "refresh-me", "token_uri": f"{google.url}/token", "client_id": "client",
        "client_secret": "secret", "scopes": google_server.SCOPES.split(), "expiry": "2999-01-01T00:00:00Z",
    }  # fmt: skip


@pytest.fixture
def caldav_account(radicale: Radicale, site: Site, now: dt.datetime) -> Account:
    """Ann has given an app password."""
    return connecting.connect_caldav(site, url=radicale.url, user=USER, password=PASSWORD, now=now)


@pytest.fixture
def google_link(google_account: Account, ann: Resource, now: dt.datetime) -> Link:
    return linked(google_account, ANN, ann, now)


@pytest.fixture
def caldav_link(caldav_account: Account, radicale: Radicale, ann: Resource, now: dt.datetime) -> Link:
    return linked(caldav_account, radicale.calendar, ann, now)


@pytest.fixture(params=["google", "caldav"])
def link(request: pytest.FixtureRequest) -> Link:
    """Ann's calendar, at each provider in turn."""
    made: Link = request.getfixturevalue(f"{request.param}_link")
    return made


@pytest.fixture
def side(link: Link, request: pytest.FixtureRequest) -> Iterator[Side]:
    """Ann herself, with the calendar open."""
    if link.account.provider == "google":
        yield GoogleSide(request.getfixturevalue("google"))
    else:
        side = RadicaleSide(request.getfixturevalue("radicale"))
        yield side
        side.client.close()


@pytest.fixture
def bobs(link: Link, bob: Resource, cleaning: Service, request: pytest.FixtureRequest) -> Link:
    """Bob, who gives the same service, has a calendar in the same account."""
    cleaning.resources.add(bob)
    if link.account.provider == "google":
        return linked(link.account, BOB, bob, request.getfixturevalue("now"))
    return linked(link.account, link.calendar.replace("diary", "choir"), bob, request.getfixturevalue("now"))


@pytest.fixture
def bob_sees(bobs: Link, request: pytest.FixtureRequest) -> Iterator[Side]:
    """Bob himself, with the calendar open."""
    if bobs.account.provider == "google":
        yield GoogleSide(request.getfixturevalue("google"), BOB)
    else:
        side = RadicaleSide(request.getfixturevalue("radicale"), bobs.calendar)
        yield side
        side.client.close()


def linked(account: Account, calendar: str, ann: Resource, now: dt.datetime) -> Link:
    made = connecting.link(account, calendar, [ann], shows="nothing", now=now)
    work_off(now)
    return made


def work_off(now: dt.datetime, *, rounds: int = 12) -> None:
    """Do what is due, and what that asks for at once; all of it has to succeed."""
    for _ in range(rounds):
        claimed = jobs.claim(now, limit=20)
        if not claimed:
            return
        for due_id, claim in claimed:
            jobs.run(due_id, claim, now=now)
        assert not Due.objects.exclude(error="").exists()
    raise AssertionError("it never comes to rest")


def reseal(account: Account, **changes: Any) -> None:
    """Change what opens an account."""
    from parley.accounts.sealing import unseal

    account.sealed = seal(unseal(account.sealed) | changes)
    account.save()
