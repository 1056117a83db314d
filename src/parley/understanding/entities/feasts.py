"""Feasts and holidays: when the coming one is, the last one, that of a year, and the day off given for one."""

import datetime as dt
from functools import lru_cache
from typing import Any

import holidays
from dateutil.easter import EASTER_ORTHODOX, easter

from parley.understanding.entities.calendar import (
    FARTHEST,
    Dated,
    Fields,
    Frame,
    Period,
    day_at,
    exists,
    midnight,
    step,
)


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


def _key(rule: Any) -> tuple[Any, ...]:
    return tuple(rule) if isinstance(rule, list) else (rule,)


@lru_cache(maxsize=512)
def feast(rule: tuple[Any, ...], year: int, country: str) -> tuple[Period, ...]:
    """The days of a feast in a year, by one of the ways a feast is fixed.

    `[fixed, month, day, length]`, `[nth, month, weekday, n]` (n negative: from the month's end), `[easter, offset]`,
    `[orthodox, offset]`, `[named, country, name, length]` (of the `holidays` library), `[around, country, name]` (the
    days before and after it, too, and the ones given for those that fall on a Sunday).
    """
    if not 1 < year < FARTHEST:
        return ()
    match rule:
        case ("fixed", month, day, *length):
            if not exists(year, month, day):
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
