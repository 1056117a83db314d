"""The calendar that every language shares: where a time is seen from, steps and units of time, dates by their fields.

Nothing here knows a language. A `Dated` gives its readings, the likeliest first; the others are what a person may
have meant as well. All dates are local to the person's zone.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dateutil.relativedelta import relativedelta

_STEPS: dict[str, dict[str, int]] = {
    "second": {"seconds": 1},
    "minute": {"minutes": 1},
    "hour": {"hours": 1},
    "day": {"days": 1},
    "weekend": {"days": 7},
    "week": {"days": 7},
    "fortnight": {"days": 14},
    "month": {"months": 1},
    "quarter": {"months": 3},
    "year": {"years": 1},
    "decade": {"years": 10},
    "century": {"years": 100},
}


FARTHEST = 9990
"""No year from here on: the calendar of Python ends at 9999, and nobody asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """From where a time is seen."""

    now: dt.datetime
    """Local wall time, without zone."""
    zone: dt.tzinfo | None = None
    """The zone of `now`, for times said in another zone."""
    country: str = "US"
    hours: tuple[dt.time, dt.time] | None = None
    """Opening hours, when a bare clock time means them."""
    past: bool = False
    """Dates lie in the past (a date of birth)."""
    clock24: bool = False
    """Where people count the hours to 24, nine o'clock is in the morning and twelve o'clock noon."""
    early: bool = False
    """A bare clock time means the morning ("wake me at six")."""

    @property
    def today(self) -> dt.datetime:
        """Midnight of this day."""
        return self.now.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` to `end`, the end exclusive, local wall time."""

    start: dt.datetime
    end: dt.datetime
    grain: str


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Fields:
    """A date by what is said of it; unsaid fields are None."""

    weekday: int | None = None
    """0 is Monday."""
    day: int | None = None
    month: int | None = None
    year: int | None = None

    def join(self, other: "Fields") -> "Fields | None":
        """Both said of the same day, or None where they say the same field twice."""
        merged = self
        for name in ("weekday", "day", "month", "year"):
            value = getattr(other, name)
            if value is not None:
                if getattr(self, name) is not None:
                    return None
                merged = replace(merged, **{name: value})
        return merged

    def matches(self, day: dt.datetime) -> bool:
        """Whether that day is such a one."""
        return (
            self.weekday in (None, day.weekday())
            and self.day in (None, day.day)
            and self.month in (None, day.month)
            and self.year in (None, day.year)
        )

    def within(self, start: dt.datetime, end: dt.datetime) -> list[dt.datetime]:
        """The days from `start` to `end`, exclusive, that are such ones, in order."""
        count = min((end - start).days, 400)
        days = (start + dt.timedelta(days=n) for n in range(count))
        return [day for day in days if self.matches(day)]


@dataclass(frozen=True, slots=True)
class Dated:
    """A day or a longer stretch, by its readings."""

    grain: str
    periods: Callable[[Frame], Sequence[Period]]
    fields: Fields | None = None
    """When it is nothing but fields, so that more can be joined to it."""
    weekday_only: str | None = None
    """`MO` to `SU` where no concrete date was said."""
    soft: bool = False
    """A bare word or number that is a date only where one is waited for (`the second`, `may`)."""


def step(at: dt.datetime, count: float, unit: str) -> dt.datetime:
    """`count` units after `at`; a month later is the same day, or the month's last. Raises OverflowError far out."""
    steps = _STEPS[unit]
    if "days" in steps or "hours" in steps or "minutes" in steps or "seconds" in steps:
        return at + dt.timedelta(**steps) * count
    whole = int(count)
    months = steps.get("months", 0) + 12 * steps.get("years", 0)
    moved = at + relativedelta(months=months * whole)
    return moved + dt.timedelta(days=round((count - whole) * months * 30.4375))


def floor(at: dt.datetime, unit: str) -> dt.datetime:
    """The beginning of the unit that `at` lies in. Weeks begin on Monday."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case "second":
            return at.replace(microsecond=0)
        case "minute":
            return at.replace(second=0, microsecond=0)
        case "hour":
            return at.replace(minute=0, second=0, microsecond=0)
        case "week" | "fortnight":
            return midnight - dt.timedelta(days=at.weekday())
        case "weekend":
            return midnight - dt.timedelta(days=at.weekday() - 5)
        case "month":
            return midnight.replace(day=1)
        case "quarter":
            return midnight.replace(month=(at.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return midnight.replace(month=1, day=1)
        case "decade":
            return midnight.replace(year=max(at.year // 10 * 10, 1), month=1, day=1)
        case _:
            return midnight


def unit_at(start: dt.datetime, unit: str) -> Period:
    """The whole unit that begins at `start`."""
    if unit == "weekend":
        return Period(start, start + dt.timedelta(days=2), "weekend")
    return Period(start, step(start, 1, unit), unit)


def day_at(day: dt.datetime) -> Period:
    """A whole day."""
    return Period(day, day + dt.timedelta(days=1), "day")


def midnight(year: int, month: int = 1, day: int = 1) -> dt.datetime:
    """The beginning of a day, as wall time: the zone comes in only when an instant is made of it."""
    return dt.datetime(year, month, day)  # noqa: DTZ001 - wall time by design


def exists(year: int, month: int, day: int) -> bool:
    """Whether there is such a day."""
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True
