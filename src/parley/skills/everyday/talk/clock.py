"""The time and the date, here and elsewhere."""

import datetime as dt
from typing import Any

from parley.contract import Outcome, Request, Say, length_of
from parley.skills.everyday import cities, moments
from parley.skills.everyday.talk.asking import Serving, unserved


def _time(request: Request) -> Outcome:
    place: str | None = getattr(request.slots, "location", None)
    now = _there(request, place)
    if now is None:
        return unserved("time.unknown_place", place=place)
    now += length_of(getattr(request.slots, "delay", None) or "") or dt.timedelta()
    if place is None:
        return Outcome(say=(Say("time.here", {"time": now.time()}),))
    elsewhere = now.date() if now.date() != request.context.now.date() else None
    return Outcome(say=(Say("time.there", {"time": now.time(), "place": place, "day": elsewhere}),))


def _date(request: Request) -> Outcome:
    slots: Any = request.slots
    now = _there(request, slots.location)
    if now is None:
        return unserved("time.unknown_place", place=slots.location)
    if slots.date is not None:
        return Outcome(say=(Say("date.of", {"date": slots.date, "weekday": slots.date}),))
    if slots.weekday is not None:
        ahead = (moments.WEEKDAYS.index(slots.weekday) - now.weekday()) % 7
        day = now.date() + dt.timedelta(days=ahead)
        return Outcome(say=(Say("date.of", {"date": day, "weekday": day}),))
    day = (now + (length_of(slots.delay or "") or dt.timedelta())).date()
    if day != now.date():
        return Outcome(say=(Say("date.of", {"date": day, "weekday": day}),))
    return Outcome(say=(Say("date.here", {"date": day, "place": slots.location}),))


SERVED = {"time.get": Serving(execute=_time), "date.get": Serving(execute=_date)}


def _there(request: Request, place: str | None) -> dt.datetime | None:
    """Now in a place; here when none was named, None when it is not known."""
    if place is None:
        return request.context.now
    zone = cities.zone_of(place)
    return request.context.now.astimezone(zone) if zone is not None else None
