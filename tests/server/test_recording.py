import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from parley import jobs
from parley.accounts.models import Person
from parley.accounts.services import change_profile, profile_of
from parley.contract import Announcement, Language, Say
from parley.conversation.services import Opening
from parley.conversation.store import Spoken, TurnRecord
from parley.jobs import services as work
from parley.records import services
from parley.records.models import Notice, Turn
from parley.server.announcing import serve_skills
from parley.server.recording import Recorder
from parley.server.settings import current

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def recorder() -> Recorder:
    recorder = Recorder(now=lambda: NOW, settings=current)
    opening = Opening(conversation_id="c1", channel="browser", language="fr", zone=ZoneInfo("Europe/Paris"))
    recorder.began(opening, resumed=False)
    return recorder


def turned(**changes: Any) -> TurnRecord:
    plain: dict[str, Any] = {
        "conversation_id": "c1", "turn_id": "t1", "number": 1, "at": NOW, "language": "fr", "source": "text",
        "transcript": "quelle heure", "confidence": 1.0, "provider": "", "intent": "time.now",
        "intent_confidence": 0.9, "slots": {}, "reply": "Il est dix heures.", "executed": "time.now",
        "asks_for": None, "acts": (), "speculated": False, "stages": {"dialogue": 2.0},
    }  # fmt: skip
    return TurnRecord(**(plain | changes))


def test_a_turn_is_recorded_and_completed_with_what_was_heard(recorder: Recorder):
    recorder.turned(turned(), {"number": 1})
    recorder.spoken(
        Spoken(
            conversation_id="c1",
            turn_id="t1",
            heard="Il est",
            complete=False,
            stages={"dialogue": 2.0, "first_sound": 9.0},
        )
    )
    turn = Turn.objects.get()
    assert (turn.outcome, turn.heard, turn.interrupted, turn.audio) == ("executed", "Il est", True, "")
    assert turn.timings == {"dialogue": 2.0, "first_sound": 9.0}


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"executed": None, "asks_for": "date"}, "asked"),
        ({"executed": None, "intent": "out_of_scope"}, "fallback"),
        ({"executed": None}, "answered"),
    ],
)
def test_what_came_of_a_turn(recorder: Recorder, changes: dict[str, Any], outcome: str):
    recorder.turned(turned(**changes), {})
    assert Turn.objects.get().outcome == outcome


def test_what_cannot_be_written_leaves_the_rest_to_be_written(recorder: Recorder):
    twice = turned(turn_id="t2")
    works = [lambda: recorder.turned(turned(), {"number": 1}), lambda: recorder.turned(twice, {"number": 9})]
    recorder.together([*works, lambda: recorder.turned(turned(turn_id="t3", number=2), {"number": 2})])
    assert list(Turn.objects.values_list("pk", flat=True)) == ["t1", "t3"]
    assert recorder.resume("c1") == {"number": 2}


def test_what_is_saved_is_resumed(recorder: Recorder):
    recorder.save("c1", {"step": 2})
    assert recorder.resume("c1") == {"step": 2}
    recorder.ended("c1", "failed")
    assert services.conversation("c1").status == "error"


class Bell:
    """A skill that announces the welcome sentence."""

    name = "bell"
    intents = ()

    def on_due(self, handler: str, subject: str, *, now: dt.datetime, later: Any) -> tuple[Announcement, ...]:
        return (Announcement(say=Say("welcome"), conversation_id=subject),)


def test_an_announcement_is_kept_once_in_the_language_of_its_conversation(recorder: Recorder):
    serve_skills({"bell": Bell()}, language="en")  # type: ignore[dict-item]
    jobs.later("bell", "ring", at=NOW, subject="c1")
    for _ in range(2):
        for due_id, claim in work.claim(NOW, limit=5):
            assert work.run(due_id, claim, now=NOW)
    notice = Notice.objects.get()
    assert notice.conversation_id == "c1"
    assert "Bonjour" in notice.text
    assert list(services.unsaid(["c1"])) == [notice]
    assert services.say_now(notice, now=NOW)
    assert not services.say_now(notice, now=NOW)


@pytest.mark.parametrize(
    ("turns", "known"),
    [
        ([("ko", "language.switch")], "ko"),
        ([("ko", None), ("ko", None)], "ko"),
        ([("ko", None), ("fr", None), ("ko", None)], "fr"),
        ([("ko", None), ("ko", None), ("en", "language.switch")], "en"),
    ],
)
def test_the_language_that_somebody_goes_on_in_is_theirs(turns: list[tuple[Language, str | None]], known: Language):
    somebody = Person.objects.create(name="Ann")
    change_profile(somebody, {"language": "fr"})
    recorder = Recorder(now=lambda: NOW, settings=current)
    services.start_conversation(
        conversation_id="c2", channel="telephone", language="fr", person_id=somebody.pk, now=NOW
    )
    zone = ZoneInfo("Europe/Paris")
    opening = Opening(conversation_id="c2", channel="telephone", language="fr", zone=zone)
    recorder.began(opening, resumed=False)
    for number, (language, executed) in enumerate(turns, start=1):
        turn = {"turn_id": f"u{number}", "number": number, "language": language, "executed": executed}
        recorder.turned(turned(conversation_id="c2", **turn), {})
    assert profile_of(somebody).language == known


def test_the_language_of_somebody_unknown_is_nobodys(recorder: Recorder):
    recorder.turned(turned(language="ko", executed="language.switch"), {})
    assert Turn.objects.get().language == "ko"
    assert not Person.objects.exists()
