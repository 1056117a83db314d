"""Slots become labels and labels become the same slots again."""

import itertools

import numpy as np

from parley.understanding.labels import Labelling, Mark, best_path, to_labels, to_marks
from parley.understanding.tokens import tokenise


def test_marks_survive_the_way_through_labels():
    text = "내일은 김민수 씨한테 세시에"
    marks = [Mark("date", 0, 2), Mark("staff", 4, 7), Mark("time", 12, 14)]
    tokens = tokenise(text)
    assert to_marks(tokens, to_labels(tokens, marks)) == marks


def test_neighbours_of_the_same_slot_stay_two():
    tokens = tokenise("milk bread")
    labels = to_labels(tokens, [Mark("title", 0, 4), Mark("title", 5, 10)])
    assert labels == ["B-title", "B-title"]
    assert len(to_marks(tokens, labels)) == 2


def test_an_inside_after_another_slot_begins_its_own():
    tokens = tokenise("at three pm")
    assert to_marks(tokens, ["O", "I-time", "I-date"]) == [Mark("time", 3, 8), Mark("date", 9, 11)]


def test_a_token_marked_in_part_belongs_to_the_mark():
    tokens = tokenise("tomorrow")
    assert to_labels(tokens, [Mark("date", 2, 5)]) == ["B-date"]


def test_best_path_is_the_best_of_all_paths():
    chance = np.random.default_rng(3)
    emissions = chance.normal(size=(5, 3)).astype(np.float32)
    transitions = chance.normal(size=(4, 3)).astype(np.float32)

    def score(path: tuple[int, ...]) -> float:
        total = transitions[3, path[0]] + sum(emissions[place, label] for place, label in enumerate(path))
        return float(total + sum(transitions[one, other] for one, other in itertools.pairwise(path)))

    best = max(itertools.product(range(3), repeat=5), key=score)
    assert tuple(best_path(emissions, transitions)) == best
    assert best_path(emissions[:0], transitions) == []


def test_of_an_intent_only_its_own_slots_are_chosen():
    tokens = tokenise("see marie")
    names = ("O", "B-staff", "I-staff", "B-nurse_name", "I-nurse_name")
    emissions = np.asarray([[5, 0, 0, 0, 0], [0, 3, 0, 4, 0]], dtype=np.float32)
    labelling = Labelling(tokens, emissions, names, np.zeros((6, 5), dtype=np.float32))
    assert labelling.marks() == [Mark("nurse_name", 4, 9)]
    assert labelling.marks({"staff", "date"}) == [Mark("staff", 4, 9)]
    assert labelling.marks(()) == []
