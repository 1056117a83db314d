"""Which day is meant by what was said of it, seen from now: "the second", "Tuesday the 19th", "in May"."""

import datetime as dt

from parley.understanding.entities.calendar import Fields, Frame, Period, day_at, exists, midnight, step, unit_at

_LATELY = dt.timedelta(days=31)


def coming(fields: Fields, frame: Frame) -> list[Period]:
    """The readings of a date by its fields, the likeliest first: the coming one, or in the past the latest."""
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
        months_of_it = _month_or_year(Fields(month=fields.month, year=fields.year), frame)
        return [day_at(day) for month in months_of_it for day in fields.within(month.start, month.end)][:1]
    months = _months(fields, frame)
    passed = None
    days = [midnight(y, m, fields.day) for y, m in months if exists(y, m, fields.day)]
    if frame.past:
        days = [day for day in days if day <= today]
    elif fields.year is None:
        passed = _passed(fields, frame)
        days = [day for day in days if day >= today]
    if fields.weekday is not None:
        if passed and not (days and days[0].weekday() == fields.weekday):
            return [day_at(passed), *(day_at(day) for day in days[:1])]
        right = [day for day in days if day.weekday() == fields.weekday]
        if fields.month is not None and (not right or (right[0] != days[0] if fields.year is None else False)):
            return _contradiction(fields, days)
        days = right
    if fields.month is None and fields.year is None and fields.weekday is None and not frame.past:
        return _day_of_month(fields.day, days, today)
    return [day_at(day) for day in days[:1]]


def _passed(fields: Fields, frame: Frame) -> dt.datetime | None:
    """A day that is over for no more than a month, and was such a weekday: who says both may mean that very day."""
    if fields.month is None or fields.day is None or not exists(frame.now.year, fields.month, fields.day):
        return None
    day = midnight(frame.now.year, fields.month, fields.day)
    lately = frame.today - _LATELY <= day < frame.today
    return day if lately and day.weekday() == fields.weekday else None


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
