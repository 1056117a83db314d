"""The time and the date, here and elsewhere."""

import datetime as dt
from typing import Any

from parley.contract import Outcome, Request, Say, length_of
from parley.skills.everyday import cities, moments
from parley.skills.everyday.talk.asking import Serving, unserved


def _time(request: Request) -> Outcome:
    slots: Any = request.slots
    there = cities.city(slots.location) if slots.location is not None else None
    if there is None and slots.location is not None:
        return unserved("time.unknown_place", place=slots.location)
    now = _now(request, there)
    if there is None:
        return Outcome(say=(Say("time.here", {"time": now.time()}),))
    here = _now(request, None).date()
    key = "ahead" if now.date() > here else "behind" if now.date() < here else "there"
    return Outcome(say=(Say(f"time.{key}", {"time": now.time(), "place": there.name, "day": now.date()}),))


def _date(request: Request) -> Outcome:
    slots: Any = request.slots
    there = cities.city(slots.location) if slots.location is not None else None
    if there is None and slots.location is not None:
        return unserved("time.unknown_place", place=slots.location)
    now = _now(request, there)
    day = now.date()
    if slots.date is not None:
        day = slots.date
    elif slots.weekday is not None:
        day += dt.timedelta(days=(moments.WEEKDAYS.index(slots.weekday) - now.weekday()) % 7)
    asks_today = slots.date == now.date()
    if (slots.date is not None and not asks_today) or slots.weekday is not None or slots.delay is not None:
        return Outcome(say=(Say("date.of", {"date": day, "weekday": day}),))
    return Outcome(say=(Say("date.here", {"date": day, "place": there.name if there is not None else None}),))


SERVED = {"time.get": Serving(execute=_time), "date.get": Serving(execute=_date)}


def _now(request: Request, there: cities.City | None) -> dt.datetime:
    """Now, or after the delay that was said; here, or there."""
    slots: Any = request.slots
    now = request.context.now if there is None else request.context.now.astimezone(there.zone)
    return now + (length_of(slots.delay or "") or dt.timedelta())
