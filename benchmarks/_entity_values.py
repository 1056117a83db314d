"""Whether what was read is what a row of the public sets says, in the forms in which they write values."""

import datetime as dt
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from parley.understanding.entities.calendar import WEEKDAYS
from parley.understanding.entities.choosing import Spot
from parley.understanding.entities.moments import Interval, Length, Resolved
from parley.understanding.entities.numerals import Number
from parley.understanding.entities.spotting import Search

HERE: Final = Path(__file__).resolve().parent

_UNITS: Final = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86400,
    "week": 604800,
    "month": 2592000,
    "quarter": 7776000,
    "year": 31536000,
}


@lru_cache
def published() -> dict[str, Any]:
    """What is published beside the benchmark: what lies outside of its scope, and names of units."""
    content: dict[str, Any] = yaml.safe_load((HERE / "entities_outside.yaml").read_text(encoding="utf-8"))
    return content


def same(spot: Spot, expected: dict[str, Any], found: Search) -> bool:
    """Whether a spot has one of the values that a row accepts."""
    return any(_equal(spot, value, found) for value in expected.get("values") or [None])


def _equal(spot: Spot, value: Any, found: Search) -> bool:
    token = spot.token
    if token.category in ("length", "shift"):
        return (
            isinstance(value, dict) and "value" in value and abs(seconds(value) - token.value.seconds()) < 1
        ) or _calendar(value, token.value)
    if isinstance(value, dict) and "unit" in value and token.category == "interval":
        return any(_calendar(value, inner.value) for inner in token.find("length"))
    if token.category == "recurring":
        rule, when = token.value
        moment = when.start if isinstance(when, Interval) else when
        base = _timex(rule) or ""
        hours = {""}
        if moment and (clock := moment.clock):
            hours = {f"T{hour:02}" + (f":{clock.minute:02}" if clock.minute else "") for hour in clock.hours()}
        elif moment and moment.part:
            hours = {_PARTS.get(moment.part.name, "")}
        base = "" if base in ("P1D", "XXXX-WXX-D") else base
        return isinstance(value, dict) and value.get("timex") in {base + hour for hour in hours}
    if token.category == "recurrence":
        return isinstance(value, dict) and value.get("timex") in {_timex(token.value), _ALSO.get(token.value)}
    if token.category == "frequency":
        return isinstance(value, dict) and token.value == f"1/{value.get('timex')}"
    if token.category in ("number", "ordinal"):
        return _number(value, token.value)
    if token.category == "quantity":
        return _amount(value, *token.value)
    return spot.resolved is not None and _time(spot.resolved, value, found)


def seconds(value: dict[str, Any]) -> float:
    """How long a length of the data is."""
    return float(value["value"] or 0) * _UNITS.get(value["unit"], 1)


def _calendar(value: Any, length: Length) -> bool:
    """365-day years and 30-day months are one convention; months of 30.44 days another."""
    return (
        isinstance(value, dict)
        and "value" in value
        and abs(seconds(value) - length.seconds()) <= 0.02 * length.seconds()
    )


_PARTS: Final = {"morning": "TMO", "afternoon": "TAF", "evening": "TEV", "night": "TNI"}
_ALSO: Final = {"FREQ=MONTHLY;INTERVAL=6": "P0.5Y", "FREQ=WEEKLY;BYDAY=SA,SU": "P1WE"}


def _timex(rule: str) -> str | None:
    """A repetition as the data write it."""
    parts = dict(part.split("=") for part in rule.split(";"))
    if "BYMONTH" in parts and "BYMONTHDAY" in parts:
        return f"XXXX-{parts['BYMONTH']:0>2}-{parts['BYMONTHDAY']:0>2}"
    letters = {"DAILY": "D", "WEEKLY": "W", "MONTHLY": "M", "YEARLY": "Y", "HOURLY": "TH", "MINUTELY": "TM"}
    if "BYDAY" in parts:
        groups = {"MO,TU,WE,TH,FR": "WD", "SA,SU": "WE"}
        groups |= {day: str(number) for number, day in enumerate(WEEKDAYS, 1)}
        named = groups.get(parts["BYDAY"])
        return f"XXXX-WXX-{named}" if named else None
    letter = letters.get(parts["FREQ"], "?")
    count = parts.get("INTERVAL", "1")
    return f"PT{count}{letter[1]}" if letter.startswith("T") else f"P{count}{letter}"


def _number(value: Any, number: Number) -> bool:
    if isinstance(value, dict):
        value = value.get("offset") if value.get("relativeTo", "start") == "start" else None
    try:
        return abs(_float(value) - number.value) <= 1e-6 * max(1.0, abs(number.value))
    except (TypeError, ValueError):
        return False


def _float(value: Any) -> float:
    """A number of the data, which may have a decimal comma."""
    return float(str(value).replace(",", "."))


def _amount(value: Any, amount: float, unit: str) -> bool:
    names = published()["units"]
    if isinstance(value, str | int | float):
        return str(value).replace(",", ".") in (f"{amount:.15g}", f"{amount:g}{unit}")
    if not isinstance(value, dict):
        return False
    number, name = (
        (value["args"][1], value["args"][0]) if "args" in value else (value.get("value"), value.get("unit"))
    )
    factor, own = names.get(name, (1, name))
    ours, base = names.get(unit, (1, unit))
    try:
        return bool(base == own) and abs(_float(number) * factor - amount * ours) < 1e-6 * max(
            1.0, abs(amount * ours)
        )
    except (TypeError, ValueError):
        return False


def _time(resolved: Resolved, value: Any, found: Search) -> bool:
    if isinstance(value, dict) and not ("start" in value or "end" in value):
        return False
    if isinstance(value, dict):
        start, end = value.get("start"), value.get("end")
        if (resolved.start is None) != (start is None) and start is not None:
            return False
        return (start is None or at(resolved.start, start, found)) and (end is None or _ends(resolved, end, found))
    if not isinstance(value, str) or resolved.start is None or (resolved.interval and resolved.end is None):
        return False
    return at(resolved.start, value, found)


def at(ours: dt.datetime | None, theirs: str, found: Search) -> bool:
    """The same time; a time of day needs no date, and a zero month or day is January or the first."""
    if ours is None:
        return False
    if theirs.startswith("T"):
        return ours.time() == dt.time.fromisoformat(theirs[1:].replace("24:", "00:").ljust(5, "0"))
    try:
        expected = dt.datetime.fromisoformat(repaired(theirs)).replace(tzinfo=None)
    except ValueError:
        return False
    if ours == expected:
        return True
    reference = found.frame.now.replace(minute=0)
    coarse = ours == dt.datetime.combine(ours.date(), dt.time()) and expected.date() == ours.date()
    return coarse and expected.time() in (found.frame.now.time(), reference.time())


def repaired(theirs: str) -> str:
    """A date of the data with January for a zero month, and the first for a zero day."""
    theirs = re.sub(r"^(\d{4})-00", r"\1-01", theirs)
    return re.sub(r"^(\d{4}-\d\d)-00", r"\1-01", theirs)


def _ends(resolved: Resolved, theirs: str, found: Search) -> bool:
    end = resolved.end
    if end is None:
        return False
    steps = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
    one = dt.timedelta(seconds=steps.get(resolved.grain, 0))
    options = {
        end,
        end + one,
        end - one,
        end + dt.timedelta(minutes=1),
        end + dt.timedelta(seconds=1),
        end - dt.timedelta(seconds=1),
    }
    if resolved.grain in ("month", "year"):
        options |= {end.replace(day=1)}
        if resolved.grain == "year":
            options |= {end.replace(year=end.year - 1)}
        else:
            options |= {(end - dt.timedelta(days=1)).replace(day=1)}
    return any(at(option, theirs, found) for option in options)
