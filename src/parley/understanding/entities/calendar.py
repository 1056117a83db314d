"""Days and longer: what "Tuesday the 19th", "next month" or "two weeks from Friday" are, seen from now.

Nothing here knows a language. A `Dated` gives its readings, the likeliest first; the others are what a person may
have meant as well. All dates are local to the person's zone.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import holidays
from dateutil.easter import EASTER_ORTHODOX, easter
from dateutil.relativedelta import relativedelta

GRAINS = (
    "second",
    "minute",
    "hour",
    "part",
    "day",
    "weekend",
    "week",
    "month",
    "season",
    "quarter",
    "year",
    "decade",
)

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

_FARTHEST = 9990
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


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


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


def dated(fields: Fields, *, soft: bool = False) -> Dated | None:
    """A date from its fields, or None where there is no such date (31 February)."""
    if fields.day is not None and not 1 <= fields.day <= 31:
        return None
    if fields.month is not None and not 1 <= fields.month <= 12:
        return None
    if fields.year is not None and not 1 <= fields.year < _FARTHEST:
        return None
    if fields.month and fields.day and not _exists(fields.year or 2000, fields.month, fields.day):
        return None
    grain = "day" if fields.day or fields.weekday is not None else "month" if fields.month else "year"
    only = (
        WEEKDAYS[fields.weekday] if fields == Fields(weekday=fields.weekday) and fields.weekday is not None else None
    )
    return Dated(grain, lambda frame: _readings(fields, frame), fields, only, soft)


def relative(grain: str, *readings: Callable[[Frame], Period]) -> Dated:
    """A date by how it is found from now, the likeliest way first."""
    return Dated(grain, lambda frame: [reading(frame) for reading in readings])


def cycle(unit: str, count: int) -> Dated:
    """This (0), next (1), last (-1) week, month, weekend …"""
    return relative(unit, lambda frame: unit_at(step(floor(frame.now, unit), count, unit), unit))


def shifted(base: Dated, count: float, unit: str) -> Dated:
    """`count` units after another date."""
    grain = "day" if unit in ("day", "week", "fortnight", "month", "year") else unit
    return Dated(grain, lambda frame: [_moved(period, count, unit, grain) for period in base.periods(frame)])


def inside(fields: Fields, base: Dated) -> Dated | None:
    """The (first) day of these fields in a period: Tuesday of next week, the 20th of this month."""
    if fields.weekday is None and fields.day is None:
        return None

    def find(frame: Frame) -> list[Period]:
        return [
            day_at(days[0])
            for period in base.periods(frame)
            if (days := fields.within(period.start, period.end)) and period.grain != "day"
        ]

    return Dated("day", find)


def nth(count: int, what: Fields | str, base: Dated) -> Dated:
    """The `count`th weekday or unit in a period; negative counts from its end."""

    def find(frame: Frame) -> list[Period]:
        found: list[Period] = []
        for period in base.periods(frame):
            units = [day_at(d) for d in what.within(period.start, period.end)] if isinstance(what, Fields) else None
            units = list(_units(period, what)) if isinstance(what, str) else units or []
            if units and -len(units) <= (index := count - 1 if count > 0 else count) < len(units):
                found.append(units[index])
        return found

    return Dated(what if isinstance(what, str) else "day", find)


def portion(base: Dated, first: float, last: float) -> Dated:
    """A part of a period, by fractions of its length in whole days: the end of March, the beginning of the week."""

    def cut(period: Period) -> Period:
        days = (period.end - period.start).days
        start = period.start + dt.timedelta(days=round(days * first))
        return Period(start, period.start + dt.timedelta(days=round(days * last)), "part")

    return Dated("part", lambda frame: [cut(period) for period in base.periods(frame)])


def weekday_after(fields: Fields, base: Dated, count: int = 1) -> Dated:
    """The first such day after (-1: before) another: the Monday after Easter."""

    def find(frame: Frame) -> list[Period]:
        found: list[Period] = []
        for period in base.periods(frame):
            start = period.end if count > 0 else period.start - dt.timedelta(days=366)
            end = period.end + dt.timedelta(days=366) if count > 0 else period.start
            days = fields.within(start, end)
            if len(days) >= abs(count):
                found.append(day_at(days[count - 1 if count > 0 else count]))
        return found

    return Dated("day", find)


def upcoming(fields: Fields, count: int) -> Dated:
    """The `count`th such day from tomorrow on; negative: before today."""

    def find(frame: Frame) -> list[Period]:
        week = dt.timedelta(days=7 * abs(count) + 1)
        if count > 0:
            days = fields.within(frame.today + dt.timedelta(days=1), frame.today + week)
            return [day_at(days[count - 1])] if len(days) >= count else []
        days = fields.within(frame.today - week, frame.today)
        return [day_at(days[count])] if len(days) >= -count else []

    return Dated("day", find)


def holiday(rule: Any, year: int | None = None) -> Dated:
    """A feast by its rule in `data/holidays.yaml`: the coming one, or that of a year."""

    def find(frame: Frame) -> list[Period]:
        years = [year] if year else [frame.now.year, frame.now.year + 1, frame.now.year + 2]
        days = [day for y in years for day in feast(_key(rule), y, frame.country)]
        coming = [d for d in days if year or d.end > frame.today]
        return [coming[0]] if coming else []

    return Dated("day", find)


def holiday_in(rule: Any, base: Dated) -> Dated:
    """The feast of the year that another date lies in, or the last one (`last Thanksgiving`)."""
    return Dated(
        "day",
        lambda frame: [p for b in base.periods(frame)[:1] for p in feast(_key(rule), b.start.year, frame.country)][
            :1
        ],
    )


def day_off_for(rule: Any) -> Dated:
    """The working day given for a feast that falls on a weekend; without a feast, the next such day."""

    def find(frame: Frame) -> list[Period]:
        feasts = holiday(rule).periods(frame) if rule else [day_at(frame.today)]
        return [
            day_at(dt.datetime.combine(day, dt.time()))
            for period in feasts
            for year in (period.start.year, period.start.year + 1)
            for day, label in sorted(holidays.country_holidays(frame.country, years=year, language="en_US").items())
            if "Alternative holiday" in label
            and period.start.date() <= day
            and (not rule or day <= period.end.date() + dt.timedelta(days=6))
        ][:1]

    return Dated("day", find)


def last_holiday(rule: Any) -> Dated:
    """The latest feast before today."""

    def find(frame: Frame) -> list[Period]:
        years = (frame.now.year - 2, frame.now.year - 1, frame.now.year)
        days = [d for y in years for d in feast(_key(rule), y, frame.country) if d.end <= frame.today]
        return days[-1:]

    return Dated("day", find)


def midnight(year: int, month: int = 1, day: int = 1) -> dt.datetime:
    """The beginning of a day, as wall time: the zone comes in only when an instant is made of it."""
    return dt.datetime(year, month, day)  # noqa: DTZ001 - wall time by design


def _key(rule: Any) -> tuple[Any, ...]:
    return tuple(rule) if isinstance(rule, list) else (rule,)


@lru_cache(maxsize=512)
def feast(rule: tuple[Any, ...], year: int, country: str) -> tuple[Period, ...]:
    """The days of a feast in a year, by one of the ways a feast is fixed.

    `[fixed, month, day, length]`, `[nth, month, weekday, n]` (n negative: from the month's end), `[easter, offset]`,
    `[orthodox, offset]`, `[named, country, name, length]` (of the `holidays` library), `[around, country, name]` (the
    days before and after it, too, and the ones given for those that fall on a Sunday).
    """
    if not 1 < year < _FARTHEST:
        return ()
    match rule:
        case ("fixed", month, day, *length):
            if not _exists(year, month, day):
                return ()
            start = midnight(year, month, day)
            return (_days(start, length[0] if length else 1),)
        case ("nth", month, weekday, n, *offset):
            first = midnight(year, month, 1)
            days = Fields(weekday=weekday).within(first, step(first, 1, "month"))
            return (day_at(days[n - 1 if n > 0 else n] + dt.timedelta(days=offset[0] if offset else 0)),)
        case ("easter" | "orthodox" as church, offset, *length):
            day = easter(year, EASTER_ORTHODOX) if church == "orthodox" else easter(year)
            start = dt.datetime.combine(day, dt.time()) + dt.timedelta(days=offset)
            return (_days(start, length[0] if length else 1),)
        case ("named", land, name, *length):
            calendar = holidays.country_holidays(land or country, years=year, language="en_US")
            named = sorted(
                day for day, label in calendar.items() if label.startswith(name) and "observed" not in label.lower()
            )
            return tuple(_days(dt.datetime.combine(d, dt.time()), length[0] if length else 1) for d in named[:1])
        case ("around", land, name):
            calendar = holidays.country_holidays(land or country, years=year, language="en_US")
            free = sorted(day for day, label in calendar.items() if name in label)
            if not free:
                return ()
            return (_days(dt.datetime.combine(free[0], dt.time()), (free[-1] - free[0]).days + 1),)
    return ()


def _days(start: dt.datetime, length: int) -> Period:
    return Period(start, start + dt.timedelta(days=length), "day")


def _moved(period: Period, count: float, unit: str, grain: str) -> Period:
    start = step(period.start, count, unit)
    return Period(start, start + dt.timedelta(days=1), grain)


def _units(period: Period, unit: str) -> Iterator[Period]:
    """The units of a period: a week counts where most of it lies; the days, months that begin in it."""
    start = floor(period.start, unit)
    if unit == "week" and (start + dt.timedelta(days=3)) < period.start:
        start = step(start, 1, unit)
    if unit not in ("week", "weekend") and start < period.start:
        start = step(start, 1, unit)
    for _ in range(400):
        pivot = start + dt.timedelta(days=3) if unit == "week" else start
        if pivot >= period.end:
            return
        if pivot >= period.start:
            yield unit_at(start, unit)
        start = step(start, 1, unit)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _readings(fields: Fields, frame: Frame) -> list[Period]:
    today = frame.today
    if fields.day is None and fields.weekday is None:
        return _month_or_year(fields, frame)
    if fields.day is None and fields.month is None and fields.year is None:
        ahead = (int(fields.weekday or 0) - today.weekday()) % 7
        first = today + dt.timedelta(days=ahead)
        if frame.past:
            return [day_at(first - dt.timedelta(days=7 if ahead else 0))]
        return [day_at(first)] if ahead else [day_at(first), day_at(first + dt.timedelta(days=7))]
    if fields.day is None:
        base = dated(Fields(month=fields.month, year=fields.year))
        return [day_at(d) for p in (base.periods(frame) if base else ()) for d in fields.within(p.start, p.end)][:1]
    months = _months(fields, frame)
    days = [midnight(y, m, fields.day) for y, m in months if _exists(y, m, fields.day)]
    if frame.past:
        days = [day for day in days if day <= today]
    elif fields.year is None:
        days = [day for day in days if day >= today]
    if fields.weekday is not None:
        right = [day for day in days if day.weekday() == fields.weekday]
        if fields.month is not None and (not right or (right[0] != days[0] if fields.year is None else False)):
            return _contradiction(fields, days)
        days = right
    if fields.month is None and fields.year is None and fields.weekday is None and not frame.past:
        return _day_of_month(fields.day, days, today)
    return [day_at(day) for day in days[:1]]


def _months(fields: Fields, frame: Frame) -> list[tuple[int, int]]:
    """The months to look through, nearest first."""
    now = frame.now
    if fields.year is not None:
        return [(fields.year, m) for m in ([fields.month] if fields.month else range(1, 13))]
    if fields.month is not None:
        years = range(now.year, max(now.year - 9, 1), -1) if frame.past else range(now.year, now.year + 9)
        return [(year, fields.month) for year in years]
    way = -1 if frame.past else 1
    count = now.year * 12 + now.month - 1
    return [((count + way * n) // 12, (count + way * n) % 12 + 1) for n in range(14) if count + way * n >= 12]


def _contradiction(fields: Fields, days: list[dt.datetime]) -> list[Period]:
    """Weekday and date do not agree: the date, and beside it the nearest such weekday."""
    if not days:
        return []
    near = days[0] + dt.timedelta(days=((fields.weekday or 0) - days[0].weekday() + 3) % 7 - 3)
    return [day_at(days[0]), day_at(near)]


def _day_of_month(day: int, days: list[dt.datetime], today: dt.datetime) -> list[Period]:
    """The coming such day; where the month at hand is too short for it, its last day may have been meant."""
    if not days:
        return []
    last = step(today.replace(day=1), 1, "month") - dt.timedelta(days=1)
    if last.day < day:
        return [day_at(days[0]), day_at(last)]
    return [day_at(days[0])]


def _month_or_year(fields: Fields, frame: Frame) -> list[Period]:
    now = frame.now
    if fields.month is None:
        return [unit_at(midnight(fields.year or now.year, 1, 1), "year")]
    year = fields.year or (
        now.year if (fields.month <= now.month if frame.past else fields.month >= now.month) else 0
    )
    year = year or (now.year - 1 if frame.past else now.year + 1)
    return [unit_at(midnight(year, fields.month, 1), "month")]
