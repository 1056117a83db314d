"""Dates and clock times as they are written in any language: `14:30`, `14h30`, `2026-03-14`, `3/4`, `31.12.2026`."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from parley.understanding.entities.calendar import Dated, Fields, Frame, Period
from parley.understanding.entities.chart import Token
from parley.understanding.entities.dates import dated
from parley.understanding.entities.moments import Clock
from parley.understanding.entities.numerals import Number

_CLOCK = re.compile(
    r"(\d{1,2})(?:(:)(\d{2})(?::(\d{2}))?(?!\d|:\d)|(\.)(\d{2})(?=\s?[ap]\.?\s?m|\s?-\s?\d{1,2}\.\d{2}\s?[ap]\.?\s?m)|\s?h(?:\s?(\d{2})(?:\s?min(?:\s?(\d{1,2})\s?s)?)?)?(?![\w:]))"
)
_CLOCK_DOTTED = re.compile(r"(\d{1,2})\.([0-5]\d)(?![\d.%°]|,\d)")
_LETTER = re.compile(r"(\d{1,2})(?::(\d{2}))?\s?([ap])(?![\w'])\.?")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])\s?(\d{1,2})\2\s?(\d{1,2})(?!\d)")
_THREE = re.compile(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)")
_TWO = re.compile(r"(\d{1,2})(\s?/\s?|\s?-\s?)(\d{1,2})(?![\d/:.]\d|\d|-(?!\d{1,2}/)\w)")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})(?![\d.]|\s?[a-z%°])")
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)\s?[-/]\s?(\d{1,2})(?!\d|\s?[-/]\s?\w)")
_MONTH_YEAR = re.compile(r"(\d{1,2})\s?[-/]\s?((?:19|20)\d\d)(?!\d|\s?[-/]\s?\w)")

_FRACTION = re.compile(r"(?:(\d{1,3})\s{1,2})?(\d{1,2})/(\d{1,3}|1000)(?![\d/.,:-]|\s*/)")
_SIGNED = re.compile(r"(\d{1,3})?([½⅓⅔¼¾⅕⅙⅛])")

_MONTH_FIRST = frozenset({"US", "PH", "KR"})
"""Countries that write the month before the day (3/4 is 4 March)."""
_SHORT_YEAR_FIRST = frozenset({"KR"})
"""Countries that write a year of two digits first (26/3/4)."""
_EITHER = frozenset({"CA"})
"""Countries where people do both."""


_AHEAD_WRITTEN = 20
_AHEAD_SAID = 5
"""Years ahead that two digits may mean, written in a date of numbers, and said after a month: most are births."""


def year_of(written: int, digits: int, frame: Frame, *, said: bool = False) -> int:
    """A year from two digits: some years ahead, else in the past; a birth is never ahead. `said`: after a month."""
    if digits > 2:
        return written
    century = frame.now.year // 100 * 100
    ahead = _AHEAD_SAID if said else _AHEAD_WRITTEN
    latest = frame.now.year + (0 if frame.past else ahead)
    return century + written if century + written <= latest else century - 100 + written


def shapes_at(text: str, start: int, frame: Frame) -> Iterator[Token]:
    """What begins with the digit at `start`."""
    before = text[max(start - 2, 0) : start]
    if before[-1:].isdigit() or (before[-1:] in (".", ":", "/") and before[:1].isdigit()):
        return
    if match := _CLOCK.match(text, start):
        clock = _clock(match)
        if clock is not None:
            yield Token("clock", start, match.end(), clock, weight=1)
    if (match := _CLOCK_DOTTED.match(text, start)) and (clock := clock_of(int(match[1]), match[1])):
        minutes = replace(clock, minute=int(match[2]), grain="minute")
        yield Token("clock_dotted", start, match.end(), minutes)  # a number as well: what stands before it tells
    if match := _LETTER.match(text, start):
        minute = int(match[2] or 0)
        if 1 <= int(match[1]) <= 12 and minute <= 59 and (match[3] == "p" or text[match.start(3) - 1].isdigit()):
            grain = "minute" if match[2] else "hour"
            yield Token("clock", start, match.end(), Clock(int(match[1]), minute, 0, match[3] + "m", grain))
    if match := _YEAR_FIRST.match(text, start):
        found = dated(Fields(year=int(match[1]), month=int(match[3]), day=int(match[4])))
        if found:
            yield Token("mday", start, match.end(), found)
    if match := _THREE.match(text, start):
        if frame.country in _SHORT_YEAR_FIRST and len(match[4]) == 2:
            year = year_of(int(match[1]), 2, frame)
            found = dated(Fields(year=year, month=int(match[3]), day=int(match[4])))
        else:
            year = year_of(int(match[4]), len(match[4]), frame)
            found = numeric(int(match[1]), int(match[3]), year, frame)
        yield Token("mday" if found else "void", start, match.end(), found)
    for pattern, year_at, month_at in ((_YEAR_MONTH, 1, 2), (_MONTH_YEAR, 2, 1)):
        if (match := pattern.match(text, start)) and not text[:start].endswith("-"):
            found = dated(Fields(year=int(match[year_at]), month=int(match[month_at])))
            if found:
                yield Token("date", start, match.end(), found)
    if match := _TWO.match(text, start):
        found = numeric(int(match[1]), int(match[3]), None, frame)
        if found:
            yield Token("mday" if "/" in match[2] else "dashed", start, match.end(), found)
    elif match := _DOTTED.match(text, start):
        found = numeric(int(match[1]), int(match[2]), None, frame)
        if found:
            yield Token("dashed", start, match.end(), found)


def fractions_at(text: str, start: int) -> Iterator[Token]:
    """A fraction in writing that begins here: `1/2`, `1 3/4`, `-4/5`, `2½`."""
    sign = -1 if text[start] == "-" else 1
    at = start + (sign < 0)
    while sign < 0 and text[at : at + 1] == " ":
        at += 1
    if sign < 0 and start and text[start - 1].isalnum():
        return
    if (match := _FRACTION.match(text, at)) and int(match[3]) > 1:
        value = sign * (int(match[1] or 0) + int(match[2]) / int(match[3]))
    elif match := _SIGNED.match(text, at):
        value = sign * (int(match[1] or 0) + unicodedata.numeric(match[2]))
    else:
        return
    if text[start - 1 : start] not in ("/", ".", ",") or not start:
        yield Token("number", start, match.end(), Number(value, whole=False), weight=-1)


def _clock(match: re.Match[str]) -> Clock | None:
    hour, minute = int(match[1]), int(match[3] or match[6] or match[7] or 0)
    second = int(match[4] or match[8] or 0)
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and minute):
        return None
    half = "24" if hour > 12 or hour == 0 or match[1].startswith("0") else None
    grain = "second" if match[4] or match[8] else "minute" if match[3] or match[6] or match[7] else "hour"
    return Clock(hour % 24, minute, second, half, grain)


def numeric(first: int, second: int, year: int | None, frame: Frame) -> Dated | None:
    month_first = dated(Fields(month=first, day=second, year=year))
    day_first = dated(Fields(month=second, day=first, year=year))
    usual, unusual = (month_first, day_first) if frame.country in _MONTH_FIRST else (day_first, month_first)
    if usual is None or unusual is None:
        return usual or unusual
    if first == second:
        return usual
    return Dated("day", lambda frame: _either(usual, unusual, year, frame), usual.fields)


def _either(usual: Dated, unusual: Dated, year: int | None, frame: Frame) -> list[Period]:
    """The country's way; the other way beside it where both are used, or where the country's way lies far ahead."""
    right, other = list(usual.periods(frame)), list(unusual.periods(frame))
    if not right:
        return other
    far = year is None and not frame.past and right[0].start > frame.today + dt.timedelta(days=300)
    past = year is not None and right[0].start < frame.today <= other[0].start if other else False
    return [*right, *other] if frame.country in _EITHER or far or past else right


def digits_date(digits: str, frame: Frame) -> Dated | None:
    """A date said in digits alone: 0504, 050448, 05041948; eight digits may begin with the year."""
    if not digits.isdigit() or len(digits) not in (4, 6, 8):
        return None
    if len(digits) == 8 and digits[:2] in ("19", "20"):
        return dated(Fields(year=int(digits[:4]), month=int(digits[4:6]), day=int(digits[6:])))
    year = year_of(int(digits[4:]), len(digits) - 4, frame) if len(digits) > 4 else None
    if len(digits) == 6 and frame.country == "KR":
        year = year_of(int(digits[:2]), 2, frame)
        return dated(Fields(year=year, month=int(digits[2:4]), day=int(digits[4:])))
    return numeric(int(digits[:2]), int(digits[2:4]), year, frame)


def clock_of(number: float, digits: str = "", *, half: str | None = None) -> Clock | None:
    """A clock time from a bare number: an hour, or 1030 and 0915 written together."""
    whole = int(number)
    if whole != number or whole < 0:
        return None
    if len(digits) in (3, 4):
        hour, minute = divmod(whole, 100)
        if hour > 23 or minute > 59:
            return None
        return Clock(hour, minute, 0, half or ("24" if hour > 12 or digits[0] == "0" else None), "minute")
    if whole > 24 or len(digits) > 2:
        return None
    settled = half or ("24" if whole > 12 or whole == 0 or (len(digits) == 2 and digits[0] == "0") else None)
    return Clock(whole % 24, 0, 0, settled, "hour")
