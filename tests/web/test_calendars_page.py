"""The page of outside calendars in a real browser, with a real CalDAV server behind it."""

import datetime as dt
import uuid
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from caldav.davclient import DAVClient
from playwright.sync_api import Page, expect

from tests.scheduling.calendars import radicale_server
from tests.scheduling.calendars.conftest import RadicaleSide
from tests.scheduling.calendars.radicale_server import PASSWORD, USER, Radicale
from tests.web.desk import book, quiet_day
from tests.web.screen import fits, large_enough

pytestmark = pytest.mark.browser
TORONTO = ZoneInfo("America/Toronto")


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale_server.serving(tmp_path_factory.mktemp("radicale")) as server:
        with DAVClient(url=server.url, username=USER, password=PASSWORD, enable_rfc6764=False) as client:
            client.get_principal().make_calendar(name="Work", cal_id="diary")
        yield server


@pytest.fixture
def emily(radicale: Radicale) -> Iterator[RadicaleSide]:
    """Somebody with the same calendar open in another program."""
    side = RadicaleSide(radicale)
    yield side
    side.client.close()


def at(time: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{quiet_day()}T{time}").replace(tzinfo=TORONTO)


def until_there(page: Page, emily: RadicaleSide, name: str, start: dt.datetime) -> None:
    """Wait until the entry stands there at that time. Many others may be written before it."""
    for _ in range(480):
        if emily.start_of(name) == start:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{name} stands at {emily.start_of(name)}")


def test_a_calendar_is_connected_written_and_its_edit_decided(
    desk: Page, telephone: Page, address: str, radicale: Radicale, emily: RadicaleSide
) -> None:
    desk.get_by_role("link", name="Sync").click()
    desk.get_by_label("Address of the server").fill(radicale.url)
    desk.get_by_label("User name").fill(USER)
    desk.get_by_label("App password").fill(PASSWORD)
    desk.get_by_role("button", name="Connect", exact=True).click()
    expect(desk.get_by_role("status")).to_contain_text("The account is connected.")
    desk.get_by_role("group", name="Whose time").get_by_label("Emily Chen").check()
    desk.get_by_role("button", name="Use this calendar").click()
    expect(desk.get_by_role("status")).to_contain_text("The calendar is in use.")

    book(desk, address, name="Rosa Parker", time="10:00")
    name = "p" + uuid.UUID(desk.url.rstrip("/").rsplit("/", 1)[-1]).hex
    until_there(desk, emily, name, at("10:00"))
    assert "Rosa" not in str(emily.seen())

    emily.move(name, at("03:00"), at("03:15"))
    desk.goto(f"{address}/dashboard/calendars/")
    desk.get_by_role("button", name="Read now").click()
    expect(desk.get_by_role("status")).to_have_text("The calendar has been read.")
    expect(desk.locator(".dispute")).to_contain_text("Rosa Parker")
    expect(desk.locator(".dispute")).to_contain_text("outside working hours")

    telephone.goto(f"{address}/dashboard/calendars/")
    expect(telephone.locator(".dispute")).to_be_visible()
    fits(telephone)
    thumbed = "main button:visible, main .button:visible, main select:visible, main .checks label:visible"
    large_enough(telephone.locator(f"{thumbed}, main input:not([type=checkbox]):visible"))

    desk.get_by_role("button", name="Keep it as it is here").click()
    expect(desk.get_by_role("status")).to_have_text("It is decided.")
    until_there(desk, emily, name, at("10:00"))
    expect(desk.locator(".dispute")).to_have_count(0)
