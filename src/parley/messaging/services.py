"""Put messages into the outbox, take them out again, and note what became of them.

A message is queued in the transaction of what it is about, and stands or falls with it. It is worded when it is sent,
from what is true then (`sources`), and sent once (`sending`).
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import phonenumbers
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from parley.accounts.models import Person
from parley.contract import Language, NotFound, RequestInvalid, SmsUndelivered
from parley.jobs import cancel as forget
from parley.jobs import later
from parley.messaging import quiet
from parley.messaging.models import Channel, Message
from parley.messaging.sources import source

OWNER: Final = "messaging"
SEND: Final = "send"
REACHED: Final = ("queued", "sending", "sent", "delivered")
"""The way of a message that arrives; word of an earlier station that comes late changes nothing."""

Status = Message.Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """To whom."""

    to: str
    """E.164, or an e-mail address."""
    language: Language
    person: Person | None = None


@transaction.atomic
def queue(
    channel: Channel,
    recipient: Recipient,
    *,
    key: str,
    purpose: str,
    now: dt.datetime,
    at: dt.datetime | None = None,
    source: str = "",
    about: str = "",
    template: str = "",
    text: str = "",
    subject: str = "",
    urgent: bool = False,
) -> Message:
    """Have a message sent at `at` (None: now). The same key again is the same message; it moves while it waits."""
    message, made = Message.objects.get_or_create(
        key=key,
        defaults={
            "channel": channel,
            "purpose": purpose,
            "to": recipient.to,
            "person": recipient.person,
            "language": recipient.language,
            "source": source,
            "about": about,
            "template": template,
            "text": text,
            "subject": subject,
            "urgent": urgent,
            "send_at": at or now,
        },
    )
    if made or message.status == Status.QUEUED:
        message.send_at = at or now
        message.save(update_fields=["send_at"])
        later(OWNER, SEND, at=message.send_at, subject=str(message.pk))
    return message


def remind(
    channel: Channel,
    recipient: Recipient,
    *,
    key: str,
    at: dt.datetime,
    zone: ZoneInfo,
    now: dt.datetime,
    source: str,
    about: str,
    template: str,
) -> Message | None:
    """Queue a reminder, out of the quiet hours; None when its time is over already."""
    when = quiet.earlier(at, zone)
    if when <= now:
        return None
    return queue(
        channel,
        recipient,
        key=key,
        purpose="reminder",
        now=now,
        at=when,
        source=source,
        about=about,
        template=template,
    )


def withdraw(source: str, about: str, *, purposes: Sequence[str] = ()) -> int:
    """Take back what waits about something; returns how much that was."""
    waiting = Message.objects.filter(source=source, about=about, status=Status.QUEUED)
    if purposes:
        waiting = waiting.filter(purpose__in=purposes)
    for message_id in waiting.values_list("pk", flat=True):
        forget(OWNER, SEND, subject=str(message_id))
    return waiting.update(status=Status.CANCELLED)


def message(message_id: uuid.UUID | str) -> Message:
    """One message. Raises NotFound, also for what is no id."""
    try:
        return Message.objects.get(pk=uuid.UUID(str(message_id)))
    except (Message.DoesNotExist, ValueError):
        raise NotFound("no such message") from None


def outbox(*, status: str = "", to: str = "") -> QuerySet[Message]:
    """Messages, the latest first."""
    found = Message.objects.order_by("-created_at")
    found = found.filter(status=status) if status else found
    return found.filter(to=to) if to else found


def send_again(message_id: uuid.UUID | str, *, now: dt.datetime) -> Message:
    """Try a failed message once more, by hand."""
    row = message(message_id)
    Message.objects.filter(pk=row.pk, status=Status.FAILED).update(
        status=Status.QUEUED, attempts=0, error_code="", detail="", send_at=now
    )
    later(OWNER, SEND, at=now, subject=str(row.pk))
    return message(row.pk)


@transaction.atomic
def reported(provider_id: str, status: str, *, detail: str = "") -> Message | None:
    """The carrier tells what became of a message: `sent`, `delivered`, `failed`. None: it is none of ours."""
    row = Message.objects.select_for_update().filter(provider_id=provider_id).first()
    if row is None or not provider_id:
        return None
    if status == Status.FAILED:
        row.status, row.error_code, row.detail = Status.FAILED, SmsUndelivered.code, detail[:120]
    elif status in REACHED and row.status in REACHED and REACHED.index(status) > REACHED.index(row.status):
        row.status = Status(status)
    row.save(update_fields=["status", "error_code", "detail"])
    return row


def latest_to(phone: str) -> Message | None:
    """The last message to a number that can be answered with a digit."""
    return (
        Message.objects.filter(to=phone, status__in=(Status.SENT, Status.DELIVERED))
        .exclude(source="")
        .exclude(channel=Channel.EMAIL)
        .order_by("-sent_at")
        .first()
    )


def e164(number: str) -> str:
    """A telephone number in the form +15145550123. Raises RequestInvalid."""
    try:
        parsed = phonenumbers.parse(number, settings.PARLEY.country)
    except phonenumbers.NumberParseException:
        raise RequestInvalid("this is no telephone number") from None
    if not phonenumbers.is_possible_number(parsed):
        raise RequestInvalid("this is no telephone number")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def zone_of(row: Message) -> ZoneInfo:
    """The recipient's clock: of their record, else of what the message is about, else of the house."""
    if row.person is not None and row.person.time_zone:
        return ZoneInfo(row.person.time_zone)
    zone: ZoneInfo = source(row.source).zone_of(row) if row.source else settings.PARLEY.zone
    return zone


RING_AGAIN: Final = dt.timedelta(minutes=30)
MOST_RINGS: Final = 3


@transaction.atomic
def call_ended(message_id: uuid.UUID | str, status: str, *, now: dt.datetime) -> None:
    """A call of ours is over. Where nobody answered it is made again, a few times."""
    row = Message.objects.select_for_update().filter(pk=message_id, status=Status.SENT).first()
    if row is None or status not in ("busy", "no-answer", "failed", "canceled"):
        return
    if row.attempts < MOST_RINGS and status in ("busy", "no-answer"):
        row.status, row.provider_id, row.send_at = Status.QUEUED, "", now + RING_AGAIN
        later(OWNER, SEND, at=row.send_at, subject=str(row.pk))
    else:
        row.status, row.error_code, row.detail = Status.FAILED, SmsUndelivered.code, status
    row.save()
