"""Names are found by their sound, and by nothing less."""

import pytest

from parley.contract import Expectation, Phrase
from parley.understanding.context import closest, likely_names, sound_of

CONTEXT = {
    "meds": [{"name": "metformin"}, {"name": "lisinopril"}, {"name": "혈압약"}],
    "nurses": [{"name": "Nathalie Tremblay"}, {"name": "Sophie Gagnon"}],
    "contacts": ["김민수", "박지영"],
}


@pytest.mark.parametrize(
    ("words", "slot", "name"),
    [
        ("met forming", "medication", "metformin"),
        ("lysine april", "medication", "lisinopril"),
        ("natalie tremble", "nurse_name", "Nathalie Tremblay"),
        ("sofi ganion", "nurse_name", "Sophie Gagnon"),
        ("김 민수", "recipient", "김민수"),
        ("혈앞약", "medication", "혈압약"),
    ],
)
def test_what_was_misheard_is_found(words: str, slot: str, name: str):
    match = closest(words, slot, likely_names(Expectation(), CONTEXT))
    assert match is not None
    assert match.likely.value == name


def test_another_name_is_not_bent_into_one_that_is_known():
    names = likely_names(Expectation(), CONTEXT)
    assert closest("aspirin", "medication", names) is None
    assert closest("이영희", "recipient", names) is None


def test_a_name_fills_only_its_own_slots():
    assert closest("metformin", "nurse_name", likely_names(Expectation(), CONTEXT)) is None


def test_names_that_sound_the_same_are_told_as_candidates():
    phrases = (Phrase(text="Ann Lee", slot="staff", value="1"), Phrase(text="Anne Lee", slot="staff", value="2"))
    match = closest("ann lee", "staff", likely_names(Expectation(phrases=phrases), {}))
    assert match is not None
    assert {match.likely.value, *(other.value for other in match.others)} == {"1", "2"}


def test_sound_drops_how_a_word_is_spelled():
    assert sound_of("Thérèse") == sound_of("terez")
    assert sound_of("Philippe") == sound_of("filip")
    assert sound_of("김밥") == sound_of("킴 빱")


def test_a_context_that_is_no_list_is_no_names():
    assert likely_names(Expectation(), {"meds": "aspirin", "tasks": [None, {"at": 3}, " "]}) == []
