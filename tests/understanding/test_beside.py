"""Clauses come beside a wish where they fit, and keep away from words that they would seem a part of."""

import random
from collections.abc import Sequence

import pytest

from parley.contract import LANGUAGES, Language
from parley.skills.sources import sources
from parley.understanding.training.beside import Company
from parley.understanding.training.corpus import Corpus
from parley.understanding.training.templates import Piece, Template

INTENTS = {name: intent for source in sources() for name, intent in source.intents.items()}


class Recorder:
    """Says only which slot a template fills."""

    def say(self, intent: str, template: Template, chance: random.Random) -> list[Piece]:
        slot = template.source.partition("{")[2].partition("}")[0].partition(":")[0] or None
        return [Piece("clause", slot)]


def said(intent: str, pieces: Sequence[Piece], language: Language = "en") -> list[list[Piece]]:
    company, chance = Company(language), random.Random(11)
    return [company.beside(INTENTS[intent], [*pieces], Recorder(), chance) for _ in range(400)]


def slots(utterances: Sequence[Sequence[Piece]]) -> set[str]:
    return {piece.slot for pieces in utterances for piece in pieces if piece.slot}


def test_a_slot_that_is_filled_is_not_filled_again_nor_its_like():
    found = slots(said("appointment.book", [Piece("book "), Piece("Ann", "staff"), Piece("next week", "date_range")]))
    assert {"customer_name", "time", "phone"} <= found
    counted = said("appointment.book", [Piece("Ann", "staff"), Piece("next week", "date_range")])
    assert all(sum(piece.slot == "staff" for piece in pieces) == 1 for pieces in counted)
    assert "date" not in found


def test_nothing_is_said_at_the_side_of_free_words():
    for pieces in said("message.send", [Piece("text Bo that "), Piece("I'm late", "message")]):
        assert pieces[-1] == Piece("I'm late", "message")


def test_a_courtesy_may_follow_the_words_of_a_task_and_is_no_part_of_them():
    told = said("task.add", [Piece("add "), Piece("buy milk", "title")])
    assert any(pieces[-1] == Piece("clause", None) for pieces in told)


def test_most_is_left_as_it_is_and_a_bare_yes_always():
    pieces = [Piece("cancel it")]
    assert 200 < sum(each == pieces for each in said("appointment.cancel", pieces)) < 400
    assert all(each == [Piece("yes")] for each in said("yes", [Piece("yes")]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_clause_can_be_said_of_every_intent_that_it_names(language: Language):
    corpus, company, chance = Corpus(sources(), languages=[language]), Company(language), random.Random(2)
    alone, accompanied = [Piece("x")], 0
    for speech in corpus.speeches:
        for intent in speech.templates:
            for _ in range(60):
                told = company.beside(INTENTS[intent], alone, speech, chance)
                assert alone[0] in told
                accompanied += told != alone
    assert accompanied > 60
