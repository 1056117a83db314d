"""REST: send a text message, and see what became of it."""

import datetime as dt
import uuid
from typing import Annotated, Final, Literal, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Header, Router, Schema
from pydantic import Field

from parley.accounts.authentication import Principal, with_scope
from parley.accounts.services import people_with_phone
from parley.contract import Language, PermissionRefused, RequestInvalid, SmsUndelivered
from parley.messaging import consent, services
from parley.messaging.models import Channel, Consent, Message
from parley.messaging.posting import Own

PATH: Final = "/sms"
router = Router(tags=["messages"])


class SendIn(Schema):
    """A message to send."""

    to: str
    """A telephone number, E.164 or as it is written in the country of the house."""
    message: Annotated[str, Field(min_length=1, max_length=1600)]
    language: Language = "en"
    send_at: dt.datetime | None = None
    reply: bool = False
    """It answers what its recipient has just written, and goes whatever they want otherwise; by our services only."""


class SendOut(Schema):
    """It is in the outbox."""

    success: bool
    message_id: UUID
    status: str


class StatusOut(Schema):
    """What became of a message."""

    message_id: UUID
    status: str
    channel: str
    purpose: str
    attempts: int
    send_at: dt.datetime
    sent_at: dt.datetime | None
    provider: str
    provider_id: str
    error_code: str


@router.post("/send", response=SendOut, auth=with_scope("sms:write"))
def send(
    request: HttpRequest,
    body: SendIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key")] = "",
) -> SendOut:
    """Queue a text message. The same `Idempotency-Key` again is the same message."""
    to, now = services.e164(body.to), timezone.now()
    if body.reply:
        return _reply(request, body, to, idempotency_key)
    if consent.allowed(to, Channel.SMS) == Consent.State.REFUSED:
        raise SmsUndelivered("the recipient has asked for no more messages")
    people = people_with_phone(to)
    recipient = services.Recipient(to=to, language=body.language, person=people[0] if len(people) == 1 else None)
    message = services.queue(
        Channel.SMS,
        recipient,
        key=f"api:{idempotency_key or uuid.uuid4().hex}",
        purpose="other",
        now=now,
        at=body.send_at,
        text=body.message,
    )
    return SendOut(success=True, message_id=message.pk, status=message.status)


def _reply(request: HttpRequest, body: SendIn, to: str, key: str) -> SendOut:
    if not cast(Principal, request.auth).service:  # type: ignore[attr-defined]
        raise PermissionRefused("only a conversation replies")
    if not key:
        raise RequestInvalid("a reply names its Idempotency-Key")
    Own().reply(to, body.message, language=body.language, key=key, now=timezone.now())
    message = Message.objects.get(key=key)
    return SendOut(success=True, message_id=message.pk, status=message.status)


class ConsentIn(Schema):
    """What somebody has agreed to, or refused."""

    phone: str
    scope: Literal["messages", "calls"]
    agreed: bool
    words: Annotated[str, Field(max_length=400)] = ""
    """How they put it, or on which form."""
    language: Language = "en"


class ConsentOut(Schema):
    """What holds for a number now."""

    messages: str
    calls: str


@router.post("/consent", response=ConsentOut, auth=with_scope("sms:write"))
def put_consent(request: HttpRequest, body: ConsentIn) -> ConsentOut:
    """Record that a person agreed to messages or calls, or refused both."""
    phone, now = services.e164(body.phone), timezone.now()
    if body.agreed:
        scopes = (Consent.Scope(body.scope),)
        consent.agree(phone, how="staff", words=body.words, language=body.language, now=now, scopes=scopes)
    else:
        consent.refuse(phone, how="staff", words=body.words, language=body.language, now=now)
    return ConsentOut(messages=consent.allowed(phone, Channel.SMS), calls=consent.allowed(phone, Channel.CALL))


@router.get("/status/{message_id}", response=StatusOut, auth=with_scope("sms:read"))
def status(request: HttpRequest, message_id: str) -> StatusOut:
    """What became of a message."""
    return _shown(services.message(message_id))


@router.get("", response=list[StatusOut], auth=with_scope("sms:read"))
def outbox(
    request: HttpRequest,
    status: str = "",
    limit: Annotated[int, Field(ge=1, le=500)] = 100,
) -> list[StatusOut]:
    """The outbox, the latest first."""
    return [_shown(row) for row in services.outbox(status=status)[:limit]]


def _shown(row: Message) -> StatusOut:
    fields = {name: getattr(row, name) for name in StatusOut.model_fields if name != "message_id"}
    return StatusOut(message_id=row.pk, **fields)
