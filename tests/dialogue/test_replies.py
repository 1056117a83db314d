"""Replies: every language says everything, and says it as its speakers do."""

import datetime as dt
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.contract import LANGUAGES, Language, Say
from parley.dialogue import replies
from parley.dialogue.replies import Replies, render
from parley.dialogue.wording.values import Wording, words_of

NOW = dt.datetime(2026, 3, 12, 10, tzinfo=ZoneInfo("UTC"))
SOURCE = Path(replies.__file__).parents[1]
FOLDERS = [
    SOURCE / "dialogue" / "replies",
    *sorted(SOURCE.glob("skills/*/replies")),
    SOURCE / "evaluation" / "replies",
]


def templates(folder: Path, language: str) -> dict[str, Any]:
    """All templates of a folder in a language."""
    return {key: value for key, value in replies._read(folder / f"{language}.yaml").items() if "~" not in key}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_language_has_every_reply(folder: Path) -> None:
    keys = {language: set(templates(folder, language)) for language in LANGUAGES}
    assert keys["fr"] == keys["en"]
    assert keys["ko"] == keys["en"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_says_a_value_that_the_others_do_not_have(folder: Path, language: str) -> None:
    for key, value in templates(folder, language).items():
        mine = set(re.findall(r"\{(\w+)", str(value)))
        theirs = {name for other in LANGUAGES for name in re.findall(r"\{(\w+)", str(templates(folder, other)[key]))}
        assert mine <= theirs


def say(template: str, language: Language, **values: Any) -> str:
    """A template by itself."""
    return Replies()._filled(template, values, Wording(language=language, now=NOW), "core")


@pytest.mark.parametrize(
    ("word", "particle", "said"),
    [
        ("약", "을/를", "약을"),
        ("이", "은/는", "이는"),
        ("서울", "으로/로", "서울로"),
        ("부산", "으로/로", "부산으로"),
        ("제주", "으로/로", "제주로"),
        ("3", "이/가", "3이"),
        ("2", "이/가", "2가"),
        ("10", "을/를", "10을"),
        ("Ann", "과/와", "Ann과"),
        ("Paris", "은/는", "Paris는"),
        ("‘우유’", "을/를", "‘우유’를"),
        ("LG", "이/가", "LG가"),
    ],
)
def test_korean_particles_follow_the_last_sound(word: str, particle: str, said: str) -> None:
    assert say("{word|" + particle + "}", "ko", word=word) == said


@pytest.mark.parametrize(
    ("word", "small", "said"),
    [
        ("Ottawa", "de", "d’Ottawa"),
        ("Paris", "de", "de Paris"),
        ("Le Caire", "de", "du Caire"),
        ("Le Caire", "à", "au Caire"),
        ("hôpital", "le", "l’hôpital"),
        ("Hambourg", "de", "de Hambourg"),
        ("huit", "le", "le huit"),
        ("onze", "de", "de onze"),
        ("Yves", "de", "d’Yves"),
        ("yaourt", "de", "de yaourt"),
        ("il", "que", "qu’il"),
        ("Édimbourg", "de", "d’Édimbourg"),
    ],
)
def test_french_small_words_are_elided_and_contracted(word: str, small: str, said: str) -> None:
    assert say("{word|" + small + "}", "fr", word=word) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "on Friday, March 20 at 2:30 PM, tomorrow, noon, 1 hour 30 minutes, a, b and c"),
        ("fr", "le vendredi 20 mars à 14 h 30, demain, midi, 1 heure 30 minutes, a, b et c"),
        ("ko", "3월 20일 금요일 오후 2시 30분에, 내일, 낮 12시, 1시간 30분, a, b, c"),
    ],
)
def test_values_are_worded_as_people_write_them(language: Language, said: str) -> None:
    template = "{at|at}, {date}, {time}, {length}, {list}"
    values = {
        "at": dt.datetime(2026, 3, 20, 14, 30),  # noqa: DTZ001 - only its wall time is worded
        "date": dt.date(2026, 3, 13),
        "time": dt.time(12),
        "length": dt.timedelta(minutes=90),
        "list": ["a", "b", "c"],
    }
    assert say(template, language, **values) == said


def test_a_part_is_said_only_when_its_values_are_there() -> None:
    assert say("A[ for {name}][ at {time}].", "en", name="Ann", time=None) == "A for Ann."


def test_the_same_values_get_the_same_variant() -> None:
    assert len({render(Say("greet", {"n": 1}), language="en") for _ in range(5)}) == 1
    assert len({render(Say("greet", {"n": number}), language="en") for number in range(20)}) > 1


def test_tu_is_said_where_the_house_says_so() -> None:
    assert "toi" in render(Say("greet"), language="fr", formality="familiar")
    assert "vous" in render(Say("greet"), language="fr")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=DAILY", ("every day", "tous les jours", "매일")),
        (
            "FREQ=WEEKLY;BYDAY=MO,TH",
            ("every Monday and Thursday", "tous les lundis et jeudis", "매주 월요일, 목요일"),
        ),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", ("every 2 weeks", "toutes les 2 semaines", "2주마다")),
    ],
)
def test_recurrences_are_worded(rule: str, said: tuple[str, str, str]) -> None:
    assert tuple(say("{rule|recurrence}", language, rule=rule) for language in LANGUAGES) == said


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_word_can_be_said(word: str, language: Language) -> None:
    template = {"en": "{word|capital}", "fr": "{word|de} {word|à} {word|que}", "ko": "{word|을/를} {word|으로/로}"}
    assert isinstance(say(template[language] + " {word|quote}", language, word=word), str)


@given(st.dates(), st.times(), st.sampled_from(LANGUAGES))
def test_any_moment_can_be_said(day: dt.date, time: dt.time, language: Language) -> None:
    assert words_of(language)["weekdays"][day.weekday()] in say("{day|full} {time}", language, day=day, time=time)


def test_every_required_slot_has_a_question_of_its_own() -> None:
    from parley.evaluation.rehearsal.troupe import unbuilt
    from parley.skills.appointments.intents import INTENTS as APPOINTMENTS
    from parley.skills.everyday.intents import INTENTS

    rehearsed = (intent for skill in unbuilt({}).values() for intent in skill.intents)
    rows = [*INTENTS, *APPOINTMENTS, *rehearsed]
    for language in LANGUAGES:
        asked = templates(SOURCE / "dialogue" / "replies", language)
        assert {f"ask.{slot}" for intent in rows for slot in intent.required} <= set(asked)
        assert {f"intent.{intent.name}" for intent in rows} <= set(asked)
