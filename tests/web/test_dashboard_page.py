"""The dashboard in a real browser: logging in, booking, moving with the mouse and the keyboard, and what is sent."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.web.desk import HOUR, PHONE_SHOWN, book, card, drag, move_by_mouse, quiet_day
from tests.web.screen import fits, large_enough
from tests.web.scripted import until

pytestmark = pytest.mark.browser


def test_an_appointment_is_booked_moved_and_told(desk: Page, address: str) -> None:
    book(desk, address, name="Rosa Parker", time="10:00")
    desk.goto(f"{address}/dashboard/calendar/?day={quiet_day()}")
    move_by_mouse(desk, "Rosa Parker", minutes=60)
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
    told = desk.locator(".outbox li", has_text=PHONE_SHOWN).filter(has_text="Confirmation").filter(has_text="2:30")
    expect(told.first).to_contain_text("sent", timeout=120_000)  # the list renews itself


def test_a_place_that_is_taken_is_refused_and_the_appointment_stays(desk: Page, address: str) -> None:
    book(desk, address, name="Ida Moreau", time="15:00")
    book(desk, address, name="Paul Legrand", time="16:00")
    desk.goto(f"{address}/dashboard/calendar/?day={quiet_day()}")
    move_by_mouse(desk, "Ida Moreau", minutes=60)
    expect(desk.get_by_role("alert")).to_have_text("This time is taken.")
    expect(card(desk, "Ida Moreau")).to_contain_text("3:00")
    desk.reload()
    expect(card(desk, "Ida Moreau")).to_contain_text("3:00")


def test_a_quick_hand_takes_the_appointment_along(desk: Page, address: str) -> None:
    book(desk, address, name="Vera Lund", time="11:45")
    desk.goto(f"{address}/dashboard/calendar/?day={quiet_day()}")
    drag(desk, "Vera Lund", minutes=60, steps=1)
    expect(desk.get_by_role("dialog")).to_contain_text("12:45")
    desk.get_by_role("dialog").get_by_role("button", name="Back").click()
    expect(card(desk, "Vera Lund")).to_contain_text("11:45")


def test_a_free_place_that_is_clicked_fills_the_form(desk: Page, address: str) -> None:
    desk.goto(f"{address}/dashboard/calendar/?day={quiet_day()}")
    column = desk.locator(".column", has_text="Dr. Nadia Haddad").locator(".cells")
    column.click(position={"x": 40, "y": 3 * HOUR + 4})
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
    expect(desk.locator(".timed").first).to_be_attached()  # what a turn took is written after its words
    desk.locator("summary").first.click()
    expect(desk.locator("table.waterfall th").first).to_have_text(re.compile("Understanding|Dialogue"))


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
    until(desk, lambda: held)
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
    fits(telephone)
    large_enough(
        telephone.locator("main button:visible, main .button:visible, main select:visible, main input:visible")
    )
