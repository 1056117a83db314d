"""What can be asked about medicines: the slots, and the table of policy."""

from typing import Annotated

from parley.contract import Confirmation, Intent, Kind, Risk, Slot, Slots
from parley.contract.slots import (
    Amount,
    Date,
    Duration,
    Flag,
    Frequency,
    Name,
    Number,
    Range,
    Recurrence,
    Text,
    Time,
)

SlotOfDay = Annotated[str | list[str], Slot(Kind.CHOICE, lexicon="slot_of_day", many=True)]
MealTiming = Annotated[str, Slot(Kind.CHOICE, lexicon="meal_timing")]
Action = Annotated[str, Slot(Kind.CHOICE, lexicon="action", whole=True)]
Query = Annotated[str, Slot(Kind.CHOICE, lexicon="query", whole=True)]
InfoTopic = Annotated[str, Slot(Kind.CHOICE, lexicon="info_topic", whole=True)]
Reason = Annotated[str, Slot(Kind.TEXT, lexicon="reason")]


class Take(Slots):
    """A dose that was taken, or not."""

    medication: Name | None = None
    slot_of_day: SlotOfDay | None = None
    meal_timing: MealTiming | None = None
    dose: Amount | None = None
    taken_time: Time | None = None
    ago: Duration | None = None
    date: Date | None = None
    action: Action | None = None
    reason: Reason | None = None
    scope: Text | None = None
    for_person: Name | None = None


class Status(Slots):
    """What was taken, what is left, what comes next."""

    medication: Name | None = None
    slot_of_day: SlotOfDay | None = None
    date: Date | None = None
    date_range: Range | None = None
    query: Query | None = None
    for_person: Name | None = None


class Info(Slots):
    """A question about a medicine, answered from an official source only."""

    medication: Name | None = None
    other_medication: Name | None = None
    food: Text | None = None
    pill_description: Text | None = None
    info_topic: InfoTopic | None = None
    slot_of_day: SlotOfDay | None = None
    for_person: Name | None = None


class Add(Slots):
    """A new medicine and its plan, over several turns."""

    medication: Name | None = None
    strength: Amount | None = None
    dose: Amount | None = None
    frequency: Frequency | None = None
    slot_of_day: SlotOfDay | None = None
    meal_timing: MealTiming | None = None
    meal_offset: Duration | None = None
    time: Time | None = None
    recurrence: Recurrence | None = None
    course: Duration | None = None
    max_per_day: Number | None = None
    prn: Flag | None = None
    for_person: Name | None = None


class Reminder(Slots):
    """A reminder for a medicine: made, changed, switched off."""

    medication: Name | None = None
    slot_of_day: SlotOfDay | None = None
    meal_timing: MealTiming | None = None
    meal_offset: Duration | None = None
    time: Time | None = None
    old_time: Time | None = None
    new_time: Time | None = None
    date: Date | None = None
    recurrence: Recurrence | None = None
    shift: Duration | None = None
    action: Action | None = None
    scope: Text | None = None
    for_person: Name | None = None


class Snooze(Slots):
    """Not now, later."""

    delay: Duration | None = None
    time: Time | None = None
    medication: Name | None = None
    slot_of_day: SlotOfDay | None = None
    for_person: Name | None = None


INTENTS = (
    Intent(name="medication.take", slots=Take, risk=Risk.MEDIUM, unsure="medication.status"),
    Intent(name="medication.status", slots=Status, reads_only=True),
    Intent(name="medication.info", slots=Info, reads_only=True, risk=Risk.MEDIUM),
    Intent(
        name="medication.add",
        slots=Add,
        required=("medication", "dose", "slot_of_day"),
        instead={"slot_of_day": ("time", "frequency", "prn")},
        confirmation=Confirmation.READ_BACK,
        risk=Risk.HIGH,
    ),
    Intent(name="medication.reminder", slots=Reminder, risk=Risk.MEDIUM),
    Intent(name="medication.snooze", slots=Snooze, like=("appointment.reschedule",)),
)
