"""Clock times: `14:30`, `2:30 pm`, `14 h 30`."""

import re
from collections.abc import Iterator
from functools import cache

from parley.speaking.normalise.speech import Found, Speech


@cache
def _patterns(speech: Speech) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in speech.words["times"]["patterns"])


def find(text: str, speech: Speech) -> Iterator[Found]:
    """Times that exist; `25:99` is left to the rules for numbers."""
    for pattern in _patterns(speech):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            hour, minute = int(groups["hour"]), int(groups.get("minute") or 0)
            if hour < 25 and minute < 60:
                half = groups.get("half") or ""
                yield Found(match.start(), match.end(), _words(groups["hour"], minute, half.lower(), speech))


def _words(written: str, minute: int, half: str, speech: Speech) -> str:
    """A 24-hour clock gives itself away by its hour or its leading zero; else no half of the day is added."""
    table, hour = speech.words["times"], int(written)
    clock24 = not half and (hour > 12 or hour == 0 or (len(written) == 2 and written[0] == "0"))
    before_noon = half.startswith(table["am_letter"]) if half else hour % 24 < 12
    if table["twelve_hours"]:
        on_the_hour = minute == 0 and hour in (0, 12, 24)
    else:
        on_the_hour = minute == 0 and hour in (0, 12, 24) and not half
    if on_the_hour and (half or clock24 or hour == 12):
        return str(table["midnight" if hour in (0, 24) or (half and before_noon) else "noon"])
    shown = (hour - 1) % 12 + 1 if table["twelve_hours"] else hour
    key = ("minute" if minute else "exact") + ("_half" if table["twelve_hours"] and (half or clock24) else "")
    minutes = speech.numbers.cardinal(minute)
    return str(table[key]).format(
        half=table["halves"][0 if before_noon else 1],
        hour=speech.numbers.counted(shown) if table["counted"] else speech.numbers.cardinal(shown, feminine=True),
        unit=speech.one_of(table["unit"], str(shown)),
        minute=table["small_minute"].format(minutes) if minute < 10 else minutes,
    )
