"""Sentence files become utterances whose slots lie where their words are."""

from pathlib import Path

import pytest

from parley.contract import ConfigurationInvalid, Intent, Slots
from parley.contract.slots import Date, Name, Time
from parley.skills.sources import sources
from parley.understanding.training.corpus import Corpus, Source, joined, share_of
from parley.understanding.training.templates import Piece


class Visit(Slots):
    date: Date | None = None
    time: Time | None = None
    staff: Name | None = None


INTENTS = {"visit.plan": Intent(name="visit.plan", slots=Visit)}
SENTENCES = """
rules:
  please: "(please|if you can)"
intents:
  visit.plan:
    - "(see|visit) {staff} [on] {date} [<please>]"
    - "{staff:doctors}[,] {date} at {time}"
"""
SAMPLES = """
staff: ["(Ann|Bob) Lee"]
doctors: ["doctor Moss"]
"""


def source(folder: Path, sentences: str = SENTENCES) -> Source:
    for name, content in (("sentences", sentences), ("samples", SAMPLES)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "en.yaml").write_text(content, encoding="utf-8")
    return Source(folder=folder, intents=INTENTS)


def test_every_mark_holds_the_words_of_its_slot(tmp_path: Path):
    examples = list(Corpus([source(tmp_path)], languages=["en"]).examples(each=200, noise=False))
    assert len(examples) == share_of(2, 200)
    staff = {
        example.text[mark.start : mark.end] for example in examples for mark in example.marks if mark.slot == "staff"
    }
    assert staff == {"Ann Lee", "Bob Lee", "doctor Moss"}
    assert all("  " not in example.text and "{" not in example.text for example in examples)


def test_themes_are_read_as_if_they_stood_in_one_file(tmp_path: Path):
    whole = source(tmp_path)
    for folder, name, content in (
        ("sentences", "spoken", "rules: {hey: 'hey there'}\nintents: {visit.plan: ['<hey> {staff}']}"),
        ("samples", "people", "staff: ['Cleo Lee']"),
    ):
        (tmp_path / folder / "en").mkdir()
        (tmp_path / folder / "en" / f"{name}.yaml").write_text(content, encoding="utf-8")
    said = {example.text for example in Corpus([whole], languages=["en"]).examples(each=400, noise=False)}
    assert {f"hey there {name}" for name in ("Ann Lee", "Bob Lee", "Cleo Lee")} <= said
    assert any("doctor Moss" in text for text in said)


def test_a_rule_is_said_in_one_file_only(tmp_path: Path):
    whole = source(tmp_path)
    (tmp_path / "sentences" / "en").mkdir()
    (tmp_path / "sentences" / "en" / "spoken.yaml").write_text("rules: {please: 'do'}", encoding="utf-8")
    with pytest.raises(ConfigurationInvalid, match=r"spoken.yaml says please again"):
        Corpus([whole], languages=["en"])


def test_noise_leaves_marks_inside_the_text(tmp_path: Path):
    for example in Corpus([source(tmp_path)], languages=["en"]).examples(each=400):
        for mark in example.marks:
            words = example.text[mark.start : mark.end]
            assert words
            assert words == words.strip()


def test_the_same_seed_says_the_same(tmp_path: Path):
    corpus = Corpus([source(tmp_path)], languages=["en"])
    assert list(corpus.examples(each=50)) == list(corpus.examples(each=50))
    assert list(corpus.examples(each=50)) != list(corpus.examples(each=50, seed=8))


@pytest.mark.parametrize(
    ("sentences", "complaint"),
    [
        ("intents: {visit.plan: ['see {nobody}']}", "nobody"),
        ("intents: {visit.plan: ['see <nothing>']}", "nothing"),
        ("intents: {visit.plan: ['see {staff:nowhere}']}", "nowhere"),
        ("intents: {visit.other: ['see']}", "visit.other"),
        ("intents: {visit.plan: ['see (']}", "cannot read"),
        ("intents: [", "no YAML"),
        ("- see", "no mapping"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path: Path, sentences: str, complaint: str):
    with pytest.raises(ConfigurationInvalid, match=complaint) as raised:
        list(Corpus([source(tmp_path, sentences)], languages=["en"]).examples(each=20))
    assert "en.yaml" in raised.value.message


def test_pieces_are_joined_with_single_spaces_and_marks_without_them():
    example = joined([Piece(" call "), Piece(" Ann ", "recipient"), Piece("  now ")], "message.send")
    assert example.text == "call Ann now"
    assert [example.text[mark.start : mark.end] for mark in example.marks] == ["Ann"]


def test_korean_particles_stay_glued_to_the_words_before_them():
    example = joined([Piece("내일", "date"), Piece("은 안 돼요")], "no")
    assert example.text == "내일은 안 돼요"


def test_the_sentences_of_all_skills_can_be_said():
    corpus = Corpus(sources())
    said = {example.intent for example in corpus.examples(each=3)}
    assert said
    assert said <= {name for each in sources() for name in each.intents}


def test_an_intent_with_more_templates_is_said_more_often():
    assert share_of(10, 100) < share_of(60, 100) < share_of(200, 100) <= 250
