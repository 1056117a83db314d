from collections import Counter
from pathlib import Path

import pytest
import yaml

from parley.contract import Expectation, Intent, Kind, Phrase
from parley.contract.slots import Date, Name, Phone, Slots
from parley.listening.phrasebook import Phrasebook, Source
from parley.listening.sphinx import scene as module
from parley.listening.sphinx.scene import Scene, questions, sentences

SENTENCES = {
    "visit.book": ["book a visit on {date}"],
    "visit.cancel": ["cancel my visit"],
    "rain.ask": ["will it rain"],
    "yes": ["yes"],
    "no": ["no"],
}
FEWER = {
    "EVERYTHING": 600, "FEWEST": 2, "AT_HOME": 400, "BESIDE": 4,
    "ANSWERS": 120, "CORRECTED": 45, "AGREED": 20, "GOES_ON": 60, "LEAVES": 1,
}  # fmt: skip
SHARED = {"date": ["(Monday|Tuesday)"], "time": ["noon"], "name": ["Ann Hill"]}


class Book(Slots):
    date: Date | None = None
    patient: Name | None = None
    phone: Phone | None = None


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Phrasebook:
    for name, count in FEWER.items():
        monkeypatch.setattr(module, name, count)
    for folder, name, content in (("visits", "sentences", {"intents": SENTENCES}), ("shared", "samples", SHARED)):
        (tmp_path / folder / name).mkdir(parents=True)
        (tmp_path / folder / name / "en.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    visits = Source.of(tmp_path / "visits", [Intent(name="visit.book", slots=Book)])
    return Phrasebook(sources=(visits, Source(folder=str(tmp_path / "shared"))))


def said(book: Phrasebook, expectation: Expectation) -> Counter[str]:
    return Counter(sentences(Scene.of(expectation), book.of("en"), "en"))


def test_where_nothing_is_known_every_intent_is_as_likely(book: Phrasebook):
    counts = said(book, Expectation())
    assert counts["will it rain"] == counts["cancel my visit"] == counts["yes"] > 0


def test_what_a_conversation_was_opened_for_is_said_most(book: Phrasebook):
    counts = said(book, Expectation(intents=("visit.book", "visit.cancel")))
    assert counts["cancel my visit"] > 10 * counts["will it rain"] > 0


def test_whoever_is_asked_for_a_day_says_one_or_puts_something_right(book: Phrasebook):
    counts = said(book, Expectation(intents=("visit.book",), slot="date", kind=Kind.DATE))
    days = sum(counts[day] for day in ("monday", "tuesday"))
    assert days > counts["yes"] > counts["will it rain"] > 0
    assert counts["monday at noon"]
    assert any("monday" in text and text.startswith(("no", "sorry", "i said")) for text in counts)


def test_a_yes_is_likelier_where_one_was_asked_for(book: Phrasebook):
    confirming = said(book, Expectation(intents=("visit.book",), yes_no=True))
    naming = said(book, Expectation(intents=("visit.book",), slot="patient", kind=Kind.NAME))
    assert confirming["yes"] > 2 * naming["yes"] > 0
    assert naming["ann hill"] > naming["yes"]
    assert not confirming["ann hill"]


def test_questions_that_are_answered_alike_are_one_scene():
    day = Expectation(intents=("visit.book",), slot="date", kind=Kind.DATE)
    hour = Expectation(intents=("visit.move",), slot="time", kind=Kind.TIME, phrases=(Phrase(text="noon"),))
    assert Scene.of(day) == Scene.of(hour)
    assert Scene.of(day) != Scene.of(Expectation(intents=("rain.ask",), slot="date", kind=Kind.DATE))


def test_the_scenes_of_all_questions_are_known_beforehand(book: Phrasebook):
    asked = {Scene.of(Expectation(intents=("visit.book",), slot=slot, kind=kind)) for slot, kind in (
        ("date", Kind.DATE), ("patient", Kind.NAME), ("phone", Kind.PHONE)
    )}  # fmt: skip
    assert asked <= {*questions(book)}
    assert Scene.of(Expectation(intents=("visit.book",), yes_no=True)) in {*questions(book)}


def test_the_sentences_are_the_same_every_time(book: Phrasebook):
    assert said(book, Expectation(yes_no=True)) == said(book, Expectation(yes_no=True))
