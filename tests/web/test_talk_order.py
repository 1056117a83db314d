"""The page to talk from, in whatever order the server, the browser and the person act."""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.web.scripted import Microphones, Server, until

pytestmark = pytest.mark.browser
DEAF = "음성 인식기가 없습니다"


@pytest.fixture
def server(page: Page) -> Server:
    """Asked for a session in Korean, and not answering yet."""
    server = Server(page)
    page.get_by_role("combobox").select_option("ko")
    server.is_asked("session_start")
    return server


@pytest.fixture
def microphones(page: Page) -> Microphones:
    return Microphones(page)


def button(page: Page) -> Locator:
    return page.locator("#microphone")


def status_is(page: Page, text: str) -> None:
    expect(page.get_by_role("status")).to_have_text(text)


def is_pressed(page: Page, pressed: bool) -> None:
    expect(button(page)).to_have_attribute("aria-pressed", "true" if pressed else "false")


def hold_to_talk(page: Page) -> None:
    page.locator("#open-options").click()
    page.locator("input[value=hold]").check()
    page.get_by_role("dialog").get_by_role("button").click()


def test_it_is_ready_only_once_the_server_is(page: Page, server: Server) -> None:
    status_is(page, "연결하는 중…")
    server.starts("ko")
    status_is(page, "준비됐습니다.")


def test_nothing_can_be_pressed_before_it_does_something(page: Page, address: str) -> None:
    held: list[Route] = []
    page.route("**/talk/page.js", lambda route: held.append(route))
    page.goto(address, wait_until="commit")
    until(page, lambda: held)
    controls = ("#language", "#open-options", "#microphone", "#text", "#send")
    for control in controls:
        expect(page.locator(control)).to_be_disabled()
    held[0].continue_()
    for control in controls:
        expect(page.locator(control)).to_be_enabled()


@pytest.mark.parametrize("failure", ["broken", "refused"])
def test_words_that_do_not_come_are_asked_for_again(page: Page, address: str, failure: str) -> None:
    asked: list[Route] = []

    def answer(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()
        elif failure == "broken":
            route.abort()
        else:
            route.fulfill(status=503)

    page.route("**/words/en.json", answer)
    page.goto(address)
    status_is(page, "Ready.")
    assert len(asked) >= 2


@pytest.mark.parametrize("granted_first", [True, False])
def test_a_deaf_language_is_said_whatever_comes_first(
    page: Page, server: Server, microphones: Microphones, granted_first: bool
) -> None:
    button(page).click()
    microphones.are_asked_for(1)
    if granted_first:
        microphones.grant()
        microphones.are("live")
        server.starts("ko", recognises=False)
    else:
        server.starts("ko", recognises=False)
        expect(page.get_by_role("alert")).to_contain_text(DEAF)
        microphones.grant()
    microphones.are("ended")
    expect(page.get_by_role("alert")).to_contain_text(DEAF)
    is_pressed(page, False)
    status_is(page, "준비됐습니다.")


def test_a_language_that_the_conversation_comes_to_may_be_deaf_too(
    page: Page, server: Server, microphones: Microphones
) -> None:
    server.starts("ko")
    button(page).click()
    microphones.are_asked_for(1)
    microphones.grant()
    status_is(page, "듣고 있습니다…")
    server.says("language", language="fr", recognises=False)
    expect(page.get_by_role("alert")).to_contain_text("Aucune reconnaissance vocale du français")
    microphones.are("ended")
    button(page).click()
    expect(page.get_by_role("alert")).to_contain_text("Aucune reconnaissance vocale du français")
    server.says("language", language="en", recognises=True)
    button(page).click()
    microphones.are_asked_for(2)
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_button_that_is_let_go_before_the_microphone_opens_gives_it_back(
    page: Page, server: Server, microphones: Microphones
) -> None:
    server.starts("ko")
    hold_to_talk(page)
    button(page).hover()
    page.mouse.down()
    microphones.are_asked_for(1)
    status_is(page, "마이크를 켜는 중…")
    page.mouse.up()
    is_pressed(page, False)
    microphones.grant()
    microphones.are("ended")
    is_pressed(page, False)
    status_is(page, "준비됐습니다.")


def test_the_space_bar_is_let_go_also_where_another_window_takes_it(
    page: Page, server: Server, microphones: Microphones
) -> None:
    server.starts("ko")
    hold_to_talk(page)
    button(page).focus()
    page.keyboard.down(" ")
    microphones.are_asked_for(1)
    microphones.grant()
    status_is(page, "듣고 있습니다…")
    button(page).blur()
    microphones.are("ended")
    is_pressed(page, False)


def test_of_several_presses_the_last_one_counts(page: Page, server: Server, microphones: Microphones) -> None:
    server.starts("ko")
    button(page).click()
    microphones.are_asked_for(1)
    is_pressed(page, True)
    button(page).click()
    is_pressed(page, False)
    button(page).click()
    microphones.are_asked_for(2)
    microphones.grant(1)
    status_is(page, "듣고 있습니다…")
    microphones.grant(0)
    microphones.are("live", "ended")
    is_pressed(page, True)
    status_is(page, "듣고 있습니다…")


def test_a_refusal_of_an_earlier_press_is_not_held_against_the_next(
    page: Page, server: Server, microphones: Microphones
) -> None:
    server.starts("ko")
    for _ in range(3):
        button(page).click()
    microphones.are_asked_for(2)
    microphones.refuse(0)
    microphones.grant(1)
    status_is(page, "듣고 있습니다…")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_language_chosen_while_the_microphone_opens_ends_the_press(
    page: Page, server: Server, microphones: Microphones
) -> None:
    server.starts("ko")
    button(page).click()
    microphones.are_asked_for(1)
    page.get_by_role("combobox").select_option("fr")
    server.is_asked("session_start", times=2)
    microphones.grant()
    microphones.are("ended")
    server.starts("fr")
    status_is(page, "Prêt.")
    is_pressed(page, False)


@pytest.mark.parametrize("open_already", [True, False])
def test_the_end_of_the_conversation_ends_the_press(
    page: Page, server: Server, microphones: Microphones, open_already: bool
) -> None:
    server.starts("ko")
    button(page).click()
    microphones.are_asked_for(1)
    if open_already:
        microphones.grant()
        status_is(page, "듣고 있습니다…")
    server.says("session_end", reason="ended")
    status_is(page, "대화가 끝났습니다. 말씀하시거나 적으시면 새로 시작합니다.")
    if not open_already:
        microphones.grant()
    microphones.are("ended")
    is_pressed(page, False)
    page.get_by_role("textbox").fill("안녕하세요")
    page.get_by_role("textbox").press("Enter")
    server.is_asked("session_start", times=2)
    server.is_asked("text")
    assert "session_id" not in [each for each in server.heard if each["type"] == "session_start"][-1]


def test_a_microphone_that_is_unplugged_is_said(page: Page, server: Server, microphones: Microphones) -> None:
    server.starts("ko")
    button(page).click()
    microphones.are_asked_for(1)
    microphones.grant()
    status_is(page, "듣고 있습니다…")
    microphones.unplug()
    expect(page.get_by_role("alert")).to_contain_text("마이크 연결이 끊겼습니다")
    is_pressed(page, False)
    microphones.are("ended")


def test_after_a_cough_it_listens_again(page: Page, server: Server, microphones: Microphones) -> None:
    server.starts("ko")
    button(page).click()
    microphones.are_asked_for(1)
    microphones.grant()
    status_is(page, "듣고 있습니다…")
    server.says("speech_started")
    status_is(page, "말씀을 듣고 있습니다…")
    server.says("stt_partial", text="음", is_final=False)
    expect(page.locator("#partial")).to_have_text("음")
    server.says("speech_ended", waited_ms=300)
    status_is(page, "잠시만요…")
    server.says("stt_final", text="", confidence=0, language="ko")
    status_is(page, "듣고 있습니다…")
    expect(page.locator("#partial")).to_be_hidden()
    expect(page.locator("li.person")).to_have_count(0)


def test_words_typed_while_the_connection_is_lost_wait_for_it(page: Page, server: Server) -> None:
    server.starts("ko")
    status_is(page, "준비됐습니다.")
    server.loses_the_connection()
    status_is(page, "연결이 끊겼습니다. 다시 연결하고 있습니다…")
    page.get_by_role("textbox").fill("안녕하세요")
    page.get_by_role("textbox").press("Enter")
    server.is_asked("session_start", times=2)
    server.is_asked("text")
    assert [each["type"] for each in server.heard][-2:] == ["session_start", "text"]
    assert [each for each in server.heard if each["type"] == "session_start"][-1]["session_id"] == "s" * 8
    server.starts("ko")
    status_is(page, "잠시만요…")
