"""The dashboard in a real browser: logging in, booking, moving with the mouse and the keyboard, and what is sent."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import holidays
import pytest
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser

TUESDAY = 1
PHONE = "+15145550177"


def quiet_day() -> str:
    """A Tuesday on which the demo clinic is open and nothing is booked yet."""
    closed = holidays.country_holidays("CA", subdiv="QC")
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(weeks=5)
    while day.weekday() != TUESDAY or day in closed:
        day += dt.timedelta(days=1)
    return day.isoformat()


def logged_in(browser: Browser, address: str, folder: Path, *, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(f"{address}/dashboard/")
    name, password = (folder / "demo_login.txt").read_text().split()
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Calendar")).to_be_visible()
    page.wait_for_load_state()  # what the scripts handle is acted on below
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def desk(browser: Browser, address: str, data_folder: Path) -> Iterator[Page]:
    yield from logged_in(browser, address, data_folder, width=1280, height=860)


@pytest.fixture
def telephone(browser: Browser, address: str, data_folder: Path) -> Iterator[Page]:
    yield from logged_in(browser, address, data_folder, width=360, height=740)


def book(page: Page, address: str, *, name: str, time: str) -> None:
    page.goto(f"{address}/dashboard/appointments/new/?service=vaccination")
    page.get_by_label("With").select_option(label="Emily Chen")
    page.get_by_label("Day").fill(quiet_day())
    page.get_by_label("Time", exact=True).fill(time)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Telephone").fill(PHONE)
    page.get_by_role("button", name="Book").click()
    expect(page.get_by_role("status")).to_have_text("The appointment has been booked.")
    page.wait_for_load_state()


def card(page: Page, name: str):
    return page.locator(".booking", has_text=name)


def drag(page: Page, name: str, *, minutes: int) -> None:
    """With the mouse, down the column by so many minutes."""
    box = card(page, name).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 6
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 20, steps=3)
    page.mouse.move(x, y + minutes * 76.8 / 60, steps=5)
    page.mouse.up()
    page.get_by_role("dialog").get_by_role("button", name="Move").click()


def test_an_appointment_is_booked_moved_and_told(desk: Page, address: str) -> None:
    book(desk, address, name="Rosa Parker", time="10:00")
    desk.goto(f"{address}/dashboard/calendar/?day={quiet_day()}")
    drag(desk, "Rosa Parker", minutes=60)
    expect(desk.get_by_role("status")).to_have_text("The appointment has been moved.")
    expect(card(desk, "Rosa Parker")).to_contain_text("11:00")

    # The same without a mouse.
    card(desk, "Rosa Parker").focus()
    desk.keyboard.press("Enter")
    desk.get_by_label("Time").fill("14:30")
    desk.get_by_label("Time").press("Enter")
    expect(desk.get_by_role("status")).to_have_text("The appointment has been moved.")
    expect(desk.locator("dl.facts")).to_contain_text("2:30")

    desk.get_by_role("link", name="Messages").click()
    told = desk.locator(".outbox li", has_text=PHONE)
    for _ in range(120):
        if told.filter(has_text="2:30").filter(has_text="sent").count():
            break
        desk.wait_for_timeout(250)
        desk.reload()
    expect(told.filter(has_text="Confirmation").filter(has_text="2:30").first).to_contain_text("sent")


def test_a_place_that_is_taken_is_refused_and_the_appointment_stays(desk: Page, address: str) -> None:
    book(desk, address, name="Ida Moreau", time="15:00")
    book(desk, address, name="Paul Legrand", time="16:00")
    desk.goto(f"{address}/dashboard/calendar/?day={quiet_day()}")
    drag(desk, "Ida Moreau", minutes=60)
    expect(desk.get_by_role("alert")).to_have_text("This time is taken.")
    expect(card(desk, "Ida Moreau")).to_contain_text("3:00")
    desk.reload()
    expect(card(desk, "Ida Moreau")).to_contain_text("3:00")


def test_a_free_place_that_is_clicked_fills_the_form(desk: Page, address: str) -> None:
    desk.goto(f"{address}/dashboard/calendar/?day={quiet_day()}")
    column = desk.locator(".column", has_text="Dr. Nadia Haddad").locator(".cells")
    column.click(position={"x": 40, "y": 3 * 76.8 + 4})
    expect(desk.get_by_label("Time", exact=True)).to_have_value("12:00")
    expect(desk.get_by_label("Day")).to_have_value(quiet_day())
    expect(desk.get_by_label("With").locator("option:checked")).to_have_text("Dr. Nadia Haddad")


def test_without_scripts_the_calendar_is_a_list_that_can_be_read(desk: Page, browser: Browser, address: str) -> None:
    book(desk, address, name="Nora Bell", time="09:00")
    plain = browser.new_context(
        viewport={"width": 1280, "height": 860},
        java_script_enabled=False,
        locale="en-US",
        storage_state=desk.context.storage_state(),
    )
    page = plain.new_page()
    page.goto(f"{address}/dashboard/calendar/?day={quiet_day()}")
    box = card(page, "Nora Bell").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    expect(card(page, "Nora Bell").get_by_text("9:15")).to_be_visible()
    plain.close()


def test_a_conversation_is_read_turn_by_turn(desk: Page, address: str) -> None:
    desk.goto(address)
    expect(desk.get_by_role("status")).to_have_text("Ready.")
    desk.get_by_role("textbox").fill("What time is it in Seoul?")
    desk.get_by_role("textbox").press("Enter")
    expect(desk.locator("li.assistant")).to_contain_text("Seoul")
    desk.goto(f"{address}/dashboard/conversations/")
    desk.locator(".rows a").first.click()
    expect(desk.locator(".transcript .person").first).to_contain_text("What time is it in Seoul?")
    desk.locator("summary").first.click()
    expect(desk.locator("table.waterfall th").first).to_have_text(re.compile("Understanding|Dialogue"))


def looks_again(page: Page) -> None:
    """Let the time pass after which a page asks what is new."""
    page.clock.run_for(11_000)


def test_lists_renew_themselves_and_say_how_fresh_they_are(desk: Page, browser: Browser, address: str) -> None:
    day = quiet_day()
    desk.clock.install()
    desk.goto(f"{address}/dashboard/calendar/?day={day}")
    expect(desk.locator("#fresh")).to_contain_text("Up to date as of")
    colleague = browser.new_context(locale="en-US", storage_state=desk.context.storage_state())
    other = colleague.new_page()
    book(other, address, name="Clara Stone", time="13:00")
    colleague.close()
    looks_again(desk)
    expect(card(desk, "Clara Stone")).to_have_count(1)

    # However often it was renewed, one drag is one question and one change.
    looks_again(desk)
    drag(desk, "Clara Stone", minutes=60)
    expect(desk.get_by_role("status")).to_have_text("The appointment has been moved.")
    card(desk, "Clara Stone").click()
    expect(desk.locator("li", has_text="moved").filter(has_not_text="Confirmation")).to_have_count(1)


def test_what_cannot_be_renewed_is_said_to_be_old(desk: Page, address: str) -> None:
    desk.clock.install()
    desk.goto(f"{address}/dashboard/")
    fresh = desk.locator("#fresh")
    expect(fresh).to_contain_text("Up to date")
    desk.context.set_offline(True)
    looks_again(desk)
    expect(fresh).to_contain_text("No connection")
    desk.context.set_offline(False)
    looks_again(desk)
    expect(fresh).to_contain_text("Up to date")
    desk.context.clear_cookies()
    looks_again(desk)
    expect(fresh).to_contain_text("Your log-in has ended")


def test_what_is_being_read_is_not_taken_away(desk: Page, address: str) -> None:
    desk.clock.install()
    desk.goto(f"{address}/dashboard/")
    desk.locator(".chart summary").first.click()
    table = desk.get_by_role("table").first
    expect(table.get_by_role("row")).to_have_count(15)
    looks_again(desk)
    expect(table).to_be_visible()


@pytest.mark.parametrize(("language", "title"), [("fr", "Agenda"), ("ko", "일정")])
def test_the_language_is_chosen_on_the_page(desk: Page, language: str, title: str) -> None:
    desk.get_by_label("Language").select_option(language)
    expect(desk.locator("html")).to_have_attribute("lang", language)
    expect(desk.get_by_role("link", name=title)).to_be_visible()


def test_a_language_chosen_before_the_script_came_is_not_forgotten(desk: Page, address: str) -> None:
    held: list[Route] = []
    desk.route("**/dashboard/page.js", lambda route: held.append(route))
    desk.goto(f"{address}/dashboard/", wait_until="commit")
    desk.get_by_label("Language").select_option("fr")
    while not held:
        desk.wait_for_timeout(20)
    held[0].continue_()
    desk.unroute("**/dashboard/page.js")
    expect(desk.locator("html")).to_have_attribute("lang", "fr")


@pytest.mark.parametrize(
    "place",
    [
        "",
        "calendar/",
        "calendar/?view=week",
        "appointments/new/",
        "messages/",
        "customers/",
        "setup/",
        "setup/exceptions/new/",
        "setup/hours/1/",
    ],
)
def test_it_fits_a_telephone(telephone: Page, address: str, place: str) -> None:
    telephone.goto(f"{address}/dashboard/{place}")
    assert telephone.evaluate("document.documentElement.scrollWidth") == 360
    low = telephone.locator(
        "main button:visible, main .button:visible, main select:visible, main input:visible"
    ).all()
    assert all((box := each.bounding_box()) and box["height"] >= 44 for each in low), "large enough for a thumb"
