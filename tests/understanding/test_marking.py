"""Marks go together: one value a slot, the other medicine, and questions to their end."""

from parley.contract import Kind, Language, Slot
from parley.understanding.labels import Mark
from parley.understanding.marking import together

NAME, TEXT = Slot(Kind.NAME), Slot(Kind.TEXT)


def said(text: str, declared: dict[str, Slot], *marked: tuple[str, str], language: Language = "en") -> dict[str, str]:
    """The words of each slot after the marks of `marked` (slot, words) are brought together."""
    marks = [Mark(slot, text.index(words), text.index(words) + len(words)) for slot, words in marked]
    return {mark.slot: text[mark.start : mark.end] for mark in together(marks, text, declared, language)}


def test_of_two_names_the_first_counts_unless_it_is_taken_back():
    marked = ("recipient", "John"), ("recipient", "Anna")
    assert said("send John a text: Anna is late", {"recipient": NAME}, *marked) == {"recipient": "John"}
    assert said("text John, no wait, Anna", {"recipient": NAME}, *marked) == {"recipient": "Anna"}


def test_a_korean_correction_is_one_too():
    marked = ("recipient", "민수"), ("recipient", "지수")
    assert said("민수 아니 지수한테 문자", {"recipient": NAME}, *marked, language="ko") == {"recipient": "지수"}


def test_the_second_of_two_medicines_is_the_other_where_there_is_one():
    marked = ("medication", "aspirin"), ("medication", "naproxen")
    both = {"medication": NAME, "other_medication": NAME}
    assert said("aspirin with naproxen", both, *marked) == {"medication": "aspirin", "other_medication": "naproxen"}
    assert said("aspirin with naproxen", {"medication": NAME}, *marked) == {"medication": "aspirin"}


def test_many_titles_stay_and_dates_are_left_to_the_grammar():
    declared = {"title": Slot(Kind.TEXT, many=True), "date": Slot(Kind.DATE)}
    text = "milk, bread, on monday or tuesday"
    marks = [Mark("title", 0, 4), Mark("title", 6, 11), Mark("date", 16, 22), Mark("date", 26, 33)]
    assert together(marks, text, declared, "en") == marks


def test_a_question_goes_on_to_its_end():
    assert said("who wrote Emma and when?", {"question": TEXT}, ("question", "who wrote Emma")) == {
        "question": "who wrote Emma and when"
    }


def test_a_slot_that_the_intent_does_not_have_is_left_out():
    assert said("call Ann", {}, ("recipient", "Ann")) == {}
