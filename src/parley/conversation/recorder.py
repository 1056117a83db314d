"""Keeps conversations in the database: the `Store` of the real house."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db import close_old_connections

from parley.conversation.services import Opening
from parley.conversation.store import Spoken, TurnRecord
from parley.records import services as records
from parley.records.models import Turn


class Recorder:
    """Called in the threads of the floor, each of which has a database connection of its own."""

    def __init__(self, now: Callable[[], dt.datetime], *, audio_days: int = 30) -> None:
        self._now = now
        self._audio_days = audio_days

    def began(self, opening: Opening, *, resumed: bool) -> None:
        """A new row, or the old one is active again."""
        records.start_conversation(
            conversation_id=opening.conversation_id,
            channel=opening.channel,
            language=opening.language,
            person_id=opening.caller.person_id,
            now=self._now(),
        )

    def resume(self, conversation_id: str) -> Mapping[str, Any] | None:
        """The state after the last turn."""
        close_old_connections()
        return records.load_state(conversation_id)

    def save(self, conversation_id: str, memory: Mapping[str, Any]) -> None:
        """The state after this turn."""
        close_old_connections()
        records.save_state(conversation_id, memory)

    def turned(self, record: TurnRecord) -> None:
        """One row a turn."""
        records.record_turn(
            Turn(
                id=record.turn_id,
                conversation_id=record.conversation_id,
                number=record.number,
                at=record.at,
                language=record.language,
                source=record.source,
                transcript=record.transcript,
                recogniser=record.provider,
                recognition_confidence=record.confidence if record.provider else None,
                intent=record.intent,
                confidence=record.intent_confidence,
                slots=dict(record.slots),
                acts=list(record.acts),
                reply=record.reply,
                executed=record.executed or "",
                asked=record.asks_for or "",
                speculated=record.speculated,
                outcome=_outcome(record),
                timings=dict(record.stages),
            ),
            wav=record.sound.wav() if record.sound is not None else None,
            audio_days=self._audio_days,
        )

    def spoken(self, spoken: Spoken) -> None:
        """What was heard of the answer."""
        records.record_heard(spoken.turn_id, heard=spoken.heard, complete=spoken.complete, timings=spoken.stages)

    def ended(self, conversation_id: str, reason: str) -> None:
        """The end, with its reason."""
        close_old_connections()
        records.end_conversation(conversation_id, outcome=_ENDINGS.get(reason, reason), now=self._now())


_ENDINGS = {"hung_up": "hangup", "ended": "goodbye", "failed": "error"}


def _outcome(record: TurnRecord) -> str:
    """`Turn.outcome` of a turn: what came of it in one word."""
    if record.executed:
        return "executed"
    for act, outcome in (("Handover", "handover"), ("Fallback", "fallback"), ("OfferHuman", "fallback")):
        if act in record.acts:
            return outcome
    return "asked" if record.asks_for else "answered"
