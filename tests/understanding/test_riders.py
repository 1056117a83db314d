"""What is asked for in passing, behind another wish."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from parley.contract import Expectation, Kind, Language
from parley.understanding.attentive import Attentive
from parley.understanding.result import Understanding
from parley.understanding.riders import parted

BEHIND: list[tuple[Language, str, str, str | None]] = [
    ("en", "i want a check-up tomorrow at ten and text me", "i want a check-up tomorrow at ten", None),
    ("en", "Book it and text me.", "Book it", None),
    ("en", "yes please, and text me the details", "yes please", "the details"),
    ("en", "book it for Monday at 3 and send me a text with the details", "book it for Monday at 3", "the details"),
    ("en", "Move it to Friday. Could you send me the address by text, please?", "Move it to Friday", "the address"),
    ("en", "Ann Lee, and then please text the address to my phone", "Ann Lee", "the address"),
    ("fr", "un bilan demain à dix heures et envoyez-moi un texto", "un bilan demain à dix heures", None),
    ("fr", "oui, et pourriez-vous m’envoyer l’adresse par sms s'il vous plaît", "oui", "l'adresse"),
    ("fr", "Réservez-le et textez-moi les détails", "Réservez-le", "les détails"),
    ("ko", "내일 열 시에 진료 잡고 문자로 보내 줘", "내일 열 시에 진료 잡아 줘", None),
    ("ko", "내일 열 시에 예약해 주시고 주소는 문자로 보내 주세요", "내일 열 시에 예약해 주세요", "주소"),
    ("ko", "네, 문자로도 보내주세요.", "네", None),
    ("ko", "금요일로 옮기고 저한테 문자 좀 보내 주시겠어요?", "금요일로 옮겨 줘", None),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "first", "about"), BEHIND)
def test_the_wish_and_what_is_asked_for_beside_it(
    language: Language, text: str, first: str, about: str | None
) -> None:
    found = parted(text, language)
    assert found is not None
    assert found.first == first
    assert found.rider.intent == "message.send"
    assert found.rider.slots == ({"message": about} if about else {})


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "and don't text me"),
        ("en", "text me that I am late"),
        ("en", "text Ann the address"),
        ("en", "buy milk and call Ann"),
        ("en", "remind me to text mom"),
        ("fr", "n'envoyez pas de texto"),
        ("fr", "envoie un texto à Anne"),
        ("ko", "문자 보내지 마세요"),
        ("ko", "엄마한테 늦는다고 문자 보내 줘"),
        ("ko", "영희 씨에게 문자 보내 줘"),
        ("en", ""),
    ],
)
def test_other_words_are_left_as_they_are(language: Language, text: str) -> None:
    assert parted(text, language) is None


class Repeats:
    """Understands every utterance as it stands, and not very surely."""

    name = "repeats"

    def understand(self, text: str, *, language: Language, **_: object) -> Understanding:
        return Understanding(text=text, language=language, intent="some.wish", confidence=0.8)


def understood(text: str, **expected: Kind) -> Understanding:
    now = dt.datetime(2026, 3, 12, 10, 0, tzinfo=ZoneInfo("UTC"))
    where = {"language": "en", "now": now, "zone": ZoneInfo("UTC"), "expectation": Expectation(**expected)}
    return Attentive(Repeats()).understand(text, **where)  # type: ignore[arg-type]


def test_it_is_heard_behind_the_wish_and_alone() -> None:
    behind = understood("book it and text me")
    assert (behind.intent, behind.text) == ("some.wish", "book it and text me")
    assert [wish.intent for wish in behind.also] == ["message.send"]
    assert understood("text me the address").intent == "message.send"


def test_a_text_that_is_dictated_is_not_taken_apart() -> None:
    assert understood("call the office and text me", kind=Kind.TEXT).also == ()
