"""Intents with what the whole utterance tells."""

import numpy as np

from parley.contract import Kind, Slot
from parley.understanding.facets import Classes, Facet, class_of, facet_slot
from parley.understanding.training.templates import parse

CLASSES = Classes(("info", "info#topic=purpose", "info#topic=dose", "yes"))


def test_classes_fold_to_their_intents():
    folded = CLASSES.folded(np.log(np.asarray([[0.1, 0.5, 0.2, 0.2]])))
    assert CLASSES.intents == ("info", "yes")
    np.testing.assert_allclose(np.exp(folded), [[0.8, 0.2]])


def test_the_clear_value_is_told_and_no_other():
    assert CLASSES.facets(np.log(np.asarray([0.1, 0.5, 0.2, 0.2]))) == {"info": Facet("topic", "purpose")}
    assert CLASSES.facets(np.log(np.asarray([0.3, 0.25, 0.25, 0.2]))) == {}


def test_an_intent_has_one_slot_that_the_whole_tells():
    slots = {"name": Slot(Kind.NAME), "topic": Slot(Kind.CHOICE, whole=True)}
    assert facet_slot(slots) == "topic"
    assert facet_slot({"name": Slot(Kind.NAME)}) is None


def test_a_template_says_what_the_whole_of_it_tells():
    template = parse("why do I take {medication} #topic=purpose", where="here")
    assert template.facet == Facet("topic", "purpose")
    assert class_of("info", template.facet) == CLASSES.names[1]


def test_an_intent_that_is_likelier_in_life_than_in_training_is_raised():
    scores = np.asarray([0.0, 0.0, 1.0])
    plain = Classes(["timer.set", "timer.set#mode=loud", "out_of_scope"])
    leaning = Classes(plain.names, leanings={"out_of_scope": 0.5})
    assert np.allclose(leaning.folded(scores) - plain.folded(scores), [0.0, 0.5])
