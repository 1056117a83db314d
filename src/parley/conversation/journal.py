"""What is kept of one conversation: its turns, what was heard of the answers, and what is needed to go on."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from parley.conversation.answering import Answer
from parley.conversation.floor import Floor
from parley.conversation.mouth import Heard
from parley.conversation.said import Said
from parley.conversation.services import Opening, Services
from parley.conversation.stages import Stages
from parley.conversation.store import Spoken, TurnRecord


class Journal:
    """One for each conversation. Nobody waits for what it writes, except at the end."""

    def __init__(self, services: Services, opening: Opening, floor: Floor) -> None:
        self._now = services.now
        self._store = services.store
        self._opening = opening
        self._keeper = floor.keeper
        self.saves_audio = opening.save_audio
        """The person agreed that what they say is kept."""

    def turned(
        self, said: Said, text: str, answer: Answer, *, number: int, speculated: bool, reply: str, memory: Any
    ) -> None:
        """A turn was answered with `reply`; `memory` is what is needed to go on from there."""
        record = record_of(
            said,
            text,
            answer,
            conversation_id=self._opening.conversation_id,
            number=number,
            at=self._now(),
            speculated=speculated,
            reply=reply,
            keeps_sound=self.saves_audio,
        )
        self._keeper.gather(lambda: self._store.turned(record, memory), self._store.together)

    def heard(self, heard: Heard, stages: Stages) -> None:
        """What reached the person of an answer."""
        spoken = Spoken(
            conversation_id=self._opening.conversation_id,
            turn_id=heard.reply.turn_id,
            heard=heard.text,
            complete=heard.complete,
            stages=stages.ms,
        )
        self._keeper.gather(lambda: self._store.spoken(spoken), self._store.together)

    async def settled(self, memory: Mapping[str, Any]) -> None:
        """Wait until all is written, and with it what is needed to go on."""
        await self._keeper.kept(lambda: self._store.save(self._opening.conversation_id, memory))


def record_of(
    said: Said,
    text: str,
    answer: Answer,
    *,
    conversation_id: str,
    number: int,
    at: dt.datetime,
    reply: str,
    speculated: bool = False,
    keeps_sound: bool,
) -> TurnRecord:
    """A turn as it is recorded: the words that were answered, what they were taken to mean, and what was replied."""
    result, understanding = answer.result, answer.understanding
    return TurnRecord(
        conversation_id=conversation_id,
        turn_id=said.turn_id,
        number=number,
        at=at,
        language=understanding.language,
        source=said.source,
        transcript=text,
        confidence=said.confidence,
        provider=said.provider,
        intent=understanding.intent,
        intent_confidence=understanding.confidence,
        slots=understanding.slots,
        reply=reply,
        executed=result.executed,
        asks_for=result.asks_for,
        acts=tuple(type(act).__name__ for act in result.acts),
        speculated=speculated,
        stages=said.stages.ms,
        sound=said.sound if keeps_sound else None,
    )
