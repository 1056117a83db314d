from pathlib import Path
from random import Random

import pytest

from parley.contract import Expectation, Intent, Kind, Phrase
from parley.contract.slots import Date, Name, Slots
from parley.listening.expected import expected_graph
from parley.listening.phrasebook import Phrasebook, Phrases, Source, spoken_words, words_graph

SENTENCES = """
rules:
  polite: "(please|thanks)"
intents:
  visit.book:
    - "book (a|an) visit (on|for) {date} [<polite>]"
    - "a visit with {staff}, {date}"
    - "come at 3:30"
  visit.cancel: ["cancel [my] visit"]
  "yes": ["(yes|yes <polite>)"]
"""
SHARED = """
day: ["(Monday|Tuesday)"]
date: ["<day>", "next <day>", "the 1st"]
time: ["(noon|midnight)"]
"""


class Book(Slots):
    date: Date | None = None
    staff: Name | None = None


@pytest.fixture
def phrases(tmp_path: Path) -> Phrases:
    for folder, name, text in (("visits", "sentences", SENTENCES), ("shared", "samples", SHARED)):
        (tmp_path / folder / name).mkdir(parents=True)
        (tmp_path / folder / name / "en.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "visits" / "samples").mkdir()
    (tmp_path / "visits" / "samples" / "en").mkdir()
    (tmp_path / "visits" / "samples" / "en" / "staff.yaml").write_text('staff: ["Dr. Lee"]', encoding="utf-8")
    source = Source.of(tmp_path / "visits", [Intent(name="visit.book", slots=Book)])
    return Phrasebook(sources=(source, Source(folder=str(tmp_path / "shared")))).of("en")


def said(text: str) -> list[str]:
    return text.split()


def test_a_graph_accepts_what_the_templates_say_and_nothing_else(phrases: Phrases):
    graph = phrases.graph(["visit.book"])
    assert graph.accepts(said("book a visit on next tuesday please"))
    assert graph.accepts(said("a visit with dr lee monday"))
    assert not graph.accepts(said("book a visit"))
    assert not graph.accepts(said("cancel my visit"))
    assert not graph.accepts([])


def test_what_has_figures_is_left_out(phrases: Phrases):
    assert not any(any(char.isdigit() for char in word) for word in phrases.graph(phrases.intents).words)
    assert "come" not in phrases.graph(["visit.book"]).words


def test_a_graph_is_the_smallest_of_its_sentences():
    graph = words_graph(["set a timer", "put a timer", "set a timer now"])
    assert len(graph) == len(words_graph(["set a timer", "set a timer now"])) + 2
    assert len(words_graph(["one two", "three two"])) == 3


def test_words_that_cannot_be_said_take_their_sentences_with_them():
    graph = words_graph(["call ann", "call xqj", "xqj"]).without(frozenset({"xqj"}))
    assert graph.accepts(["call", "ann"])
    assert graph.words == {"call", "ann"}


def test_samples_are_sentences_of_the_graph(phrases: Phrases):
    graph = phrases.graph(phrases.intents)
    samples = list(phrases.samples(each=20, chance=Random(1)))
    assert {intent for intent, _ in samples} == {"visit.book", "visit.cancel", "yes"}
    assert all(graph.accepts(said(sentence)) for _, sentence in samples)


def test_likely_phrases_fill_their_slot(phrases: Phrases):
    expects = Expectation(intents=("visit.book",), phrases=(Phrase(text="Ann Hill", slot="staff"),))
    graph = expected_graph(expects, phrases, "en")
    assert graph is not None
    assert graph.accepts(said("a visit with ann hill next monday"))


def test_an_answer_in_a_few_likely_words_has_a_grammar(phrases: Phrases):
    likely = Phrase(text="Ann Hill", slot="staff"), Phrase(text="a cleaning", slot="service")
    graph = expected_graph(Expectation(slot="staff", kind=Kind.NAME, phrases=likely), phrases, "en")
    assert graph is not None
    for answer in ("ann hill", "with ann hill please", "yes"):
        assert graph.accepts(said(answer)), answer
    assert not graph.accepts(said("a cleaning"))
    assert not graph.accepts(said("cancel my visit"))


@pytest.mark.parametrize("question", [Expectation(slot="date", kind=Kind.DATE), Expectation(yes_no=True)])
def test_what_may_be_answered_in_many_ways_has_none(phrases: Phrases, question: Expectation):
    assert expected_graph(question, phrases, "en") is None


def test_every_word_that_may_be_said_is_known(phrases: Phrases):
    assert {"book", "visit", "lee", "monday", "noon"} <= phrases.words
    assert not any(char.isdigit() for word in phrases.words for char in word)


def test_the_values_of_a_slot_are_its_own_words_or_those_of_its_kind(phrases: Phrases):
    def values(slot: str, kind: Kind) -> set[str]:
        return set(phrases.values("visit", slot, kind, count=20, chance=Random(1)))

    assert values("staff", Kind.NAME) == {"dr lee"}
    assert values("date", Kind.DATE) <= {"monday", "tuesday", "next monday", "next tuesday"}
    assert values("other", Kind.TIME) == {"noon", "midnight"}
    assert values("other", Kind.NAME) == set()


def test_words_are_taken_as_a_recogniser_has_them():
    assert spoken_words("I'd like O’Neil, check-up!") == ["i'd", "like", "o'neil", "check", "up"]
    assert spoken_words("at 3 pm") is None
