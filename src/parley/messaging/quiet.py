"""Quiet hours: 8 to 21 on the recipient's clock. What would fall into the night goes out earlier, never later."""

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

OPENS: Final = dt.time(8)
CLOSES: Final = dt.time(21)
EVENING: Final = dt.time(20, 30)
"""When the messages of the night go out."""


def is_quiet(at: dt.datetime, zone: ZoneInfo) -> bool:
    """Whether people are left alone at that moment."""
    return not OPENS <= at.astimezone(zone).time() < CLOSES


def earlier(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The same moment, or the evening before the quiet hours it falls into."""
    local = at.astimezone(zone)
    if not is_quiet(at, zone):
        return at
    day = local.date() if local.time() >= CLOSES else local.date() - dt.timedelta(days=1)
    return dt.datetime.combine(day, EVENING, zone)


def morning(at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """When the quiet hours that `at` falls into end: for what could not go out before them."""
    local = at.astimezone(zone)
    day = local.date() + dt.timedelta(days=local.time() >= CLOSES)
    return dt.datetime.combine(day, OPENS, zone)
