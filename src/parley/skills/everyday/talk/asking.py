"""The pair of functions by which one intent is served, and the questions that several share."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parley.contract import Outcome, Prepared, Question, Request, Say, length_of
from parley.skills.everyday import moments


def as_it_is(request: Request) -> Prepared:
    """Nothing to settle beforehand."""
    return Prepared(slots=request.slots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How one intent is served."""

    execute: Callable[[Request], Outcome]
    prepare: Callable[[Request], Prepared] = as_it_is


def unserved(key: str, **values: Any) -> Outcome:
    """It was understood, and nothing was done."""
    return Outcome(say=(Say(key, values),), executed=False)


def when(request: Request, *, parts: bool) -> dt.time | None:
    """The clock time that was said; with `parts`, also that of a part of the day."""
    slots: Any = request.slots
    time: dt.time | None = slots.time
    if time is None and parts and slots.part_of_day is not None:
        time = moments.PARTS.get(slots.part_of_day)
    return time


def at_wall_time(request: Request, time: dt.time, *, unusual: bool, key: str) -> Prepared:
    """The slots with their time settled; a time that is past, skipped or unusual is asked about."""
    slots: Any = request.slots
    now, zone = request.context.now, request.context.zone
    if slots.recurrence is not None and not moments.valid(slots.recurrence):
        return Prepared(slots=slots.model_copy(update={"recurrence": None}), ask=_ask_time("unclear_recurrence"))
    day = moments.day_of(date=slots.date, weekday=slots.weekday, time=time, now=now, recurrence=slots.recurrence)
    meant = moments.wall(day, time, zone)
    settled = slots.model_copy(update={"time": time})
    if meant.instant <= now:
        return Prepared(
            slots=slots.model_copy(update={"time": None, "part_of_day": None}), ask=_ask_time("past_time")
        )
    if not meant.exists and meant.before_gap is not None:
        later = settled.model_copy(update={"time": meant.instant.time().replace(tzinfo=None), "date": day})
        values = {"time": time, "date": day, "later": later.time, "earlier": meant.before_gap.time()}
        return Prepared(slots=later, summary=Say("skipped_hour", values), confirm=True)
    if unusual and time < moments.UNUSUAL_BEFORE and slots.part_of_day is None:
        summary = Say(f"{key}.confirm_unusual", {"time": time, "date": day})
        return Prepared(slots=settled, summary=summary, confirm=True)
    return Prepared(slots=settled)


def instant_of(request: Request) -> dt.datetime:
    """The instant that prepared slots name: after a delay, or at a wall time."""
    slots: Any = request.slots
    context = request.context
    if slots.time is None:
        return context.now + (length_of(slots.delay or "") or dt.timedelta())
    day = moments.day_of(
        date=slots.date, weekday=slots.weekday, time=slots.time, now=context.now, recurrence=slots.recurrence
    )
    return moments.wall(day, slots.time, context.zone).instant


def _ask_time(why: str) -> Question:
    return Question(slot="time", say=Say(why))
