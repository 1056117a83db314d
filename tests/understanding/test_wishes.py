"""Two wishes in one breath."""

import pytest

from parley.contract import Language
from parley.understanding.result import Understanding
from parley.understanding.wishes import in_wishes

MEANT = {
    "timer": "timer.set",
    "타이머": "timer.set",
    "minuteur": "timer.set",
    "remind": "reminder.set",
    "알려": "reminder.set",
    "rappelle": "reminder.set",
}


def understand(text: str, language: Language = "en", confidence: float = 0.95) -> Understanding:
    """Something that knows a few words."""
    intent = next((intent for word, intent in MEANT.items() if word in text), "out_of_scope")
    return Understanding(text=text, language=language, intent=intent, confidence=confidence)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "set a timer for five minutes and remind me to call mom"),
        ("fr", "mets un minuteur de cinq minutes et rappelle-moi d'appeler maman"),
        ("ko", "오 분 타이머 맞추고 여섯 시에 엄마한테 전화하라고 알려 줘"),
    ],
)
def test_two_wishes_are_told_apart(language: Language, text: str) -> None:
    heard = in_wishes(understand(text, language, 0.5), lambda part: understand(part, language))
    assert heard.intent == "timer.set"
    assert [wish.intent for wish in heard.also] == ["reminder.set"]
    assert heard.text == text


@pytest.mark.parametrize(
    ("text", "confidence"), [("remind me to buy milk and bread", 0.5), ("a timer and remind me", 0.95), ("and", 0.1)]
)
def test_one_wish_stays_whole(text: str, confidence: float) -> None:
    whole = understand(text, confidence=confidence)
    assert in_wishes(whole, understand) is whole
