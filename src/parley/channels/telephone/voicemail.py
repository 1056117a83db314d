"""Voice messages: fetched from the carrier, put into words by our own recogniser, and shown to the staff.

That a message was left is recorded before the carrier's webhook is answered; the rest is due work, which survives a
restart and is tried again while the carrier or the recogniser fails.
"""

import datetime as dt
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import httpx
import structlog
from django.conf import settings
from django.db import transaction

from parley import jobs
from parley.audio.files import read_sound
from parley.audio.sound import Sound
from parley.channels.telephone import calls
from parley.channels.telephone.phrases import phrase
from parley.channels.telephone.webhook import Request
from parley.contract import ExternalTimeout, Language, ParleyError, ProviderFailed, RequestInvalid, language_of
from parley.records import services as records
from parley.records import sound as kept
from parley.records.models import Call, CallEvent

OWNER: Final = "telephone"
KEEP: Final = "voicemail"
CARRIER: Final = "https://api.twilio.com"
TIMEOUT_S: Final = 10.0
LARGEST: Final = 8 * 1024 * 1024

Words = Callable[[Sound, Language], str]
"""What a recording says; empty where nobody here hears the language. Raises ParleyError."""

log = structlog.get_logger("parley.telephone")


async def recording(request: Request) -> None:
    """A recording is ready: note where it lies. The carrier waits for no more than that."""
    if request.form.get("RecordingStatus", "completed") != "completed":
        return
    sid, url = request.form.get("RecordingSid", ""), request.form.get("RecordingUrl", "")
    if not sid or not url:
        raise RequestInvalid("a recording names its RecordingSid and its RecordingUrl")
    _address(url)
    await request.kept(lambda: _left(calls.call_of(request.call_sid), sid, url, now=request.now))


@transaction.atomic
def _left(call: Call, sid: str, url: str, *, now: dt.datetime) -> None:
    if not call.events.filter(event__in=("voicemail_left", "voicemail"), details__sid=sid).exists():
        calls.note(call, "voicemail_left", now=now, sid=sid, url=url)
        jobs.later(OWNER, KEEP, at=now, subject=sid)


def serve(words: Words) -> None:
    """Have messages fetched and put into words by this process's runner of due work."""

    def work(_handler: str, subject: str, now: dt.datetime) -> None:
        _keep(subject, words, now=now)

    jobs.register(OWNER, work, atomic=False)


def _keep(sid: str, words: Words, *, now: dt.datetime) -> None:
    """Fetch a message, put it into words, and show it. Raises ExternalTimeout, ProviderFailed: to be tried again."""
    left = CallEvent.objects.select_related("call__conversation").filter(event="voicemail_left", details__sid=sid)
    event = left.first()
    if event is None:
        return
    call = event.call
    language = language_of(call.conversation.language, default=settings.PARLEY.language)
    sound = _fetched_now(str(event.details["url"]))
    try:
        text = words(sound, language)
    except ParleyError as error:
        log.warning("voicemail_not_understood", code=error.code)
        text = ""  # the recording itself is kept, and says more than an error would
    _shown(call, sound, text, language, sid=sid, now=now)


@transaction.atomic
def _shown(call: Call, sound: Sound, text: str, language: Language, *, sid: str, now: dt.datetime) -> None:
    """Once, whoever else has worked on it meanwhile."""
    Call.objects.select_for_update().get(pk=call.pk)
    if call.events.filter(event="voicemail", details__sid=sid).exists():
        return
    path = kept.keep(sound.wav(), turn_id=f"voicemail-{call.sid}", at=now)
    calls.note(call, "voicemail", now=now, sid=sid, text=text, audio=path)
    told = phrase("voicemail_notice", language, text=text or phrase("unintelligible", language))
    records.notify(told, conversation_id=call.conversation_id, person_id=None, now=now)


async def fetched(request: Request) -> Sound:
    """The recording of a webhook, at the telephone's rate. Raises RequestInvalid, ExternalTimeout, ProviderFailed."""
    url = _address(request.form["RecordingUrl"])
    async with httpx.AsyncClient(timeout=TIMEOUT_S, auth=_credentials()) as client:
        try:
            answer = (await client.get(url)).raise_for_status()
        except httpx.HTTPError as error:
            raise _failure(error) from error
    return _sound(answer)


def _fetched_now(told: str) -> Sound:
    with httpx.Client(timeout=TIMEOUT_S, auth=_credentials()) as client:
        try:
            answer = client.get(_address(told)).raise_for_status()
        except httpx.HTTPError as error:
            raise _failure(error) from error
    return _sound(answer)


def _address(told: str) -> str:
    """Where a recording is fetched: only its path is believed, for our credentials go to the carrier alone."""
    url, carrier = urlsplit(told), urlsplit(settings.PARLEY.twilio_api_url or CARRIER)
    if url.netloc not in (carrier.netloc, urlsplit(CARRIER).netloc):
        raise RequestInvalid("the recording does not lie with the carrier")
    return carrier._replace(path=url.path, query="").geturl()


def _credentials() -> tuple[str, str]:
    token = settings.PARLEY.twilio_auth_token
    return settings.PARLEY.twilio_account_sid or "", token.get_secret_value() if token else ""


def _failure(error: httpx.HTTPError) -> ParleyError:
    if isinstance(error, httpx.TimeoutException):
        return ExternalTimeout("the carrier did not hand over the recording")
    return ProviderFailed("the carrier did not hand over the recording", reason=type(error).__name__)


def _sound(answer: httpx.Response) -> Sound:
    if len(answer.content) > LARGEST:
        raise RequestInvalid("the recording is too long")
    return read_sound(answer.content, rate=8000)
