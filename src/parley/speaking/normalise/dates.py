"""Dates: `2026-11-20`, `11/20/2026`, `20 nov. 2026`, `2026년 11월 20일`; and years where a word says so."""

import re
from collections.abc import Iterator
from functools import cache

from parley.speaking.normalise.speech import Found, Speech, any_of


@cache
def _patterns(speech: Speech) -> tuple[re.Pattern[str], ...]:
    table = speech.words["dates"]
    names = any_of(table["names"])
    return tuple(re.compile(pattern.replace("{names}", names)) for pattern in table["patterns"])


def find(text: str, speech: Speech) -> Iterator[Found]:
    """Dates whose month and day exist."""
    table = speech.words["dates"]
    for pattern in _patterns(speech):
        for match in pattern.finditer(text):
            groups = match.groupdict()
            month = table["names"][groups["name"]] if groups.get("name") else int(groups.get("month") or 0)
            day, year = int(groups.get("day") or 0), groups.get("year")
            if month <= 12 and day <= 31 and (month or not groups.get("month")) and (day or not groups.get("day")):
                yield Found(match.start(), match.end(), _words(month, day, year, speech))


def _words(month: int, day: int, year: str | None, speech: Speech) -> str:
    table, parts = speech.words["dates"], []
    if year:
        parts.append(("year", speech.numbers.year(int(year))))
    if month:
        parts.append(("month", table["months"][month - 1]))
    if day:
        ordinal = day <= table["ordinal_to"]
        parts.append(("day", speech.numbers.ordinal(day) if ordinal else speech.numbers.cardinal(day)))
    key = "_".join(name for name, _ in parts)
    return str(table["say"][key]).format(**dict(parts))
