"""Which time zone a city has, by any of its names in three languages."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import yaml
from rapidfuzz import fuzz, process

_ALIKE: Final = 88
"""Likeness in percent from which a misspelt name is taken for the city's."""
_SHORT: Final = 3
"""Letters up to which a name must be right."""


@dataclass(frozen=True, slots=True)
class City:
    """A city by the name that was meant."""

    name: str
    zone: ZoneInfo


def city(place: str) -> City | None:
    """The city of a name, also of a misspelt one; None when it is not in the list."""
    names = _names()
    wanted = place.casefold() if place.casefold() in names else _plain(place)
    if wanted not in names:
        found = process.extractOne(wanted, names.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if found is None or len(wanted) <= _SHORT:
            return None
        wanted = found[0]
    name, zone = names[wanted]
    return City(name, ZoneInfo(zone))


@cache
def _names() -> dict[str, tuple[str, str]]:
    rows = yaml.safe_load((Path(__file__).parent / "cities.yaml").read_text(encoding="utf-8"))
    backwards = [(name, row["zone"]) for row in rows for name in reversed(row["names"])]
    plain = {_plain(name): (name, zone) for name, zone in backwards}
    also = {_plain(word): (name, row["zone"]) for row in rows for word, name in row.get("also", {}).items()}
    return also | plain | {name.casefold(): (name, zone) for name, zone in backwards}


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold().replace("’", "'"))
    kept = "".join(sign for sign in folded if not unicodedata.combining(sign) and (sign.isalnum() or sign == " "))
    return " ".join(kept.split())
