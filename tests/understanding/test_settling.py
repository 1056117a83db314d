"""Values that settle each other."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from parley.contract import Expectation, Kind, Slot
from parley.understanding.filling import filled
from parley.understanding.labels import Mark
from parley.understanding.scene import Scene

TIME, DATE = Slot(Kind.TIME), Slot(Kind.DATE)
SCENE = Scene(
    language="en",
    now=dt.datetime(2026, 3, 12, 10, tzinfo=ZoneInfo("America/Chicago")),
    expectation=Expectation(),
    business_hours=False,
    lexicons={
        "part_of_day": {"morning": ["morning"], "evening": ["evening"]},
        "direction": {"earlier": ["earlier"]},
        "bound": {"after": ["after"], "before": ["before"]},
        "filter": {"today": ["today"]},
        "mode": {"video": ["video"], "phone": ["phone"]},
        "article": {"any": ["the ", "my "]},
        "joint": {"and": [" and "]},
        "for_person": {"son": ["my son"]},
        "address": {"nurse_name": ["nurse"]},
        "reason": {"illness": ["flu"]},
    },
)


def slots(text, declared, *marked, scene=SCENE):
    """The slots of a text whose words `marked` (slot, words) are marked."""
    marks = [Mark(slot, text.index(words), text.index(words) + len(words)) for slot, words in marked]
    return dict(filled(text, declared, marks, scene).slots)


def test_a_dose_that_was_taken_lies_behind_us():
    assert slots("took it at nine fifteen", {"taken_time": TIME}, ("taken_time", "nine fifteen")) == {
        "taken_time": "09:15"
    }


def test_every_morning_at_eight_is_in_the_morning():
    found = slots("at eight every morning", {"time": TIME, "recurrence": Slot(Kind.RECURRENCE)}, ("time", "at eight"))
    assert found == {"time": "08:00", "recurrence": "FREQ=DAILY"}


def test_earlier_turns_a_shift_backwards():
    found = slots("make it an hour earlier", {"shift": Slot(Kind.DURATION)}, ("shift", "an hour"))
    assert found == {"shift": "-PT1H"}


@pytest.mark.parametrize(("text", "slot"), [("after 4 pm", "after"), ("before 4 pm", "before"), ("at 4 pm", "time")])
def test_the_words_beside_a_clock_time_say_whether_it_is_a_bound(text, slot):
    declared = {"time": TIME, "after": TIME, "before": TIME}
    for marked in declared:
        assert slots(text, declared, (marked, "4 pm")) == {slot: "16:00"}


def test_the_part_of_the_day_is_in_the_clock_time():
    declared = {"time": TIME, "part_of_day": Slot(Kind.PART_OF_DAY)}
    assert slots("7 am in the morning", declared, ("time", "7 am"), ("part_of_day", "morning")) == {"time": "07:00"}


def test_this_week_can_be_booked_from_today():
    scene = replace(SCENE, business_hours=True)
    found = slots("this week", {"date_range": Slot(Kind.DATE_RANGE)}, ("date_range", "this week"), scene=scene)
    assert found == {"date_range": {"start": "2026-03-12", "end": "2026-03-15"}}


def test_today_chooses_where_there_is_something_to_choose():
    declared = {"date": DATE, "filter": Slot(Kind.CHOICE)}
    assert slots("what is there today", declared, ("date", "today")) == {"filter": "today"}


def test_a_choice_is_found_where_nobody_marked_it():
    assert slots("can we do it by video", {"mode": Slot(Kind.CHOICE)}) == {"mode": "video"}


def test_articles_are_no_part_of_names_and_two_titles_are_two():
    declared = {"title": Slot(Kind.TEXT, many=True)}
    assert slots("the dry cleaning", declared, ("title", "the dry cleaning")) == {"title": "dry cleaning"}
    assert slots("milk and eggs", declared, ("title", "milk and eggs")) == {"title": ["milk", "eggs"]}


def test_signs_are_no_words():
    assert slots("cancel it.", {"customer_name": Slot(Kind.NAME)}, ("customer_name", ".")) == {}


def test_persons_are_called_by_their_kinship():
    declared = {"for_person": Slot(Kind.NAME)}
    assert slots("my son needs one", declared, ("for_person", "my son needs")) == {"for_person": "son"}
    assert slots("my foot needs one", declared, ("for_person", "my foot")) == {}


def test_an_address_is_no_part_of_a_name():
    declared = {"nurse_name": Slot(Kind.NAME)}
    assert slots("nurse Kim", declared, ("nurse_name", "nurse Kim")) == {"nurse_name": "Kim"}
    assert slots("the nurse", declared, ("nurse_name", "nurse")) == {}


def test_a_reason_is_a_known_one_or_the_words():
    declared = {"reason": Slot(Kind.TEXT)}
    assert slots("I have the flu", declared, ("reason", "I have the flu")) == {"reason": "illness"}
    assert slots("my car died", declared, ("reason", "my car died")) == {"reason": "my car died"}


def test_in_a_plan_daily_is_how_often_and_every_morning_is_a_dose():
    plan = {"recurrence": Slot(Kind.RECURRENCE), "frequency": Slot(Kind.FREQUENCY), "slot_of_day": Slot(Kind.CHOICE)}
    assert slots("iron, daily", plan, ("recurrence", "daily")) == {"frequency": "1/P1D"}
    assert slots("iron every morning", plan, ("recurrence", "every morning")) == {"slot_of_day": "morning"}
    reminder = {name: plan[name] for name in ("recurrence", "slot_of_day")}
    assert slots("tell me every evening", reminder, ("recurrence", "every evening")) == {
        "recurrence": "FREQ=DAILY",
        "slot_of_day": "evening",
    }


def test_a_day_long_past_is_that_of_a_birth():
    declared = {"date": DATE, "dob": DATE}
    assert slots("Peter Hahn, 1955-08-07", declared, ("date", "1955-08-07")) == {"dob": "1955-08-07"}
    assert slots("on 2026-03-20", declared, ("date", "2026-03-20")) == {"date": "2026-03-20"}


def test_today_that_chooses_is_no_date_beside():
    declared = {"filter": Slot(Kind.CHOICE), "date": DATE}
    assert slots("what is there for today", declared, ("filter", "today")) == {"filter": "today"}


def test_what_is_left_out_is_never_what_is_meant():
    declared = {"date": DATE, "scope": Slot(Kind.TEXT)}
    found = slots("cancel everything except the one on march twentieth", declared, ("date", "march twentieth"))
    assert found == {"scope": "except: 2026-03-20"}


def test_words_of_a_title_leave_nothing_out():
    declared = {"title": Slot(Kind.TEXT), "scope": Slot(Kind.TEXT)}
    title = "water everything except the cactus"
    assert slots(f"remind me to {title}", declared, ("title", title)) == {"title": title}


@pytest.mark.parametrize(
    ("slot", "field"), [("substance", "allergies"), ("condition", "conditions"), ("address", "address")]
)
def test_what_stands_in_a_record_says_in_which_field(slot, field):
    declared = {slot: Slot(Kind.TEXT), "info_field": Slot(Kind.CHOICE, "info_field")}
    assert slots("put gluten down", declared, (slot, "gluten")) == {slot: "gluten", "info_field": field}


def test_the_day_of_a_week_belongs_to_the_repetition_that_it_stands_beside():
    declared = {"recurrence": Slot(Kind.RECURRENCE), "weekday": Slot(Kind.WEEKDAY), "title": Slot(Kind.TEXT)}
    found = slots(
        "bins every two weeks on thursday", declared, ("recurrence", "every two weeks"), ("weekday", "thursday")
    )
    assert found == {"recurrence": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"}


@pytest.mark.parametrize(
    ("text", "unit"),
    [("암로디핀 오 밀리", "mg"), ("기침 시럽 오 밀리", "ml"), ("암로디핀 오 밀리리터", "ml"), ("오 밀리그램", "mg")],
)
def test_millis_of_a_strength_are_a_weight_unless_the_medicine_is_a_liquid(text, unit):
    lexicons = {"said_short": {"mg": ["밀리"]}, "form": {"liquid": ["시럽"]}}
    declared, words = {"strength": Slot(Kind.QUANTITY)}, text[text.index("오") :]
    found = slots(text, declared, ("strength", words), scene=replace(SCENE, language="ko", lexicons=lexicons))
    assert found == {"strength": {"value": 5, "unit": unit}}
