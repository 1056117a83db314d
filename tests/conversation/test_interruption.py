"""What counts as a turn, in three languages."""

import pytest

from parley.contract import LANGUAGES, Expectation, Kind
from parley.conversation.interruption import Verdict, bare, judge
from parley.conversation.phrases import phrases

OVER = "Your appointment with Doctor Kim is on Tuesday the fifth at nine."


@pytest.mark.parametrize(
    ("language", "text", "verdict"),
    [
        ("en", "mm-hm", Verdict.BACKCHANNEL),
        ("en", "Uh huh.", Verdict.BACKCHANNEL),
        ("en", "no", Verdict.TURN),
        ("en", "stop", Verdict.TURN),
        ("en", "", Verdict.NOISE),
        ("en", "...", Verdict.NOISE),
        ("en", "is on tuesday the fifth", Verdict.ECHO),
        ("en", "tuesday", Verdict.TURN),
        ("fr", "D'accord.", Verdict.BACKCHANNEL),
        ("fr", "non merci", Verdict.TURN),
        ("ko", "네네", Verdict.BACKCHANNEL),
        ("ko", "아니요", Verdict.TURN),
    ],
)
def test_over_a_reply(language: str, text: str, verdict: Verdict) -> None:
    assert judge(text, language=language, expectation=Expectation(), over=OVER) is verdict  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "confidence", "verdict"),
    [
        ("n", 0.9, Verdict.NOISE),
        ("oh no", 0.2, Verdict.NOISE),
        ("oh no", 0.5, Verdict.TURN),
        ("stop that at once", 0.2, Verdict.TURN),
    ],
)
def test_what_may_be_a_cough_is_one(text: str, confidence: float, verdict: Verdict) -> None:
    assert judge(text, language="en", expectation=Expectation(), over=OVER, confidence=confidence) is verdict
    assert judge(text, language="en", expectation=Expectation(), over=None, confidence=confidence) is Verdict.TURN


def test_a_letter_that_was_asked_for_is_an_answer() -> None:
    spelling = Expectation(kind=Kind.SPELLING)
    assert judge("n", language="en", expectation=spelling, over=OVER) is Verdict.TURN


def test_into_silence_every_word_is_a_turn() -> None:
    assert judge("okay", language="en", expectation=Expectation(), over=None) is Verdict.TURN


@pytest.mark.parametrize(("language", "word"), [("en", "okay"), ("fr", "d'accord"), ("ko", "네")])
def test_where_a_yes_is_awaited_the_same_word_is_an_answer(language: str, word: str) -> None:
    expectation = Expectation(yes_no=True)
    assert judge(word, language=language, expectation=expectation, over=OVER) is Verdict.TURN  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_backchannels_are_written_as_they_are_compared(language: str) -> None:
    words = phrases(language).backchannels  # type: ignore[arg-type]
    assert {bare(word) for word in words} == words
