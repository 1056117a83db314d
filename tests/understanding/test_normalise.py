"""The words of a slot become the value that its kind says."""

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from parley.contract import Expectation, Kind, Slot
from parley.understanding.context import Likely
from parley.understanding.labels import Mark
from parley.understanding.lexicons import in_lexicon
from parley.understanding.normalise import value_of
from parley.understanding.scene import Scene, Value, readings
from parley.understanding.unmarked import unmarked

SLOTS = {
    "date": Slot(Kind.DATE),
    "old_date": Slot(Kind.DATE),
    "date_range": Slot(Kind.DATE_RANGE),
    "time": Slot(Kind.TIME),
    "part_of_day": Slot(Kind.PART_OF_DAY, "part_of_day"),
    "weekday": Slot(Kind.WEEKDAY),
    "duration": Slot(Kind.DURATION),
    "meal_timing": Slot(Kind.CHOICE, "meal_timing"),
    "staff": Slot(Kind.NAME),
    "title": Slot(Kind.TEXT),
    "keep_time": Slot(Kind.FLAG),
}
LEXICON = {"before_meal": ["before eating", "before meals"], "after_meal": ["after eating", "à jeun"]}
SCENE = Scene(
    language="en",
    now=dt.datetime(2026, 3, 12, 10, 0, tzinfo=ZoneInfo("America/Chicago")),
    expectation=Expectation(),
    business_hours=False,
    lexicons={"meal_timing": LEXICON},
    names=(Likely(text="Dr. Nathalie Kim", value="staff-3", slots=("staff",)),),
)


def said(text: str, slot: str, words: str | None = None, scene: Scene = SCENE) -> Value | None:
    words = words or text
    start = text.index(words)
    scene = replace(scene, whole=readings(text, scene))
    return value_of(Mark(slot, start, start + len(words)), text, SLOTS, scene)


@pytest.mark.parametrize(
    ("slot", "text", "value"),
    [
        ("date", "this friday", "2026-03-13"),
        ("duration", "an hour and a half", "PT1H30M"),
        ("title", "buy milk", "buy milk"),
        ("keep_time", "same time", True),
        ("meal_timing", "before eating", "before_meal"),
        ("meal_timing", "a jeun", "after_meal"),
        ("staff", "natalie kim", "staff-3"),
        ("staff", "somebody else", "somebody else"),
    ],
)
def test_words_of_each_kind(slot: str, text: str, value: Any):
    assert said(text, slot) == Value(slot=slot, value=value)


def test_marked_words_mean_the_only_choice_there_is():
    alone = replace(SCENE, lexicons={"meal_timing": {"before_meal": ["before eating"]}})
    assert said("when I get to it", "meal_timing", scene=alone) == Value(slot="meal_timing", value="before_meal")
    assert said("when I get to it", "meal_timing") is None


def test_a_name_that_is_nothing_but_a_choice_of_another_slot_is_that_choice():
    slots = {
        "nurse_name": Slot(Kind.NAME),
        "specialty": Slot(Kind.CHOICE, "specialty"),
        "for_person": Slot(Kind.NAME),
    }
    lexicons = {"specialty": {"oncology": ["oncologie"], "pediatrics": ["baby"]}, "for_person": {"baby": ["my baby"]}}
    scene = replace(SCENE, lexicons=lexicons)

    def named(words: str, slot: str) -> Value | None:
        return value_of(Mark(slot, 0, len(words)), words, slots, scene)

    assert named("d'oncologie", "nurse_name") == Value(slot="specialty", value="oncology")
    assert named("Anne d'Oncologie-Martin", "nurse_name") == Value(slot="nurse_name", value="Anne d'Oncologie-Martin")
    assert named("my baby", "for_person") == Value(slot="for_person", value="baby")


def test_words_that_cannot_be_read_have_no_value():
    assert said("whenever grandma says", "time") is None
    assert said("purple", "meal_timing") is None


def test_a_clock_time_is_read_with_the_words_around_it():
    value = said("wake me at six in the evening", "time", "six")
    assert value is not None
    assert value.value == "18:00"


def test_a_bare_clock_time_at_a_business_is_in_opening_hours():
    value = said("at three", "time", scene=replace(SCENE, business_hours=True))
    assert value is not None
    assert value.value == "15:00"


def test_a_date_that_turns_out_to_be_a_week_fills_the_range():
    value = said("next week", "date")
    assert value is not None
    assert value.slot == "date_range"


def found(text: str, marks: list[Mark], filled: dict[str, Any]) -> dict[str, Any]:
    slots = {name: slot for name, slot in SLOTS.items() if name != "old_date"}
    scene = replace(SCENE, whole=readings(text, SCENE))
    return {value.slot: value.value for _, value in unmarked(marks, filled, slots, scene)}


def test_what_the_model_missed_the_grammar_finds():
    assert found("anything open on friday afternoon", [], {}) == {"date": "2026-03-13", "part_of_day": "afternoon"}


def test_the_part_of_the_day_inside_a_marked_day_is_found():
    mark = Mark("date", 3, 19)
    assert found("on friday afternoon", [mark], {"date": "2026-03-13"}) == {"part_of_day": "afternoon"}


def test_a_time_swallows_its_part_of_day_and_now_is_no_time():
    assert found("at six in the morning", [], {}) == {"time": "06:00"}
    assert found("not now please", [], {}) == {}


def test_nothing_is_found_where_the_model_marked_words():
    text = "remind me to watch friday night lights"
    assert "date" not in found(text, [Mark("title", 13, len(text))], {"title": "watch friday night lights"})


def test_lexicon_forgives_spelling_and_takes_the_longest_words_inside():
    assert in_lexicon("befor eating", LEXICON) == "before_meal"
    assert in_lexicon("some time after eating lunch", LEXICON) == "after_meal"
    assert in_lexicon("", LEXICON) is None
    assert in_lexicon("before eating", {}) is None
