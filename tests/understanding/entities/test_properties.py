"""Whatever the text: nothing is raised, spans lie in it, values have the form of their kind."""

import datetime as dt
import re
from importlib.util import find_spec
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parley.contract import LANGUAGES, Expectation, Kind
from parley.understanding.entities import parse

NOW = dt.datetime(2026, 3, 12, 10, tzinfo=ZoneInfo("America/Chicago"))
SPOKEN = [code for code in LANGUAGES if find_spec(f"parley.understanding.entities.lang.{code}")]
FORMS = {
    Kind.DATE: r"\d{4}-\d\d-\d\d",
    Kind.TIME: r"([01]\d|2[0-3]):[0-5]\d",
    Kind.DURATION: r"-?P(\d+[YMWD])*(T(\d+H)?(\d+M)?([\d.e+-]+S)?)?",
    Kind.PHONE: r"\+\d{6,15}",
    Kind.EMAIL: r"[a-z\d][a-z\d._+-]*@[a-z\d.-]+\.[a-z]{2,24}",
    Kind.WEEKDAY: r"MO|TU|WE|TH|FR|SA|SU",
    Kind.FREQUENCY: r"\d+/P.+",
}
WORDS = st.sampled_from(
    [
        "next", "friday", "at", "half", "past", "three", "from", "to", "9", "30", "2026", "03/04", "the",
        "first", "of", "march", "every", "two", "weeks", "in", "ago", "minutes", ".", ",", "-", "0", "thousand",
        "million", "hundred", "and", "a", "quarter", "tonight", "no", "31", "february", "demain", "midi",
        "9999-12-31", "è", "🙂", "\x00", "99999999999", "내일", "오후", "세", "시", "반",
        "이십일", "알", "마다", "전", "아니",
        "lundi", "à", "heures", "et", "demie", "le", "premier", "½", "1/2", "née le", "born",
        "dot", "gmail", "com", "@", "j", "double", "arobase", "point", "골뱅이", "점", "닷컴", "\u202e", "٣", "२",
    ]
)  # fmt: skip


@pytest.mark.parametrize("language", SPOKEN)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=st.one_of(st.text(), st.lists(WORDS, max_size=14).map(" ".join)), kind=st.sampled_from([None, *Kind]))
@example(text="e\u0301 " + "twenty " * 200, kind=None)
@example(text="-" * 3000, kind=None)
@example(text="in 99999999999 years", kind=None)
@example(text="9999-12-31", kind=None)
@example(text="", kind=Kind.DATE)
@example(text="next tuesday à 3 heures 월요일 세 시 " * 280, kind=None)
@example(text="one two three " * 720, kind=Kind.PHONE)
@example(text="\x00\x1b[0m\ud83d" * 2500, kind=Kind.NUMBER)
@example(text="🙂👩‍👩‍👧‍👦" * 1250, kind=None)
@example(text="이십일일일일일 " * 1100, kind=Kind.DATE)
@example(text="e\u0301\u0301 demain " * 900, kind=Kind.TIME)
def test_any_text(language: str, text: str, kind: Kind | None) -> None:
    expects = Expectation(
        kind=kind, choices=len(text) % 4, early=len(text) % 2 == 0, business_hours=kind is Kind.TIME
    )
    for reading in parse(text, language=language, now=NOW, expects=expects):  # type: ignore[arg-type]
        assert 0 <= reading.start < reading.end <= len(text)
        assert reading.text == text[reading.start : reading.end]
        assert 0 < reading.sure <= 1
        if form := FORMS.get(reading.kind):
            for value in (reading.value, *reading.ambiguous):
                assert re.fullmatch(form, value), reading


@given(number=st.integers(0, 999_999_999))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_spoken_number_comes_back(number: int) -> None:
    from num2words import num2words

    said = num2words(number, lang="en")
    (reading,) = parse(said, language="en", now=NOW, kinds=frozenset({Kind.NUMBER}))
    assert reading.value == number


@given(minutes=st.integers(1, 59), hour=st.integers(1, 12), half=st.sampled_from(["am", "pm"]))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_clock_time_comes_back(minutes: int, hour: int, half: str) -> None:
    (reading,) = parse(f"{hour}:{minutes:02} {half}", language="en", now=NOW, kinds=frozenset({Kind.TIME}))
    assert reading.value == f"{hour % 12 + (12 if half == 'pm' else 0):02}:{minutes:02}"
