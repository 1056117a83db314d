"""What people say and what it must mean, case by case (`cases.<language>.yaml`)."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from parley.contract import Expectation, Kind
from parley.understanding.entities import Reading, parse

HERE = Path(__file__).parent
ZONES = {"en": "America/Chicago", "fr": "Europe/Paris", "ko": "Asia/Seoul"}
COUNTRIES = {"en": "US", "fr": "FR", "ko": "KR"}


def cases() -> Iterator[Any]:
    for file in sorted(HERE.glob("cases.*.yaml")):
        language = file.name.split(".")[1]
        for number, case in enumerate(yaml.safe_load(file.read_text(encoding="utf-8"))):
            yield pytest.param(language, case, id=f"{language}-{number}-{case['say']}")


def read(language: str, case: dict[str, Any]) -> tuple[Reading, ...]:
    now = dt.datetime.fromisoformat(case.get("at", "2026-03-12T10:00")).replace(tzinfo=ZoneInfo(ZONES[language]))
    kind = Kind(case["expects"]) if "expects" in case else None
    expects = Expectation(kind=kind, slot=case.get("slot"), business_hours=case.get("business", False))
    country = case.get("country", COUNTRIES[language])
    return parse(case["say"], language=language, now=now, expects=expects, country=country)  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "case"), list(cases()))
def test_case(language: str, case: dict[str, Any]) -> None:
    found = read(language, case)
    by_kind: dict[str, list[Reading]] = {}
    for reading in found:
        by_kind.setdefault(reading.kind.value, []).append(reading)
    for kind, value in case.get("want", {}).items():
        wanted = value if isinstance(value, list) else [value]
        assert [r.value for r in by_kind.get(kind, [])] == wanted, found
    for kind, value in case.get("other", {}).items():
        assert value in by_kind[kind][0].ambiguous
        assert by_kind[kind][0].sure < 0.7
    for kind in case.get("sure", []):
        assert by_kind[kind][0].ambiguous == ()
    for kind in case.get("none", []):
        assert kind not in by_kind, found
