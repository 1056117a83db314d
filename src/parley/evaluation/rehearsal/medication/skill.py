"""Medicines, rehearsed: doses, plans, reminders and questions, on the world that was stated."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from parley.contract import Intent, Outcome, Prepared, Question, Request, Say, length_of
from parley.evaluation.rehearsal.acting import Part, Rehearsal, answered, which, words
from parley.evaluation.rehearsal.medication import doses
from parley.evaluation.rehearsal.medication.doses import about, medicines_of, shelf_of
from parley.skills.medication.intents import INTENTS

_HALF: Final = 0.5
_UNUSUAL_BEFORE: Final = dt.time(5)
_GENERAL: Final = frozenset({"missed_dose", "extra_dose"})
"""Topics with a rule for every medicine."""


def _info(request: Request) -> Outcome:
    """No leaflet stands behind it: the general rule where there is one, else whom to ask."""
    slots: Any = request.slots
    if slots.pill_description is not None and slots.medication is None:
        return answered("info.pill")
    topic = slots.info_topic if slots.info_topic in _GENERAL else "unknown"
    named = [slots.medication] if slots.medication is not None else []
    return about(answered(f"info.{topic}", name=slots.medication), named)


def _prepare_info(request: Request) -> Prepared:
    """Without a name it is the one that is due."""
    slots: Any = request.slots
    due = shelf_of(request).waiting()
    unnamed = slots.medication is None and slots.pill_description is None
    if unnamed and len(due) == 1:
        slots = slots.model_copy(update={"medication": due[0].name})
    return Prepared(slots=slots)


def _prepare_add(request: Request) -> Prepared:
    slots: Any = request.slots
    if slots.time is not None and slots.time < _UNUSUAL_BEFORE:
        return Prepared(slots=slots, summary=Say("add.unusual", _plan(slots)), confirm=True)
    return Prepared(slots=slots, summary=Say("add.confirm", _plan(slots)))


def _plan(slots: Any) -> dict[str, Any]:
    """Every value that a mistake would make dangerous."""
    parts = slots.slot_of_day if isinstance(slots.slot_of_day, list) else [slots.slot_of_day]
    times, _, period = (slots.frequency or "").partition("/")
    return {
        "name": slots.medication,
        "strength": _amount(slots.strength),
        "dose": _amount(slots.dose),
        "slots": [Say(f"slot.{part}") for part in parts if part],
        "meal": Say(f"meal.{slots.meal_timing}") if slots.meal_timing else None,
        "offset": length_of(slots.meal_offset or ""),
        "times": int(times) if times.isdigit() and period == "P1D" else None,
        "time": slots.time,
        "course": length_of(slots.course or ""),
        "most": slots.max_per_day,
        "prn": Say("add.prn") if slots.prn else None,
    }


def _amount(quantity: Any) -> Say | None:
    if quantity is None:
        return None
    if quantity.value == _HALF and quantity.unit == "tablet":
        return Say("unit.half_tablet")
    value = int(quantity.value) if quantity.value == int(quantity.value) else quantity.value
    return Say(f"unit.{quantity.unit}", {"value": value})


def _add(request: Request) -> Outcome:
    slots: Any = request.slots
    before = list(request.context.facts.get("meds", []))
    parts = (
        slots.slot_of_day if isinstance(slots.slot_of_day, list) else [slots.slot_of_day] if slots.slot_of_day else []
    )
    row = {"name": slots.medication, "slots": parts, "max_per_day": slots.max_per_day}
    return Outcome(
        say=(Say("add.done", {"name": slots.medication}),), facts={"meds": [*before, row]}, undo={"meds": before}
    )


def _prepare_reminder(request: Request) -> Prepared:
    slots: Any = request.slots
    shelf = shelf_of(request)
    meant = medicines_of(request, shelf) if slots.slot_of_day is None else []
    if len(meant) > 1 and slots.medication is None:
        names = [each.name for each in meant]
        rows = [(name, words(name), {"medication": name}) for name in names]
        return Prepared(slots=slots, ask=which(Say("reminder.which", {"names": names}), rows))
    if len(meant) == 1 and slots.medication is None:
        slots = slots.model_copy(update={"medication": meant[0].name})
    if slots.action == "disable":
        return Prepared(slots=slots.model_copy(update={"time": None, "new_time": None}))
    time = slots.new_time or slots.time
    if all(value is None for value in (time, slots.shift, slots.recurrence, slots.slot_of_day)):
        return Prepared(slots=slots, ask=Question(slot="time", say=Say("reminder.ask.time")))
    if time is not None and time < _UNUSUAL_BEFORE:
        return Prepared(slots=slots, summary=Say("reminder.unusual", {"time": time}), confirm=True)
    return Prepared(slots=slots)


def _reminder(request: Request) -> Outcome:
    slots: Any = request.slots
    parts = slots.slot_of_day if isinstance(slots.slot_of_day, list) else [slots.slot_of_day]
    time = slots.new_time or slots.time
    values = {
        "name": slots.medication,
        "time": time,
        "slots": [Say(f"slot.{part}") for part in parts if part and time is None],
        "shift": abs(length_of(slots.shift or "") or dt.timedelta()) or None,
    }
    say = Say("reminder.off" if slots.action == "disable" else "reminder.done", values)
    named = [slots.medication] if slots.medication is not None else []
    return about(Outcome(say=(say,), undo={}), named)


class Medication(Rehearsal):
    """Medicines."""

    name = "medication"
    intents: Sequence[Intent] = INTENTS
    parts = {
        **doses.PARTS,
        "medication.info": Part(prepare=_prepare_info, execute=_info),
        "medication.add": Part(prepare=_prepare_add, execute=_add),
        "medication.reminder": Part(prepare=_prepare_reminder, execute=_reminder),
    }
    likely = (("meds", "medication"),)
