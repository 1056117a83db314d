"""What the person who takes over is told."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from parley.accounts.models import Person
from parley.channels.telephone import calls
from parley.channels.telephone.summary import summary
from parley.contract import Language
from parley.dialogue.state import Danger, Frame, State
from parley.records.models import Call
from parley.scheduling import services as scheduling
from parley.scheduling.models import Hours, Resource, Service, Site
from parley.scheduling.services import Attendee

pytestmark = pytest.mark.django_db
MONTREAL = ZoneInfo("America/Montreal")
NOW = dt.datetime(2030, 3, 5, 10, tzinfo=MONTREAL)


@pytest.fixture
def cleaning() -> Service:
    site = Site.objects.create(
        name="Clinic", zone="America/Montreal", country="CA", languages=["en", "fr"], closed_on_holidays=False
    )
    ann = Resource.objects.create(site=site, name="Ann")
    for weekday in range(7):
        Hours.objects.create(resource=ann, weekday=weekday, opens=dt.time(0), closes=dt.time(0))
    names = {"en": "cleaning", "fr": "détartrage", "ko": "스케일링"}
    service = Service.objects.create(site=site, code="cleaning", names=names, duration=30, step=30)
    service.resources.add(ann)
    return service


def handed_over(state: State, *, reason: str = "asked", language: Language = "en") -> Call:
    call = calls.arrive("CA1", phone="+15145550177", line="", language=language, now=NOW)
    call.conversation.state = {"state": state.to_json()}
    call.conversation.save()
    calls.note(call, "handover", now=NOW, reason=reason, summary="")
    return call


def told(call: Call, *languages: Language) -> str:
    Site.objects.update(languages=list(languages))
    return summary(call, calls.line_of("", country="CA", default="en"))


WISH = {"service": "cleaning", "date": "2030-03-07", "time": "15:00", "customer_name": "Mary Jones"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "A call for you, from the assistant. Mary Jones is on the line. They would like an appointment "
            "for cleaning on Thursday, March 7 at 3 PM. They asked to speak to somebody.",
        ),
        (
            "fr",
            "Un appel pour vous, de la part de l’assistant. Mary Jones est en ligne. Elle parle anglais. Elle "
            "souhaite un rendez-vous pour détartrage le jeudi 7 mars à 15 h. Elle a demandé à parler à quelqu’un.",
        ),
        (
            "ko",
            "도우미가 연결해 드리는 전화입니다. Mary Jones 님이 기다리고 계십니다. 영어로 말씀하십니다. "
            "3월 7일 목요일 오후 3시 스케일링 예약을 원하십니다. 직원과 통화하고 싶어 하십니다.",
        ),
    ],
)
def test_a_wish_that_is_open(cleaning: Service, language: Language, text: str) -> None:
    call = handed_over(State(frame=Frame(intent="appointment.book", slots=WISH)))
    assert told(call, language, "en" if language != "en" else "fr") == text


def test_what_was_done_in_the_call_comes_before_what_is_wanted(cleaning: Service) -> None:
    call = handed_over(State(frame=Frame(intent="appointment.reschedule", slots={"new_date": "2030-03-08"})))
    start = dt.datetime(2030, 3, 7, 15, tzinfo=MONTREAL)
    by = call.conversation_id
    booking = scheduling.book(cleaning, start, Attendee(name="Mary"), by=by, key="k", now=NOW)
    assert told(call, "en").endswith(
        "I have just booked cleaning for them, on Thursday, March 7 at 3 PM. "
        "They would like to move an appointment to Friday, March 8. They asked to speak to somebody."
    )
    scheduling.reschedule(booking, start + dt.timedelta(hours=1, minutes=30), by=by, now=NOW)
    assert "I have just moved their appointment, cleaning, to Thursday, March 7 at 4:30 PM." in told(call, "en")
    assert "booked" not in told(call, "en")
    assert "Je viens de déplacer son rendez-vous, détartrage, au jeudi 7 mars à 16 h 30." in told(call, "fr")
    assert "방금 스케일링 예약을 변경해 드렸습니다. 새 시간은 3월 7일 목요일 오후 4시 30분입니다." in told(call, "ko")


def test_an_emergency_comes_first(cleaning: Service) -> None:
    call = handed_over(State(danger=Danger(kind="medical")), reason="emergency")
    Person.objects.create(name="Mary Jones", phone="+15145550177")
    assert told(call, "en") == (
        "A call for you, from the assistant. It is urgent: they have spoken of an emergency. "
        "Mary Jones is on the line."
    )


def test_a_call_of_which_nothing_is_known(cleaning: Service) -> None:
    call = calls.arrive("CA2", phone="", line="", language="fr", now=NOW)
    assert told(call, "fr") == ("Un appel pour vous, de la part de l’assistant. La personne n’a pas donné son nom.")


def test_a_wish_without_words_of_its_own_is_mentioned(cleaning: Service) -> None:
    call = handed_over(State(frame=Frame(intent="task.create")), reason="not_understood")
    assert told(call, "en").endswith(
        "They were in the middle of something that we had not finished. I could not work out what they need."
    )
