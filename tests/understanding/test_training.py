"""A network learns, is exported, and says the same afterwards. Wants the extra `train`."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra `train` is not installed")
pytest.importorskip("onnx", reason="the extra `train` is not installed")

import torch

from parley.contract import ConfigurationInvalid
from parley.understanding.labels import Mark
from parley.understanding.trained import Knowledge, Trained
from parley.understanding.training.batches import Encoder, Vocabularies, stack
from parley.understanding.training.examples import Example
from parley.understanding.training.export import export
from parley.understanding.training.fit import Recipe, fit
from parley.understanding.training.measure import answers
from parley.understanding.training.network import Network, Shape
from parley.understanding.training.resuming import resumed
from parley.understanding.training.train import leanings_of

NAMES = ("ann", "bob", "김민수", "zoé")
EXAMPLES = [
    *(Example(text=f"call {name} now", intent="call", marks=(Mark("who", 5, 5 + len(name)),)) for name in NAMES),
    *(Example(text=f"stop the {thing}", intent="stop") for thing in ("music", "timer", "알람", "bruit")),
] * 4
RECIPE = Recipe(epochs=12, batch=8, resample=0.5)


def small(vocabularies: Vocabularies) -> Shape:
    return Shape(
        token_rows=len(vocabularies.tokens),
        bag_rows=len(vocabularies.bag),
        intents=len(vocabularies.classes),
        labels=len(vocabularies.labels),
        token_size=32,
        bag_size=32,
        reading_size=32,
        utterance_size=32,
    )


@pytest.fixture(scope="module")
def learnt() -> tuple[Network, Vocabularies]:
    vocabularies = Vocabularies.of(EXAMPLES, at_least=1)
    return fit(EXAMPLES, vocabularies, small(vocabularies), RECIPE), vocabularies


def test_it_learns_what_it_is_shown(learnt: tuple[Network, Vocabularies]):
    network, vocabularies = learnt
    said = answers(network, Encoder(vocabularies), EXAMPLES[:8])
    assert said.accuracy == 1.0
    assert said.slot_f1 == said.token_f1 == said.overlap_f1 == 1.0


def test_hidden_slots_are_told_by_the_words_around_them():
    recipe = Recipe(epochs=30, batch=8, resample=0.0, hide_slots=0.5)
    shape = small(vocabularies := Vocabularies.of(EXAMPLES, at_least=1))
    network = fit(EXAMPLES, vocabularies, shape, recipe)
    unheard = [Example(text="call wxyz now", intent="call", marks=(Mark("who", 5, 9),))]
    assert answers(network, Encoder(vocabularies), unheard).slot_f1 == 1.0


def test_what_is_for_nobody_is_taken_to_be_as_frequent_as_in_life():
    inside, outside = Example(text="stop", intent="stop"), Example(text="hm", intent="out_of_scope")
    rare, frequent = leanings_of([inside] * 99 + [outside]), leanings_of([inside] * 50 + [outside] * 50)
    assert rare["out_of_scope"] > 0 > frequent["out_of_scope"]
    assert leanings_of([inside]) == {}


def test_the_same_seed_gives_the_same_network(learnt: tuple[Network, Vocabularies]):
    network, vocabularies = learnt
    again = fit(EXAMPLES, vocabularies, network.shape, RECIPE)
    for one, other in zip(network.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)


def test_the_exported_file_says_the_same(learnt: tuple[Network, Vocabularies], tmp_path: Path):
    network, vocabularies = learnt
    path = tmp_path / "model.onnx"
    knowledge = Knowledge(classes=vocabularies.classes, labels=vocabularies.labels)
    export(network, vocabularies.tokens, vocabularies.bag, knowledge, path)
    trained, encoder = Trained(path), Encoder(vocabularies)
    for example in EXAMPLES[:8]:
        encoded, heard = encoder(example), trained.hear(example.text)
        assert encoded is not None
        assert heard is not None
        intent, _ = network(stack([encoded]))
        wanted = torch.softmax(intent[0], -1).detach().numpy()
        assert np.abs(wanted - heard.probabilities).max() < 0.01
        assert tuple(heard.labelling.marks()) == example.marks


@pytest.fixture(scope="module")
def shipped(learnt: tuple[Network, Vocabularies], tmp_path_factory: pytest.TempPathFactory) -> Path:
    network, vocabularies = learnt
    path = tmp_path_factory.mktemp("shipped") / "model.onnx"
    knowledge = Knowledge(classes=vocabularies.classes, labels=vocabularies.labels)
    export(network, vocabularies.tokens, vocabularies.bag, knowledge, path)
    return path


def test_a_network_goes_on_from_a_file_where_it_stopped(learnt: tuple[Network, Vocabularies], shipped: Path):
    network, vocabularies = learnt
    again = resumed(shipped, vocabularies, network.shape)
    before = answers(network, Encoder(vocabularies), EXAMPLES[:8])
    after = answers(again, Encoder(vocabularies), EXAMPLES[:8])
    assert np.abs(before.scores - after.scores).max() < 0.05
    assert before.marks == after.marks


def test_what_is_new_is_learned_beside_what_was_known(shipped: Path):
    more = [
        *EXAMPLES,
        *[
            Example(text=f"add {what} please", intent="add", marks=(Mark("item", 4, 4 + len(what)),))
            for what in NAMES
        ],
    ]
    vocabularies = Vocabularies.of(more, at_least=1)
    begun = resumed(shipped, vocabularies, small(vocabularies))
    assert answers(begun, Encoder(vocabularies), EXAMPLES[:8]).accuracy == 1.0
    network = fit(more, vocabularies, small(vocabularies), RECIPE, begun=begun)
    said = answers(network, Encoder(vocabularies), more)
    assert said.accuracy == 1.0
    assert said.slot_f1 == 1.0


def test_a_file_of_another_size_is_refused(learnt: tuple[Network, Vocabularies], shipped: Path):
    _, vocabularies = learnt
    with pytest.raises(ConfigurationInvalid, match="another size"):
        resumed(shipped, vocabularies, replace(small(vocabularies), reading_size=16))
