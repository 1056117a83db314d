"""Recordings that the carrier made: fetched from it and put into words by our own recogniser."""

from typing import Final
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from parley.audio.files import read_sound
from parley.audio.sound import Sound
from parley.channels.telephone import calls, control
from parley.channels.telephone.phrases import phrase
from parley.channels.telephone.webhook import Request
from parley.contract import ExternalTimeout, ParleyError, ProviderFailed, RequestInvalid, language_of
from parley.listening.recognition import transcribe
from parley.records import services as records
from parley.records import sound as kept
from parley.records.models import Call

CARRIER: Final = "https://api.twilio.com"
TIMEOUT_S: Final = 10.0
LARGEST: Final = 8 * 1024 * 1024


async def recording(request: Request) -> None:
    """A recording is ready. It is worked on beside the webhook, which the carrier does not wait for."""
    if request.form.get("RecordingStatus", "completed") == "completed":
        control.background(_keep(request))


async def _keep(request: Request) -> None:
    """Fetch a voice message, put it into words, and show it to the staff."""
    call = await request.kept(lambda: calls.call_of(request.call_sid))
    sid = request.form.get("RecordingSid", "")
    if await request.kept(lambda: call.events.filter(event="voicemail", details__sid=sid).exists()):
        return
    sound = await fetched(request)
    text = await _words(request, call, sound)
    await request.kept(lambda: _shown(request, call, sound, text, sid=sid))


async def _words(request: Request, call: Call, sound: Sound) -> str:
    language = language_of(call.conversation.language, default=request.house.language)
    recogniser = request.house.services.recogniser_for(language)
    if recogniser is None:
        return ""
    try:
        return (await transcribe(recogniser, sound, language=language)).text
    except ParleyError:
        return ""  # the recording itself is kept, and says more than an error would


def _shown(request: Request, call: Call, sound: Sound, text: str, *, sid: str) -> None:
    language = language_of(call.conversation.language, default=request.house.language)
    path = kept.keep(sound.wav(), turn_id=f"voicemail-{call.sid}", at=request.now)
    calls.note(call, "voicemail", now=request.now, sid=sid, text=text, audio=path)
    told = phrase("voicemail_notice", language, text=text or phrase("unintelligible", language))
    records.notify(told, conversation_id=call.conversation_id, person_id=None, now=request.now)


async def fetched(request: Request) -> Sound:
    """The recording of a webhook, at the telephone's rate. Raises RequestInvalid, ExternalTimeout, ProviderFailed."""
    parley = settings.PARLEY
    told = urlsplit(request.form["RecordingUrl"])
    carrier = urlsplit(parley.twilio_api_url or CARRIER)
    if told.netloc != carrier.netloc and told.netloc != urlsplit(CARRIER).netloc:
        raise RequestInvalid("the recording does not lie with the carrier")
    # Only its path is believed: our credentials go to the carrier and to nobody else.
    url = carrier._replace(path=told.path, query="").geturl()
    token = parley.twilio_auth_token.get_secret_value() if parley.twilio_auth_token else ""
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_S, auth=(parley.twilio_account_sid or "", token)) as client:
            answer = await client.get(url)
            answer.raise_for_status()
    except httpx.TimeoutException as error:
        raise ExternalTimeout("the carrier did not hand over the recording") from error
    except httpx.HTTPError as error:
        raise ProviderFailed("the carrier did not hand over the recording") from error
    if len(answer.content) > LARGEST:
        raise RequestInvalid("the recording is too long")
    return read_sound(answer.content, rate=8000)
