"""What Parley says in Korean, Parley understands; and the small parts of reading Korean."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parley.contract import Expectation, Kind
from parley.speaking.normalise import spoken
from parley.understanding.entities import parse
from parley.understanding.entities.edges import edges_of
from parley.understanding.entities.hangul import composed

NOW = dt.datetime(2026, 3, 12, 10, tzinfo=ZoneInfo("Asia/Seoul"))


def values(text: str, kind: Kind, *, expects: bool = False) -> list[Any]:
    waited = Expectation(kind=kind) if expects else None
    found = parse(text, language="ko", now=NOW, kinds=frozenset({kind}), country="KR", expects=waited)
    return [reading.value for reading in found]


SHORT = {112, 114, 119}
"""Numbers to dial, which are said digit by digit."""

SYLLABLES = """
오늘 다음 주 달 월 일 이 사 십 만 반 세 네 열 스물 시 분 전 뒤 오전 오후 밤 부터 까지 에 은 매주
마다 하루 번 알 원 공 영 점 월요일 설날 연휴 말 초 년 생 음력 아니 사이 에서 째 마지막 분의 식후
동안 대체공휴일 , 3 12 2026 9999 / - ( ) 마이너스 ㄱ ㅏ 기역 나무_목 경 조
"""
WORDS = st.sampled_from([" ", *SYLLABLES.split()])


@given(words=st.lists(WORDS, max_size=16), kind=st.sampled_from([None, *Kind]))
@settings(max_examples=300, deadline=None)
def test_any_row_of_words(words: list[str], kind: Kind | None) -> None:
    text = "".join(words).replace("_", " ")
    for reading in parse(text, language="ko", now=NOW, country="KR", expects=Expectation(kind=kind)):
        assert reading.text == text[reading.start : reading.end] != ""


@given(number=st.integers(0, 999_999_999_999).filter(lambda n: n not in SHORT))
@settings(max_examples=300, deadline=None)
@example(number=0)
@example(number=1)
@example(number=10_000)
@example(number=11_000)
@example(number=100_010_001)
def test_a_number_comes_back(number: int) -> None:
    said = spoken(f"{number:,}", "ko")
    assert values(said, Kind.NUMBER) == [number]
    assert values(said.replace(" ", ""), Kind.NUMBER) == [number]
    assert values(f"{said}입니다", Kind.NUMBER) == [number]


@given(number=st.integers(0, 99_999), decimals=st.integers(1, 99))
@settings(max_examples=100, deadline=None)
def test_a_decimal_number_comes_back(number: int, decimals: int) -> None:
    written = f"{number}.{decimals:02}"
    assert values(spoken(written, "ko"), Kind.NUMBER) == [pytest.approx(float(written))]


@given(date=st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), close=st.booleans())
@settings(max_examples=300, deadline=None)
@example(date=dt.date(2028, 2, 29), close=True)
@example(date=dt.date(2026, 6, 21), close=True)
@example(date=dt.date(2026, 10, 20), close=True)
@example(date=dt.date(2011, 11, 11), close=True)
def test_a_date_comes_back(date: dt.date, close: bool) -> None:
    said = spoken(f"{date.year}년 {date.month}월 {date.day}일", "ko")
    said = said.replace(" ", "") if close else said
    assert values(said, Kind.DATE) == [date.isoformat()]
    assert values(f"{said}에 갈게요", Kind.DATE) == [date.isoformat()]


@given(days=st.integers(0, 364), close=st.booleans())
@settings(max_examples=100, deadline=None)
def test_a_day_and_month_come_back_as_the_coming_one(days: int, close: bool) -> None:
    day = NOW.date() + dt.timedelta(days=days)
    said = spoken(f"{day.month}월 {day.day}일", "ko")
    assert values(said.replace(" ", "") if close else said, Kind.DATE) == [day.isoformat()]


@given(hour=st.integers(0, 23), minute=st.integers(0, 59), close=st.booleans())
@settings(max_examples=300, deadline=None)
@example(hour=0, minute=0, close=True)
@example(hour=0, minute=30, close=True)
@example(hour=12, minute=0, close=True)
@example(hour=12, minute=30, close=False)
def test_a_time_comes_back(hour: int, minute: int, close: bool) -> None:
    half = "오전" if hour < 12 else "오후"
    said = spoken(f"{half} {(hour - 1) % 12 + 1}:{minute:02}", "ko")
    said = said.replace(" ", "") if close else said
    assert values(said, Kind.TIME) == [f"{hour:02}:{minute:02}"]
    assert values(f"내일 {said}에요", Kind.TIME) == [f"{hour:02}:{minute:02}"]


@given(hour=st.integers(13, 23), minute=st.integers(0, 59))
@settings(max_examples=60, deadline=None)
def test_a_time_of_24_hours_comes_back(hour: int, minute: int) -> None:
    assert values(spoken(f"{hour}:{minute:02}", "ko"), Kind.TIME) == [f"{hour:02}:{minute:02}"]
    assert values(f"{hour}시 {minute}분", Kind.TIME) == [f"{hour:02}:{minute:02}"]


@given(middle=st.integers(2000, 9999), last=st.integers(0, 9999))
@settings(max_examples=100, deadline=None)
def test_a_telephone_number_comes_back(middle: int, last: int) -> None:
    said = spoken(f"010-{middle}-{last:04}", "ko")
    assert values(said, Kind.PHONE) == [f"+8210{middle}{last:04}"]
    assert values(said.replace(" ", "") + "이요", Kind.PHONE) == [f"+8210{middle}{last:04}"]


@given(amount=st.integers(1, 30), unit=st.sampled_from([("알", "tablet"), ("포", "sachet"), ("방울", "drop")]))
@settings(max_examples=60, deadline=None)
def test_an_amount_comes_back(amount: int, unit: tuple[str, str]) -> None:
    said = spoken(f"{amount}{unit[0]}", "ko")
    assert values(said, Kind.QUANTITY) == [{"value": amount, "unit": unit[1]}]


@given(strength=st.integers(1, 2000))
@settings(max_examples=60, deadline=None)
def test_a_strength_comes_back(strength: int) -> None:
    assert values(spoken(f"{strength}mg", "ko"), Kind.QUANTITY) == [{"value": strength, "unit": "mg"}]


@given(minutes=st.integers(1, 59), hours=st.integers(1, 23))
@settings(max_examples=100, deadline=None)
def test_a_length_comes_back(minutes: int, hours: int) -> None:
    assert values(spoken(f"{minutes}분", "ko"), Kind.DURATION) == [f"PT{minutes}M"]
    assert values(spoken(f"{hours}시간 {minutes}분", "ko"), Kind.DURATION) == [f"PT{hours}H{minutes}M"]


@pytest.mark.parametrize(
    ("jamo", "name"),
    [
        ("ㄱㅣㅁ", "김"),
        ("ㄱㅣㅁㅎㅏㄴㅡㄹ", "김하늘"),
        ("ㅂㅏㄱㅅㅓㅇㅎㅕㄴ", "박성현"),
        ("ㅣㅁ", None),
        ("ㄱㄱ", None),
        ("", None),
    ],
)
def test_jamo_make_syllables(jamo: str, name: str | None) -> None:
    assert composed(jamo) == name


def test_only_a_language_without_boundaries_has_edges() -> None:
    assert edges_of("en") is None
    assert edges_of("ko") is not None


@pytest.mark.parametrize(
    "text",
    [
        "공주 날씨 알려 줘", "공원에 갔어요", "이 시간에 누가 와요", "조명 꺼 줘", "사진 찍을 만한 곳",
        "영동에 살아요", "이불이 더러워요", "매수할게요", "열대야예요", "구경 갈래요", "이 사회", "강서구 분식집",
        "금요일마다 오는 분들", "오빠가 사 준 약", "네 알아요", "네 정말요", "네 원장님", "두 사람이요",
        "한 분만 오세요",
    ],
)  # fmt: skip
def test_syllables_of_other_words_are_no_amounts(text: str) -> None:
    kinds = frozenset({Kind.QUANTITY, Kind.DURATION, Kind.TIME, Kind.FREQUENCY, Kind.PHONE, Kind.SPELLING})
    assert parse(text, language="ko", now=NOW, kinds=kinds, country="KR") == ()
