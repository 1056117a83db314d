"""The webhooks of a call: it comes, its sound ends, it is put through, it is over. Each answers with TwiML.

/webhook/voice ──> <Connect><Stream> ── stream ends ──> /webhook/after ──┬──> hang up
      │                                                                  ├──> <Dial> ──> /webhook/dialled
      └── language asked ──> /webhook/language                           ├──> voicemail
                                                                         └──> /webhook/speech (the stream failed)
"""

from django.conf import settings
from twilio.twiml.voice_response import VoiceResponse

from parley.channels.telephone import calls, speech
from parley.channels.telephone.calls import Line
from parley.channels.telephone.control import DIALLED, NoTransfer
from parley.channels.telephone.phrases import language_meant, phrase, tag
from parley.channels.telephone.summary import summary
from parley.channels.telephone.webhook import Request
from parley.contract import Language, language_of
from parley.messaging import consent, services, wording
from parley.messaging.models import Message
from parley.messaging.sources import source
from parley.records.models import Call

STREAM = "/telephone/stream"
RING_S = 20
LONGEST_MESSAGE_S = 180
BROKEN = frozenset({"hung_up", "failed", "shutdown", "replaced"})
"""Ends of a stream that are no end of the call, where the carrier says that the caller is still there."""


async def voice(request: Request) -> VoiceResponse:
    """A call comes in."""
    return await request.kept(lambda: _arrived(request))


def _arrived(request: Request) -> VoiceResponse:
    form, house = request.form, request.house
    phone, called = calls.number(form.get("From", "")), calls.number(form.get("To", ""))
    ours = form.get("Direction", "").startswith("outbound")
    if ours:
        phone, called = called, phone
    line = calls.line_of(called, country=house.country, default=house.language)
    known = calls.language_on_record(phone)
    language = known or line.languages[0]
    call = calls.arrive(
        request.call_sid,
        phone=phone,
        line=called,
        language=language,
        direction="out" if ours else "in",
        now=request.now,
    )
    if settings.PARLEY.ask_language and known is None and len(line.languages) > 1 and call.status == "ringing":
        return _which_language(request, line)
    return _welcomed(request, call, line)


def _which_language(request: Request, line: Line) -> VoiceResponse:
    twiml = VoiceResponse()
    gather = twiml.gather(
        input="speech dtmf",
        num_digits=1,
        timeout=4,
        speech_timeout="auto",
        action=f"{request.origin}/webhook/language",
    )
    for language in line.languages:
        gather.say(phrase("language", language), language=tag(language, line.country))
    twiml.redirect(f"{request.origin}/webhook/language")
    return twiml


async def language(request: Request) -> VoiceResponse:
    """The caller has said which language, or nothing."""

    def chosen() -> VoiceResponse:
        call = calls.call_of(request.call_sid)
        line = _line(request, call)
        meant = language_meant(request.form.get("Digits") or request.form.get("SpeechResult", ""))
        if meant in line.languages:
            call.conversation.language = meant
            call.conversation.save(update_fields=["language"])
        return _welcomed(request, call, line)

    return await request.kept(chosen)


def _welcomed(request: Request, call: Call, line: Line) -> VoiceResponse:
    """What must be said to everybody, then the conversation."""
    language = _language(request, call)
    twiml = VoiceResponse()
    twiml.say(phrase("notice", language, place=line.place), language=tag(language, line.country))
    if settings.PARLEY.record_calls:
        twiml.say(phrase("recorded", language), language=tag(language, line.country))
    if settings.PARLEY.telephone_mode == "stream":
        return _connected(twiml, request, call)
    twiml.redirect(f"{request.origin}/webhook/speech")
    return twiml


def _connected(twiml: VoiceResponse, request: Request, call: Call) -> VoiceResponse:
    """Open the call's sound to us."""
    address = request.origin.replace("http", "ws", 1) + STREAM
    stream = twiml.connect(action=f"{request.origin}/webhook/after").stream(url=address)
    stream.parameter(name="token", value=calls.announce(call))
    return twiml


async def after(request: Request) -> VoiceResponse:
    """The stream has ended: by us, for a person, or because it failed."""

    def look() -> tuple[Call, str]:
        call = calls.call_of(request.call_sid)
        last = calls.latest(call, "stream", "handover", "conversation_ended", "transfer")
        if last is None or last.event != "conversation_ended":
            return call, last.event if last is not None else "failed"
        if last.details["reason"] in BROKEN and request.form.get("CallStatus") not in calls.OVER:
            return call, "failed"
        calls.over(call, "completed", now=request.now)
        return call, last.event

    call, last = await request.kept(look)
    if last == "handover":
        return await request.kept(lambda: transfer(request, call))
    if last == "conversation_ended":
        twiml = VoiceResponse()
        twiml.hangup()
        return twiml
    # Never opened, or broken off in the middle: the conversation goes on without it.
    await request.kept(lambda: calls.note(call, "stream_failed", now=request.now))
    return await speech.turn(request)


def transfer(request: Request, call: Call) -> VoiceResponse:
    """Put the caller through, or say why not. Synchronous."""
    line = _line(request, call)
    target = line.site.transfer_phone if line.site is not None else ""
    if not target or not calls.is_open(line, request.now):
        reason = NoTransfer.CLOSED if target else NoTransfer.NO_NUMBER
        calls.note(call, "transfer", now=request.now, reason=reason)
        return voicemail_asked(request, call, line)
    twiml = VoiceResponse()
    shown = {"caller_id": call.line} if call.line else {}
    dial = twiml.dial(action=f"{request.origin}/webhook/dialled", timeout=RING_S, answer_on_bridge=True, **shown)
    dial.number(target, url=f"{request.origin}/webhook/whisper?call={call.sid}")
    calls.note(call, "dialling", now=request.now)
    return twiml


async def whisper(request: Request) -> VoiceResponse:
    """Said to the person who takes over, before the two are joined."""

    def words() -> VoiceResponse:
        call = calls.call_of(request.query.get("call", ""))
        line = _line(request, call)
        twiml = VoiceResponse()
        twiml.say(summary(call, line), language=tag(line.languages[0], line.country))
        return twiml

    return await request.kept(words)


async def dialled(request: Request) -> VoiceResponse:
    """How putting through came out: over, or back to the assistant."""

    def result() -> VoiceResponse:
        call = calls.call_of(request.call_sid)
        status = request.form.get("DialCallStatus", "failed")
        twiml = VoiceResponse()
        if status in ("completed", "answered"):
            calls.note(call, "transfer", now=request.now, reason="")
            twiml.hangup()
            return twiml
        calls.note(call, "transfer", now=request.now, reason=DIALLED.get(status, NoTransfer.FAILED))
        if settings.PARLEY.telephone_mode != "stream":
            language = _language(request, call)
            twiml.say(phrase("nobody_answers", language), language=tag(language, _line(request, call).country))
            twiml.redirect(f"{request.origin}/webhook/speech?silent=1")
            return twiml
        return _connected(twiml, request, call)

    return await request.kept(result)


def voicemail_asked(request: Request, call: Call, line: Line) -> VoiceResponse:
    """Ask for a message."""
    language = _language(request, call)
    twiml = VoiceResponse()
    twiml.say(phrase("voicemail", language), language=tag(language, line.country))
    twiml.record(
        action=f"{request.origin}/webhook/voicemail",
        recording_status_callback=f"{request.origin}/webhook/recording",
        max_length=LONGEST_MESSAGE_S,
        finish_on_key="#",
        play_beep=True,
        trim="trim-silence",
    )
    twiml.hangup()
    return twiml


async def voicemail(request: Request) -> VoiceResponse:
    """The caller has left a message."""

    def thanks() -> VoiceResponse:
        call = calls.call_of(request.call_sid)
        language = _language(request, call)
        twiml = VoiceResponse()
        twiml.say(phrase("voicemail_thanks", language), language=tag(language, _line(request, call).country))
        twiml.hangup()
        return twiml

    return await request.kept(thanks)


async def outbound(request: Request) -> VoiceResponse:
    """A call of ours was answered, by a person or a machine."""
    return await request.kept(lambda: _reached(request))


def _reached(request: Request) -> VoiceResponse:
    form, message = request.form, services.message(request.query.get("message", ""))
    line = calls.line_of(form.get("From", ""), country=request.house.country, default=request.house.language)
    spoken = language_of(message.language)
    call = calls.arrive(
        request.call_sid,
        phone=message.to,
        line=form.get("From", ""),
        language=spoken,
        direction="out",
        now=request.now,
    )
    calls.note(call, "outreach", now=request.now, message=str(message.pk), answered_by=form.get("AnsweredBy", ""))
    twiml = VoiceResponse()
    if consent.allowed(message.to, message.channel) != consent.State.AGREED:
        twiml.hangup()
    elif form.get("AnsweredBy", "human") in ("human", "unknown"):
        services.reported(call.sid, "delivered")
        return _connected(twiml, request, call)
    else:
        if text := _for_machine(message, request):
            twiml.say(text, language=tag(spoken, line.country))
            services.reported(call.sid, "delivered")
        twiml.hangup()
    return twiml


def _for_machine(message: Message, request: Request) -> str | None:
    """What is left on a machine: as the words for a person, from what is true now."""
    language = language_of(message.language)
    key = f"{message.template}.machine"
    content = source(message.source).compose(message, request.now) if message.source else None
    if content is None or not wording.has(key, language):
        return None
    return wording.text(key, content.values, language=language, zone=content.zone)


async def status(request: Request) -> None:
    """The carrier tells where the call stands."""

    def keep() -> None:
        word = request.form.get("CallStatus", "")
        message_id = request.query.get("message")
        if message_id:
            message = services.message(message_id)
            calls.arrive(
                request.call_sid, phone=message.to, line=calls.number(request.form.get("From", "")),
                language=language_of(message.language), direction="out", now=request.now,
            )  # fmt: skip
            services.call_ended(message.pk, word, now=request.now)
        calls.over(calls.call_of(request.call_sid), word, now=request.now)

    await request.kept(keep)


async def fallback(request: Request) -> VoiceResponse:
    """Something in the way of the call failed: a person if there is one, else a message."""

    def rescue() -> VoiceResponse:
        phone, called = calls.number(request.form.get("From", "")), calls.number(request.form.get("To", ""))
        line = calls.line_of(called, country=request.house.country, default=request.house.language)
        call = calls.arrive(request.call_sid, phone=phone, line=called, language=line.languages[0], now=request.now)
        calls.note(call, "fallback", now=request.now, error=request.form.get("ErrorCode", ""))
        apology = VoiceResponse()
        language = _language(request, call)
        apology.say(phrase("outage", language), language=tag(language, line.country))
        for verb in transfer(request, call).verbs:
            apology.append(verb)
        return apology

    return await request.kept(rescue)


def _line(request: Request, call: Call) -> Line:
    return calls.line_of(call.line, country=request.house.country, default=request.house.language)


def _language(request: Request, call: Call) -> Language:
    return language_of(call.conversation.language, default=request.house.language)
