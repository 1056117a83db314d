"""How the pages of the dashboard keep themselves up to date under somebody's hands."""

import datetime as dt

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.web.desk import book, card, move_by_mouse, quiet_day
from tests.web.scripted import until

pytestmark = pytest.mark.browser
BETWEEN_LOOKS_MS = 10_000


class Looks:
    """What the overview is told when it asks what is new: itself, with a sentence of the test's in it."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._asked: list[Route] = []
        page.add_init_script(
            """
            AbortSignal.timeout = () => new AbortController().signal;  // the test answers when it does
            window.read = 0;
            const parse = DOMParser.prototype.parseFromString;
            DOMParser.prototype.parseFromString = function (...given) { read += 1; return parse.apply(this, given); };
            """
        )
        page.clock.install(time=dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC))
        page.clock.pause_at(dt.datetime(2026, 11, 20, 9, 1, tzinfo=dt.UTC))
        page.goto(f"{address}/dashboard/")
        page.route("**/dashboard/", lambda route: self._asked.append(route))
        page.evaluate(
            """() => {
              window.shown = [];
              new MutationObserver(() => {
                const news = document.getElementById("news")?.textContent;
                if (news && news !== shown.at(-1)) shown.push(news);
              }).observe(document.body, { childList: true, subtree: true });
            }"""
        )

    def ask(self) -> int:
        """The page looks; which look it is, from 0."""
        number = len(self._asked)
        self._page.clock.run_for(BETWEEN_LOOKS_MS)
        until(self._page, lambda: len(self._asked) > number)
        return number

    def tell(self, number: int, sentence: str) -> None:
        """Answer a look, and wait until the page has made of it what it wants."""
        read = self._page.evaluate("read")
        self.tell_late(number, sentence)
        self._page.wait_for_function("before => read > before", arg=read)

    def tell_late(self, number: int, sentence: str) -> None:
        """Answer a look that was overtaken."""
        route = self._asked[number]
        answer = route.fetch()
        parts = '<div data-live id="live-today">', '<section data-live id="live-charts">'
        page = answer.text()
        for part in parts:
            assert part in page
            page = page.replace(part, f"{part}<p>{sentence}</p>")
        route.fulfill(response=answer, body=page.replace("<p>", '<p id="news">', 1))

    def are_shown(self, *sentences: str) -> None:
        """All that the page has ever shown, in this order."""
        self._page.wait_for_function("said => String(shown) === String(said)", arg=list(sentences))


def looks_again(page: Page) -> None:
    """Let the time pass after which a page asks what is new."""
    page.clock.run_for(BETWEEN_LOOKS_MS + 1000)


def test_lists_renew_themselves_and_say_how_fresh_they_are(desk: Page, browser: Browser, address: str) -> None:
    desk.clock.install()
    desk.goto(f"{address}/dashboard/calendar/?day={quiet_day()}")
    expect(desk.locator("#fresh")).to_contain_text("Up to date as of")
    colleague = browser.new_context(locale="en-US", storage_state=desk.context.storage_state())
    book(colleague.new_page(), address, name="Clara Stone", time="13:00")
    colleague.close()
    looks_again(desk)
    expect(card(desk, "Clara Stone")).to_have_count(1)

    # However often it was renewed, one drag is one question and one change.
    looks_again(desk)
    move_by_mouse(desk, "Clara Stone", minutes=60)
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


def test_an_answer_that_was_overtaken_brings_nothing_back(desk: Page, address: str) -> None:
    looks = Looks(desk, address)
    slow, quick = looks.ask(), looks.ask()
    looks.tell(quick, "new")
    looks.are_shown("new")
    looks.tell_late(slow, "old")
    looks.tell(looks.ask(), "newest")
    looks.are_shown("new", "newest")


def test_what_is_being_read_is_not_taken_away(desk: Page, address: str) -> None:
    looks = Looks(desk, address)
    charts = desk.locator("#live-charts")
    charts.locator("summary").first.click()
    expect(charts.get_by_role("table").first.get_by_role("row")).to_have_count(15)
    looks.tell(looks.ask(), "new")
    looks.are_shown("new")
    expect(charts).not_to_contain_text("new")
    charts.locator("summary").first.click()
    looks.tell(looks.ask(), "newest")
    expect(charts).to_contain_text("newest")


def test_nothing_is_exchanged_under_a_finger(desk: Page, address: str) -> None:
    looks = Looks(desk, address)
    desk.locator("h1").hover()
    desk.mouse.down()
    looks.tell(looks.ask(), "new")
    desk.mouse.up()
    looks.tell(looks.ask(), "newest")
    looks.are_shown("newest")
