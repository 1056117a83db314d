"""Bring new slot values into a frame: the latest word wins, and a new day replaces an old one in whatever form."""

import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from parley.contract import Intent, Kind, Slots
from parley.dialogue.choices import part_of_day
from parley.understanding.settling import STRENGTH, WEIGHTS

FOLD: Final = "fold"
"""Beside a clock time that comes twice, because the clocks go back: 0 for the first, 1 for the second."""
_GROUPS: Final = (
    ("date", "date_range", "weekday", "fold"),
    ("time", "part_of_day", "after", "before", "delay", "fold"),
    ("new_date", "date_range", "weekday", "shift", "fold"),
    ("new_time", "part_of_day", "after", "before", "keep_time", "shift", "fold"),
    ("due_date", "new_due_date", "weekday"),
    ("medication", "pill_description"),
    ("title", "position", "scope", "filter"),
    ("taken_time", "ago"),
)
"""Slots that say the same thing in different forms."""
_TIMES: Final = frozenset({"time", "after", "before", "delay"})
_HALF: Final = 12
_PARTS: Final = MappingProxyType({"late_afternoon": "afternoon"})
_BOUNDS: Final = frozenset({"after", "before"})
"""Clock times that only bound the one that is asked for."""
_PERSON: Final = MappingProxyType({"patient_name": "customer_name", "customer_name": "patient_name"})
"""What one domain calls the person whom it is about, another calls otherwise."""


def merge(slots: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The slots with the new values; what a new value makes obsolete is gone."""
    merged = dict(slots)
    new = _on_the_clock(slots, _moved_again(slots, new))
    for group in _GROUPS:
        if any(name in new and new[name] != slots.get(name) for name in group):
            for name in group:
                if name not in new:
                    merged.pop(name, None)
    merged.update(new)
    return merged


def _moved_again(slots: Mapping[str, Any], new: Mapping[str, Any]) -> Mapping[str, Any]:
    """Another hour for what is being moved is where it is moved to: "to half past eight" – "make it nine"."""
    if "new_time" not in slots or "time" in slots or "new_time" in new:
        return new
    return {"new_time" if name == "time" else name: value for name, value in new.items()}


def _on_the_clock(slots: Mapping[str, Any], new: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of the day that is said after the hour only tells which half of the day was meant, where it fits."""
    part, former = new.get("part_of_day"), slots.get("time")
    if not isinstance(part, str) or not isinstance(former, str) or _TIMES & set(new):
        return new
    hour = int(former[:2])
    for other in (hour, (hour + _HALF) % (2 * _HALF)):
        clock = f"{other:02d}{former[2:]}"
        if part_of_day(clock) == _PARTS.get(part, part) or (part == "morning" and other < _HALF):
            return {**{name: value for name, value in new.items() if name != "part_of_day"}, "time": clock}
    return new


def fitting(new: Mapping[str, Any], intent: Intent, *, source: Intent | None, asked: str | None) -> dict[str, Any]:
    """Of the new values those that the intent has a slot for.

    A value under a foreign name (`date` where `new_date` was asked) goes to the asked slot when the kinds agree.
    """
    fields = intent.slots.model_fields
    kept = {name: value for name, value in new.items() if name in fields and _valid(intent, name, value)}
    if asked is None or asked not in fields:
        return kept
    kept |= {_PERSON[name]: value for name, value in new.items() if _names_person(name, kept, fields)}
    wanted = intent.slots.slot_of(asked).kind
    if asked in kept:
        return {name: value for name, value in kept.items() if not _echoes(name, value, asked, kept, intent)}
    for name, value in new.items():
        kind = _kind(name, (intent, source))
        elsewhere = name in _PERSON or (name in _BOUNDS and name in fields) or _is_strength(name, value)
        if kind is wanted and not elsewhere and _same_form(name, asked) and _valid(intent, asked, value):
            kept.pop(name, None)
            kept[asked] = value
            break
    return kept


def missing(slots: Mapping[str, Any], intent: Intent, *, identified: bool) -> str | None:
    """The first required slot that is still open, or None."""
    for name in intent.required:
        if name in slots or (identified and name in intent.identifies):
            continue
        if any(other in slots for other in intent.instead.get(name, ())):
            continue
        return name
    return None


def model(intent: Intent, slots: Mapping[str, Any]) -> Slots:
    """The slots as the intent's own model; values that it refuses are left out."""
    built = intent.slots.model_validate(
        {name: value for name, value in slots.items() if name in intent.slots.model_fields}
    )
    if not slots.get(FOLD):
        return built
    clocks = {name: clock for name in intent.slots.model_fields if isinstance(clock := getattr(built, name), dt.time)}
    return built.model_copy(update={name: clock.replace(fold=1) for name, clock in clocks.items()})


def _is_strength(name: str, value: Any) -> bool:
    """Whether it is what is in a tablet, which does not say how many are taken."""
    return name == STRENGTH and isinstance(value, Mapping) and value.get("unit") in WEIGHTS


def _names_person(name: str, kept: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Whether a slot names the person under another domain's name, and the intent has its own for it."""
    own = _PERSON.get(name)
    return own is not None and name not in fields and own in fields and own not in kept


def _valid(intent: Intent, name: str, value: Any) -> bool:
    try:
        intent.slots.model_validate({name: value})
    except ValueError:
        return False
    return value is not None


def _kind(name: str, intents: Iterable[Intent | None]) -> Kind | None:
    for intent in intents:
        if intent is not None and name in intent.slots.model_fields:
            return intent.slots.slot_of(name).kind
    return None


def _echoes(name: str, value: Any, asked: str, kept: Mapping[str, Any], intent: Intent) -> bool:
    """Whether a slot only says again what answers the question: one day is not both a birthday and the visit."""
    same_kind = intent.slots.slot_of(name).kind is intent.slots.slot_of(asked).kind
    return name != asked and same_kind and value == kept[asked]


def _same_form(name: str, asked: str) -> bool:
    """`date` may become `new_date` or `dob`; what is old never becomes what is new."""
    return not (name.startswith("old_") or asked.startswith("old_")) or name.split("_")[-1] == asked.split("_")[-1]
