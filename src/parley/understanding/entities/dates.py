"""Days and longer by how they are found: "next month", "two weeks from Friday", "the last Monday of May"."""

import datetime as dt
from collections.abc import Callable, Iterator

from parley.understanding.entities.calendar import (
    FARTHEST,
    WEEKDAYS,
    Dated,
    Fields,
    Frame,
    Period,
    day_at,
    exists,
    floor,
    step,
    unit_at,
)
from parley.understanding.entities.coming import coming


def dated(fields: Fields, *, soft: bool = False) -> Dated | None:
    """A date from its fields, or None where there is no such date (31 February)."""
    if fields.day is not None and not 1 <= fields.day <= 31:
        return None
    if fields.month is not None and not 1 <= fields.month <= 12:
        return None
    if fields.year is not None and not 1 <= fields.year < FARTHEST:
        return None
    if fields.month and fields.day and not exists(fields.year or 2000, fields.month, fields.day):
        return None
    grain = "day" if fields.day or fields.weekday is not None else "month" if fields.month else "year"
    only = (
        WEEKDAYS[fields.weekday] if fields == Fields(weekday=fields.weekday) and fields.weekday is not None else None
    )
    return Dated(grain, lambda frame: coming(fields, frame), fields, only, soft)


def relative(grain: str, *readings: Callable[[Frame], Period]) -> Dated:
    """A date by how it is found from now, the likeliest way first."""
    return Dated(grain, lambda frame: [reading(frame) for reading in readings])


def cycle(unit: str, count: int) -> Dated:
    """This (0), next (1), last (-1) week, month, weekend …"""
    return relative(unit, lambda frame: unit_at(step(floor(frame.now, unit), count, unit), unit))


def soon(base: Dated, days: int) -> Dated:
    """A date, if it is no more than so many days ahead."""

    def find(frame: Frame) -> list[Period]:
        return [period for period in base.periods(frame) if (period.start - frame.today).days <= days]

    return Dated(base.grain, find)


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
    """A part of a period, by fractions of its length in whole days, or of a year in months: the end of March."""

    def cut(period: Period) -> Period:
        if period.grain == "year":
            start, end = (step(period.start, round(12 * share), "month") for share in (first, last))
            return Period(start, end, "part")
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
