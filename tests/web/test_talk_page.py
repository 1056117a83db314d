"""The page to talk from, in a real browser, against a real server."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.screen import fits, large_enough

pytestmark = pytest.mark.browser


def ask(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def answers(page: Page, pattern: str) -> None:
    """The last answer reads like this."""
    expect(page.locator("li.assistant .words").last).to_have_text(re.compile(pattern))


def test_a_typed_question_is_answered_and_timed(page: Page) -> None:
    ask(page, "What time is it in Seoul?")
    answers(page, r"Seoul.*\d{1,2}:\d\d")
    expect(page.locator("table.waterfall th")).to_contain_text(["Understanding", "Dialogue", "Synthesis"])
    expect(page.locator("table.waterfall caption")).to_contain_text("first sound")


def test_what_is_spoken_is_heard_and_answered(page: Page) -> None:
    """The way of the sound; how well the words of people are heard is measured by `parley bench listen`."""
    page.get_by_role("button", name="Talk").click()
    expect(page.get_by_role("button", name="Stop")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("li.person .words").last).to_have_text(re.compile(r"\w{2,}"))
    answers(page, r"\w{2,}")
    expect(page.locator("table.waterfall th")).to_contain_text(["End of turn", "Recognition"])
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Talk")).to_have_attribute("aria-pressed", "false")


def test_a_timer_counts_down_on_its_card(page: Page) -> None:
    ask(page, "Set a pasta timer for nine minutes")
    answers(page, "9 minutes")
    expect(page.locator(".card strong")).to_have_text(re.compile("pasta"))
    expect(page.locator(".card .left")).to_have_text(re.compile(r"[78]:\d\d"))


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [("fr", "Quelle heure est-il à Londres ?", "Londres"), ("ko", "파리는 지금 몇 시예요?", "파리")],
)
def test_the_page_speaks_the_language_that_is_chosen(page: Page, language: str, question: str, answer: str) -> None:
    page.get_by_role("combobox").select_option(language)
    expect(page.locator("html")).to_have_attribute("lang", language)
    ask(page, question)
    answers(page, answer)


def test_a_deaf_language_is_said_plainly_and_typing_works(page: Page) -> None:
    page.get_by_role("combobox").select_option("ko")
    expect(page.get_by_role("status")).to_have_text("준비됐습니다.")
    page.locator("#microphone").click()
    expect(page.get_by_role("alert")).to_contain_text("음성 인식기가 없습니다")


def test_a_refused_microphone_is_said_plainly(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="en-US")
    context.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    )
    page = context.new_page()
    page.goto(address)
    page.get_by_role("button", name="Talk").click()
    expect(page.get_by_role("alert")).to_contain_text("refused the microphone")
    expect(page.get_by_role("textbox")).to_be_focused()
    context.close()


def test_everything_is_reached_with_the_keyboard(page: Page) -> None:
    expect(page.get_by_role("status")).to_have_text("Ready.")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert {"language", "open-options", "microphone", "text", "send"} <= set(reached)
    page.locator("#text").focus()
    page.keyboard.type("thank you")
    page.keyboard.press("Enter")
    expect(page.locator("li.assistant")).to_have_count(1)


def test_it_fits_a_telephone(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="en-US")
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("status")).to_have_text("Ready.")
    ask(page, "What can you do?")
    answers(page, ".+")
    fits(page)
    large_enough(page.locator("#microphone, #text, #send, #language"))
    context.close()
