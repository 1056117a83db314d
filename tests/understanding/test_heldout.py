"""The held-back utterances are well formed: an error in a label would be counted against the model."""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from parley.contract import Intent, Kind
from parley.contract.slots import length_of
from parley.skills.sources import sources

FOLDER: Final = Path(__file__).parents[1] / "data" / "heldout"
UNREAD: Final = FOLDER.parent / "unread"
"""Utterances that nobody reads who writes sentences: measured when a model ships."""
INTENTS: Final[Mapping[str, Intent]] = {
    name: intent for source in sources() for name, intent in source.intents.items()
}
CLOSED: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(values.split())
    for name, values in {
        "part_of_day": "morning afternoon late_afternoon evening night",
        "weekday": "MO TU WE TH FR SA SU",
        "slot_of_day": "morning lunch evening bedtime",
        "meal_timing": "before_meal after_meal with_meal empty_stomach between_meals",
        "query": "taken remaining missed next_dose next_allowed stock",
        "info_topic": "side_effects interaction purpose how_to_take missed_dose extra_dose",
        "info_field": "conditions allergies phone address last_call results",
        "specialty": "diabetes wound_care oncology pediatrics hypertension",
        "mode": "phone video",
        "action": "skipped not_taken disable update",
        "which": "next earliest",
        "priority": "urgent high medium low",
        "filter": "today overdue completed",
        "metric": "precipitation temperature_min wind",
        "language": "en fr ko es zh ja",
        "emergency_type": "cardiac stroke overdose anaphylaxis unconscious bleeding poisoning",
    }.items()
}
"""Values of the shared vocabulary."""
SHAPES: Final[Mapping[Kind, re.Pattern[str]]] = {
    Kind.PHONE: re.compile(r"\+[1-9]\d{7,14}"),
    Kind.FREQUENCY: re.compile(r"\d+/P1D"),
    Kind.RECURRENCE: re.compile(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,]+)*"),
    Kind.SPELLING: re.compile(r"[^\W\d_a-z]+"),
}
LEAST: Final = 80
"""Utterances of a domain in a language."""
each_language = pytest.mark.parametrize("language", ["en", "fr", "ko"])


def rows(language: str, folder: Path = FOLDER) -> Iterator[dict[str, Any]]:
    lines = (folder / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return (json.loads(line) for line in lines)


def faults_of(row: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the slots of one utterance."""
    model = INTENTS[row["intent"]].slots
    for name, value in row["slots"].items():
        if name not in model.model_fields:
            yield f"{name} is no slot of {row['intent']}"
            continue
        kind = model.slot_of(name).kind
        values = value if isinstance(value, list) else [value]
        if name in CLOSED and not set(values) <= CLOSED[name]:
            yield f"{name} may not be {value}"
        if kind in SHAPES and not SHAPES[kind].fullmatch(value):
            yield f"{name} is not written so: {value}"
        if kind is Kind.DURATION and length_of(value) is None:
            yield f"{name} is no duration: {value}"
        if kind is Kind.DATE_RANGE and value["start"] > value["end"]:
            yield f"{name} ends before it starts"
    try:
        model.model_validate(row["slots"])
    except ValidationError as error:
        yield str(error)


@each_language
@pytest.mark.parametrize("folder", [FOLDER, UNREAD], ids=lambda each: each.name)
def test_every_label_is_one_of_the_shared_vocabulary(language: str, folder: Path) -> None:
    faults = [f"{row['text']}: {fault}" for row in rows(language, folder) for fault in faults_of(row)]
    assert not faults, "\n".join(faults)


@each_language
def test_every_intent_has_its_utterances_and_every_domain_enough(language: str) -> None:
    counted = Counter("out_of_scope" if row["intent"] == "out_of_scope" else row["domain"] for row in rows(language))
    assert set(counted) == {"appointments", "medication", "care", "tasks", "everyday", "core", "out_of_scope"}
    assert min(counted.values()) >= LEAST, counted
    assert set(INTENTS) - {row["intent"] for row in rows(language)} == set()


@each_language
def test_nothing_is_said_twice(language: str) -> None:
    every = (*rows(language), *rows(language, UNREAD))
    said = Counter(" ".join(row["text"].lower().split()) for row in every)
    assert [text for text, times in said.items() if times > 1] == []


@each_language
def test_every_moment_lies_in_its_zone(language: str) -> None:
    for row in rows(language):
        now = dt.datetime.fromisoformat(row["now"])
        assert row["lang"] == language
        assert now.utcoffset() == now.astimezone(ZoneInfo(row["tz"])).utcoffset(), row["text"]
