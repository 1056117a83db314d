"""Values for productions: what every language says, whatever its word order."""

from dataclasses import replace
from itertools import pairwise
from zoneinfo import ZoneInfo

from parley.understanding.entities.calendar import (
    WEEKDAYS,
    Dated,
    Fields,
    Frame,
    Period,
    day_at,
    floor,
    step,
    unit_at,
)
from parley.understanding.entities.dates import dated
from parley.understanding.entities.moments import Clock, Interval, Length, Moment, Part
from parley.understanding.entities.numerals import Number
from parley.understanding.entities.shapes import clock_of

SHORT = ("second", "minute", "hour")
"""Units that timers count in, as against those of a calendar."""


def whole(number: Number | None, least: int, most: int) -> int | None:
    """A number as an int, if it is whole and lies between."""
    if number is None or not number.whole or not least <= number.value <= most:
        return None
    return int(number.value)


def hour_of(number: Number) -> Clock | None:
    """A number as an hour."""
    return clock_of(number.value, number.digits) if number.whole and number.simple and number.value < 2400 else None


def clock_at(hour: Number, minute: Number | None = None, half: str | None = None) -> Clock | None:
    """Hour and minute as numbers. A half of the day does not go with hours above 12."""
    clock = hour_of(hour)
    if clock is None or (minute is not None and clock.grain == "minute"):
        return None
    if minute is not None:
        value = whole(minute, 0, 59)
        if value is None:
            return None
        clock = replace(clock, minute=value, grain="minute")
    return halved(clock, half) if half else clock


def halved(clock: Clock, half: str) -> Clock | None:
    """A clock time with its half of the day said."""
    if clock.half == "24" and not 1 <= clock.hour <= 12:
        return clock if (half == "pm") == (clock.hour > 12) else None
    if clock.half in ("am", "pm") and clock.half != half:
        return None
    return replace(clock, half=half)


def day_of_month(number: Number, *, soft: bool = False) -> Dated | None:
    """The 21st."""
    day = None if number.counting else whole(number, 1, 31)
    return dated(Fields(day=day), soft=soft) if day else None


def month_day(month: int, number: Number, year: int | None = None) -> Dated | None:
    """21 March."""
    day = whole(number, 1, 31)
    return dated(Fields(month=month, day=day, year=year)) if day else None


def month_of(month: int, *, soft: bool = False) -> Dated | None:
    """A month by its number."""
    return dated(Fields(month=month), soft=soft)


def weekday_of(weekday: int, *, soft: bool = False) -> Dated | None:
    """A weekday, 0 for Monday."""
    return dated(Fields(weekday=weekday), soft=soft)


def joined(first: Dated, second: Dated) -> Dated | None:
    """Two dates that say different fields of one day: Tuesday + the 19th."""
    if first.fields is None or second.fields is None:
        return None
    fields = first.fields.join(second.fields)
    return dated(fields) if fields else None


def days_from_today(count: int) -> Dated:
    """Today (0), tomorrow (1), yesterday (-1)."""
    return Dated("day", lambda frame: [day_at(step(frame.today, count, "day"))])


def workdays(count: int) -> Dated | None:
    """So many working days from today (Monday to Friday)."""

    def find(frame: Frame) -> list[Period]:
        day, left = frame.today, count
        while left:
            day = step(day, 1, "day")
            left -= day.weekday() < 5
        return [day_at(day)]

    return Dated("day", find) if 0 < count <= 400 else None


def since(day: Dated) -> Interval:
    """From a day that is over until today: since Monday, since March."""

    def find(frame: Frame) -> list[Period]:
        before = replace(frame, past=True, now=step(frame.today, -1, "day"))
        past = [p for p in day.periods(before) if p.start < frame.now]
        return past or [p for p in day.periods(frame) if p.start < frame.now]

    return Interval(Moment(date=replace(day, periods=find, weekday_only=None)), Moment(date=days_from_today(0)), True)


def recently() -> Dated:
    """Lately: the last seven days, today among them."""
    return Dated("part", lambda frame: [Period(step(frame.today, -6, "day"), step(frame.today, 1, "day"), "part")])


def rest(unit: str) -> Interval | None:
    """The rest of the week: from today to its end; of the day: from now to midnight."""
    if unit == "day":
        return Interval(_now_shift(0, "minute"), Moment(date=days_from_today(1)))
    if unit not in ("week", "month", "quarter", "year"):
        return None
    last = Dated("day", lambda frame: [day_at(step(step(floor(frame.now, unit), 1, unit), -1, "day"))])
    return Interval(Moment(date=days_from_today(0)), Moment(date=last), True)


def so_far(unit: str) -> Interval | None:
    """Earlier this week: from its beginning to today."""
    if unit not in ("week", "month", "quarter", "year"):
        return None
    first = Dated("day", lambda frame: [day_at(floor(frame.now, unit))])
    return Interval(Moment(date=first), Moment(date=days_from_today(0)))


def year(number: int) -> Dated | None:
    """A year by its number."""
    return dated(Fields(year=number))


def zoned_span(interval: Interval, zone: str) -> Interval | None:
    """Clock times of an interval, said in another zone."""
    place = ZoneInfo(zone)
    ends = [
        replace(end, clock=replace(end.clock, zone=place)) if end and end.clock else end
        for end in (interval.start, interval.end)
    ]
    return replace(interval, start=ends[0], end=ends[1])


def next_weekday(weekday: int) -> Dated:
    """The weekday of the next calendar week; beside it the one that still comes this week, if any."""

    def find(frame: Frame) -> list[Period]:
        monday = step(floor(frame.now, "week"), 1, "week")
        day = monday + (step(monday, weekday, "day") - monday)
        near = step(day, -7, "day")
        return [day_at(day), day_at(near)] if near > frame.today else [day_at(day)]

    return Dated("day", find)


def last_weekday(weekday: int) -> Dated:
    """The latest such weekday; where it was in this calendar week, that of the week before may be meant as well."""

    def find(frame: Frame) -> list[Period]:
        day = step(frame.today, -((frame.today.weekday() - weekday - 1) % 7 + 1), "day")
        return [day_at(day), day_at(step(day, -7, "day"))] if day >= floor(frame.now, "week") else [day_at(day)]

    return Dated("day", find)


def next_month_name(month: int, years: int = 0) -> Dated:
    """Next March: the coming one, or the one so many years after it."""

    def find(frame: Frame) -> list[Period]:
        year = frame.now.year + (month <= frame.now.month) + years
        return [unit_at(frame.today.replace(year=year, month=month, day=1), "month")]

    return Dated("month", find)


def last_month_name(month: int) -> Dated:
    """Last March."""

    def find(frame: Frame) -> list[Period]:
        year = frame.now.year - (month >= frame.now.month)
        return [unit_at(frame.today.replace(year=year, month=month, day=1), "month")]

    return Dated("month", find)


def length_of(amount: float, unit: str) -> Length:
    """So many of a unit; halves of a unit are kept in the unit."""
    return Length(((amount, unit),))


_LARGEST_FIRST = (
    "century",
    "decade",
    "year",
    "quarter",
    "month",
    "fortnight",
    "week",
    "day",
    "hour",
    "minute",
    "second",
)


def plus(first: Length, second: Length) -> Length | None:
    """An hour and ten minutes; two days and a month: of days and longer, any order will do."""
    amounts = first.amounts + second.amounts
    places = [_LARGEST_FIRST.index(unit) for _, unit in amounts if unit in _LARGEST_FIRST]
    falling = all(a < b for a, b in pairwise(places))
    any_order = all(unit not in SHORT for _, unit in amounts) and len(set(places)) == len(places)
    if len(places) < len(amounts) or not (falling or any_order):
        return None
    return Length(tuple(sorted(amounts, key=lambda each: _LARGEST_FIRST.index(each[1]))))


def until_now(length: Length) -> Interval:
    """For a week now: from so long ago until today."""
    first = Dated("day", lambda frame: [day_at(length.after(frame.today, -1))])
    return Interval(Moment(date=first), Moment(date=days_from_today(0)), True)


def coming_units(count: int, unit: str) -> Interval | None:
    """The next three hours or days; a negative count is the last ones. Days and longer are whole units."""
    if not count or abs(count) > 10000:
        return None

    def bound(offset: int) -> Moment:
        def find(frame: Frame) -> list[Period]:
            return [unit_at(step(floor(frame.now, unit), offset, unit), unit)]

        return Moment(date=Dated(unit, find))

    if unit in ("second", "minute", "hour"):
        return (
            Interval(_now_shift(0, unit), _now_shift(count, unit))
            if count > 0
            else Interval(_now_shift(count, unit), _now_shift(0, unit))
        )
    return Interval(bound(1), bound(count + 1)) if count > 0 else Interval(bound(count), bound(0))


def _now_shift(count: int, unit: str) -> Moment:
    return Moment(shift=Length(((count, unit),)))


def shift_moment(length: Length, way: int = 1) -> Moment:
    """In ten minutes; ten minutes ago (way -1)."""
    return Moment(shift=length, way=way)


def as_moment(value: Dated | Clock | Part | Moment) -> Moment:
    """A date, a time or a part of the day as a moment."""
    match value:
        case Dated():
            return Moment(date=value)
        case Clock():
            return Moment(clock=value)
        case Part():
            return Moment(part=value)
    return value


def together(*values: Dated | Clock | Part | Moment | None) -> Moment | None:
    """What was said of one moment, joined; None where the parts do not go together."""
    moment: Moment | None = Moment()
    for value in values:
        if value is not None and moment is not None:
            moment = moment.join(as_moment(value))
    return moment


def span(start: Moment, end: Moment, *, closed: bool = True) -> Interval | None:
    """From one moment to another. What was said of the end alone holds for the start as well: in `3 to 4 pm` the half
    of the day, in `March to May 2027` the year.
    """
    start = _of_that_year(start, end)
    if bool(start.clock) != bool(end.clock) and not (start.part or end.part):
        return None
    if start.clock and end.clock and _half_day_later(start.clock, end.clock) and not end.date:
        end = replace(end, clock=replace(end.clock, half="pm"))
    if start.clock and not start.date and not start.part and (end.date or end.part):
        start = replace(start, date=end.date, part=end.part if not start.clock.half else None)
    if start.clock and end.clock and end.clock.half in ("am", "pm") and not (start.clock.half or start.part):
        later = (start.clock.hour % 12, start.clock.minute) > (end.clock.hour % 12, end.clock.minute)
        half = {"am": "pm", "pm": "am"}[end.clock.half] if later else end.clock.half
        start = replace(start, clock=replace(start.clock, half=half))
    return Interval(start, end, closed)


def _half_day_later(start: Clock, end: Clock) -> bool:
    """Whether both were written as hours of the morning and the end comes first: 0930-0730 ends in the evening."""
    morning = start.half == end.half == "24" and max(start.hour, end.hour) <= 12
    return morning and (end.hour, end.minute) < (start.hour, start.minute)


def _of_that_year(start: Moment, end: Moment) -> Moment:
    """The start in the year that was said of the end, or in the one before: `November to February 2027`."""
    first, last = start.date and start.date.fields, end.date and end.date.fields
    if not (first and last and first.month and last.month and last.year and not first.year):
        return start
    before = (first.month, first.day or 0) > (last.month, last.day or 31)
    date = dated(replace(first, year=last.year - before))
    return replace(start, date=date) if date else start


def after(said: Dated | Clock | Part | Moment) -> Interval:
    """After four, after Friday; after March and after next week mean when they are over."""
    moment = as_moment(said)
    if moment.date is None or moment.date.grain not in ("week", "month", "quarter", "year"):
        return Interval(moment, None)
    whole_unit = moment.date
    over = Dated("day", lambda frame: [day_at(period.end) for period in whole_unit.periods(frame)])
    return Interval(Moment(date=over), None)


def digit_group(number: Number, times: int = 1) -> str | None:
    """The digits that a number stands for in a telephone number: `five`, `42`, `double zero`."""
    if not number.whole or number.value < 0 or (not number.digits and number.value >= 100):
        return None
    return (number.digits or str(int(number.value))) * times


def digit_repeat(times: int, number: Number) -> str | None:
    """Double five, triple two."""
    return digit_group(number, times) if number.value < 10 else None


def weekly(days: tuple[int, ...], interval: int = 1) -> str:
    """A recurrence on weekdays."""
    names = ",".join(WEEKDAYS[day] for day in sorted(set(days)))
    return f"FREQ=WEEKLY;{f'INTERVAL={interval};' if interval > 1 else ''}BYDAY={names}"


def without(days: tuple[int, ...] | int) -> str | None:
    """A recurrence on all days of the week but these."""
    left = set(range(7)) - ({days} if isinstance(days, int) else set(days))
    return weekly(tuple(left)) if left else None


def every(count: int, unit: str) -> str | None:
    """Every so many of a unit, as RRULE parts."""
    names = {
        "second": "SECONDLY", "minute": "MINUTELY", "hour": "HOURLY", "day": "DAILY", "week": "WEEKLY",
        "month": "MONTHLY", "year": "YEARLY",
    }  # fmt: skip
    longer = {"fortnight": ("week", 2), "quarter": ("month", 3), "decade": ("year", 10), "weekend": ("weekend", 1)}
    if unit in longer:
        unit, times = longer[unit]
        count *= times
    if unit == "weekend":
        return weekly((5, 6), count)
    if unit not in names or not 0 < count < 1000:
        return None
    return f"FREQ={names[unit]}" + (f";INTERVAL={count}" if count > 1 else "")
