"""Days on which the clocks change: wall times that do not exist, and such as come twice."""

import datetime as dt
from enum import StrEnum

_MINUTE = dt.timedelta(minutes=1)


class Change(StrEnum):
    """What is the matter with a wall time."""

    GAP = "gap"
    """There is no such time: the clocks are put forward over it."""
    TWICE = "twice"
    """It comes twice: the clocks are put back over it."""


def change_at(at: dt.datetime, zone: dt.tzinfo | None) -> Change | None:
    """What is the matter with a wall time in a zone; None on all other days."""
    if zone is None:
        return None
    first, second = (at.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return None
    return Change.GAP if _back(first, zone) != at else Change.TWICE


def around_gap(at: dt.datetime, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    """For a time that does not exist: the first one after the gap, and the one as long before it as it is wide (for
    half past two: three o'clock, and half past one).
    """
    first = _back(at.replace(tzinfo=zone), zone)
    while change_at(first - _MINUTE, zone) is not Change.GAP:
        first -= _MINUTE
    return first, _back(at.replace(tzinfo=zone, fold=1), zone)


def _back(at: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The wall time that a time has after a way through universal time: another one, in a gap."""
    return at.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None)
