"""The sentence files of each language: every template is readable, and every name in them leads somewhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hassil.expression import Expression, Group, ListReference, RuleReference
from hassil.parse_expression import parse_sentence

from parley.contract import Intent, Kind, Language
from parley.contract.pages import read_pages
from parley.skills.sources import SKILLS, sources
from parley.understanding.training.corpus import SHARED, Corpus, Source, is_held_back
from parley.understanding.training.templates import Template

LANGUAGES: tuple[Language, ...] = ("en", "fr", "ko")
FEWEST = {"out_of_scope": 400, "appointment.book": 250, "emergency": 85}
FEWEST_OF_ANY = 23
ALLOWED = {
    "slot_of_day": {"morning", "lunch", "evening", "bedtime"},
    "meal_timing": {"before_meal", "after_meal", "with_meal", "empty_stomach", "between_meals"},
    "query": {"taken", "remaining", "missed", "next_dose", "next_allowed", "stock"},
    "info_topic": {"side_effects", "interaction", "purpose", "how_to_take", "missed_dose", "extra_dose"},
    "action": {"skipped", "not_taken", "disable", "update"},
    "reason": {"illness", "unavailable", "in_hospital"},
    "specialty": {"diabetes", "wound_care", "oncology", "pediatrics", "hypertension"},
    "mode": {"phone", "video"},
    "call_reason": {"follow_up"},
    "info_field": {"conditions", "allergies", "phone", "address", "last_call", "results"},
    "priority": {"urgent", "high", "medium", "low"},
    "filter": {"today", "overdue", "completed"},
    "metric": {"precipitation", "temperature_min", "wind"},
    "emergency_type": {"cardiac", "stroke", "overdose", "anaphylaxis", "unconscious", "bleeding", "poisoning"},
    "part_of_day": {"morning", "afternoon", "late_afternoon", "evening", "night"},
    "which": {"next", "earliest", "same"},
}
"""The values of the shared vocabulary, for the lexicons that have a closed list of them."""

Files = dict[str, Any]


def own_sources() -> list[Source]:
    """The core and the skills of this package, without what happens to be installed beside it."""
    return [source for source in sources() if source.folder.parent == SKILLS or source.folder.name == "dialogue"]


SOURCES = own_sources()
NAMES = [source.folder.name for source in SOURCES]
each_source = pytest.mark.parametrize("source", SOURCES, ids=NAMES)
each_language = pytest.mark.parametrize("language", LANGUAGES)


def read(folder: Path, part: str, language: Language) -> Files:
    return dict(read_pages(folder / part, language))


def expression(template: str) -> Expression:
    return parse_sentence(template).expression


def references(item: Expression) -> Iterator[RuleReference | ListReference]:
    """All rules and lists that a template refers to."""
    if isinstance(item, (RuleReference, ListReference)):
        yield item
    elif isinstance(item, Group):
        for each in item.items:
            yield from references(each)


def templates(source: Source, language: Language) -> Iterator[tuple[Intent, str]]:
    for name, lines in read(source.folder, "sentences", language)["intents"].items():
        for line in lines:
            yield source.intents[name], line


@each_language
@each_source
def test_every_intent_is_said_in_enough_ways(source: Source, language: Language):
    said = read(source.folder, "sentences", language)["intents"]
    assert set(said) == set(source.intents)
    for intent, lines in said.items():
        assert len(lines) >= FEWEST.get(intent, FEWEST_OF_ANY), intent
        assert len(lines) == len(set(lines)), f"{intent} says a template twice"


@each_language
@each_source
def test_every_name_in_a_template_leads_somewhere(source: Source, language: Language):
    samples = {**read(SHARED, "samples", language), **read(source.folder, "samples", language)}
    lexicons = {**read(SHARED, "lexicons", language), **read(source.folder, "lexicons", language)}
    rules = {**samples, **read(source.folder, "sentences", language).get("rules", {})}
    for intent, line in templates(source, language):
        for reference in references(expression(line)):
            if isinstance(reference, RuleReference):
                assert reference.rule_name in rules, line
                continue
            assert reference.list_name in intent.slots.model_fields, line
            words = reference.slot_name
            if words == reference.list_name:
                kind = intent.slots.slot_of(words)
                assert {words, kind.kind.value, kind.lexicon} & {*samples, *lexicons}, line
            else:
                assert words in rules or words in lexicons, line
    for line in (line for lines in samples.values() for line in lines):
        assert all(reference.rule_name in samples for reference in references(expression(line))), line


@each_language
@each_source
def test_the_words_of_a_choice_belong_to_the_vocabulary(source: Source, language: Language):
    lexicons = {**read(SHARED, "lexicons", language), **read(source.folder, "lexicons", language)}
    choices = {
        slot.lexicon
        for intent in source.intents.values()
        for slot in map(intent.slots.slot_of, intent.slots.model_fields)
        if slot.kind is Kind.CHOICE and slot.lexicon
    }
    for name in choices & set(lexicons):
        assert set(lexicons[name]) <= ALLOWED.get(name, set(lexicons[name])), name
        assert all(words for words in lexicons[name].values()), name


@each_language
@each_source
def test_the_words_marked_as_a_choice_are_in_its_lexicon(source: Source, language: Language):
    corpus = Corpus([source], languages=[language])
    lexicons = corpus.speeches[0].lexicons
    for example in corpus.examples(each=150, noise=False):
        for mark in example.marks:
            slot = source.intents[example.intent].slots.slot_of(mark.slot)
            if slot.kind is not Kind.CHOICE or slot.lexicon is None or slot.many:
                continue
            assert slot.lexicon in lexicons, mark.slot
            words = {word.lower() for each in lexicons[slot.lexicon].values() for word in each}
            said = example.text[mark.start : mark.end].lower()
            assert any(word in said for word in words), f"{example.intent} {mark.slot}: {said}"


@each_language
@each_source
def test_no_template_of_one_intent_is_one_of_another(source: Source, language: Language):
    owners: dict[str, str] = {}
    for intent, line in templates(source, language):
        assert owners.setdefault(line, intent.name) == intent.name, line


@each_language
def test_some_templates_of_most_intents_are_kept_from_training(language: Language):
    without = [
        name
        for source in SOURCES
        for name, lines in read(source.folder, "sentences", language)["intents"].items()
        if not any(is_held_back(Template(line, expression(line))) for line in lines)
    ]
    assert len(without) <= 12, without
