"""What the recogniser was not sure of is asked about, and never acted on."""

import pytest

from tests.dialogue.desk import Talk

UNSURE, HARDLY = 0.5, 0.25


def booking() -> Talk:
    """Up to the summary."""
    talk = Talk()
    asked = talk.say("a table on Tuesday", "table.book", date="2026-03-17", time="19:00", name="Ann")
    assert asked.asks_for == "confirmation"
    return talk


def test_a_farewell_that_was_hardly_heard_ends_nothing() -> None:
    talk = Talk()
    assert not talk.say("nope that's it for now", "smalltalk.bye", recognised=HARDLY).ends
    asked = talk.say("nope that's it for now", "smalltalk.bye", recognised=UNSURE)
    assert not asked.ends
    assert "What else" in asked.reply
    assert talk.say("nope that's it for now", "smalltalk.bye", recognised=0.9).ends


def test_a_wish_is_asked_about_as_surely_as_its_words_were_heard() -> None:
    talk = Talk()
    assert talk.say("cancel the window table", "table.cancel", recognised=HARDLY, which="t1").asks_for is None
    assert (
        talk.say("cancel the window table", "table.cancel", recognised=UNSURE, which="t1").asks_for == "confirmation"
    )
    assert not talk.desk.done
    assert talk.say("yes", "yes").executed == "table.cancel"


@pytest.mark.parametrize("recognised", [UNSURE, HARDLY])
def test_a_yes_that_was_not_surely_heard_is_asked_for_again(recognised: float) -> None:
    talk = booking()
    again = talk.say("yes", "yes", recognised=recognised)
    assert (again.executed, again.asks_for) == (None, "confirmation")
    assert talk.say("yes", "yes").executed == "table.book"


def test_it_is_not_asked_for_again_for_ever() -> None:
    talk = booking()
    talk.say("yes", "yes", recognised=UNSURE)
    offered = talk.say("yes", "yes", recognised=UNSURE)
    assert "put you through" in offered.reply
    assert talk.say("yes", "yes", recognised=HARDLY).executed == "agent.handover"


def test_a_name_may_be_unknown_to_the_recogniser_and_is_read_back() -> None:
    talk = Talk()
    talk.say("a table on Tuesday at seven", "table.book", date="2026-03-17", time="19:00")
    assert talk.say("it's Ann Lee", recognised=HARDLY).asks_for == "confirmation"
    other = Talk()
    other.say("a table on Tuesday", "table.book", date="2026-03-17")
    assert other.say("at seven", recognised=HARDLY, time="19:00").asks_for == "time"


def test_an_undo_that_was_not_surely_heard_is_asked_about() -> None:
    talk = Talk()
    talk.say("never mind that", "table.note", note="window")
    talk.state = talk.state.from_json(
        {**talk.state.to_json(), "past": [{"intent": "table.note", "slots": {}, "turn": 1, "undo": {"id": 1}}]}
    )
    assert talk.say("undo that", recognised=UNSURE).asks_for == "confirmation"
