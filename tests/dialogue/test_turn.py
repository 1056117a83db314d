"""The dialogue over several turns."""

import datetime as dt

import pytest

from parley.dialogue.rules import Rules, Threshold
from parley.dialogue.state import State
from parley.understanding.result import Understanding
from tests.dialogue.desk import Talk

BOOK = {"date": "2026-03-17", "time": "19:00", "name": "Ann"}


def booking(talk: Talk) -> Talk:
    """Up to the confirmation."""
    assert talk.say("a table on Tuesday at seven for Ann", "table.book", **BOOK).asks_for == "confirmation"
    return talk


def test_slots_are_filled_over_several_turns_and_the_summary_is_confirmed() -> None:
    talk = Talk()
    assert talk.say("I would like a table", "table.book").asks_for == "date"
    assert talk.say("on Tuesday", "out_of_scope", 0.3, date="2026-03-17").asks_for == "time"
    assert talk.say("at seven", "out_of_scope", 0.3, time="19:00").asks_for == "name"
    asked = talk.say("Ann Weaver please", "out_of_scope", 0.2)
    assert asked.asks_for == "confirmation"
    assert asked.reply == "A table on Tuesday, March 17 at 7:00 PM. Shall I book it?"
    done = talk.say("yes please", "yes")
    assert done.executed == "table.book"
    assert talk.desk.done[0][1]["name"] == "Ann Weaver"
    assert done.asks_for is None


def test_over_answering_skips_the_questions_that_are_answered() -> None:
    talk = Talk()
    talk.say("a table", "table.book")
    assert talk.say("Tuesday at seven", "table.book", date="2026-03-17", time="19:00").asks_for == "name"


def test_a_correction_replaces_the_value_and_is_confirmed_again() -> None:
    talk = booking(Talk())
    again = talk.say("no, Wednesday", "no", date="2026-03-18")
    assert again.asks_for == "confirmation"
    assert "Wednesday, March 18" in again.reply
    assert talk.say("yes", "yes").slots["date"] == "2026-03-18"


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "yes but not so late"), ("fr", "oui mais plus tôt"), ("ko", "네 근데 너무 늦어요"), ("en", "maybe")],
)
def test_a_hedged_yes_is_no_confirmation(language: str, words: str) -> None:
    talk = booking(Talk(language=language))
    assert talk.say(words, "yes").executed is None
    assert talk.desk.done == []
    assert talk.say("at eight", "table.book", time="20:00").asks_for == "confirmation"


def test_a_hedged_yes_with_a_value_corrects() -> None:
    talk = booking(Talk())
    assert talk.say("yes but at eight", "yes", time="20:00").slots["time"] == "20:00"
    assert talk.desk.done == []


def test_a_questioning_yes_in_korean_is_a_plea_to_repeat() -> None:
    talk = booking(Talk(language="ko"))
    before = talk.state.said
    again = talk.say("네?", "yes")
    assert again.executed is None
    assert again.replies == before
    assert talk.say("네", "yes").executed == "table.book"


def test_a_side_question_is_answered_and_the_open_question_comes_back() -> None:
    talk = Talk()
    talk.say("a table on Tuesday", "table.book", date="2026-03-17")
    aside = talk.say("what is on the menu", "menu.read")
    assert aside.executed == "menu.read"
    assert aside.asks_for == "time"
    assert aside.reply.endswith("At what time?")
    thanked = talk.say("thanks", "smalltalk.thanks")
    assert thanked.reply.endswith("At what time?")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "never mind"), ("fr", "laissez tomber"), ("ko", "됐어요"), ("fr", "non, annulez")]
)
def test_giving_up_in_the_middle_leaves_nothing_behind(language: str, words: str) -> None:
    talk = Talk(language=language)
    talk.say("a table", "table.book")
    left = talk.say(words, "no")
    assert (left.asks_for, left.executed) == (None, None)
    assert left.state.frame is None


def test_repeat_says_the_last_reply_again_and_keeps_the_question() -> None:
    talk = Talk()
    asked = talk.say("a table", "table.book")
    again = talk.say("could you repeat that", "repeat")
    assert again.replies == asked.replies
    assert again.asks_for == "date"


def test_what_was_not_understood_is_asked_in_other_words_and_then_a_person_is_offered() -> None:
    talk = Talk()
    talk.say("a table", "table.book")
    rephrased = talk.say("blurb blurb", "menu.read", 0.2)
    assert rephrased.asks_for == "date"
    assert "next Tuesday" in rephrased.reply
    offered = talk.say("blurb", "menu.read", 0.2)
    assert "put you through" in offered.reply
    over = talk.say("yes", "yes")
    assert over.handover is not None
    assert over.state.human


def test_a_person_who_declines_the_offer_goes_on() -> None:
    talk = Talk()
    talk.say("a table", "table.book")
    talk.say("blurb blurb", "menu.read", 0.2)
    talk.say("blurb", "menu.read", 0.2)
    assert talk.say("no", "no").asks_for == "date"


@pytest.mark.parametrize("answer", ["the second one", "2", "six thirty", "number two please"])
def test_a_choice_is_made_by_number_by_key_or_by_value(answer: str) -> None:
    talk = Talk()
    offered = talk.say("a table at six", "table.book", **{**BOOK, "time": "18:00"})
    assert offered.asks_for == "time"
    slots = {"time": "18:30"} if answer == "six thirty" else {}
    assert talk.say(answer, "table.book", **slots).slots["time"] == "18:30"


def test_what_was_offered_and_refused_is_told_to_the_skill() -> None:
    talk = Talk()
    talk.say("a table at six", "table.book", **{**BOOK, "time": "18:00"})
    talk.say("neither of them", "no")
    assert talk.desk.refused == ["17:30", "18:30"]


def test_an_unsure_intent_is_asked_about_and_a_yes_goes_on() -> None:
    talk = Talk()
    asked = talk.say("note something", "table.note", 0.55)
    assert asked.asks_for == "confirmation"
    assert talk.say("yes", "yes").asks_for == "note"


def test_thresholds_are_set_for_single_intents() -> None:
    talk = Talk(rules=Rules(by_intent={"table.list": Threshold(act=0.5)}))
    assert talk.say("my tables", "table.list", 0.55).executed == "table.list"


@pytest.mark.parametrize(
    ("words", "slots", "found"),
    [
        ("cancel the second one", {}, "t2"),
        ("cancel the one on Tuesday", {"date": "2026-03-17"}, "t2"),
        ("cancel the window table", {"which": "window table"}, "t1"),
        ("cancel the last one", {}, "t2"),
    ],
)
def test_references_point_at_what_was_read_out(words: str, slots: dict[str, str], found: str) -> None:
    talk = Talk()
    talk.say("my tables", "table.list")
    which = {"which": "the second one"} if words.endswith("second one") else slots
    talk.say(words, "table.cancel", **which)
    assert talk.desk.done[-1][1]["which"] == found


def test_the_same_time_is_that_of_the_intent_before() -> None:
    talk = booking(Talk())
    talk.say("yes", "yes")
    talk.say("and another one on Friday at the same time for Bob", "table.book", date="2026-03-20", name="Bob")
    assert talk.state.frame is not None
    assert talk.state.frame.slots["time"] == "19:00"


def test_a_follow_up_carries_the_slots_over() -> None:
    talk = Talk()
    talk.say("my tables for Ann on Monday", "table.list", date="2026-03-16", name="Ann")
    talk.say("and Tuesday?", "table.list", date="2026-03-17")
    assert talk.desk.done[-1][1] == {"date": "2026-03-17", "name": "Ann"}


def test_context_is_forgotten_after_half_an_hour() -> None:
    talk = Talk()
    talk.say("a table", "table.book")
    talk.later(minutes=31)
    assert talk.say("on Tuesday", "out_of_scope", 0.9, date="2026-03-17").asks_for is None


def test_a_second_wish_waits_until_the_first_is_done() -> None:
    talk = Talk()
    wish = Understanding(text="tell the cook", language="en", intent="table.note", confidence=0.9, slots={})
    asked = talk.say("book it and tell the cook", "table.book", also=(wish,), **BOOK)
    assert asked.asks_for == "confirmation"
    done = talk.say("yes", "yes")
    assert done.executed == "table.book"
    assert done.asks_for == "note"


def test_the_key_is_the_same_for_the_same_request_and_another_for_the_next() -> None:
    talk = booking(Talk())
    kept = talk.state
    talk.say("yes", "yes")
    talk.state = kept
    talk.say("yes", "yes")
    assert talk.desk.done[0][2] == talk.desk.done[1][2]
    booking(talk).say("yes", "yes")
    assert talk.desk.done[2][2] != talk.desk.done[0][2]


def test_what_a_skill_refuses_is_said_and_ends_the_matter() -> None:
    talk = Talk()
    refused = talk.say("write down fire", "table.note", note="fire")
    assert refused.executed is None
    assert refused.reply.startswith("I'm sorry")
    assert refused.state.frame is None


def test_what_is_for_staff_is_refused_to_callers() -> None:
    assert Talk().say("close the till", "till.close").reply == "I am sorry, that is only for the staff."


def test_out_of_scope_is_declined_without_losing_the_thread() -> None:
    talk = Talk()
    talk.say("a table", "table.book")
    declined = talk.say("play some music", "out_of_scope", 0.95)
    assert declined.executed is None
    assert declined.asks_for == "date"


def test_the_language_is_followed_and_switched_on_request() -> None:
    talk = Talk()
    talk.say("a table", "table.book")
    switched = talk.say("pouvons-nous parler français ?", "language.switch", language="fr")
    assert switched.language == "fr"
    assert switched.reply.endswith("Quel jour ?")
    assert talk.say("테이블 예약해 주세요", "table.list", language="ko").language == "ko"


def test_a_speculative_turn_changes_nothing() -> None:
    from parley.dialogue.turn import take

    talk = booking(Talk())
    yes = Understanding(text="yes", language="en", intent="yes", confidence=0.95)
    assert take(talk.state, yes, {"desk": talk.desk}, talk.context, speculative=True) is None
    assert talk.desk.done == []


def test_the_state_survives_json() -> None:
    talk = booking(Talk())
    assert State.from_json(talk.state.to_json()) == talk.state
    assert talk.state.at == dt.datetime(2026, 3, 12, 15, 0, tzinfo=dt.UTC)


def test_the_recogniser_is_told_what_to_expect() -> None:
    talk = Talk()
    asked = talk.say("a table", "table.book")
    assert (asked.expectation.slot, asked.expectation.kind, asked.expectation.business_hours) == (
        "date",
        "date",
        True,
    )
    assert booking(Talk()).state.asked is not None
    confirmed = Talk()
    assert confirmed.say("a table", "table.book", **BOOK).expectation.yes_no


def test_a_handover_and_a_switch_count_as_carried_out() -> None:
    assert Talk().say("a person please", "agent.handover").executed == "agent.handover"
    assert Talk().say("français", "language.switch", language="fr").executed == "language.switch"


def test_a_side_question_is_what_the_turn_was_about() -> None:
    talk = booking(Talk())
    aside = talk.say("what is on the menu", "menu.read")
    assert (aside.intent, aside.executed, aside.asks_for) == ("menu.read", "menu.read", "confirmation")


def test_the_wish_itself_is_a_yes_to_its_summary() -> None:
    assert booking(Talk()).say("book it", "table.book").executed == "table.book"
    assert booking(Talk()).say("cancel it", "table.cancel").executed is None
