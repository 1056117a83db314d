"""Dates, times, durations and recurrences as they are written for a person."""

import datetime as dt
from typing import Any, Final

_UNITS: Final = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def date(day: dt.date, data: dict[str, Any], *, today: dt.date | None, relative: bool = True) -> str:
    """ "tomorrow", or the weekday and the date; the year only when it is another one."""
    if today is not None and relative and (day - today).days in data["relative"]:
        return str(data["relative"][(day - today).days])
    pattern = data["date"] if today is None or day.year == today.year else data["date_year"]
    shown = data.get("first_day", "1") if day.day == 1 else str(day.day)
    return str(
        pattern.format(
            weekday=data["weekdays"][day.weekday()], month=data["months"][day.month - 1], day=shown, year=day.year
        )
    )


def is_relative(day: dt.date, data: dict[str, Any], today: dt.date | None) -> bool:
    """Whether the day is worded without a date."""
    return today is not None and (day - today).days in data["relative"]


def clock(time: dt.time, data: dict[str, Any], *, words: bool = True) -> str:
    """`2:30 PM`, `14 h 30`, `오후 2시 30분`; noon and midnight by their names."""
    style = data["clock"]
    if words and (time.hour, time.minute) in ((0, 0), (12, 0)):
        return str(style["noon"] if time.hour else style["midnight"])
    return _STYLES[style["style"]](time, style)


def bare_clock(time: dt.time, data: dict[str, Any]) -> str:
    """The time without its half of the day, after words that say it already (`새벽 3시`, `at night, 3:00`)."""
    style = data["clock"]
    text = clock(time, data, words=False)
    for half in (style.get("am"), style.get("pm")):
        if half is not None:
            text = text.replace(half, "")
    return text.strip()


def _twelve(time: dt.time, style: dict[str, Any]) -> str:
    return f"{time.hour % 12 or 12}:{time.minute:02d} {style['pm'] if time.hour >= 12 else style['am']}"


def _french(time: dt.time, style: dict[str, Any]) -> str:
    hour = f"{time.hour} {style['hour']}"
    return f"{hour} {time.minute:02d}" if time.minute else hour


def _korean(time: dt.time, style: dict[str, Any]) -> str:
    half = style["pm"] if time.hour >= 12 else style["am"]
    minutes = f" {time.minute}{style['minute']}" if time.minute else ""
    return f"{half} {time.hour % 12 or 12}{style['hour']}{minutes}"


_STYLES: Final = {"twelve": _twelve, "french": _french, "korean": _korean}


def duration(length: dt.timedelta, data: dict[str, Any]) -> str:
    """`1 hour 30 minutes`: the two largest units that matter."""
    left = max(round(length.total_seconds()), 0)
    parts: list[str] = []
    for unit, seconds in _UNITS:
        count, rest = divmod(left, seconds)
        if count and len(parts) < 2:
            words = data["duration"]
            parts.append(words["one"][unit] if count == 1 else words["many"][unit].format(count))
            left = rest
        elif parts:
            break
    return str(data["duration"]["join"].join(parts) or data["duration"]["many"]["second"].format(0))


def compound(length: dt.timedelta, data: dict[str, Any]) -> str:
    """The length before a noun: a "10-minute" timer."""
    words = data["duration"]
    for unit, seconds in _UNITS:
        count, rest = divmod(round(length.total_seconds()), seconds)
        if count and not rest and "compound" in words:
            return str(words["compound"][unit].format(count))
    return duration(length, data)


def recurrence(rule: str, data: dict[str, Any], join: str) -> str:
    """The RRULE parts in words: "every Monday and Thursday"."""
    words = data["recurrence"]
    parts = dict(part.split("=", 1) for part in rule.removeprefix("RRULE:").split(";") if "=" in part)
    frequency, every = parts.get("FREQ", "DAILY"), int(parts.get("INTERVAL", "1"))
    days = [day for day in parts.get("BYDAY", "").split(",") if day in data["codes"]]
    if every > 1:
        return str(words["each"].get(frequency, words["each"]["DAILY"]).format(every))
    if set(days) == {"MO", "TU", "WE", "TH", "FR"}:
        return str(words["weekdays"])
    if set(days) == {"SA", "SU"}:
        return str(words["weekends"])
    if days and len(days) < 7:
        names = [words.get("days", data["codes"])[day] for day in days]
        listed = join.join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
        return str(words["weekly"].format(days=listed))
    bare = {"DAILY": "daily", "WEEKLY": "daily" if days else "weekly_bare", "MONTHLY": "monthly", "YEARLY": "yearly"}
    return str(words[bare.get(frequency, "daily")])
