"""Times of day, and what date and time come to together: instants, intervals, clock times.

Nothing here knows a language. A clock time said without "am" or "pm" has two readings; opening hours, the part of the
day and the next occurrence decide which comes first, and what else it may be is kept.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from parley.understanding.entities.calendar import Dated, Frame, Period, day_at, floor, step

MORNING = range(7, 12)
"""Hours that are in the morning rather than in the evening, if nothing else tells."""
EVENING_LATEST = 20
"""A bare hour after closing, up to this one, is taken when "evening" was said."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day."""

    hour: int
    """0 to 23; where `half` is open, 1 to 12."""
    minute: int = 0
    second: int = 0
    half: str | None = None
    """`am`, `pm`, `24`: settled; None: either half of the day."""
    grain: str = "hour"
    zone: ZoneInfo | None = None
    """Where the time was said to hold, if said."""
    soft: bool = False
    """A bare number that is a time only where one is waited for."""

    def hours(self) -> tuple[int, ...]:
        """The hours that may be meant, 0 to 23."""
        if self.half == "24" or self.hour > 12 or self.hour == 0:
            return (self.hour,)
        if self.half == "am":
            return (self.hour % 12,)
        if self.half == "pm":
            return (self.hour % 12 + 12,)
        return (self.hour % 12, self.hour % 12 + 12)

    def moved(self, minutes: int) -> "Clock":
        """A quarter past, ten to: this many minutes later, in the same half of the day."""
        total = (self.hour * 60 + self.minute + minutes) % (24 * 60)
        hour = total // 60
        if self.half != "24" and self.hour <= 12:
            hour = (hour - 1) % 12 + 1 if hour else 12
        half = self.half
        if half in ("am", "pm") and self.hour == 12 and minutes < 0:
            half = "pm" if half == "am" else "am"
        return replace(self, hour=hour, minute=total % 60, half=half, grain="minute")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: its name in the shared vocabulary, and its hours (over 24: past midnight)."""

    name: str
    start: float
    end: float
    tonight: int | None = None
    """Days from today for a word that names both (`tonight`: 0, `last night`: -1)."""

    def window(self, day: dt.datetime) -> Period:
        """Its hours on a day."""
        return Period(day + dt.timedelta(hours=self.start), day + dt.timedelta(hours=self.end), "hour")

    def holds(self, hour: int) -> bool:
        """Whether that hour (0 to 23) may be said of it: five in the evening, two at night."""
        start, end = (16, 28) if self.start >= 17 else (12, 20) if self.start >= 12 else (self.start, self.end)
        return start <= hour < end or start <= hour + 24 < end


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time, as said: pairs of amount and unit, the largest unit first."""

    amounts: tuple[tuple[float, str], ...]

    def seconds(self) -> float:
        """How long it is; months are 30 days and years 365, as timers have no calendar."""
        per = {
            "second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "fortnight": 1209600,
            "weekend": 172800, "month": 2592000, "quarter": 7776000, "year": 31536000, "decade": 315360000,
            "century": 3153600000,
        }  # fmt: skip
        return sum(amount * per[unit] for amount, unit in self.amounts)

    @property
    def grain(self) -> str:
        """The smallest unit."""
        return self.amounts[-1][1]

    def after(self, at: dt.datetime, way: int = 1) -> dt.datetime:
        """The end of this length that begins at `at` (way -1: the beginning of the one that ends there)."""
        for amount, unit in self.amounts:
            at = step(at, way * amount, unit)
        return at


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, as far as it was said."""

    date: Dated | None = None
    clock: Clock | None = None
    part: Part | None = None
    shift: Length | None = None
    """From now: in ten minutes."""
    way: int = 1
    """-1: ago."""
    exact: Period | None = None
    """Settled in itself (now; as soon as possible)."""

    def join(self, other: "Moment") -> "Moment | None":
        """Both said of one moment, or None where they say the same thing twice."""
        if self.shift or other.shift or self.exact or other.exact:
            return None
        merged = self
        for name in ("date", "clock", "part"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine is not None and theirs is not None:
                return None
            merged = replace(merged, **{name: mine if mine is not None else theirs})
        if merged.date and merged.date.grain != "day" and (merged.clock or merged.part):
            return None
        if merged.clock and merged.part and not _agree(merged.clock, merged.part):
            return None
        return merged


@dataclass(frozen=True, slots=True)
class Interval:
    """From one moment to another; an open end is None."""

    start: Moment | None
    end: Moment | None
    closed: bool = False
    """Whether the end belongs to it as a whole (`through Friday`), where its grain is a day or more."""
    length: Length | None = None
    """From `start` for this long."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was said, seen from now. `start` or `end` is None in an interval that is open there."""

    start: dt.datetime | None
    end: dt.datetime | None
    grain: str
    interval: bool
    others: tuple[dt.datetime, ...] = ()
    """Other beginnings that may have been meant."""
    dated: bool = True
    """Whether a day was said; a bare clock time has none."""


def _agree(clock: Clock, part: Part) -> bool:
    return any(part.holds(hour) for hour in clock.hours()) or (clock.hour == 12 and clock.half is None)


def hours_of(clock: Clock, part: Part | None, frame: Frame, day: dt.datetime | None) -> list[int]:
    """The hours that a clock time may mean, the likeliest first; 24 stands for the midnight that ends the day."""
    hours = list(clock.hours())
    if part is not None:
        inside = [h + 24 if h < 5 and part.start >= 17 else h for h in hours if part.holds(h)]
        if part.start >= 17 and (clock.hour, clock.half) in ((12, None), (0, "24"), (12, "am")):
            return [24]
        return inside or [h for h in hours if h >= 12] or hours
    if len(hours) == 1:
        return hours
    if frame.early:
        return hours
    if frame.clock24 and clock.hour == 12:
        return [12]
    if frame.hours is not None:
        opening, closing = frame.hours
        minute = clock.minute
        open_ = [h for h in hours if opening <= dt.time(h, minute) < closing]
        if open_:
            return open_[:1]
        near = [h for h in hours if 6 <= h <= EVENING_LATEST]
        return sorted(near, key=lambda h: _outside(h * 60 + minute, opening, closing))[:1] or hours
    if (day is not None and day != frame.today) or (frame.clock24 and clock.hour in MORNING):
        return hours if clock.hour in MORNING else hours[::-1]
    later = [h for h in hours if (h, clock.minute) > (frame.now.hour, frame.now.minute)]
    return [*later, *[h for h in hours if h not in later]]


def _outside(minute: int, opening: dt.time, closing: dt.time) -> int:
    """Minutes by which a minute of the day lies before opening or after closing."""
    return max(opening.hour * 60 + opening.minute - minute, minute - closing.hour * 60 - closing.minute)


def resolve(said: Moment | Interval, frame: Frame) -> Resolved | None:
    """Seen from now. None where there is no such time (30 February, a far year)."""
    try:
        if isinstance(said, Interval):
            return _interval(said, frame)
        return _moment(said, frame)
    except (OverflowError, ValueError):
        return None


def _moment(said: Moment, frame: Frame) -> Resolved | None:
    if said.exact is not None:
        return Resolved(said.exact.start, said.exact.end, said.exact.grain, said.exact.grain == "open")
    if said.shift is not None:
        return _shifted(said, frame)
    periods: Sequence[Period] = said.date.periods(frame) if said.date else ()
    if said.date and not periods:
        return None
    if said.part and said.part.tonight is not None and not periods:
        periods = [day_at(frame.today + dt.timedelta(days=said.part.tonight))]
    if said.clock:
        return _at_clock(said, periods, frame)
    if said.part:
        days = [p.start for p in periods] or [frame.today]
        window = said.part.window(days[0])
        others = tuple(said.part.window(d).start for d in days[1:])
        return Resolved(window.start, window.end, "hour", True, others, bool(periods))
    first = periods[0]
    starts = tuple(p.start for p in periods[1:])
    return Resolved(first.start, first.end, first.grain, first.grain in ("part", "weekend") or _long(first), starts)


def _long(period: Period) -> bool:
    return period.grain == "day" and period.end - period.start > dt.timedelta(days=1)


def _shifted(said: Moment, frame: Frame) -> Resolved:
    assert said.shift is not None
    grain = said.shift.grain
    start = _elapsed(said.shift, said.way, frame) if grain in ("second", "minute", "hour") else None
    start = start or said.shift.after(frame.now, said.way)
    if grain in ("second", "minute", "hour"):
        start = start.replace(microsecond=0)
        return Resolved(start, step(start, 1, "minute"), "minute" if grain == "hour" else grain, False)
    day = floor(start, "day")
    if said.clock:
        return _at_clock(said, [day_at(day)], frame)
    return Resolved(day, step(day, 1, "day"), "day", False)


def _elapsed(length: Length, way: int, frame: Frame) -> dt.datetime | None:
    """So long from now by the clock on the wall, also where an hour is left out or comes twice on the way; None
    for days and longer, which are those of the calendar.
    """
    if frame.zone is None or any(unit not in ("second", "minute", "hour") for _, unit in length.amounts):
        return None
    at = frame.now.replace(tzinfo=frame.zone).astimezone(dt.UTC)
    return length.after(at, way).astimezone(frame.zone).replace(tzinfo=None)


def _at_clock(said: Moment, periods: Sequence[Period], frame: Frame) -> Resolved:
    clock = said.clock
    assert clock is not None
    day = periods[0].start if periods else None
    hours = hours_of(clock, said.part, frame, day)
    options: list[dt.datetime] = []
    for hour in hours:
        at = (day or frame.today) + dt.timedelta(hours=hour, minutes=clock.minute, seconds=clock.second)
        if clock.zone is not None and frame.zone is not None:
            at = at.replace(tzinfo=clock.zone).astimezone(frame.zone).replace(tzinfo=None)
        if day is None:
            before = at - dt.timedelta(days=1)
            if hour >= 24 and before > frame.now:
                at = before
            elif at <= frame.now and not frame.past:
                at += dt.timedelta(days=1)
        options.append(at)
    for period in periods[1:]:
        options.append(options[0] + (period.start - periods[0].start))
    dated = day is not None or any(hour >= 24 for hour in hours)
    return Resolved(options[0], step(options[0], 1, clock.grain), clock.grain, False, tuple(options[1:]), dated)


def _interval(said: Interval, frame: Frame) -> Resolved | None:
    start = _start(said, frame)
    if said.start and start is None:
        return None
    if said.length is not None and start is not None and start.start is not None:
        return Resolved(start.start, said.length.after(start.start), said.length.grain, True, dated=start.dated)
    end = _end(said, start, frame) if said.end else None
    if said.end and end is None:
        return None
    if start and end and start.start and end.start:
        day_long = end.grain not in ("second", "minute", "hour") or (end.interval and end.end is not None)
        last = end.end if said.closed and day_long else end.start
        if last is None or last <= start.start:
            return None
        return Resolved(start.start, last, end.grain, True, start.others, start.dated or end.dated)
    if start:
        return Resolved(start.start, None, start.grain, True, start.others, start.dated)
    assert end is not None
    return Resolved(
        None,
        end.end if said.closed and end.grain not in ("second", "minute", "hour") else end.start,
        end.grain,
        True,
        end.others,
        end.dated,
    )


def _start(said: Interval, frame: Frame) -> Resolved | None:
    """The start; of what ends now or has ended, it lies in the past: `between 22 January and now`."""
    if said.start is None:
        return None
    until = _moment(said.end, frame) if said.end and (said.end.shift or _until_today(said.end, frame)) else None
    over = until is not None and until.start is not None and until.start <= frame.now
    return _moment(said.start, replace(frame, past=True)) if over else _moment(said.start, frame)


def _until_today(end: Moment, frame: Frame) -> bool:
    """Whether the end is today or before, and not because it was put into the past."""
    return bool(end.date and not end.clock and not end.date.fields and end.date.periods(frame)[0].start <= frame.now)


def _end(said: Interval, start: Resolved | None, frame: Frame) -> Resolved | None:
    """The end, sought from the start on: Friday to Monday is the Monday after that Friday."""
    assert said.end is not None
    if start is None or start.start is None:
        return _moment(said.end, frame)
    end = _moment(said.end, frame)
    if end and end.start and end.start > start.start and end.dated:
        return end
    later = replace(frame, now=start.start)
    if said.end.clock and not said.end.date:
        options = [
            floor(start.start, "day")
            + dt.timedelta(hours=h, minutes=said.end.clock.minute, seconds=said.end.clock.second)
            for h in said.end.clock.hours()
        ]
        zone = said.end.clock.zone
        if zone is not None and frame.zone is not None:
            options = [at.replace(tzinfo=zone).astimezone(frame.zone).replace(tzinfo=None) for at in options]
        options += [option + dt.timedelta(days=1) for option in options]
        after = min(option for option in options if option > start.start)
        return Resolved(after, step(after, 1, said.end.clock.grain), said.end.clock.grain, False, (), start.dated)
    return _moment(said.end, later)
