"""What the sentence files let people say for a date, a time, a telephone number … is read when it is waited for."""

import datetime as dt
import random
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from parley.contract import Expectation, Kind, Language
from parley.contract.pages import read_yaml
from parley.understanding import samples
from parley.understanding.entities import Reading, parse
from parley.understanding.training.templates import Rules, Template
from parley.understanding.training.templates import parse as template

NOW = dt.datetime(2026, 3, 12, 10, tzinfo=ZoneInfo("America/Chicago"))
COUNTRIES = {"en": ("US",), "fr": ("FR", "CA"), "ko": ("KR",)}
SHARES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("samples.yaml").read_text(encoding="utf-8"))


@lru_cache
def rules_of(language: Language) -> Rules:
    file = Path(samples.__path__[0]) / f"{language}.yaml"
    return Rules(
        {
            name: tuple(template(source, where=f"{file}: {name}") for source in sources)
            for name, sources in read_yaml(file).items()
        }
    )


def sampled(language: Language, entry: str, each: int) -> list[str]:
    """Different ways to say an entry, the same ones in every run."""
    chance = random.Random(entry)
    rules = rules_of(language)
    ways = rules.get(entry)

    def said(way: Template) -> str:
        return " ".join("".join(piece.text for piece in rules.say(way, lambda *_: "", chance)).split())

    return sorted({said(chance.choice(ways)) for _ in range(each)}) if ways else []


def read(text: str, language: Language, row: dict[str, Any]) -> Reading | None:
    """The reading that fills the slot, if it takes in most of the words: the kind that waits, or one beside it."""
    for name in (row["kind"], *row.get("or", ())):
        expects = Expectation(kind=Kind(row["kind"]), slot=row.get("slot"))
        for country in COUNTRIES[language]:
            found = parse(
                text, language=language, now=NOW, country=country, expects=expects, kinds=frozenset({Kind(name)})
            )
            for reading in found:
                if reading.end - reading.start >= SHARES["covered"] * len(text):
                    return reading
    return None


@pytest.mark.parametrize("language", sorted(COUNTRIES))
@pytest.mark.parametrize("row", SHARES["entries"], ids=lambda row: row["entry"])
def test_samples_are_read(language: Language, row: dict[str, Any]) -> None:
    said = [s for s in sampled(language, row["entry"], SHARES["each"]) if not re.search(row.get("apart", "$^"), s)]
    if not said:
        pytest.skip(f"the {language} samples have no {row['entry']}")
    missed = [text for text in said if read(text, language, row) is None]
    assert len(missed) <= (1 - SHARES["least"]) * len(said) + 1e-9, missed


@pytest.mark.parametrize("language", sorted(COUNTRIES))
def test_no_order_of_sampled_words_raises(language: Language) -> None:
    chance = random.Random(11)
    words = [
        word for row in SHARES["entries"] for text in sampled(language, row["entry"], 40) for word in text.split()
    ]
    for _ in range(60):
        text = " ".join(chance.choices(words, k=chance.randint(1, 25)))
        kind = chance.choice([None, *Kind])
        country = chance.choice(COUNTRIES[language])
        for reading in parse(text, language=language, now=NOW, country=country, expects=Expectation(kind=kind)):
            assert text[reading.start : reading.end] == reading.text
