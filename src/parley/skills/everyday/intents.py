"""The everyday things: timers, alarms, reminders, weather, time, facts, messages."""

from typing import Annotated

from parley.contract import Confirmation, Intent, Kind, Risk, Slot, Slots
from parley.contract.slots import Date, Duration, Name, PartOfDay, Range, Recurrence, Text, Time, Weekday

Metric = Annotated[str, Slot(Kind.CHOICE, lexicon="metric", whole=True)]
Query = Annotated[str, Slot(Kind.CHOICE, lexicon="query")]
Which = Annotated[str, Slot(Kind.CHOICE, lexicon="which")]


class Timer(Slots):
    """A timer, by what is left on it or by its name."""

    duration: Duration | None = None
    label: Text | None = None
    scope: Text | None = None
    which: Which | None = None


class Alarm(Slots):
    """An alarm at a time of the day, once or again and again."""

    time: Time | None = None
    date: Date | None = None
    weekday: Weekday | None = None
    delay: Duration | None = None
    part_of_day: PartOfDay | None = None
    recurrence: Recurrence | None = None
    label: Text | None = None
    scope: Text | None = None
    which: Which | None = None


class Reminder(Slots):
    """Words to be said again at a time."""

    title: Text | None = None
    date: Date | None = None
    time: Time | None = None
    weekday: Weekday | None = None
    delay: Duration | None = None
    part_of_day: PartOfDay | None = None
    recurrence: Recurrence | None = None
    for_person: Name | None = None
    scope: Text | None = None
    which: Which | None = None


class Weather(Slots):
    """The weather of a place and a time."""

    location: Name | None = None
    date: Date | None = None
    date_range: Range | None = None
    time: Time | None = None
    part_of_day: PartOfDay | None = None
    metric: Metric | None = None


class Place(Slots):
    """The time or the date, here or elsewhere."""

    location: Name | None = None
    date: Date | None = None
    weekday: Weekday | None = None
    delay: Duration | None = None
    query: Query | None = None


class Fact(Slots):
    """A question of general knowledge."""

    question: Text | None = None


class Message(Slots):
    """A message to somebody."""

    recipient: Name | None = None
    message: Text | None = None


INTENTS = (
    Intent(name="timer.set", slots=Timer, required=("duration",)),
    Intent(name="timer.cancel", slots=Timer),
    Intent(name="timer.status", slots=Timer, reads_only=True, anytime=True),
    Intent(name="alarm.set", slots=Alarm, required=("time",), instead={"time": ("delay",)}, early=True),
    Intent(name="alarm.cancel", slots=Alarm),
    Intent(name="alarm.status", slots=Alarm, reads_only=True, anytime=True),
    Intent(name="reminder.set", slots=Reminder, required=("title", "time"), instead={"time": ("delay",)}),
    Intent(name="reminder.cancel", slots=Reminder),
    Intent(name="reminder.status", slots=Reminder, reads_only=True, anytime=True),
    Intent(name="weather.get", slots=Weather, reads_only=True, anytime=True),
    Intent(name="time.get", slots=Place, reads_only=True, anytime=True),
    Intent(name="date.get", slots=Place, reads_only=True, anytime=True),
    Intent(name="fact.ask", slots=Fact, required=("question",), reads_only=True, anytime=True),
    Intent(
        name="message.send",
        slots=Message,
        required=("recipient", "message"),
        confirmation=Confirmation.EXPLICIT,
        risk=Risk.MEDIUM,
    ),
)
