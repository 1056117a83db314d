"""Days on which the clocks change: what does not exist is asked about, and of what comes twice it is said which."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from parley.contract import Choice, Question, Say
from parley.dialogue.merging import FOLD
from parley.understanding.entities.changes import Change, around_gap, change_at

_PAIRS: Final = (("date", "time"), ("new_date", "new_time"), ("due_date", "due_time"))
"""Slots that together name a wall time."""


def skipped(slots: Mapping[str, Any], zone: dt.tzinfo) -> Question | None:
    """What is asked where the slots name a time that the clocks leave out: the next one, or the one before."""
    for day, clock in _PAIRS:
        at = _wall_time(slots, day, clock)
        if at is None or change_at(at, zone) is not Change.GAP:
            continue
        after, before = around_gap(at, zone)
        values = {"time": at.time(), "date": at.date(), "later": after.time(), "earlier": before.time()}
        choices = tuple(
            Choice(
                value=f"{each:%H:%M}",
                label=Say("clock", {"time": each.time()}),
                slots={day: each.date().isoformat(), clock: f"{each:%H:%M}"},
            )
            for each in (after, before)
        )
        return Question(slot=clock, say=Say("skipped_time", values), choices=choices)
    return None


def said_twice(slots: Mapping[str, Any], zone: dt.tzinfo | None) -> tuple[Say, ...]:
    """What is said beside where the slots name a time that comes twice: which of the two is taken."""
    walls = (_wall_time(slots, day, clock) for day, clock in _PAIRS)
    twice = [at for at in walls if at is not None and change_at(at, zone) is Change.TWICE]
    taken = "second" if slots.get(FOLD) else "first"
    return tuple(Say(f"time_twice.{taken}", {"time": at.time(), "date": at.date()}) for at in twice)


def _wall_time(slots: Mapping[str, Any], day: str, clock: str) -> dt.datetime | None:
    if day not in slots or clock not in slots:
        return None
    return dt.datetime.fromisoformat(f"{slots[day]}T{slots[clock]}").replace(tzinfo=None)
