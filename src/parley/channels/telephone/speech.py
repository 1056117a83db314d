"""A call without a stream: each turn is one webhook, heard by the carrier (`<Gather>`) or recorded (`<Record>`).

The same conversation, state and record as over the stream, so that a call whose stream failed goes on here.
"""

from typing import Final

import structlog
from django.conf import settings
from twilio.twiml.voice_response import VoiceResponse

from parley.channels.telephone import calls, control, voicemail
from parley.channels.telephone.answering import Taken, take
from parley.channels.telephone.phrases import phrase, tag
from parley.channels.telephone.webhook import Request
from parley.contract import Language, ParleyError
from parley.conversation.once import Answered, Once
from parley.conversation.phrases import phrases

SILENCES: Final = 2
"""Prompts into the silence before goodbye is said."""
KEYS: Final = "#"

log = structlog.get_logger("parley.telephone")


async def turn(request: Request) -> VoiceResponse:
    """What the caller said or pressed, answered; the first time, the greeting."""
    house = request.house
    call = await request.kept(lambda: calls.call_of(request.call_sid))
    taken = await request.kept(lambda: take(call, house))
    said = request.form.get("Digits", "").strip(KEYS) or request.form.get("SpeechResult", "")
    sound = await voicemail.fetched(request) if request.form.get("RecordingUrl") and not said else None
    if not said and sound is None:
        return _silence(request, taken)
    once = Once(
        opening=taken.opening,
        floor=house.floor,
        services=taken.reception.served(),
        voice_activity=house.voice_activity,
    )
    try:
        await once.start()
        if sound is not None:
            answered = await once.hear(sound, speaking=False)
        else:
            answered = await once.read(said, speaking=False)
    except ParleyError as error:
        log.warning("turn_failed", code=error.code)
        twiml = VoiceResponse()
        language = taken.opening.language
        _ask(twiml, request, taken, phrases(language).trouble, language, silent=0)
        return twiml
    return await _told(request, taken, answered, once.state.language)


async def _told(request: Request, taken: Taken, answered: Answered, language: Language) -> VoiceResponse:
    result = answered.answer.result if answered.answer is not None else None
    twiml = VoiceResponse()
    if result is not None and result.handover is not None:
        handover = result.handover

        def handed() -> None:
            control.hand_over(taken.call, handover.reason, handover.summary, now=request.now)

        await request.kept(handed)
        twiml.say(answered.text, language=tag(language, taken.line.country))
        twiml.redirect(f"{request.origin}/webhook/after")
    elif result is not None and result.ends:
        await request.kept(lambda: calls.note(taken.call, "conversation_ended", now=request.now, reason="ended"))
        twiml.say(answered.text, language=tag(language, taken.line.country))
        twiml.hangup()
    else:
        _ask(twiml, request, taken, answered.text, language, silent=0)
    return twiml


def _silence(request: Request, taken: Taken) -> VoiceResponse:
    """Nothing was said: the greeting, then a prompt or two, then goodbye."""
    silent = int(request.query.get("silent", "0") or 0)
    language = taken.opening.language
    twiml = VoiceResponse()
    if silent > SILENCES:
        twiml.say(phrases(language).silence_goodbye, language=tag(language, taken.line.country))
        twiml.hangup()
        return twiml
    begins = not silent and not taken.call.conversation.state
    text = taken.opening.greeting if begins else phrases(language).still_there
    _ask(twiml, request, taken, text or phrase("open", language), language, silent=silent)
    return twiml


def _ask(twiml: VoiceResponse, request: Request, taken: Taken, text: str, language: Language, *, silent: int) -> None:
    """Say something, and listen; keys are as good as words."""
    spoken = tag(language, taken.line.country)
    if settings.PARLEY.telephone_mode == "record":
        twiml.say(text, language=spoken)
        twiml.record(
            action=f"{request.origin}/webhook/speech", max_length=30, timeout=2, play_beep=False, trim="do-not-trim"
        )
    else:
        gather = twiml.gather(
            input="speech dtmf",
            action=f"{request.origin}/webhook/speech",
            language=spoken,
            speech_timeout="auto",
            timeout=6,
            finish_on_key=KEYS,
        )
        gather.say(text, language=spoken)
    twiml.redirect(f"{request.origin}/webhook/speech?silent={silent + 1}")
