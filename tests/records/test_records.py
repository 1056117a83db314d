import datetime as dt

import pytest
from django.conf import settings

from parley.accounts.models import Person
from parley.contract import NotFound
from parley.records import privacy, services
from parley.records.models import Audit, Conversation, Turn

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
pytestmark = pytest.mark.django_db


def start(conversation_id: str = "c1", person: Person | None = None) -> Conversation:
    return services.start_conversation(
        conversation_id=conversation_id,
        channel="browser",
        language="en",
        person_id=person and person.pk,
        now=NOW,
    )


def turn(number: int = 1, *, wav: bytes | None = None, conversation_id: str = "c1") -> Turn:
    row = Turn(conversation_id=conversation_id, number=number, at=NOW, language="fr", timings={"dialogue": 2.0})
    return services.record_turn(row, wav=wav)


def test_a_reconnect_goes_on_with_the_same_conversation():
    start()
    services.save_state("c1", {"slots": {"date": "2026-03-03"}})
    services.end_conversation("c1", outcome="hangup", now=NOW)
    again = start()
    assert (again.status, again.ended_at) == (Conversation.Status.ACTIVE, None)
    assert services.load_state("c1") == {"slots": {"date": "2026-03-03"}}


def test_an_unknown_conversation_has_no_state():
    assert services.load_state("none") is None
    with pytest.raises(NotFound):
        services.conversation("none")


def test_what_was_heard_is_added_to_the_turn():
    start()
    row = turn()
    services.record_heard(row.pk, heard="You are", complete=False, timings={"dialogue": 2.0, "first_sound": 31.0})
    row.refresh_from_db()
    assert (row.heard, row.interrupted) == ("You are", True)
    assert row.timings == {"dialogue": 2.0, "first_sound": 31.0}


def test_the_first_end_stands():
    start()
    services.end_conversation("c1", outcome="goodbye", now=NOW)
    services.end_conversation("c1", outcome="hangup", now=NOW + dt.timedelta(seconds=1))
    assert services.conversation("c1").outcome == "goodbye"


def test_sound_goes_after_its_last_day_and_the_turn_stays():
    start()
    row = turn(wav=b"RIFF")
    file = settings.PARLEY.data_dir / row.audio
    assert file.read_bytes() == b"RIFF"
    services.forget_old(NOW + dt.timedelta(days=29), record_days=0)
    assert file.exists()
    assert services.forget_old(NOW + dt.timedelta(days=31), record_days=0) == (1, 0)
    assert not file.exists()
    assert Turn.objects.get().audio == ""


def test_old_conversations_go_with_their_sound():
    start()
    file = settings.PARLEY.data_dir / turn(wav=b"RIFF").audio
    services.forget_old(NOW + dt.timedelta(days=8), record_days=7)
    assert not Conversation.objects.exists()
    assert not file.exists()


def test_a_person_sees_everything_and_is_erased_with_everything():
    person = Person.objects.create(name="A", phone="+15550100")
    start(person=person)
    start("other")
    turn()
    turn(conversation_id="other")
    shown = privacy.export(person, actor="user:1", now=NOW)
    assert shown["accounts"]["person"][0]["phone"] == "+15550100"
    assert [row["number"] for row in shown["records"]["turns"]] == [1]
    key = f"person:{person.pk}"
    privacy.erase(person, actor="user:1", now=NOW)
    assert list(Conversation.objects.values_list("pk", flat=True)) == ["other"]
    assert not Person.objects.exists()
    assert list(Audit.objects.order_by("pk").values_list("action", "subject")) == [("export", key), ("erase", key)]


def test_a_notice_wakes_whoever_says_it_when_it_is_committed(django_capture_on_commit_callbacks):
    woken: list[int] = []
    forget = services.on_notice(lambda: woken.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        services.notify("Ding.", conversation_id=None, person_id=None, now=NOW)
        assert woken == []
    forget()
    with django_capture_on_commit_callbacks(execute=True):
        services.notify("Dong.", conversation_id=None, person_id=None, now=NOW)
    assert woken == [1]
