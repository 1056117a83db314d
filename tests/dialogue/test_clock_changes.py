"""Clock times on days on which the clocks change."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from parley.contract import Language
from parley.dialogue.clock_changes import said_twice, skipped
from parley.dialogue.merging import merge, model
from parley.dialogue.replies import render
from tests.dialogue.desk import INTENTS, Talk

CHICAGO, PARIS = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Paris")
SPRING, AUTUMN = "2026-03-08", "2026-11-01"


@pytest.mark.parametrize(
    ("slots", "zone", "offered"),
    [
        ({"date": SPRING, "time": "02:30"}, CHICAGO, ["03:00", "01:30"]),
        ({"new_date": SPRING, "new_time": "02:00"}, CHICAGO, ["03:00", "01:00"]),
        ({"due_date": "2026-03-29", "due_time": "02:15"}, PARIS, ["03:00", "01:15"]),
        ({"date": SPRING, "time": "03:00"}, CHICAGO, []),
        ({"date": SPRING, "time": "02:30"}, PARIS, []),
        ({"date": AUTUMN, "time": "01:30"}, CHICAGO, []),
        ({"time": "02:30"}, CHICAGO, []),
        ({"date": SPRING}, CHICAGO, []),
    ],
)
def test_what_the_clocks_leave_out_is_asked_about(slots: dict[str, Any], zone: ZoneInfo, offered: list[str]) -> None:
    question = skipped(slots, zone)
    choices = question.choices if question is not None else ()
    assert [choice.value for choice in choices] == offered
    assert all(set(choice.slots) == set(slots) for choice in choices)


def test_what_comes_twice_is_said() -> None:
    assert len(said_twice({"date": AUTUMN, "time": "01:30"}, CHICAGO)) == 1
    assert said_twice({"date": AUTUMN, "time": "02:00"}, CHICAGO) == ()
    assert said_twice({"date": SPRING, "time": "02:30"}, CHICAGO) == ()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("2:30 AM", "3:00 AM", "1:30 AM")),
        ("fr", ("2 h 30", "3 h", "1 h 30")),
        ("ko", ("2시 30분", "3시", "1시 30분")),
    ],
)
def test_it_is_said_in_every_language(language: Language, words: tuple[str, ...]) -> None:
    question = skipped({"date": SPRING, "time": "02:30"}, CHICAGO)
    assert question is not None
    now = dt.datetime(2026, 3, 1, 10, tzinfo=CHICAGO)
    for text in words:
        assert text in render(question.say, language=language, now=now)
    for fold in (0, 1):
        (twice,) = said_twice({"date": AUTUMN, "time": "01:30", "fold": fold}, CHICAGO)
        assert words[2] in render(twice, language=language, now=now)


def test_the_answer_is_a_time_that_exists() -> None:
    talk = Talk()
    asked = talk.say("a table at half past two", "table.book", date="2027-03-14", time="02:30", name="Ann")
    assert asked.asks_for == "time"
    assert "does not exist" in asked.reply
    chosen = talk.say("the first one", confidence=0.3)
    assert chosen.asks_for == "confirmation"
    assert chosen.slots == {"date": "2027-03-14", "time": "03:00", "name": "Ann"}


@pytest.mark.parametrize(("words", "fold"), [("the first one", 0), ("no, the second one", 1)])
def test_the_skill_is_told_which_of_two_it_is(words: str, fold: int) -> None:
    talk = Talk()
    asked = talk.say("a table at half past one", "table.book", date="2026-11-01", time="01:30", name="Ann")
    assert asked.asks_for == "confirmation"
    assert asked.reply.startswith("1:30 AM comes twice")
    assert talk.say(words, confidence=0.3).asks_for == "confirmation"
    assert talk.state.frame is not None
    built: Any = model(INTENTS[0], talk.state.frame.slots)
    assert built.time.fold == fold
    assert "fold" not in merge(talk.state.frame.slots, {"time": "03:00"})
