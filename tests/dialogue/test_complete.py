from typing import Any

import pytest

from parley.contract import Intent
from parley.contract.slots import Date, Duration, Slots, Text, Time
from parley.dialogue.complete import SURE, complete
from parley.understanding.result import Span, Understanding


class Timer(Slots):
    duration: Duration | None = None


class Reminder(Slots):
    title: Text | None = None
    date: Date | None = None
    time: Time | None = None
    delay: Duration | None = None


INTENTS = {
    "timer.set": Intent(name="timer.set", slots=Timer, required=("duration",)),
    "time.get": Intent(name="time.get"),
    "reminder.set": Intent(
        name="reminder.set", slots=Reminder, required=("title", "time"), instead={"time": ("delay",)}
    ),
}


def understood(text: str, intent: str, confidence: float = 0.95, **slots: Any) -> Understanding:
    """With the last words as the span of the last slot."""
    last = text.split()[-1]
    spans = [Span(slot=name, start=len(text) - len(last), end=len(text), text=last) for name in list(slots)[-1:]]
    return Understanding(
        text=text, language="en", intent=intent, confidence=confidence, slots=slots, spans=tuple(spans)
    )


@pytest.mark.parametrize(
    ("understanding", "whole"),
    [
        (understood("what time is it", "time.get"), True),
        (understood("what time is it", "time.get", SURE - 0.01), False),
        (understood("set a timer for ten minutes", "timer.set", duration="PT10M"), True),
        (understood("set a timer", "timer.set"), False),
        (understood("remind me to call Ann at six", "reminder.set", title="call Ann", time="18:00"), True),
        (understood("remind me to call Ann in an hour", "reminder.set", title="call Ann", delay="PT1H"), True),
        (understood("remind me to call Ann", "reminder.set", title="call Ann"), False),
        (understood("remind me at six to call", "reminder.set", time="18:00", title="call"), False),
        (understood("the moon is blue", "out_of_scope"), False),
    ],
)
def test_a_wish_is_whole_when_it_is_sure_and_nothing_is_missing_or_open(understanding: Understanding, whole: bool):
    assert complete(understanding, INTENTS) is whole


def test_two_readings_or_two_wishes_are_waited_for():
    one = understood("what time is it", "time.get")
    two = Understanding(text=one.text, language="en", intent=one.intent, confidence=1.0, also=(one,))
    doubtful = Understanding(
        text=one.text, language="en", intent=one.intent, confidence=1.0, ambiguous={"time": ("03:00", "15:00")}
    )
    assert not complete(two, INTENTS)
    assert not complete(doubtful, INTENTS)
