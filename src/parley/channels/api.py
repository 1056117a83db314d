"""The public API over REST: one question with its answer, the sound of it, and what a client knows."""

import asyncio
import datetime as dt
import secrets
import uuid
from collections import OrderedDict
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from parley.accounts.authentication import visitor
from parley.audio.files import read_sound
from parley.audio.sound import Sound
from parley.channels.admission import Admitted, admitted_as
from parley.channels.house import House, the_house
from parley.contract import NotFound, RequestInvalid, language_of
from parley.conversation.once import Answered, Once
from parley.conversation.services import Opening

PATH = "/v1"
router = Router(tags=["voice"], auth=visitor)

LONGEST_S: Final = 60.0
"""Sound of one question."""
MOST_SOUNDS: Final = 500
SOUNDS_KEPT: Final = dt.timedelta(minutes=10)


class QueryAnswer(Schema):
    """What came of one question."""

    query_id: str
    """Correlation id of the turn."""
    session_id: str
    """Send it with the next question to go on with the conversation."""
    transcription: str
    confidence: float
    intent: str
    intent_confidence: float
    slots: dict[str, Any]
    response_text: str
    response_audio_url: str | None
    """WAV, 16 kHz; for ten minutes."""
    asks_for: str | None
    executed: str | None
    language: str
    timings: dict[str, float]
    """Milliseconds by stage."""


class ContextUpdate(Schema):
    """Facts for a conversation, such as what the client shows at the moment."""

    session_id: str
    context: dict[str, Any]


class ContextAnswer(Schema):
    """Whether they were taken over."""

    context_updated: bool


class Sounds:
    """Answers as sound, each under an id that cannot be guessed; the oldest make room."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[dt.datetime, bytes]] = OrderedDict()

    def keep(self, sound: Sound, *, now: dt.datetime) -> str:
        """Its id."""
        key = secrets.token_urlsafe(24)
        self._kept[key] = now, sound.wav()
        while len(self._kept) > MOST_SOUNDS or next(iter(self._kept.values()))[0] + SOUNDS_KEPT < now:
            self._kept.popitem(last=False)
        return key

    def wav(self, key: str, *, now: dt.datetime) -> bytes:
        """The sound. Raises NotFound."""
        kept = self._kept.get(key)
        if kept is None or kept[0] + SOUNDS_KEPT < now:
            raise NotFound("no such sound, or no longer")
        return kept[1]


sounds = Sounds()


@router.post("/query", response=QueryAnswer, summary="Ask one thing, spoken or written")
async def query(
    request: HttpRequest,
    audio: File[UploadedFile | None] = None,
    text: Form[str | None] = None,
    language: Form[str | None] = None,
    user_id: Form[str | None] = None,
    session_id: Form[str | None] = None,
    speak: Form[bool] = True,
) -> QueryAnswer:
    """Send `audio` (WAV, FLAC, Ogg, MP3, WebM; a minute at most) or `text`."""
    if (audio is None) == (not text):
        raise RequestInvalid("send audio or text")
    house = the_house()
    admitted = await house.floor.offloaded(lambda: admitted_as(request.auth, on_behalf=user_id))  # type: ignore[attr-defined]
    session_id = session_id or uuid.uuid4().hex
    once = Once(
        opening=_opening(house, admitted, session_id, language),
        floor=house.floor,
        services=house.services,
        voice_activity=house.voice_activity,
    )
    await once.start()
    if audio is not None:
        data = await asyncio.to_thread(audio.read)
        sound = await house.floor.offloaded(lambda: read_sound(data, rate=16_000, longest_s=LONGEST_S))
        answered = await once.hear(sound, speaking=speak)
    else:
        answered = await once.read(text or "", speaking=speak)
    return _answer(house, answered, session_id, once)


@router.get("/audio/{key}", summary="The sound of an answer", auth=None)
async def audio(request: HttpRequest, key: str) -> HttpResponse:
    """WAV."""
    return HttpResponse(sounds.wav(key, now=the_house().services.now()), content_type="audio/wav")


@router.post("/dialogue/context", response=ContextAnswer, summary="Tell a conversation what the client knows")
async def context(request: HttpRequest, body: ContextUpdate) -> ContextAnswer:
    """The facts stand beside those that the conversation found out itself, under `client`."""
    house = the_house()
    admitted = await house.floor.offloaded(lambda: admitted_as(request.auth, on_behalf=None))  # type: ignore[attr-defined]
    once = Once(
        opening=_opening(house, admitted, body.session_id, None),
        floor=house.floor,
        services=house.services,
        voice_activity=house.voice_activity,
    )
    await once.start()
    await once.tell(body.context)
    return ContextAnswer(context_updated=True)


def _opening(house: House, admitted: Admitted, session_id: str, language: str | None) -> Opening:
    return Opening(
        conversation_id=session_id,
        owner=admitted.owner,
        channel="api",
        language=language_of(language, default=admitted.language or house.language),
        zone=admitted.zone or house.zone,
        caller=admitted.caller,
        country=house.country,
        save_audio=admitted.save_audio,
    )


def _answer(house: House, answered: Answered, session_id: str, once: Once) -> QueryAnswer:
    url = None
    if answered.sound is not None:
        url = f"{PATH}/audio/{sounds.keep(answered.sound, now=house.services.now())}"
    understanding = answered.answer.understanding if answered.answer else None
    result = answered.answer.result if answered.answer else None
    return QueryAnswer(
        query_id=answered.turn_id,
        session_id=session_id,
        transcription=answered.transcript.text,
        confidence=answered.transcript.confidence,
        intent=understanding.intent if understanding else "",
        intent_confidence=understanding.confidence if understanding else 0.0,
        slots=dict(understanding.slots) if understanding else {},
        response_text=answered.text,
        response_audio_url=url,
        asks_for=result.asks_for if result else None,
        executed=result.executed if result else None,
        language=once.state.language,
        timings=answered.stages.ms,
    )
