"""What Parley says in French, Parley understands: spoken forms come back to the values that they were made of."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parley.contract import Expectation, Kind
from parley.speaking.normalise import spoken
from parley.understanding.entities import parse

NOW = dt.datetime(2026, 3, 12, 10, tzinfo=ZoneInfo("Europe/Paris"))


def values(text: str, kind: Kind, *, country: str = "FR", expects: bool = False) -> list[Any]:
    waited = Expectation(kind=kind) if expects else None
    found = parse(text, language="fr", now=NOW, kinds=frozenset({kind}), country=country, expects=waited)
    return [reading.value for reading in found]


SHORT = {811, 911}
"""Numbers to dial, which are said digit by digit."""


@given(number=st.one_of(st.integers(0, 9_999), st.integers(10_000, 999_999_999_999)).filter(lambda n: n not in SHORT))
@settings(max_examples=300, deadline=None)
@example(number=71)
@example(number=80)
@example(number=81)
@example(number=1_000)
@example(number=80_000)
@example(number=200_000_000)
def test_a_number_comes_back(number: int) -> None:
    said = spoken(f"{number:,}".replace(",", " "), "fr")
    assert values(said, Kind.NUMBER) == [number]
    assert values(said.replace("-", " "), Kind.NUMBER) == [number]


@given(number=st.integers(1, 99_999), decimals=st.integers(1, 99))
@settings(max_examples=100, deadline=None)
def test_a_decimal_number_comes_back(number: int, decimals: int) -> None:
    written = f"{number},{decimals:02}"
    (value,) = values(spoken(written, "fr"), Kind.NUMBER)
    assert value == pytest.approx(float(written.replace(",", ".")))
    assert values(written, Kind.NUMBER) == [pytest.approx(value)]


@given(date=st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
@settings(max_examples=200, deadline=None)
@example(date=dt.date(2028, 2, 29))
@example(date=dt.date(2000, 1, 1))
def test_a_date_comes_back(date: dt.date) -> None:
    said = spoken(date.isoformat(), "fr")
    assert values(said, Kind.DATE) == [date.isoformat()]
    assert values(f"le {said}".replace("-", " "), Kind.DATE) == [date.isoformat()]


@given(days=st.integers(0, 364))
@settings(max_examples=60, deadline=None)
def test_a_day_and_month_come_back_as_the_coming_one(days: int) -> None:
    day = NOW.date() + dt.timedelta(days=days)
    said = spoken(day.isoformat(), "fr").removesuffix(spoken(str(day.year), "fr")).strip()
    assert values(said, Kind.DATE) == [day.isoformat()]


@given(hour=st.integers(0, 23), minute=st.integers(0, 59))
@settings(max_examples=200, deadline=None)
@example(hour=0, minute=0)
@example(hour=12, minute=0)
@example(hour=21, minute=1)
def test_a_time_comes_back(hour: int, minute: int) -> None:
    written = f"{hour:02}:{minute:02}"
    (reading,) = parse(spoken(written, "fr"), language="fr", now=NOW, kinds=frozenset({Kind.TIME}), country="FR")
    assert written in (reading.value, *reading.ambiguous)
    if hour > 12 or hour == 0:
        assert reading.ambiguous == ()


@given(pairs=st.lists(st.integers(0, 99), min_size=4, max_size=4), first=st.sampled_from("12345679"))
@settings(max_examples=100, deadline=None)
def test_a_telephone_number_comes_back(pairs: list[int], first: str) -> None:
    digits = f"0{first}" + "".join(f"{pair:02}" for pair in pairs)
    said = spoken(" ".join(digits[at : at + 2] for at in range(0, 10, 2)), "fr")
    assert values(said, Kind.PHONE) == [f"+33{digits[1:]}"]


@given(minutes=st.integers(1, 600))
@settings(max_examples=60, deadline=None)
def test_a_length_comes_back(minutes: int) -> None:
    said = spoken(f"{minutes} minutes", "fr")
    hours, rest = divmod(minutes, 60)
    expected = "PT" + (f"{hours}H" if hours else "") + (f"{rest}M" if rest else "")
    assert values(said, Kind.DURATION) == [expected]


WORDS = [
    "le", "la", "de", "du", "à", "au", "et", "un", "deux", "trois", "dix", "vingt", "quatre", "soixante",
    "cent", "mille", "heures", "heure", "demie", "quart", "moins", "midi", "lundi", "prochain", "en", "huit",
    "quinze", "dans", "jours", "semaine", "fin", "début", "mars", "sept", "matin", "soir", "après", "avant",
    "entre", "jusqu'à", "tous", "les", "fois", "par", "comprimés", "demi", "non", "virgule", "14h30", "3/4",
    "06", "12", ",", "-", ".", "c", "cédille",
]  # fmt: skip


@given(
    words=st.lists(st.sampled_from(WORDS), max_size=16),
    kind=st.sampled_from([None, *Kind]),
    country=st.sampled_from(["FR", "CA", "BE", "CH"]),
)
@settings(max_examples=120, deadline=None)
def test_any_french_words(words: list[str], kind: Kind | None, country: str) -> None:
    text = " ".join(words)
    for reading in parse(text, language="fr", now=NOW, country=country, expects=Expectation(kind=kind)):
        assert reading.text == text[reading.start : reading.end] != ""
        assert 0 < reading.sure <= 1
