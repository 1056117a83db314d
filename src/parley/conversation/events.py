"""What a conversation tells its channel while it goes on. The same structs are the messages of `WS /v1/stream`.

A channel sends on what its far end can use and ignores the rest.
"""

from typing import Any

import msgspec


class Event(msgspec.Struct, kw_only=True, tag_field="type", omit_defaults=False):
    """Base of all events; a channel that counts its messages fills the first two fields."""

    session_id: str = ""
    sequence: int = 0


class SessionStarted(Event, tag="session_started"):
    """The conversation listens."""

    language: str
    resumed: bool
    """True: it goes on where an earlier connection stopped."""
    recognises: bool
    """False: nothing on this machine recognises speech in this language, typing works."""


class SpeechStarted(Event, tag="speech_started"):
    """Somebody began to speak."""


class SpeechEnded(Event, tag="speech_ended"):
    """The turn is over; `waited_ms` of silence decided it."""

    waited_ms: float


class SttPartial(Event, tag="stt_partial"):
    """What was heard so far; it may still change."""

    text: str
    is_final: bool = False


class SttFinal(Event, tag="stt_final"):
    """What was heard, or typed."""

    text: str
    """Empty: it was a cough or an "mm-hm", and wants no answer."""
    confidence: float
    language: str
    provider: str = ""


class NluResult(Event, tag="nlu_result"):
    """What it was taken to mean."""

    intent: str
    confidence: float
    slots: dict[str, Any]


class ResponseText(Event, tag="response_text"):
    """The answer, for the eye."""

    text: str
    language: str
    asks_for: str | None = None
    """The slot that the answer asks for."""


class ReplyEnded(Event, tag="tts_end"):
    """The sound of a reply is over, or was cut off."""

    heard: str
    """The part that reached the person."""
    complete: bool


class ReplyCleared(Event, tag="tts_clear"):
    """Drop what has not been played yet: the person speaks."""


class Card(Event, tag="card"):
    """Something for the screen: a timer, a changed task, an appointment."""

    card: dict[str, Any]


class HandedOver(Event, tag="handover"):
    """A human being takes over."""

    reason: str
    summary: str


class StageTime(msgspec.Struct, kw_only=True):
    """One stage of a turn."""

    stage: str
    start_ms: float
    """After the person fell silent; 0 for what was done while they still spoke."""
    ms: float


class TurnReport(Event, tag="turn_report"):
    """Where the time of a turn went."""

    turn_id: str
    """Correlation id of all that happened in the turn."""
    stages: list[StageTime]
    first_sound_ms: float | None
    """From the end of the turn to the first sound of the answer; None where nothing was spoken."""
    total_ms: float
    """From the person's last word to the first sound."""
    speculated: bool
    """The answer was ready before the person had finished."""


class LanguageChanged(Event, tag="language"):
    """The conversation goes on in another language."""

    language: str
    recognises: bool
    """As in `session_started`."""


class SessionEnded(Event, tag="session_end"):
    """The conversation is over."""

    reason: str


class Failed(Event, tag="error"):
    """Something went wrong; the conversation goes on unless it is said to have ended."""

    code: str
    message: str
    retryable: bool = False


EVENTS: tuple[type[Event], ...] = tuple(Event.__subclasses__())
"""Every event, in the order above, for the schema document."""
