"""What short words mean where they are said."""

from dataclasses import replace

import pytest

from parley.contract import Intent, Language
from parley.dialogue.in_context import in_context
from parley.dialogue.state import Past, State
from parley.understanding.result import Understanding
from parley.understanding.scope import scoped

INTENTS = {
    row.name: row
    for row in (
        Intent(name="timer.set"),
        Intent(name="timer.cancel"),
        Intent(name="timer.status", reads_only=True),
        Intent(name="table.cancel"),
        Intent(name="visit.cancel", like=("table.cancel",)),
        Intent(name="pill.take", unsure="pill.status"),
        Intent(name="pill.status", reads_only=True),
    )
}
TIMER = State(past=(Past(intent="timer.set", slots={}, turn=0),))


def read(text: str, intent: str, *, language: Language = "en", state: State = TIMER, **known: frozenset[str]) -> str:
    said = Understanding(text=text, language=language, intent=intent, confidence=0.9)
    return in_context(state, said, INTENTS, **known).intent


@pytest.mark.parametrize(
    ("text", "language"),
    [("cancel it", "en"), ("stop that please", "en"), ("annule-le", "fr"), ("그거 취소해", "ko"), ("cancel", "en")],
)
def test_words_that_point_are_about_what_was_done_last(text: str, language: Language) -> None:
    assert read(text, "table.cancel", language=language) == "timer.cancel"


def test_words_that_name_their_thing_are_about_it() -> None:
    assert read("cancel my table for tonight", "table.cancel") == "table.cancel"
    assert read("cancel it", "table.cancel", state=State()) == "table.cancel"


def test_the_domain_of_the_conversation_decides_between_intents_said_alike() -> None:
    assert read("cancel my visit", "table.cancel", home=frozenset({"visit.cancel"})) == "visit.cancel"
    assert read("cancel my visit", "table.cancel", home=frozenset({"table.cancel"})) == "table.cancel"


@pytest.mark.parametrize(
    ("text", "language"),
    [("I think I took it", "en"), ("je crois que j'ai pris le cachet", "fr"), ("약 먹은 것 같은데", "ko")],
)
def test_what_is_unsure_is_a_question(text: str, language: Language) -> None:
    assert read(text, "pill.take", language=language) == "pill.status"


def test_nothing_is_read_otherwise_in_an_emergency() -> None:
    said = Understanding(text="cancel it", language="en", intent="table.cancel", confidence=0.9)
    assert in_context(TIMER, replace(said, emergency="cardiac"), INTENTS).intent == "table.cancel"


@pytest.mark.parametrize(
    ("language", "text", "words", "scope"),
    [
        ("en", "cancel all my timers", "all my timers", "all"),
        ("en", "cancel everything except the pasta one", "everything", "except: pasta"),
        ("fr", "annule toutes mes alarmes", "toutes mes alarmes", "all"),
        ("fr", "annule tout sauf le riz", "tout", "except: riz"),
        ("ko", "알람 전부 꺼 줘", "알람 전부", "all"),
        ("ko", "라면 빼고 다 꺼 줘", "다", "except: 라면"),
        ("en", "delete the work ones", "the work ones", "the work ones"),
    ],
)
def test_how_many_are_meant(language: Language, text: str, words: str, scope: str) -> None:
    assert scoped(text, {"scope": words}, (), language)["scope"] == scope
