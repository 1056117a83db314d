"""What Parley says, it understands: a value worded, spoken and read again is the same value."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from parley.contract import LANGUAGES, Expectation, Kind, Language
from parley.dialogue.wording import moments
from parley.dialogue.wording.values import Wording, words_of
from parley.speaking.normalise import spoken
from parley.understanding.entities import parse

ZONES = {"en": "America/Chicago", "fr": "Europe/Paris", "ko": "Asia/Seoul"}
COUNTRIES = {"en": "US", "fr": "FR", "ko": "KR"}
TODAY = dt.date(2026, 3, 12)
languages = st.sampled_from(LANGUAGES)


def heard(text: str, language: Language, kind: Kind) -> list[Any]:
    """The readings of a kind, each with what else it may be, in a text as it is written, and as a recogniser would
    write what was spoken.
    """
    now = dt.datetime.combine(TODAY, dt.time(10), tzinfo=ZoneInfo(ZONES[language]))
    expects = Expectation(kind=kind)

    def read(said: str) -> Any:
        found = parse(
            said, language=language, now=now, country=COUNTRIES[language], kinds=frozenset({kind}), expects=expects
        )
        return [(each.value, *each.ambiguous) for each in found]

    return [read(text), read(spoken(text, language).lower().strip(" ."))]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(language=languages, day=st.integers(0, 900), relative=st.booleans())
def test_a_date_comes_back(language: Language, day: int, relative: bool):
    date = TODAY + dt.timedelta(days=day)
    text = moments.date(date, words_of(language), today=TODAY, relative=relative)
    assert heard(text, language, Kind.DATE) == [[(date.isoformat(),)]] * 2, text


@settings(max_examples=150, deadline=None, derandomize=True)
@given(language=languages, minute=st.integers(0, 24 * 60 - 1))
def test_a_clock_time_comes_back(language: Language, minute: int):
    time = dt.time(minute // 60, minute % 60)
    text = moments.clock(time, words_of(language))
    for ((first, *others),) in heard(text, language, Kind.TIME):
        # Half a day is left open where a language writes no half of it: 1 h is 1:00, or 13:00 said shortly.
        assert time.isoformat("minutes") in ((first, *others) if language == "fr" else (first,)), text


@settings(max_examples=150, deadline=None, derandomize=True)
@given(language=languages, hours=st.integers(0, 23), minutes=st.integers(0, 59))
def test_a_length_comes_back(language: Language, hours: int, minutes: int):
    assume(hours or minutes)
    text = moments.duration(dt.timedelta(hours=hours, minutes=minutes), words_of(language))
    value = "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    assert heard(text, language, Kind.DURATION) == [[(value,)]] * 2, text


NAMES = st.sampled_from(["john", "dupont", "haneul", "leblanc", "oneil", "sunhee", "martin"])


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    language=languages,
    names=st.lists(NAMES, min_size=1, max_size=3),
    sign=st.sampled_from("._-"),
    number=st.one_of(st.just(""), st.integers(0, 9999).map(str)),
    host=st.sampled_from(["gmail.com", "naver.com", "free.fr", "mail.example.co.uk", "my-clinic.health"]),
)
def test_an_address_comes_back(language: Language, names: list[str], sign: str, number: str, host: str):
    address = f"{sign.join(names)}{number}@{host}"
    assert heard(address, language, Kind.EMAIL) == [[(address,)]] * 2, spoken(address, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;BYDAY=SA,SU", "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=WEEKLY;BYDAY=TU", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=DAILY;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=3",
    ],
)  # fmt: skip
def test_a_repetition_comes_back(language: Language, rule: str):
    data = words_of(language)
    text = moments.recurrence(rule, data, data["list"]["last_and"])
    assert heard(text, language, Kind.RECURRENCE) == [[(rule,)]] * 2, text


def by_digits(number: int, language: Language) -> bool:
    """Whether it is said digit by digit, as the numbers of emergencies are."""
    said = "".join(spoken(digit, language) for digit in str(number))
    return number > 9 and spoken(str(number), language).replace(" ", "") == said.replace(" ", "")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(language=languages, number=st.integers(0, 999_999_999))
def test_a_number_comes_back(language: Language, number: int):
    text = Wording(language=language).text(number)
    assume(not by_digits(number, language))
    assert heard(text, language, Kind.NUMBER) == [[(number,)]] * 2, text


PHONES = {
    "en": st.from_regex(r"\+1312555[2-9][0-9]{3}", fullmatch=True),
    "fr": st.from_regex(r"\+336[0-9]{8}", fullmatch=True),
    "ko": st.from_regex(r"\+8210[2-9][0-9]{7}", fullmatch=True),
}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(data=st.data(), language=languages)
def test_a_telephone_number_comes_back(data: st.DataObject, language: Language):
    number = data.draw(PHONES[language])
    text = Wording(language=language).filtered(number, "phone")
    assert heard(text, language, Kind.PHONE) == [[(number,)]] * 2, text
