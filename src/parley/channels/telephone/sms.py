"""Text messages that come in: a refusal, a keyword, an answer by a digit, or a conversation like any other."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any, Final

from parley.channels.telephone import calls
from parley.channels.telephone.calls import Line
from parley.channels.telephone.webhook import Request
from parley.contract import Caller, Language, ParleyError, RequestInvalid, language_of
from parley.conversation.once import Once
from parley.conversation.services import Opening
from parley.messaging import consent, services, wording
from parley.messaging.models import Channel, Consent, Incoming, Message
from parley.messaging.posting import post
from parley.messaging.sources import source
from parley.records.models import Conversation
from parley.understanding.interceptors import emergency_in, stops_contact
from parley.understanding.language import identified

GOES_ON: Final = dt.timedelta(hours=12)
"""How long a conversation by text message lasts without a word."""
QUESTION: Final = dt.timedelta(minutes=30)
"""How long a digit answers the question that the conversation asked last."""
REPORTED: Final = {"delivered": "delivered", "sent": "sent", "failed": "failed", "undelivered": "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A message that came in, with what is known of its sender."""

    row: Incoming
    line: Line
    language: Language
    conversation_id: str

    @property
    def phone(self) -> str:
        """Who wrote."""
        return self.row.phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What becomes of it: words to send back, or a sentence for the dialogue."""

    text: str = ""
    said: str = ""


async def sms(request: Request) -> None:
    """Answer, through the outbox, once however often the carrier delivers it."""
    came = await request.kept(lambda: _came(request))
    if came is None:
        return
    reply = await request.kept(lambda: _settled(came, request.now))
    text = reply.text
    if reply.said:
        try:
            text = await _talk(request, came, reply.said)
        except ParleyError as error:
            if not error.retryable:
                raise
            text = await request.kept(lambda: _text(came, "trouble"))
    await request.kept(lambda: _answered(came, text, now=request.now))


def _came(request: Request) -> Came | None:
    form = request.form
    phone, line_number = calls.number(form.get("From", "")), calls.number(form.get("To", ""))
    if not phone or not form.get("MessageSid"):
        raise RequestInvalid("a message names its sender and its MessageSid")
    text = form.get("Body", "").strip()
    line = calls.line_of(line_number, country=request.house.country, default=request.house.language)
    row, _ = Incoming.objects.get_or_create(
        provider_id=form["MessageSid"],
        defaults={"phone": phone, "line": line_number, "text": text, "at": request.now},
    )
    if row.answered_at is not None:
        return None
    written = services.latest_to(phone)
    known = calls.language_on_record(phone) or (language_of(written.language) if written else line.languages[0])
    return Came(
        row=row,
        line=line,
        language=known if len(text) < 4 else identified(text, default=known),
        conversation_id=_conversation_id(phone, line_number, now=request.now),
    )


def _conversation_id(phone: str, line: str, *, now: dt.datetime) -> str:
    """The conversation that goes on with this number, or a new one's."""
    beginning = f"sms-{hashlib.blake2s(f'{phone}|{line}'.encode(), digest_size=10).hexdigest()}"
    going_on = Conversation.objects.filter(pk__startswith=beginning, active_at__gte=now - GOES_ON)
    latest = going_on.order_by("-active_at").values_list("pk", flat=True).first()
    return latest or f"{beginning}-{now:%Y%m%d%H%M}"


def _settled(came: Came, now: dt.datetime) -> Reply:
    """What needs no dialogue: consent, help, and a digit in answer to a message of ours."""
    text, phone = came.row.text, came.phone
    before = consent.allowed(phone, Channel.SMS)
    told: dict[str, Any] = {"how": "sms", "words": text, "language": came.language, "now": now}
    if emergency_in(text) is not None:
        return Reply(said=text)
    if stops_contact(text, channel="sms"):
        consent.refuse(phone, **told)
        return Reply(text="" if before == Consent.State.REFUSED else _text(came, "stopped"))
    asked = wording.keyword(text)
    if asked == "start":
        consent.agree(phone, **told)
        return Reply(text=_text(came, "started"))
    if asked == "help":
        return Reply(text=_text(came, "help"))
    if asked == "cancel" and not _open_question(came, now):
        consent.ask(phone, **told)
        return Reply(text=_text(came, "cancel_question"))
    if before == Consent.State.ASKED:
        consent.agree(phone, **told)
        if asked == "visit":
            return Reply(said=wording.as_said("cancel", came.language))
    if asked in ("confirm", "move") and not _open_question(came, now):
        return _by_digit(came, asked, now) or Reply(said=text)
    return Reply(said=text)


def _open_question(came: Came, now: dt.datetime) -> bool:
    """Whether the conversation itself waits for an answer, which a digit then is."""
    row = Conversation.objects.filter(pk=came.conversation_id, active_at__gte=now - QUESTION).first()
    return bool(row is not None and ((row.state or {}).get("state") or {}).get("asked"))


def _by_digit(came: Came, asked: str, now: dt.datetime) -> Reply | None:
    message: Message | None = services.latest_to(came.phone)
    replied = source(message.source).replied if message is not None else None
    if message is None or replied is None:
        return None
    reply = replied(message, asked, now)
    if reply is None:
        return Reply(text=_text(came, "appointment.gone"))
    if reply.as_said:
        return Reply(said=wording.as_said(reply.as_said, came.language))
    zone = reply.zone or came.line.zone
    return Reply(text=wording.text(reply.template, reply.values, language=came.language, zone=zone))


async def _talk(request: Request, came: Came, said: str) -> str:
    house = request.house
    opening = Opening(
        conversation_id=came.conversation_id,
        owner=f"sms:{came.phone}",
        channel="sms",
        language=came.language,
        zone=came.line.zone,
        caller=Caller(phone=came.phone),
        country=came.line.country,
        facts=came.line.facts(came.row.line),
    )
    once = Once(opening=opening, floor=house.floor, services=house.services, voice_activity=house.voice_activity)
    await once.start()
    return (await once.read(said, speaking=False)).text


def _answered(came: Came, text: str, *, now: dt.datetime) -> None:
    if text:
        post().reply(came.phone, text, language=came.language, key=f"reply:{came.row.provider_id}", now=now)
    Incoming.objects.filter(pk=came.row.pk).update(answered_at=now)


def _text(came: Came, key: str) -> str:
    site = came.line.site
    phone = (site.phone or site.transfer_phone) if site is not None else came.row.line
    values = {"place": came.line.place, "phone": phone}
    return wording.text(key, values, language=came.language, zone=came.line.zone)


async def reported(request: Request) -> None:
    """The carrier tells what became of a message of ours."""
    form = request.form
    word = REPORTED.get(form.get("MessageStatus", ""))
    if word is not None:
        detail, sid = form.get("ErrorCode", ""), form.get("MessageSid", "")
        await request.kept(lambda: services.reported(sid, word, detail=detail))
