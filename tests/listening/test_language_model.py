import math

import pytest

from parley.listening.language_model import BEGIN, END, LanguageModel

SENTENCES = [
    "set a timer for ten minutes",
    "set a timer for two minutes",
    "set an alarm for ten",
    "cancel the timer",
    "cancel the alarm",
    "cancel the timer",
]


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return LanguageModel.of(SENTENCES)


@pytest.mark.parametrize("after", [(), ("set",), ("a", "timer"), (BEGIN, "cancel"), ("never", "seen"), (BEGIN,)])
def test_what_may_follow_adds_up_to_one(model: LanguageModel, after: tuple[str, ...]):
    words = {word for text in SENTENCES for word in text.split()} | {END}
    assert sum(model.likelihood(word, after) for word in words) == pytest.approx(1.0, abs=1e-6)


def test_what_was_said_is_likelier_than_what_was_not(model: LanguageModel):
    assert model.likelihood("timer", ("cancel", "the")) > model.likelihood("alarm", ("cancel", "the"))
    assert model.likelihood("a", ("set",)) > model.likelihood("the", ("set",))
    assert model.likelihood("minutes", ("for", "two")) > 0.2


def test_a_word_of_many_places_is_likelier_in_a_new_one_than_one_that_was_often_in_the_same():
    often = ["san francisco"] * 5 + ["a glass", "the glass", "my glass"]
    model = LanguageModel.of(often)
    assert model.likelihood("glass", ("quite",)) > model.likelihood("francisco", ("quite",))


def test_trigrams_seen_once_are_left_out_and_the_rest_still_adds_up():
    everything = LanguageModel.of(SENTENCES, seen_more_than=0)
    pruned = LanguageModel.of(SENTENCES, seen_more_than=1)
    assert len(pruned.grams[2]) < len(everything.grams[2])
    assert pruned.grams[:2] == everything.grams[:2]


def test_the_file_states_what_it_holds_and_is_the_same_every_time(model: LanguageModel):
    lines = model.arpa().splitlines()
    assert lines[0] == "\\data\\"
    for size, grams in enumerate(model.grams, 1):
        assert f"ngram {size}={len(grams)}" in lines
        first = lines.index(f"\\{size}-grams:") + 1
        assert all(len(line.split("\t")[1].split()) == size for line in lines[first : first + len(grams)])
    logs = [float(line.split("\t")[0]) for line in lines if "\t" in line]
    assert max(logs) <= 0.0
    assert all(math.isfinite(log) for log in logs)
    assert model.arpa() == LanguageModel.of(SENTENCES).arpa()
