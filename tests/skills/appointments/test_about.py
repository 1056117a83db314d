"""Questions about the clinic itself, asked of its own line."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from parley.contract import Context, Language, Say
from parley.dialogue.replies import render
from parley.scheduling.models import Site
from parley.skills.appointments.about import topic_of
from parley.skills.appointments.demo import build
from parley.skills.appointments.models import Answer
from parley.skills.appointments.skill import skill

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 12, 10, tzinfo=ZoneInfo("America/Toronto"))


@pytest.fixture
def clinic() -> Site:
    """Without its bookings."""
    return build(now=NOW, zone="America/Toronto", lived_in=False)


def told(text: str, language: Language = "en", **slots: object) -> str:
    """What is said to a question."""
    context = Context(
        now=NOW, zone=ZoneInfo("America/Toronto"), language=language, turn_id="1", channel="telephone",
        country="CA", conversation_id="c1",
    )  # fmt: skip
    says = skill.answer(text, slots=slots, context=context)
    return " ".join(_words(say, language) for say in says)


def _words(say: Say, language: Language) -> str:
    return render(say, language=language, skill="appointments", skills={"appointments": skill}, now=NOW)


@pytest.mark.parametrize(
    ("language", "text", "topic"),
    [
        ("en", "what are your hours", "hours"),
        ("en", "are you guys open late", "hours"),
        ("en", "sorry, where is your clinic exactly", "address"),
        ("en", "how long does a filling take", "duration"),
        ("en", "how much is a check-up", "prices"),
        ("en", "is there any parking near you", "parking"),
        ("en", "do I need to bring anything", "bring"),
        ("en", "is the building wheelchair accessible", "access"),
        ("fr", "vous fermez à quelle heure", "hours"),
        ("fr", "c'est ouvert dimanche ?", "hours"),
        ("fr", "vous êtes situés où", "address"),
        ("fr", "vous me donnez l'adresse ?", "address"),
        ("fr", "ça dure combien de temps", "duration"),
        ("fr", "ça coûte combien un détartrage", "prices"),
        ("fr", "où est-ce que je peux me garer", "parking"),
        ("fr", "est-ce que je dois apporter quelque chose", "bring"),
        ("ko", "진료 시간이 어떻게 되나요", "hours"),
        ("ko", "일요일에도 하나요", "hours"),
        ("ko", "병원이 어디에 있어요", "address"),
        ("ko", "스케일링은 얼마나 걸려요", "duration"),
        ("ko", "스케일링 얼마예요", "prices"),
        ("ko", "주차 되나요", "parking"),
    ],
)
def test_what_is_asked_about_the_house(language: Language, text: str, topic: str) -> None:
    assert topic_of(text, language) == topic


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I'd like to book a cleaning on Tuesday at three"),
        ("en", "do you have anything open after four"),
        ("en", "the first one, please"),
        ("en", "can I come in on Sunday"),
        ("en", "how long until my appointment"),
        ("fr", "je voudrais prendre rendez-vous mardi"),
        ("fr", "vous avez de la place jeudi ?"),
        ("fr", "oui, et envoyez-moi l'adresse par texto"),
        ("ko", "주소 좀 문자로 보내 주세요"),
        ("ko", "내일 세 시에 예약해 주세요"),
        ("ko", "화요일 오후에 시간 있어요?"),
        ("ko", "제 예약 언제예요?"),
    ],
)
def test_what_is_not_about_the_house(language: Language, text: str) -> None:
    assert topic_of(text, language) is None


def test_the_hours_of_the_week_and_of_a_day(clinic: Site) -> None:
    assert told("what are your hours") == (
        "We are open Monday to Friday from 9:00 AM to 6:00 PM and Saturday from 9:00 AM to 1:00 PM."
    )
    assert told("are you open on Sunday", date="2026-03-15") == "On Sunday, March 15 we are closed."
    assert "from 9:00 AM to 1:00 PM" in told("are you open on Saturday", date="2026-03-14")


def test_how_long_it_takes_of_what_is_named_or_in_hand(clinic: Site) -> None:
    assert told("how long does a filling take") == "Filling takes about 1 hour."
    assert told("combien de temps ça dure", "fr", service="détartrage").endswith("comptez environ 30 minutes.")
    assert "physio" not in told("how long does it take")


def test_what_staff_wrote_is_said_in_the_language_of_the_caller(clinic: Site) -> None:
    assert "behind the clinic" in told("is there parking")
    assert "derrière la clinique" in told("il y a un stationnement ?", "fr")
    assert "병원 뒤" in told("주차 되나요", "ko")


def test_what_nobody_wrote_down_is_not_made_up(clinic: Site) -> None:
    Answer.objects.all().delete()
    assert told("is there parking").startswith("I am sorry, I do not know that.")


def test_where_there_is_no_business_nothing_is_known() -> None:
    assert told("where are you located") == ""
