"""The work of the outbox: word a message, hand it to its provider once, try again when that fails.

The database is not held while the provider is asked. A worker that dies then leaves the message as *sending*; the
next one asks the provider whether it has it before it sends.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction

from parley.contract import ParleyError, SmsUndelivered, language_of
from parley.jobs import later, register
from parley.messaging import consent, quiet, wording
from parley.messaging.models import Channel, Consent, Message
from parley.messaging.providers import Outgoing, provider_for
from parley.messaging.services import OWNER, SEND, Status, zone_of
from parley.messaging.sources import Content, source

BACKOFF: Final = tuple(dt.timedelta(seconds=s) for s in (30, 120, 600, 3600))
"""Pauses after the first, the second, … failure; then it has failed for good."""
HOUR: Final = dt.timedelta(hours=1)
UNSETTLED: Final = dt.timedelta(minutes=10)
"""How soon is looked again whether a question about the messages has been answered."""

log = structlog.get_logger("parley.messages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A message that is to be handed over now."""

    outgoing: Outgoing
    ask_first: bool
    """An earlier attempt may have arrived."""
    began: dt.datetime
    """When it was first tried."""


def work(handler: str, subject: str, now: dt.datetime) -> None:
    """Due work: send the message `subject`."""
    assert handler == SEND
    attempt = _claim(subject, now)
    if attempt is None:
        return
    provider = provider_for(attempt.outgoing.channel)
    try:
        provider_id = provider.find(attempt.outgoing, since=attempt.began) if attempt.ask_first else None
        provider_id = provider_id or provider.send(attempt.outgoing)
    except ParleyError as error:
        _failed(subject, error, now=now)
    else:
        sent = {"status": Status.SENT, "sent_at": now, "provider": provider.name, "provider_id": provider_id}
        waiting = Message.objects.filter(pk=subject, status=Status.SENDING)
        waiting.update(**sent, uncertain=False, error_code="", detail="")
        log.info("message_sent", channel=attempt.outgoing.channel, provider=provider.name)


@transaction.atomic
def _claim(message_id: str, now: dt.datetime) -> Attempt | None:
    """Take the message for sending; None when it must wait or need not go."""
    message = Message.objects.select_for_update().filter(pk=message_id, status__in=Message.OPEN).first()
    if message is None or _waits(message, now):
        return None
    content = source(message.source).compose(message, now) if message.source else None
    if message.source and content is None:
        message.status = Status.CANCELLED
        message.save(update_fields=["status"])
        return None
    if content is not None:
        _word(message, content)
    ask_first, began = message.status == Status.SENDING or message.uncertain, message.tried_at or now
    message.status, message.attempts = Status.SENDING, message.attempts + 1
    message.tried_at = began if ask_first else now
    message.save()
    outgoing = Outgoing(
        id=str(message.pk),
        channel=message.channel,
        to=message.to,
        subject=message.subject,
        text=message.text,
        language=message.language,
        calendar=content.calendar if content is not None else None,
    )
    return Attempt(outgoing=outgoing, ask_first=ask_first, began=began)


def _waits(message: Message, now: dt.datetime) -> bool:
    """Whether it may not go now: it is postponed then, or put aside."""
    if message.purpose != "reply":
        state = consent.allowed(message.to, message.channel)
        if state == Consent.State.REFUSED:
            message.status = Status.SUPPRESSED
            message.save(update_fields=["status"])
            return True
        if state == Consent.State.ASKED:
            return _postponed(message, now + UNSETTLED)
        if not message.urgent and message.channel != Channel.EMAIL and quiet.is_quiet(now, zone_of(message)):
            return _postponed(message, quiet.morning(now, zone_of(message)))
    if message.channel == Channel.SMS and message.status == Status.QUEUED:
        last_hour = Message.objects.filter(channel=Channel.SMS, tried_at__gt=now - HOUR).order_by("tried_at")
        most = settings.PARLEY.sms_an_hour
        if most and last_hour.count() >= most:
            first = last_hour.values_list("tried_at", flat=True).first()
            return _postponed(message, (first or now) + HOUR)
    return False


def _postponed(message: Message, at: dt.datetime) -> bool:
    message.send_at = at
    message.save(update_fields=["send_at"])
    later(OWNER, SEND, at=at, subject=str(message.pk))
    return True


def _word(message: Message, content: Content) -> None:
    def text(form: str) -> str:
        key = f"{message.template}{form}"
        return wording.text(key, content.values, language=language_of(message.language), zone=content.zone)

    if message.channel == Channel.EMAIL:
        message.subject, message.text = text(".subject"), text(".mail")
    else:
        message.text = text(".call" if message.channel == Channel.CALL else "")


@transaction.atomic
def _failed(message_id: str, error: ParleyError, *, now: dt.datetime) -> None:
    message = Message.objects.select_for_update().get(pk=message_id)
    message.detail = str(error.details.get("provider_code", ""))[:120]
    message.uncertain = error.retryable
    if error.retryable and message.attempts <= len(BACKOFF):
        message.status, message.error_code = Status.QUEUED, error.code
        message.send_at = now + BACKOFF[message.attempts - 1]
        later(OWNER, SEND, at=message.send_at, subject=message_id)
    else:
        message.status, message.error_code = Status.FAILED, SmsUndelivered.code
        log.error("message_failed", channel=message.channel, code=SmsUndelivered.code, detail=message.detail)
    message.save()


def serve() -> None:
    """Have the outbox worked through by the runner of due work."""
    register(OWNER, work, atomic=False)
