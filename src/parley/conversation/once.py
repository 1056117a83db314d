"""One question and its answer, without a line: for `POST /v1/query`, and for the command line.

The same services, state and records as in a live conversation; only turn taking and pacing are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from parley.audio.sound import Sound
from parley.contract import Conflict, Expectation, PermissionRefused
from parley.conversation.answering import Answer, Answering, Asked
from parley.conversation.floor import Floor
from parley.conversation.journal import record_of
from parley.conversation.phrases import phrases
from parley.conversation.reply import Reply, speak
from parley.conversation.said import Said
from parley.conversation.services import Opening, Services
from parley.conversation.sound_form import WIDEBAND
from parley.conversation.stages import Stages
from parley.conversation.store import Spoken
from parley.dialogue.state import State
from parley.listening.recognition import Transcript, transcribe
from parley.listening.voice_activity import VoiceActivity


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of it."""

    turn_id: str
    transcript: Transcript
    answer: Answer | None
    """None: there was nothing to understand."""
    text: str
    """What is replied."""
    sound: Sound | None
    """The reply as sound; None where it was not asked for."""
    stages: Stages


class Once:
    """Asks one thing at a time in the conversation of `opening`, which goes on from question to question."""

    def __init__(self, *, opening: Opening, floor: Floor, services: Services, voice_activity: VoiceActivity) -> None:
        self._opening = opening
        self._floor = floor
        self._services = services
        self._voice_activity = voice_activity
        self._answering = Answering(services, opening, floor)
        self._expectation = Expectation()
        self.state = State(
            conversation_id=opening.conversation_id, language=opening.language, facts=dict(opening.facts)
        )
        self._number = 0

    async def start(self) -> None:
        """Go on where the conversation stopped. Raises Conflict: it is live; PermissionRefused: it is another's."""
        conversation_id, store = self._opening.conversation_id, self._services.store
        if self._floor.find(conversation_id) is not None:
            raise Conflict("this conversation is being held over another connection")
        memory = await self._floor.kept(lambda: store.resume(conversation_id))
        if memory is not None:
            if memory["owner"] != self._opening.owner:
                raise PermissionRefused("this conversation is somebody else's")
            self.state, self._number = State.from_json(memory["state"]), memory["number"]

        def begun() -> Expectation:
            store.began(self._opening, resumed=memory is not None)
            return self._answering.expected(self.state)

        self._expectation = await self._floor.kept(begun)

    async def hear(self, sound: Sound, *, speaking: bool = True) -> Answered:
        """Ask with a recording. Raises SoundInvalid, ExternalTimeout, ProviderFailed."""
        stages = Stages()
        transcript = await self._transcribed(sound, stages)
        stages.ended = stages.all[-1].began + stages.all[-1].seconds if stages.all else stages.ended
        said = Said(
            text=transcript.text,
            source="speech",
            confidence=transcript.confidence,
            provider=transcript.provider,
            sound=sound,
            stages=stages,
        )
        return await self._answered(said, transcript, speaking=speaking)

    async def read(self, text: str, *, speaking: bool = True) -> Answered:
        """Ask with words."""
        transcript = Transcript(text=text.strip(), language=self.state.language, confidence=1.0, provider="")
        return await self._answered(Said(text=transcript.text, source="text"), transcript, speaking=speaking)

    async def tell(self, facts: Mapping[str, Any]) -> None:
        """Facts that the client knows; skills find them in `context.facts["client"]`."""
        self.state = replace(self.state, facts={**self.state.facts, "client": dict(facts)})
        memory = self._memory()
        await self._floor.kept(lambda: self._services.store.save(self._opening.conversation_id, memory))

    def _memory(self) -> dict[str, Any]:
        owner = self._opening.owner
        return {"owner": owner, "state": self.state.to_json(), "number": self._number, "untold": ""}

    async def _transcribed(self, sound: Sound, stages: Stages) -> Transcript:
        nothing = Transcript(text="", language=self.state.language, confidence=0.0, provider="")
        with stages.timed("vad"):
            spoken = await self._floor.offloaded(lambda: self._voice_activity.spoken_part(sound))
        recogniser = self._services.recogniser_for(self.state.language)
        if spoken is None or recogniser is None:
            return nothing
        if spoken.rate not in recogniser.abilities.rates:
            spoken = spoken.resampled(max(recogniser.abilities.rates))
        with stages.timed("recognition"):
            return await transcribe(recogniser, spoken, language=self.state.language, expectation=self._expectation)

    async def _answered(self, said: Said, transcript: Transcript, *, speaking: bool) -> Answered:
        answer, text, stages = None, phrases(self.state.language).not_heard, said.stages
        if said.text:
            answer = await self._answering.answer(
                Asked(
                    text=said.text,
                    state=self.state,
                    expectation=self._expectation,
                    context=self._answering.context(turn_id=said.turn_id, state=self.state),
                    recognised=said.confidence,
                    stages=stages,
                )
            )
            self.state, self._expectation = answer.result.state, answer.result.expectation
            text = answer.result.reply
        reply = await self._spoken(text, said.turn_id, stages) if speaking and text else None
        if answer is not None:
            await self._record(said, answer, text)
        return Answered(
            turn_id=said.turn_id, transcript=transcript, answer=answer, text=text, sound=reply, stages=stages
        )

    async def _spoken(self, text: str, turn_id: str, stages: Stages) -> Sound:
        language = self.state.language
        reply = Reply(turn_id=turn_id, text=text, language=language, form=WIDEBAND)
        with stages.timed("synthesis"):
            await speak(reply, self._services.synthesiser_for(language), self._opening.voice, paced=False)
        if reply.first_s is not None:
            stages.add("first_sound", reply.first_s)
        return Sound(samples=np.frombuffer(bytes(reply.sound), "<i2"), rate=reply.form.rate)

    async def _record(self, said: Said, answer: Answer, text: str) -> None:
        self._number += 1
        opening, memory = self._opening, self._memory()
        record = record_of(
            said,
            said.text,
            answer,
            conversation_id=opening.conversation_id,
            number=self._number,
            at=self._services.now(),
            reply=text,
            keeps_sound=opening.save_audio,
        )
        spoken = Spoken(
            conversation_id=opening.conversation_id,
            turn_id=said.turn_id,
            heard=text,
            complete=True,
            stages=said.stages.ms,
        )

        def keep() -> None:
            self._services.store.turned(record, memory)
            self._services.store.spoken(spoken)

        await self._floor.kept(keep)
