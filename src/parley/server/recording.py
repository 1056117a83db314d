"""The store of the conversation core, on the tables of `records`."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import close_old_connections, transaction

from parley.accounts.services import change_profile, person
from parley.conversation.services import Opening
from parley.conversation.store import Spoken, TurnRecord
from parley.records import services
from parley.records.models import Turn
from parley.scheduling import services as scheduling
from parley.server.metrics import TURNS, observe_stages
from parley.server.settings import Settings

FALLBACK = "out_of_scope"
LANGUAGE_SWITCH = "language.switch"

log = structlog.get_logger("parley.recording")


@dataclass(slots=True)
class _Speaker:
    """Who is known to speak in a conversation, and in which languages."""

    person_id: str
    known: str
    """Of their profile."""
    last: str
    """Of the turn before."""


class Recorder:
    """Synchronous; called off the event loop, in threads that keep their connection while it is good."""

    def __init__(self, *, now: Callable[[], dt.datetime], settings: Callable[[], Settings]) -> None:
        self._now = now
        self._settings = settings
        self._channels: dict[str, str] = {}
        self._speakers: dict[str, _Speaker] = {}

    def began(self, opening: Opening, *, resumed: bool) -> None:
        """A conversation began, or was gone on with."""
        close_old_connections()
        self._channels[opening.conversation_id] = opening.channel
        row = services.start_conversation(
            conversation_id=opening.conversation_id,
            channel=opening.channel,
            language=opening.language,
            person_id=opening.caller.person_id,
            now=self._now(),
        )
        if row.person_id is not None:  # of a call the person whose number it is: only a hint, and enough for this
            spoken = opening.language
            self._speakers[opening.conversation_id] = _Speaker(str(row.person_id), known=spoken, last=spoken)

    def resume(self, conversation_id: str) -> Mapping[str, Any] | None:
        """What was saved last."""
        close_old_connections()
        return services.load_state(conversation_id)

    def save(self, conversation_id: str, memory: Mapping[str, Any]) -> None:
        """Keep what is needed to go on."""
        services.save_state(conversation_id, memory)

    def together(self, works: Sequence[Callable[[], object]]) -> None:
        """In one transaction, each behind a savepoint: what one does wrong is not written, all else is."""
        close_old_connections()
        with transaction.atomic():
            for work in works:
                try:
                    with transaction.atomic():
                        work()
                except Exception as error:  # the other conversations' records are written all the same
                    log.error("record_lost", error=type(error).__name__, exc_info=error)

    def turned(self, record: TurnRecord, memory: Mapping[str, Any]) -> None:
        """Record a turn with what is needed to go on, and count it."""
        outcome = outcome_of(record)
        turn = Turn(
            id=record.turn_id,
            conversation_id=record.conversation_id,
            number=record.number,
            at=record.at,
            language=record.language,
            source=record.source,
            transcript=record.transcript,
            recogniser=record.provider,
            recognition_confidence=record.confidence,
            intent=record.intent,
            confidence=record.intent_confidence,
            slots=dict(record.slots),
            acts=list(record.acts),
            reply=record.reply,
            heard=record.reply,
            executed=record.executed or "",
            asked=record.asks_for or "",
            speculated=record.speculated,
            outcome=outcome,
            timings=dict(record.stages),
        )
        wav = record.sound.wav() if record.sound is not None else None
        services.record_turn(turn, state=memory, wav=wav, audio_days=self._settings().audio_days)
        TURNS.labels(self._channels.get(record.conversation_id, "other"), record.language, outcome).inc()
        self._remember_language(record)

    def _remember_language(self, record: TurnRecord) -> None:
        """What a person asks to speak, or goes on in for another turn, is spoken with them the next time, too."""
        speaker = self._speakers.get(record.conversation_id)
        if speaker is None:
            return
        stays = record.executed == LANGUAGE_SWITCH or record.language == speaker.last
        if stays and record.language != speaker.known:
            change_profile(person(speaker.person_id), {"language": record.language})
            speaker.known = record.language
        speaker.last = record.language

    def spoken(self, spoken: Spoken) -> None:
        """Add what was heard of the answer; now all its stages are known."""
        services.record_heard(spoken.turn_id, heard=spoken.heard, complete=spoken.complete, timings=spoken.stages)
        observe_stages(spoken.stages)

    def ended(self, conversation_id: str, reason: str) -> None:
        """The conversation is over, and with it what was held for its person."""
        close_old_connections()
        scheduling.release(by=conversation_id)
        self._channels.pop(conversation_id, None)
        self._speakers.pop(conversation_id, None)
        outcome = "error" if reason == "failed" else reason
        services.end_conversation(conversation_id, outcome=outcome, now=self._now())


def outcome_of(record: TurnRecord) -> str:
    """What came of a turn, in one word."""
    if record.executed:
        return "executed"
    if record.asks_for:
        return "asked"
    return "fallback" if record.intent in ("", FALLBACK) else "answered"
