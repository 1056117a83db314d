"""Values that follow from the slots: moments with the offset that holds on that day."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from parley.contract import length_of
from parley.dialogue.merging import FOLD

_PAIRS: Final = (
    ("datetime", "date", "time"),
    ("old_datetime", "old_date", "old_time"),
    ("new_datetime", "new_date", "new_time"),
    ("due_datetime", "due_date", "due_time"),
)


def derived(intent: str, slots: Mapping[str, Any], *, now: dt.datetime) -> dict[str, str]:
    """ISO 8601 with offset, under the names of the shared vocabulary; `now` is aware, in the zone of the talk."""
    fold = int(bool(slots.get(FOLD)))
    found = {
        name: _wall(slots[day], slots[time], now).replace(fold=fold)
        for name, day, time in _PAIRS
        if day in slots and time in slots
    }
    if "delay" in slots:
        found.setdefault("datetime", _after(now, slots["delay"]))
    if intent == "timer.set" and "duration" in slots:
        found["fires_at"] = _after(now, slots["duration"])
    if intent == "medication.take" and slots.get("action") is None:
        found["taken_at"] = _taken(slots, now)
    return {name: moment.isoformat() for name, moment in found.items()}


def _taken(slots: Mapping[str, Any], now: dt.datetime) -> dt.datetime:
    if "ago" in slots:
        return _after(now, f"-{slots['ago']}".replace("--", ""))
    if "taken_time" not in slots:
        return now
    at = _wall(slots.get("date", now.date().isoformat()), slots["taken_time"], now)
    return at if at <= now or "date" in slots else at - dt.timedelta(days=1)


def _wall(day: str, time: str, now: dt.datetime) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=now.tzinfo)


def _after(now: dt.datetime, length: str) -> dt.datetime:
    """Elapsed time, not wall time."""
    return (now.astimezone(dt.UTC) + (length_of(length) or dt.timedelta())).astimezone(now.tzinfo)
