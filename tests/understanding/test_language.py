"""Which language a text is in."""

import pytest

from parley.contract import Language
from parley.understanding.language import identified


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("what time is it", "en"),
        ("quelle heure est-il", "fr"),
        ("pouvons-nous parler français ?", "fr"),
        ("지금 몇 시예요", "ko"),
        ("다음 주 Tuesday 두 시", "ko"),
        ("je voudrais un rendez-vous next Tuesday", "fr"),
        ("can we speak english please", "en"),
        ("l’appel d’hier", "fr"),
        ("ㅇㅇ", "ko"),
    ],
)
def test_a_sentence_tells_its_language(text: str, language: Language) -> None:
    assert identified(text, default="ko" if language != "ko" else "en") == language


@pytest.mark.parametrize("text", ["", "ok", "14:30", "Paris", "🙂", "Dupont", "super"])
def test_what_does_not_tell_is_left_as_it_was(text: str) -> None:
    for default in ("en", "fr", "ko"):
        assert identified(text, default=default) == default
