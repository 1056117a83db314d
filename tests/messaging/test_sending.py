"""The outbox, with Twilio's real client against a server that answers as Twilio does."""

import datetime as dt

import pytest
from django.db import transaction

from parley.contract import ExternalTimeout
from parley.jobs import services as jobs
from parley.jobs.models import Due
from parley.messaging import consent, services
from parley.messaging.models import Channel, Message
from parley.messaging.providers.twilio import Twilio
from tests.messaging.conftest import NOON, START, ZONE

pytestmark = pytest.mark.django_db(transaction=True)
TO = services.Recipient(to="+15145550111", language="en")
HOUR = dt.timedelta(hours=1)


def due(now: dt.datetime) -> int:
    """Do all that is due."""
    done = 0
    while claims := jobs.claim(now, limit=10):
        for row, claim in claims:
            jobs.run(row, claim, now=now)
            done += 1
    return done


def plain(**more) -> Message:
    return services.queue(Channel.SMS, TO, **({"key": "k1", "purpose": "other", "now": NOON, "text": "Hello"} | more))


def test_a_message_is_sent_once_however_often_it_is_asked_for(twilio):
    first, again = plain(), plain()
    assert first == again
    due(NOON)
    plain()
    due(NOON)
    (form,) = twilio.of("Messages.json")
    assert form["To"] == TO.to
    assert form["Body"] == "Hello"
    assert form["StatusCallback"] == "https://voice.example.org/webhook/message-status"
    sent = services.message(first.pk)
    assert (sent.status, sent.provider, sent.sent_at) == ("sent", "twilio", NOON)


def test_it_stands_or_falls_with_its_transaction(twilio):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        plain()
        raise ZeroDivisionError
    due(NOON)
    assert not twilio.requests
    assert not Due.objects.exists()


def test_without_a_key_it_lies_in_the_outbox():
    row = plain()
    due(NOON)
    assert services.message(row.pk).provider == "outbox"


def test_the_text_is_that_of_the_moment_of_sending(twilio, visit):
    services.queue(
        Channel.SMS,
        TO,
        key="k",
        purpose="confirmation",
        now=NOON,
        source="visit",
        about="1",
        template="appointment.booked",
        urgent=True,
    )
    visit.start = START + HOUR
    due(NOON)
    assert "Thursday, March 7 at 3:30\u202fPM" in twilio.of("Messages.json")[0]["Body"].replace(" PM", "\u202fPM")


def test_what_has_lost_its_reason_is_not_sent(twilio, visit):
    row = services.queue(
        Channel.SMS,
        TO,
        key="k",
        purpose="reminder",
        now=NOON,
        source="visit",
        about="1",
        template="appointment.reminder_day",
    )
    visit.start = None
    due(NOON)
    assert services.message(row.pk).status == "cancelled"
    assert not twilio.requests


def test_a_failure_is_tried_again_and_in_the_end_is_biz_004(twilio):
    row, now = plain(), NOON
    twilio.faults = [(503, 20503)] * 5
    for pause in (30, 120, 600, 3600):
        due(now)
        assert services.message(row.pk).status == "queued"
        due(now + dt.timedelta(seconds=pause - 1))
        now += dt.timedelta(seconds=pause)
    due(now)
    failed = services.message(row.pk)
    assert (failed.status, failed.error_code, failed.detail, failed.attempts) == ("failed", "BIZ_004", "20503", 5)
    services.send_again(row.pk, now=now)
    due(now)
    assert services.message(row.pk).status == "sent"


def test_a_refusal_by_the_carrier_is_final_at_once(twilio):
    row = plain()
    twilio.faults = [(400, 21211)]
    due(NOON)
    failed = services.message(row.pk)
    assert (failed.status, failed.error_code, failed.attempts) == ("failed", "BIZ_004", 1)


def test_a_message_whose_answer_was_lost_is_not_sent_twice(twilio):
    row, twilio.lost = plain(), 1
    due(NOON)
    assert services.message(row.pk).status == "queued"
    due(NOON + HOUR)
    assert len(twilio.of("Messages.json")) == 1
    assert services.message(row.pk).provider_id == twilio.sent[0]["sid"]


def test_it_is_looked_for_from_the_first_attempt_on(twilio, monkeypatch):
    row, twilio.lost, twilio.now = plain(), 1, NOON
    due(NOON)

    def away(*_, **__):
        raise ExternalTimeout("no answer")

    with monkeypatch.context() as unheard:
        unheard.setattr(Twilio, "find", away)
        due(NOON + HOUR)
    assert services.message(row.pk).attempts == 2
    due(NOON + 2 * HOUR)
    assert len(twilio.of("Messages.json")) == 1
    assert services.message(row.pk).status == "sent"


def test_the_same_text_of_another_day_is_another_message(twilio):
    twilio.now = NOON - 24 * HOUR
    plain(key="yesterday", now=NOON - 24 * HOUR)
    due(NOON - 24 * HOUR)
    twilio.now = NOON
    row, twilio.faults = plain(), [(503, 20503)]
    due(NOON)
    due(NOON + HOUR)
    assert services.message(row.pk).provider_id == twilio.sent[1]["sid"]


def test_a_worker_that_died_after_sending_does_not_send_twice(twilio):
    row = plain()
    due(NOON)
    Message.objects.filter(pk=row.pk).update(status="sending", provider_id="")
    jobs.later(services.OWNER, services.SEND, at=NOON, subject=str(row.pk))
    due(NOON + HOUR / 2)
    assert len(twilio.of("Messages.json")) == 1
    assert services.message(row.pk).status == "sent"
    assert services.message(row.pk).provider_id == twilio.sent[0]["sid"]


def test_the_hundred_and_first_message_of_an_hour_waits(twilio, settings):
    settings.PARLEY = settings.PARLEY.model_copy(update={"sms_an_hour": 2})
    rows = [plain(key=f"k{n}", now=NOON) for n in range(3)]
    due(NOON)
    assert [services.message(row.pk).status for row in rows] == ["sent", "sent", "queued"]
    due(NOON + HOUR)
    assert services.message(rows[2].pk).status == "sent"


def test_reminders_of_the_night_go_out_in_the_evening_before(visit):
    def at(hour: int, day: int = 7) -> dt.datetime:
        return dt.datetime(2030, 3, day, hour, tzinfo=ZONE)

    def remind(when: dt.datetime, now: dt.datetime = NOON) -> dt.datetime | None:
        row = services.remind(
            Channel.SMS,
            TO,
            key=f"{when}{now}",
            at=when,
            zone=ZONE,
            now=now,
            source="visit",
            about="1",
            template="appointment.reminder_day",
        )
        return row.send_at if row else None

    assert remind(at(12)) == at(12)
    assert remind(at(6)) == at(20, 6) + HOUR / 2
    assert remind(at(21)) == at(20) + HOUR / 2
    assert remind(at(6), now=at(22, 6)) is None


def test_what_comes_due_in_the_night_waits_for_the_morning_unless_it_answers(twilio):
    night = NOON.replace(hour=23)
    late, answer = plain(now=night), plain(key="k2", now=night, purpose="reply")
    hurried = plain(key="k3", now=night, urgent=True)
    assert ZONE.key != "America/New_York"
    due(night)
    assert [services.message(row.pk).status for row in (late, answer, hurried)] == ["queued", "sent", "sent"]
    due(night + 9 * HOUR)
    assert services.message(late.pk).status == "sent"


def test_a_refusal_drops_what_waits_and_start_restores(twilio):
    row = plain(at=NOON + HOUR)
    assert consent.refuse(TO.to, how="sms", words="STOP", language="en", now=NOON) == 1
    assert services.message(row.pk).status == "suppressed"
    later = plain(key="k2")
    due(NOON + HOUR)
    assert services.message(later.pk).status == "suppressed"
    consent.agree(TO.to, how="sms", words="START", language="en", now=NOON + HOUR)
    plain(key="k3", now=NOON + HOUR)
    due(NOON + HOUR)
    assert len(twilio.of("Messages.json")) == 1


def test_nothing_is_sent_while_it_is_asked_what_cancel_meant(twilio):
    row = plain()
    consent.ask(TO.to, how="sms", words="CANCEL", language="en", now=NOON)
    due(NOON)
    assert services.message(row.pk).status == "queued"
    consent.agree(TO.to, how="sms", words="VISIT", language="en", now=NOON)
    due(NOON + HOUR)
    assert services.message(row.pk).status == "sent"


def test_calls_want_consent(twilio, visit):
    def call(key: str) -> Message:
        return services.queue(
            Channel.CALL,
            TO,
            key=key,
            purpose="reminder",
            now=NOON,
            source="visit",
            about="1",
            template="appointment.reminder_day",
        )

    row = call("c1")
    due(NOON)
    assert services.message(row.pk).status == "suppressed"
    consent.agree(TO.to, how="staff", words="", language="en", now=NOON, scopes=(consent.Scope.CALLS,))
    row = call("c2")
    due(NOON)
    (form,) = twilio.of("Calls.json")
    assert form["MachineDetection"] == "DetectMessageEnd"
    assert form["Url"] == f"https://voice.example.org/webhook/outbound?message={row.pk}"


def test_mail_carries_the_appointment(mailoutbox, settings, visit):
    settings.PARLEY = settings.PARLEY.model_copy(update={"mail_from": "Clinic <clinic@example.org>"})
    to = services.Recipient(to="a@example.com", language="fr")
    services.queue(
        Channel.EMAIL,
        to,
        key="m",
        purpose="confirmation",
        now=NOON,
        source="visit",
        about="1",
        template="appointment.booked",
    )
    due(NOON)
    (mail,) = mailoutbox
    assert mail.subject == "Votre rendez-vous du jeudi 7 mars à 14 h 30"
    assert mail.attachments[0].filename == "appointment.ics"


def test_the_carriers_word_moves_a_message_forward_only(twilio):
    row = plain()
    due(NOON)
    sid = services.message(row.pk).provider_id
    services.reported(sid, "delivered")
    services.reported(sid, "sent")
    assert services.message(row.pk).status == "delivered"
    assert services.reported("SM0", "delivered") is None
    services.reported(sid, "failed", detail="30003")
    assert services.message(row.pk).error_code == "BIZ_004"
