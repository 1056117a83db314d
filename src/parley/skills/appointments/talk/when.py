"""From what was said of a time to the days and hours that are meant."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from parley.scheduling.availability import Wish
from parley.scheduling.spans import DAY, at_wall

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS: Final[Mapping[str, tuple[dt.time, dt.time]]] = {
    "morning": (dt.time(5), dt.time(12)),
    "afternoon": (dt.time(12), dt.time(18)),
    "late_afternoon": (dt.time(15, 30), dt.time(19)),
    "evening": (dt.time(17), dt.time.max),
    "night": (dt.time(19), dt.time.max),
}
"""The hours of a part of the day at a business, the second excluded."""
SOONEST: Final = frozenset({"earliest", "next", "any"})


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """What was said of a time, in one form."""

    day: dt.date | None = None
    days: tuple[dt.date, dt.date] | None = None
    """Inclusive."""
    weekday: str | None = None
    time: dt.time | None = None
    part: tuple[dt.time, dt.time] | None = None
    soonest: bool = False

    def on_next_weekday(self, now: dt.datetime) -> "When":
        """A clock time on the next such weekday, where only the weekday was said with it; `now` is local."""
        if self.day is not None or self.days is not None or self.weekday is None or self.time is None:
            return self
        ahead = (WEEKDAYS.index(self.weekday) - now.weekday()) % len(WEEKDAYS)
        if ahead == 0 and self.time <= now.time():
            ahead = len(WEEKDAYS)
        return replace(self, day=now.date() + dt.timedelta(days=ahead), weekday=None)

    @property
    def exact(self) -> bool:
        """Whether one start is meant."""
        return self.day is not None and self.time is not None

    @property
    def said(self) -> bool:
        """Whether anything narrows it down to some days, or to the first that is free."""
        return bool(self.day or self.days or self.weekday or self.soonest)

    def start(self, zone: ZoneInfo) -> dt.datetime:
        """The instant of an exact one, in `zone`."""
        assert self.day is not None, "only an exact one has a start"
        assert self.time is not None, "only an exact one has a start"
        return at_wall(self.day, self.time, zone).astimezone(zone)

    def wish(self, *, zone: ZoneInfo, now: dt.datetime, resources: tuple[int, ...] | None) -> Wish:
        """As a search for free time."""
        first, last = self.days or ((self.day, self.day) if self.day else (now.astimezone(zone).date(), None))
        start, part = at_wall(first, dt.time(), zone), self.part
        if part is None and self.time is not None:
            part = (self.time, (dt.datetime.combine(first, self.time) + dt.timedelta(minutes=1)).time())
        return Wish(
            start=max(start, now),
            end=at_wall(last + DAY, dt.time(), zone) if last is not None else None,
            part=part,
            weekdays=frozenset({WEEKDAYS.index(self.weekday)}) if self.weekday else None,
            resources=resources,
        )


def when(slots: Any, *, prefix: str = "") -> When:
    """The slots of a wish; `prefix` is `new_` where an appointment is moved."""
    range_ = slots.date_range
    return When(
        day=getattr(slots, f"{prefix}date"),
        days=(range_.start, range_.end) if range_ is not None else None,
        weekday=slots.weekday if slots.weekday in WEEKDAYS else None,
        time=getattr(slots, f"{prefix}time"),
        part=_part(slots),
        soonest=slots.which in SOONEST,
    )


def _part(slots: Any) -> tuple[dt.time, dt.time] | None:
    """The hours that the part of the day, "after" and "before" leave."""
    if slots.part_of_day is None and slots.after is None and slots.before is None:
        return None
    first, last = PARTS.get(slots.part_of_day or "", (dt.time.min, dt.time.max))
    return max(first, slots.after or first), min(last, slots.before or last)
