"""The language of a turn is that of its words."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from parley.contract import Language
from parley.understanding.attentive import Attentive
from parley.understanding.result import Understanding

NOW = dt.datetime(2026, 3, 12, 10, tzinfo=ZoneInfo("America/Toronto"))


class Echo:
    """Understands nothing, in the language it is asked in."""

    name = "echo"

    def understand(self, text: str, *, language: Language, **asked: Any) -> Understanding:
        return Understanding(intent="out_of_scope", confidence=1.0, slots={}, language=language, text=text)


@pytest.mark.parametrize(
    ("text", "so_far", "heard"),
    [
        ("je voudrais un rendez-vous", "en", "fr"),
        ("내일 오후 세 시에 예약해 주세요", "en", "ko"),
        ("what time is it", "fr", "en"),
        ("ok", "fr", "fr"),
        ("Tremblay", "en", "en"),
    ],
)
def test_the_words_decide_and_a_name_decides_nothing(text: str, so_far: Language, heard: Language) -> None:
    understanding = Attentive(Echo()).understand(text, language=so_far, now=NOW, zone=ZoneInfo("America/Toronto"))
    assert understanding.language == heard
