"""What somebody at the front desk does in a browser, and a day on which to do it."""

import datetime as dt
from functools import cache

import holidays
from playwright.sync_api import Locator, Page, expect

TUESDAY = 1
PHONE = "+15145550177"
PHONE_SHOWN = "+1 514-555-0177"
HOUR = 76.8
"""Pixels of an hour in the calendar's grid."""


@cache
def quiet_day() -> str:
    """A Tuesday, the same in the whole run, on which the demo clinic is open and nothing is booked yet."""
    closed = holidays.country_holidays("CA", subdiv="QC")
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(weeks=5)
    while day.weekday() != TUESDAY or day in closed:
        day += dt.timedelta(days=1)
    return day.isoformat()


def book(page: Page, address: str, *, name: str, time: str) -> None:
    """A vaccination with Emily Chen on the quiet day."""
    page.goto(f"{address}/dashboard/appointments/new/?service=vaccination")
    page.get_by_label("With").select_option(label="Emily Chen")
    page.get_by_label("Day").fill(quiet_day())
    page.get_by_label("Time", exact=True).fill(time)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Telephone").fill(PHONE)
    page.get_by_role("button", name="Book").click()
    expect(page.get_by_role("status")).to_have_text("The appointment has been booked.")
    page.wait_for_load_state()


def card(page: Page, name: str) -> Locator:
    """The appointment in the calendar."""
    return page.locator(".booking", has_text=name)


def drag(page: Page, name: str, *, minutes: int, steps: int = 8) -> None:
    """With the mouse, down the column by so many minutes. A busy browser makes one step of a quick hand."""
    box = card(page, name).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 6
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + minutes * HOUR / 60, steps=steps)
    page.mouse.up()


def move_by_mouse(page: Page, name: str, *, minutes: int) -> None:
    """Dragged, and said yes to."""
    drag(page, name, minutes=minutes)
    page.get_by_role("dialog").get_by_role("button", name="Move").click()
