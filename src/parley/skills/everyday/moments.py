"""From what was said of a time to the instant that is meant; wall time survives the change of clocks."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from parley.understanding.entities.changes import Change, around_gap, change_at

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS: Final = {
    "morning": dt.time(9),
    "afternoon": dt.time(14),
    "late_afternoon": dt.time(17),
    "evening": dt.time(19),
    "night": dt.time(21),
}
"""The clock time of a part of the day, where none is said."""
UNUSUAL_BEFORE: Final = dt.time(5)
"""An hour before this is asked about: three at night or three in the afternoon?"""
_LOOKED_AT: Final = 400
"""Occurrences of a recurrence that are tried; the next of any sane rule is among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """A wall time on a day, and the instant it names."""

    instant: dt.datetime
    """Aware. For a time that does not exist: the first one after the gap."""
    exists: bool
    """False in the hour that is skipped in spring."""
    before_gap: dt.datetime | None = None
    """For a time that does not exist, the last one as far before the gap as it is in it."""


def wall(day: dt.date, time: dt.time, zone: ZoneInfo) -> Wall:
    """The instant of a wall time; of an hour that comes twice in autumn, the first."""
    local = dt.datetime.combine(day, time)
    if change_at(local, zone) is not Change.GAP:
        return Wall(instant=local.replace(tzinfo=zone), exists=True)
    after, before = (each.replace(tzinfo=zone) for each in around_gap(local, zone))
    return Wall(instant=after, exists=False, before_gap=before)


def day_of(
    *, date: dt.date | None, weekday: str | None, time: dt.time, now: dt.datetime, recurrence: str | None = None
) -> dt.date:
    """The day that is meant: the said one, else the next on which the time is still to come."""
    if recurrence:
        return first(recurrence, time=time, after=now, start=date).date()
    if date is not None:
        return date
    tomorrow = now.time().replace(tzinfo=None) >= time
    if weekday is not None:
        ahead = (WEEKDAYS.index(weekday) - now.weekday()) % 7
        return now.date() + dt.timedelta(days=7 if ahead == 0 and tomorrow else ahead)
    return now.date() + dt.timedelta(days=1 if tomorrow else 0)


def first(recurrence: str, *, time: dt.time, after: dt.datetime, start: dt.date | None = None) -> dt.datetime:
    """The first occurrence after an instant, in its zone. Raises ValueError for a rule that has none."""
    zone = after.tzinfo
    if not isinstance(zone, ZoneInfo):
        raise ValueError("occurrences need a time zone")
    for day in islice(_days(recurrence, start or after.date()), _LOOKED_AT):
        instant = wall(day, time, zone).instant
        if instant > after:
            return instant
    raise ValueError(f"no occurrence of {recurrence}")


def valid(recurrence: str) -> bool:
    """Whether it is a rule that occurs at all."""
    try:
        return next(_days(recurrence, dt.date(2024, 1, 1)), None) is not None
    except (ValueError, TypeError, KeyError):
        return False


def _days(recurrence: str, start: dt.date) -> Iterator[dt.date]:
    rule = rrulestr(recurrence.removeprefix("RRULE:"), dtstart=dt.datetime.combine(start, dt.time()))
    last: dt.date | None = None
    for moment in rule:
        if moment.date() != last:
            last = moment.date()
            yield last
