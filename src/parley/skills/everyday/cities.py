"""Which time zone a city has, by any of its names in three languages."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import yaml
from rapidfuzz import fuzz, process

_ALIKE: Final = 88
"""Likeness in percent from which a misspelt name is taken for the city's."""


def zone_of(place: str) -> ZoneInfo | None:
    """The zone of a city; None when it is not in the list."""
    wanted = _plain(place)
    names = _names()
    if wanted in names:
        return ZoneInfo(names[wanted])
    found = process.extractOne(wanted, names.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return ZoneInfo(names[found[0]]) if found is not None and len(wanted) > 3 else None


@cache
def _names() -> dict[str, str]:
    rows = yaml.safe_load((Path(__file__).parent / "cities.yaml").read_text(encoding="utf-8"))
    return {_plain(name): row["zone"] for row in rows for name in row["names"]}


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.casefold().replace("’", "'"))
    kept = "".join(sign for sign in folded if not unicodedata.combining(sign) and (sign.isalnum() or sign == " "))
    return " ".join(kept.split())
