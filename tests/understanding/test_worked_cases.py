"""Every worked case has a test or a conversation that holds it; and those that are about single words."""

import ast
import datetime as dt
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from parley.contract import Expectation, Language
from parley.understanding.embedded import Embedded, embedded
from parley.understanding.lexicons import in_lexicon

ROOT = Path(__file__).parents[2]
INDEX: dict[int, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("worked_cases.yaml").read_text(encoding="utf-8")
)
COUNT = 110
NOW = dt.datetime(2026, 3, 12, 10, tzinfo=ZoneInfo("Europe/Paris"))


@lru_cache
def read_rows(language: str) -> frozenset[str]:
    file = Path(__file__).parent / "entities" / f"cases.{language}.yaml"
    return frozenset(str(row["say"]) for row in yaml.safe_load(file.read_text(encoding="utf-8")))


@lru_cache
def functions(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


@lru_cache
def conversations() -> dict[str, list[int]]:
    """The cases that each conversation says it holds, by `language/file: name`."""
    found: dict[str, list[int]] = {}
    for file in sorted((ROOT / "tests" / "conversations").glob("*/*.yaml")):
        for each in yaml.safe_load(file.read_text(encoding="utf-8"))["conversations"]:
            found[f"{file.parent.name}/{file.stem}: {each['name']}"] = each.get("cases", [])
    return found


def test_the_index_names_every_case_and_no_other():
    assert sorted(INDEX) == list(range(1, COUNT + 1))
    assert {case for cases in conversations().values() for case in cases} <= set(INDEX)


@pytest.mark.parametrize("number", sorted(INDEX))
def test_a_case_is_held(number: int):
    entry = INDEX[number]
    assert set(entry) <= {"read", "tests", "conversations", "lacks"}
    read = [(language, said) for language, rows in entry.get("read", {}).items() for said in rows]
    absent = [each for each in read if str(each[1]) not in read_rows(each[0])]
    named = [each.split("::") for each in entry.get("tests", ())]
    absent += [test for file, test in named if test not in functions(file)]
    absent += [name for name in entry.get("conversations", ()) if name not in conversations()]
    assert absent == []
    told = [name for name, cases in conversations().items() if number in cases]
    held = bool(read or named or told or entry.get("conversations"))
    assert held != ("lacks" in entry), "held and said to be lacking, or neither"


@pytest.fixture(scope="module")
def understander() -> Embedded:
    return embedded()


@pytest.mark.parametrize(
    ("language", "said", "intents"),
    [
        *(("fr", said, {"yes"}) for said in ("ça marche", "c'est bon", "nickel", "si fait")),
        *(("fr", said, {"no"}) for said in ("ben non", "pas vraiment")),
        ("fr", "oui mais à quinze heures", {"appointment.book", "no"}),
        *(("ko", said, {"yes"}) for said in ("네", "예", "응", "어", "그래")),
        *(("ko", said, {"no"}) for said in ("아니", "아니요")),
    ],
)
def test_a_yes_and_a_no_in_other_words(understander: Embedded, language: Language, said: str, intents: set[str]):
    asked = Expectation(yes_no=True, intents=("appointment.book",))
    heard = understander.understand(
        said, language=language, now=NOW, zone=ZoneInfo("Europe/Paris"), expectation=asked
    )
    assert heard.intent in intents


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("약 먹었나?", "medication.status"),
        ("약 먹었나", "medication.status"),
        ("약 먹었다", "medication.take"),
        ("약 먹었어요", "medication.take"),
    ],
)
def test_endings_decide_between_a_question_and_a_statement(understander: Embedded, said: str, intent: str):
    heard = understander.understand(said, language="ko", now=NOW, zone=ZoneInfo("Asia/Seoul"))
    assert heard.intent == intent


@pytest.mark.parametrize(
    ("said", "timing"), [("식간에", "between_meals"), ("공복에", "empty_stomach"), ("식전에", "before_meal")]
)
def test_meals_and_doses_in_korean(understander: Embedded, said: str, timing: str):
    """식간 is between the meals, and not at one."""
    assert in_lexicon(said, understander.knowledge.lexicons["ko"]["meal_timing"]) == timing


def test_no_korean_question_about_a_dose_is_negative():
    """A Korean yes agrees with the sentence: "네" to "안 드셨어요?" would mean that it was not taken."""
    negative = re.compile(r"(?:안|못) (?:드|먹|복용)[^.!]*\?|(?:드시|먹|복용하)지 (?:않|못)[^.!]*\?")
    replies = [*ROOT.glob("src/parley/**/replies/ko.yaml"), *ROOT.glob("tests/**/replies/ko.yaml")]
    assert replies
    found = [match[0] for file in replies for match in negative.finditer(file.read_text(encoding="utf-8"))]
    assert found == []
