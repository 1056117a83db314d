"""The numbers to call in an emergency, by country, from `emergency_numbers.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import yaml

_SELF_HARM: Final = "self_harm"


def lines(kind: str, country: str) -> dict[str, str]:
    """`number` for this kind of emergency, `general` for any; `mobile` and `poison` where there are such lines."""
    table = _table()
    numbers = table.get(country, table["other"])
    general = numbers["general"]
    number = numbers.get(_SELF_HARM, general) if kind == _SELF_HARM else general
    return {
        "number": number,
        "general": general,
        "mobile": numbers.get("mobile", ""),
        "poison": numbers.get("poison", ""),
    }


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    path = Path(__file__).parent / "emergency_numbers.yaml"
    data: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data
