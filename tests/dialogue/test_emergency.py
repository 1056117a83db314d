"""An emergency comes before everything, and is not undone by one word."""

import pytest

from tests.dialogue.desk import Talk


def test_the_number_is_said_at_once_also_while_a_slot_is_asked() -> None:
    talk = Talk()
    talk.say("a table", "table.book")
    said = talk.say("my chest hurts and my left arm is numb", "out_of_scope")
    assert "911" in said.reply
    assert (said.executed, said.emergency) == ("emergency.escalate", "cardiac")
    assert {"type": "emergency", "kind": "cardiac", "first": True} in said.events


def test_one_no_does_not_undo_it() -> None:
    talk = Talk()
    talk.say("I think I am having a stroke")
    doubted = talk.say("no", "no")
    assert doubted.emergency == "stroke"
    assert "is everybody safe" in doubted.reply
    assert talk.say("yes", "yes").emergency is None


def test_whoever_is_not_safe_is_told_the_number_again() -> None:
    talk = Talk()
    talk.say("I think I am having a stroke")
    talk.say("no", "no")
    again = talk.say("no", "no")
    assert again.emergency == "stroke"
    assert "911" in again.reply


@pytest.mark.parametrize(("words", "kind"), [("1" * 500, None), ("119", "unknown"), ("119 119 119", "unknown")])
def test_a_key_that_is_held_down_is_no_emergency(words: str, kind: str | None) -> None:
    assert Talk().say(words, "emergency").emergency == kind


def test_staff_only_words_in_an_emergency_are_no_reason_to_refuse() -> None:
    assert "911" in Talk().say("close the till, he is not breathing", "till.close").reply


def test_no_more_messages_is_heard_while_something_is_asked_and_the_question_stays() -> None:
    talk = Talk()
    asked = talk.say("a table", "table.book").reply
    stopped = talk.say("stop texting me")
    assert stopped.stop_contact
    assert stopped.reply.endswith(asked)
    assert stopped.asks_for == "date"


def test_it_stays_in_force_whatever_else_is_said() -> None:
    talk = Talk()
    talk.say("I took the whole bottle of pills")
    still = talk.say("a table", "table.book", date="2026-03-17")
    assert still.emergency == "overdose"
    assert "911" in still.reply
    assert talk.desk.done == []


def test_a_person_is_offered_and_put_on_the_line() -> None:
    talk = Talk()
    talk.say("she is not breathing")
    over = talk.say("yes please", "yes")
    assert over.handover is not None
    assert over.emergency == "unconscious"


@pytest.mark.parametrize(
    ("country", "words", "number"),
    [
        ("FR", "j'ai très mal à la poitrine", "15"),
        ("KR", "가슴이 너무 아파요", "119"),
        ("CA", "I want to kill myself", "988"),
        ("FR", "je veux mourir", "3114"),
        ("KR", "죽고 싶어요", "109"),
        ("ZZ", "she is unconscious", "112"),
    ],
)
def test_the_number_is_the_countrys_own(country: str, words: str, number: str) -> None:
    from dataclasses import replace

    talk = Talk()
    talk.context = replace(talk.context, country=country)
    assert number in talk.say(words).reply


def test_no_more_messages_is_acknowledged_once_and_changes_nothing_else() -> None:
    talk = Talk()
    stopped = talk.say("please stop texting me")
    assert stopped.stop_contact
    assert stopped.executed is None
    assert {"type": "stop_contact"} in stopped.events
