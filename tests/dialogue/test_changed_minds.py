"""Words that change what is in hand, and what is let go when it is given up."""

import pytest

from parley.contract import Context, Phrase
from parley.dialogue.hearing import Heard
from parley.dialogue.rules import RULES
from parley.dialogue.spotting import spotted
from parley.dialogue.state import State
from parley.understanding.result import Understanding
from tests.dialogue.desk import INTENTS, NOW, Desk, Talk


class Holding(Desk):
    """A desk that keeps a table while somebody makes up their mind."""

    def __init__(self) -> None:
        super().__init__()
        self.released = 0

    def release(self, *, context: Context) -> None:
        """Count it."""
        self.released += 1


def holding() -> tuple[Talk, Holding]:
    talk, desk = Talk(), Holding()
    talk.desk = desk
    return talk, desk


def test_giving_up_lets_go_of_what_was_held_and_going_on_does_not() -> None:
    talk, desk = holding()
    talk.say("a table on Tuesday", "table.book", date="2026-03-17")
    talk.say("at seven", "table.book", time="19:00")
    assert desk.released == 0
    talk.say("never mind", "no")
    assert desk.released == 1


def test_what_is_done_is_not_given_up() -> None:
    talk, desk = holding()
    talk.say("a table", "table.book", date="2026-03-17", time="19:00", name="Ann")
    assert talk.say("yes", "yes").executed == "table.book"
    assert desk.released == 0


def test_a_side_question_keeps_what_is_held() -> None:
    talk, desk = holding()
    talk.say("a table on Tuesday", "table.book", date="2026-03-17")
    talk.say("what is on the menu", "menu.read")
    assert desk.released == 0


@pytest.mark.parametrize(("words", "name"), [("no, Lilly", "Lilly Green"), ("no, it's Lilly Greene", "Lilly Greene")])
def test_a_name_like_the_one_read_back_replaces_it(words: str, name: str) -> None:
    talk = Talk()
    talk.say("a table", "table.book", date="2026-03-17", time="19:00", name="Lily Green")
    assert talk.say(words, "no").slots["name"] == name


def test_another_name_altogether_is_no_other_hearing_of_it() -> None:
    talk = Talk()
    talk.say("a table", "table.book", date="2026-03-17", time="19:00", name="Lily Green")
    assert talk.say("no, thank you", "no").slots["name"] == "Lily Green"


def test_another_of_those_offered_is_taken_after_all() -> None:
    talk = Talk()
    talk.say("a table", "table.book", date="2026-03-17", time="18:00", name="Ann")
    assert talk.say("the first one", "out_of_scope").slots["time"] == "17:30"
    assert talk.say("no, the other one", "no").slots["time"] == "18:30"


@pytest.mark.parametrize("words", ["the last one", "whatever"])
def test_words_that_only_point_are_no_name(words: str) -> None:
    talk = Talk()
    talk.say("a table", "table.book", date="2026-03-17", time="19:00")
    assert talk.say(words, "out_of_scope", confidence=0.3).asks_for == "name"


def test_a_yes_to_a_choice_of_several_asks_which() -> None:
    talk = Talk()
    asked = talk.say("a table", "table.book", date="2026-03-17", time="18:00").reply
    assert talk.say("yes", "yes").reply == f"Which one, please? {asked}"


def test_a_name_in_the_words_fills_its_slot() -> None:
    said = Understanding(text="une table pour Zoé Dupont ce soir", language="fr", intent="table.book")
    heard = Heard(
        state=State(),
        said=said,
        intents={},
        rules=RULES,
        now=NOW,
        named=lambda _: [Phrase(text="Zoe Dupont", slot="name", value="Z. Dupont"), Phrase(text="Zo", slot="name")],
    )
    assert spotted(heard, INTENTS[0], {}) == {"name": "Z. Dupont"}
    assert spotted(heard, INTENTS[0], {"name": "Ann"}) == {}


def test_the_same_question_again_is_never_put_as_if_nothing_had_been_heard() -> None:
    talk = Talk()
    asked = talk.say("a table", "table.book", date="2026-03-17", time="18:00").reply
    noted = talk.say("for four people", "table.book", people=4).reply
    assert noted != asked
    assert noted.endswith(asked)
