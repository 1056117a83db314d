import json
from pathlib import Path

import pytest

from parley.contract import Expectation
from parley.listening.kept import Kept
from parley.listening.phrasebook import Phrasebook, Source
from parley.listening.sphinx import scene
from parley.listening.sphinx.material import Material
from parley.listening.sphinx.scene import Scene


class Works:
    """A folder with sentences and a small dictionary."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "sentences").mkdir()
        self.dictionary = folder / "words.dict"
        self.dictionary.write_text("hello HH AH L OW\nyou Y UW\nyou(2) Y AH\n", encoding="utf-8")
        self.say("hello [you]")

    def say(self, sentence: str) -> None:
        content = {"intents": {"greet": [sentence]}}
        (self.folder / "sentences" / "en.yaml").write_text(json.dumps(content), encoding="utf-8")

    def material(self) -> Material:
        book = Phrasebook(sources=(Source(folder=str(self.folder)),))
        return Material(book, "en", self.dictionary, Kept(self.folder / "kept"))


@pytest.fixture
def works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Works:
    for name in ("EVERYTHING", "FEWEST", "AT_HOME", "BESIDE", "ANSWERS", "AGREED", "GOES_ON", "LEAVES"):
        monkeypatch.setattr(scene, name, 50)
    return Works(tmp_path)


def test_the_dictionary_holds_every_way_to_say_the_words_of_the_sentences(works: Works):
    lines = works.material().words.read_text().splitlines()
    assert [line for line in lines if line.startswith(("hello", "you"))] == [
        "hello HH AH L OW",
        "you Y UW",
        "you(2) Y AH",
    ]


def test_what_is_said_without_a_wish_is_heard_too_and_as_it_sounds(works: Works):
    assert "mm M M" in works.material().words.read_text().splitlines()
    model = works.material().language_model(Scene())
    assert model is not None
    assert "\tmm hm" in model.read_text()


def test_at_the_second_start_no_sentence_is_read(works: Works, monkeypatch: pytest.MonkeyPatch):
    expected = Expectation(intents=("greet",))
    first = works.material()
    made = first.words, first.language_model(Scene()), first.graph(expected)
    monkeypatch.setattr(Phrasebook, "of", lambda *_: pytest.fail("the sentences were read again"))
    second = works.material()
    assert (second.words, second.language_model(Scene()), second.graph(expected)) == made
    assert made[2] is not None
    assert made[2].accepts(["hello", "you"])


def test_other_sentences_make_another_model(works: Works):
    before = works.material().language_model(Scene())
    works.say("goodbye you")
    after = works.material().language_model(Scene())
    assert before is not None
    assert after is not None
    assert before != after
    assert "goodbye" in after.read_text()


def test_what_is_too_wide_for_a_grammar_is_remembered_as_such(works: Works):
    assert works.material().graph(Expectation(intents=("unheard of",))) is None
    assert works.material().graph(Expectation(intents=("unheard of",))) is None


def test_without_sentences_there_is_no_model(works: Works):
    works.say("5")
    assert works.material().language_model(Scene()) is None
