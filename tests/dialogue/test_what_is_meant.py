"""Answers that are no plain value, and what becomes of a refused end."""

import pytest

from parley.contract import Language
from parley.dialogue.merging import merge
from parley.dialogue.phrases import phrases
from parley.understanding.result import Span, Understanding
from tests.dialogue.desk import Talk


def summary() -> Talk:
    """A table read back."""
    talk = Talk()
    talk.say("a table", "table.book", date="2026-03-17", time="19:00", name="Ann")
    return talk


@pytest.mark.parametrize("words", ["yes, book it", "make it seven"])
def test_a_yes_may_name_the_deed_or_the_value(words: str) -> None:
    time = {"time": "19:00"} if "seven" in words else {}
    assert summary().say(words, "table.book" if time else "out_of_scope", 0.5, **time).executed == "table.book"


@pytest.mark.parametrize(
    "words", ["yes but not then", "ok, is it warm there?", "sure, though I would rather come on another day"]
)
def test_what_begins_like_a_yes_may_be_none(words: str) -> None:
    assert summary().say(words, confidence=0.5).executed is None


def test_another_name_is_put_in_place_of_the_one_read_back() -> None:
    talk = summary()
    assert talk.say("no, not Ann, Bob", "table.cancel", 0.6).slots["name"] == "Bob"
    assert talk.say("yes", "yes").executed == "table.book"


@pytest.mark.parametrize(
    ("language", "former", "words", "name"),
    [
        ("en", "Paul", "it's Pauline, not Paul", "Pauline"),
        ("en", "Paul", "not Paul but Ann", "Ann"),
        ("fr", "Paul", "non, pas Paul, Pauline", "Pauline"),
        ("fr", "Paul", "c’est pour Anne, pas Paul", "Anne"),
        ("ko", "민수", "아니 민수 말고 엄마한테요", "엄마"),
        ("ko", "민수", "민수 씨 말고 김하늘 씨요", "김하늘 씨"),
        ("en", "Paul", "not now, thanks", None),
    ],
)
def test_both_names_are_said(language: Language, former: str, words: str, name: str | None) -> None:
    assert phrases(language).in_place_of(former, words) == name


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "you know what, forget it"), ("fr", "vous savez quoi, laissez tomber"), ("ko", "생각해 보니 됐어요")],
)
def test_giving_up_may_be_led_in(language: Language, words: str) -> None:
    assert phrases(language).says("abandon", words)


def test_a_value_answers_the_question_whether_the_wish_was_meant() -> None:
    talk = Talk()
    assert talk.say("a table on Tuesday", "table.book", 0.5, date="2026-03-17").asks_for == "confirmation"
    assert talk.say("three", "out_of_scope", 0.6).slots == {"date": "2026-03-17", "time": "15:00"}


def test_on_a_thursday_the_one_on_thursday_may_be_that_of_next_week() -> None:
    talk = Talk()
    talk.say("my tables", "table.list")
    said = Understanding(
        text="cancel the one on Tuesday",
        language="en",
        intent="table.cancel",
        confidence=0.95,
        slots={"date": "2026-03-10"},
        ambiguous={"date": ("2026-03-17",)},
    )
    assert talk.take(said).slots == {"which": "t2"}


@pytest.mark.parametrize(
    ("former", "part", "time"),
    [("03:00", "morning", "03:00"), ("03:00", "afternoon", "15:00"), ("07:00", "evening", "19:00")],
)
def test_a_part_of_the_day_behind_the_hour_tells_its_half(former: str, part: str, time: str) -> None:
    assert merge({"time": former}, {"part_of_day": part}) == {"time": time}


def test_a_part_of_the_day_that_the_hour_is_not_in_replaces_it() -> None:
    assert merge({"time": "12:30"}, {"part_of_day": "evening"}) == {"part_of_day": "evening"}


def test_a_question_is_no_name() -> None:
    talk = Talk()
    talk.say("a table", "table.book", date="2026-03-17", time="19:00")
    again = talk.say("why do you need my name", confidence=0.5)
    assert (again.asks_for, "name" in again.slots) == ("name", False)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "don't book it"), ("fr", "ne l’envoyez pas"), ("ko", "아니야 보내지 마세요")],
)
def test_what_shall_not_be_done_is_given_up(language: Language, words: str) -> None:
    assert phrases(language).says("abandon", words)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "actually hang on"), ("fr", "oui alors attendez"), ("ko", "아 잠깐만요")]
)
def test_whoever_wants_a_moment_gets_it(language: Language, words: str) -> None:
    assert phrases(language).says("wait", words)


@pytest.mark.parametrize("words", ["no, seven", "no no, at seven"])
def test_a_no_with_the_value_read_back_is_no_yes(words: str) -> None:
    again = summary().say(words, "table.book", 0.93, time="19:00")
    assert (again.executed, again.reply) == (None, "All right, nothing has been done. What shall I change?")


@pytest.mark.parametrize("words", ["half past six is fine", "the later one"])
def test_an_hour_that_was_offered_is_chosen_or_asked_for_again(words: str) -> None:
    talk = Talk()
    offered = talk.say("a table", "table.book", date="2026-03-17", time="18:00", name="Ann")
    chosen = talk.say(words, "table.book", 0.84)
    assert offered.asks_for == "time"
    if "six" in words:
        assert (chosen.asks_for, chosen.slots["time"]) == ("confirmation", "18:30")
    else:
        assert (chosen.asks_for, type(chosen.acts[0]).__name__) == ("time", "Fallback")


def test_words_that_only_point_are_no_name() -> None:
    talk = Talk()
    talk.say("my tables", "table.list")
    talk.say("cancel the garden table", "table.cancel", which="garden table")
    words = "note it for this appointment"
    pointing = Span(slot="which", start=12, end=len(words), text="this appointment", value="appointment")
    said = Understanding(
        text=words,
        language="en",
        intent="table.cancel",
        confidence=0.95,
        slots={"which": "appointment"},
        spans=(pointing,),
    )
    assert talk.take(said).slots == {"which": "t2"}
