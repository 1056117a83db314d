"""What is written, and what is said."""

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.contract import LANGUAGES, Language
from parley.speaking.normalise import spoken
from parley.speaking.normalise.numbers import SPELLERS
from parley.speaking.normalise.romans import value
from parley.speaking.normalise.speech import speech

ENGLISH = [
    ("at 14:30", "at two thirty PM"),
    ("at 2:30 p.m. today", "at two thirty PM today"),
    ("at 09:05", "at nine oh five AM"),
    ("at 3:00", "at three o'clock"),
    ("at 9 am", "at nine AM"),
    ("at 12:00", "at noon"),
    ("at 12:30 am", "at twelve thirty AM"),
    ("at 00:00", "at midnight"),
    ("on 2026-11-20", "on November twentieth, twenty twenty-six"),
    ("on 11/20/2026", "on November twentieth, twenty twenty-six"),
    ("on Nov. 3rd", "on November third"),
    ("on Tue, Nov 24", "on Tuesday, November twenty-fourth"),
    ("since 1999", "since nineteen ninety-nine"),
    ("$25.50", "twenty-five dollars and fifty cents"),
    ("$1", "one dollar"),
    ("$0.99", "ninety-nine cents"),
    ("$1.5 million", "one point five million dollars"),
    ("£3.01", "three pounds and one penny"),
    ("416-555-0123", "four one six, five five five, zero one two three"),
    ("+33 6 12 34 56 78", "plus three three, six, one two, three four, five six, seven eight"),
    ("call 911", "call nine one one"),
    ("the 22nd", "the twenty-second"),
    ("Dr. Smith", "Doctor Smith"),
    ("42 Main St.", "forty-two Main Street"),
    ("St. Mary's", "Saint Mary's"),
    ("500 mg", "five hundred milligrams"),
    ("1 mg", "one milligram"),
    ("0.5mL", "zero point five milliliters"),
    ("10 mg/kg", "ten milligrams per kilogram"),
    ("98.6°F", "ninety-eight point six degrees Fahrenheit"),
    ("1/2 tablet", "a half tablet"),
    ("2 ½ cups", "two and a half cups"),
    ("120/80", "one hundred twenty over eighty"),
    ("6.5%", "six point five percent"),
    ("1,250 people", "one thousand two hundred fifty people"),
    ("-5 degrees", "minus five degrees"),
    ("10-15 minutes", "ten to fifteen minutes"),
    ("room 007", "room zero zero seven"),
    ("Type II", "Type two"),
    ("Louis XIV", "Louis the fourteenth"),
    ("I was in", "I was in"),
    ("ann.b@example.com", "ann dot b at example dot com"),
    ("https://parley.example/help.", "parley dot example slash help."),
    ("salt & pepper", "salt and pepper"),
    ("**bold** 🎉", "bold"),
    ("25:99", "twenty-five:ninety-nine"),
]
FRENCH = [
    ("une population de 200 000 000", "une population de deux cents millions"),
    ("1 911 euros", "mille neuf cent onze euros"),
    ("à 14h30", "à quatorze heures trente"),
    ("à 14 h 30", "à quatorze heures trente"),
    ("à 21:15", "à vingt et une heures quinze"),
    ("à 1h", "à une heure"),
    ("à 12:00", "à midi"),
    ("à 0h", "à minuit"),
    ("le 20/11/2026", "le vingt novembre deux mille vingt-six"),
    ("le 1er mars", "le premier mars"),
    ("le 3 févr. 2027", "le trois février deux mille vingt-sept"),
    ("25,50 €", "vingt-cinq euros cinquante centimes"),
    ("1 250 $", "mille deux cent cinquante dollars"),
    ("1,5 million €", "un virgule cinq million d'euros"),
    ("06 12 34 56 78", "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit"),
    ("514-555-0199", "cinq un quatre, cinq cinq cinq, zéro un neuf neuf"),
    ("500 mg", "cinq cents milligrammes"),
    ("1,5 g", "un virgule cinq gramme"),
    ("21 minutes", "vingt et une minutes"),
    ("21 comprimés", "vingt et un comprimés"),
    ("1 pilule", "une pilule"),
    ("la 2e fois", "la deuxième fois"),
    ("la 1re dose", "la première dose"),
    ("la 80e place", "la quatre-vingtième place"),
    ("M. Dupont et Mme Roy", "monsieur Dupont et madame Roy"),
    ("RDV n° 12", "rendez-vous numéro douze"),
    ("Ste-Foy", "Sainte-Foy"),
    ("XXe siècle", "vingtième siècle"),
    ("Louis XIV", "Louis quatorze"),
    ("37,5 °C", "trente-sept virgule cinq degrés Celsius"),
    ("3,14", "trois virgule quatorze"),
    ("50 %", "cinquante pour cent"),
    ("ann@exemple.fr", "ann arobase exemple point fr"),
]
KOREAN = [
    ("14:30에", "오후 두 시 삼십 분에"),
    ("오전 9:05", "오전 아홉 시 오 분"),
    ("오후 3시", "오후 세 시"),
    ("15시 5분", "오후 세 시 오 분"),
    ("12:00", "정오"),
    ("2시간마다", "두 시간마다"),
    ("24시간", "스물네 시간"),
    ("2026년 11월 20일", "이천이십육 년 십일월 이십 일"),
    ("6월 3일", "유월 삼 일"),
    ("10월", "시월"),
    ("3정", "세 정"),
    ("2알", "두 알"),
    ("1포", "한 포"),
    ("20살", "스무 살"),
    ("21명", "스물한 명"),
    ("3개를", "세 개를"),
    ("하루 3번", "하루 세 번"),
    ("3번 출구", "삼번 출구"),
    ("2개월", "이개월"),
    ("1번째", "첫 번째"),
    ("010-1234-5678로", "공일공, 일이삼사, 오육칠팔로"),
    ("119에", "일일구에"),
    ("500mg을", "오백 밀리그램을"),
    ("5,000원", "오천 원"),
    ("15,000원", "만 오천 원"),
    ("37.5℃", "삼십칠 점 오 도"),
    ("10~15분", "십에서 십오분"),
    ("1/2정", "반 정"),
    ("a@example.com", "a 골뱅이 example 점 com"),
]


@pytest.mark.parametrize(("written", "said"), ENGLISH)
def test_english(written: str, said: str) -> None:
    assert spoken(written, "en") == said


@pytest.mark.parametrize(("written", "said"), FRENCH)
def test_french(written: str, said: str) -> None:
    assert spoken(written, "fr") == said


@pytest.mark.parametrize(("written", "said"), KOREAN)
def test_korean(written: str, said: str) -> None:
    assert spoken(written, "ko") == said


WRITTEN = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789 :/.,-+%$€°hHapm시분정원월일()@가a", max_size=40),
    st.from_regex(r"\A[0-9]{1,4}[:/.,h -][0-9]{1,4}([:/.,h -][0-9]{1,4})?\Z"),
)


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=150, deadline=None)
@given(text=WRITTEN)
def test_any_text_gives_a_text_without_figures(language: Language, text: str) -> None:
    said = spoken(text, language)
    assert not re.search(r"\d", said)
    assert said == said.strip()


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=60, deadline=None)
@given(text=WRITTEN)
def test_what_is_said_is_said_the_same_again(language: Language, text: str) -> None:
    said = spoken(text, language)
    assert spoken(said, language) == spoken(spoken(said, language), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_hour_and_minute_is_said_differently(language: Language) -> None:
    said = [spoken(f"{hour:02}:{minute:02}", language) for hour in range(24) for minute in range(60)]
    assert len(set(said)) == len(said)


def test_korean_numbers() -> None:
    korean = SPELLERS["ko"]
    assert [korean.cardinal(n) for n in (0, 10, 11, 100, 10_000, 110_000, 123_456_789)] == [
        "영", "십", "십일", "백", "만", "십일만", "일억 이천삼백사십오만 육천칠백팔십구",
    ]  # fmt: skip
    assert [korean.counted(n) for n in (1, 20, 21, 99, 100)] == ["한", "스무", "스물한", "아흔아홉", "백"]


def test_roman_numerals_have_their_values() -> None:
    assert [value(numeral) for numeral in ("I", "IV", "IX", "XIV", "XXXIX")] == [1, 4, 9, 14, 39]


def test_a_very_long_text_is_cut() -> None:
    assert len(spoken("word " * 10_000, "en")) <= 20_000


def test_every_language_has_the_same_tables() -> None:
    tables = [set(speech(language).words) for language in LANGUAGES]
    assert tables[0] == tables[1] == tables[2]
    assert all(isinstance(yaml.safe_dump(speech(language).words), str) for language in LANGUAGES)
