"""One turn after the other: from what was said to what is answered, each carried through exactly once.

A turn that has begun to act is never cancelled, whoever speaks meanwhile: its work is done once, and what the person
did not hear of it is told with the next answer.
"""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from parley.audio.sound import Sound
from parley.contract import Expectation, Language
from parley.conversation.answering import Answer, Answering, Asked
from parley.conversation.events import (
    Card,
    HandedOver,
    LanguageChanged,
    NluResult,
    ResponseText,
    StageTime,
    TurnReport,
)
from parley.conversation.journal import Journal
from parley.conversation.line import Line
from parley.conversation.mouth import Heard, Mouth
from parley.conversation.phrases import phrases
from parley.conversation.reply import Reply, sentences, speak
from parley.conversation.services import Opening, Services
from parley.conversation.speculation import Guess, Speculation
from parley.conversation.stages import Stages
from parley.dialogue import acts
from parley.dialogue.expectation import expected
from parley.dialogue.state import State
from parley.dialogue.turn import TurnResult

NOTHING_EXPECTED: Final = Expectation()

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person said, typed, or keyed in."""

    text: str
    source: str
    confidence: float = 1.0
    provider: str = ""
    sound: Sound | None = None
    stages: Stages = field(default_factory=Stages)
    turn_id: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(slots=True, kw_only=True)
class Present:
    """The turn whose answer is being spoken."""

    said: Said
    speculated: bool
    ends: bool
    reported: bool = False


class Exchange:
    """The dialogue side of one conversation."""

    def __init__(
        self,
        *,
        services: Services,
        opening: Opening,
        line: Line,
        mouth: Mouth,
        answering: Answering,
        journal: Journal,
        person_speaks: Callable[[], bool],
        on_guess: Callable[[], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._services = services
        self._opening = opening
        self._line = line
        self._mouth = mouth
        self._answering = answering
        self._journal = journal
        self._person_speaks = person_speaks
        self.state = State(
            conversation_id=opening.conversation_id, language=opening.language, facts=dict(opening.facts)
        )
        self.expectation = NOTHING_EXPECTED
        self.asks_for: str | None = None
        self._speculation = Speculation(self._guess, on_guess=on_guess)
        self._deciding = asyncio.Lock()
        self._number = 0
        self._latest = 0
        self._carried = ""
        self._untold = ""
        self._present: dict[str, Present] = {}

    @property
    def language(self) -> Language:
        """The language of the conversation at this moment."""
        return self.state.language

    # What is kept from connection to connection

    def memory(self) -> dict[str, Any]:
        """All that is needed to go on."""
        owner = self._opening.owner
        return {"owner": owner, "state": self.state.to_json(), "number": self._number, "untold": self._untold}

    def recall(self, memory: Any) -> None:
        """Go on from what `memory()` gave."""
        self.state = State.from_json(memory["state"])
        self._number, self._untold = memory["number"], memory["untold"]
        self.expectation = expected(self.state, {})

    # Ahead of the end of the turn

    def consider(self, text: str) -> None:
        """The words so far, of a turn that still lasts."""
        if not self._deciding.locked() and not self._carried:
            self._speculation.consider(text)

    def whole(self, text: str) -> bool:
        """Whether the words so far are understood already, as a wish that wants nothing more."""
        guess = self._speculation.of(text)
        return guess is not None and self._services.whole(guess.understanding)

    async def _guess(self, text: str) -> Guess | None:
        turn_id, stages = uuid.uuid4().hex, Stages()
        asked = self._asked(text, turn_id, stages)
        guessed = await self._answering.guess(asked)
        if guessed is None:
            return None
        understanding, result = guessed
        reply = None
        if result is not None and not result.ends:
            reply = self._reply(result, turn_id)
        return Guess(
            text=text, state=asked.state, understanding=understanding, result=result, reply=reply, stages=stages
        )

    def _asked(self, text: str, turn_id: str, stages: Stages) -> Asked:
        context = self._answering.context(turn_id=turn_id, state=self.state)
        return Asked(text=text, state=self.state, expectation=self.expectation, context=context, stages=stages)

    # The turn

    def going_on(self) -> str:
        """Words of a turn that was cut off and never answered; they are given away once."""
        carried, self._carried = self._carried, ""
        return carried

    async def respond(self, said: Said) -> None:
        """Answer. Turns that arrive while one is being decided wait for it."""
        self._latest += 1
        number = self._latest
        self.stop_reply()
        async with self._deciding:
            text = " ".join(filter(None, (self.going_on(), said.text)))
            if said.source == "speech" and (number != self._latest or self._person_speaks()):
                self._carried = text
                self._speculation.discard()
                return
            hold_on = self._loop.call_later(self._services.hold_on_s, self._ask_to_hold_on, number)
            try:
                answer, guess = await self._decide(text, said)
            finally:
                hold_on.cancel()
            if answer.result.state.language != self.language:
                self._line.send(LanguageChanged(language=answer.result.state.language))
            self.state = answer.result.state
            self.expectation = answer.result.expectation
            self.asks_for = answer.result.asks_for
            self._number += 1
            reply = self._answered(answer, guess, said, wanted=number == self._latest)
            self._journal.turned(
                said,
                text,
                answer,
                number=self._number,
                speculated=guess is not None and guess.result is not None,
                reply=reply.text,
                memory=self.memory(),
            )

    async def _decide(self, text: str, said: Said) -> tuple[Answer, Guess | None]:
        guess = await self._speculation.claim(text, self.state)
        asked = self._asked(text, said.turn_id, said.stages)
        if guess is None:
            return await self._answering.answer(asked), None
        understanding = guess.understanding
        if not guess.says(text):
            understanding = await self._answering.understand(asked)
            if not guess.fits(understanding):
                guess.discard()
                return await self._answering.act(asked, understanding), None
        if guess.result is None:
            return await self._answering.act(asked, understanding), None
        said.stages.all[:0] = guess.stages.all
        return Answer(understanding=understanding, result=guess.result), guess

    def _answered(self, answer: Answer, guess: Guess | None, said: Said, *, wanted: bool) -> Reply:
        """Tell the channel, and speak; not when somebody already said something newer."""
        result, understanding = answer.result, answer.understanding
        reply = guess.reply if guess is not None else None
        if reply is None or self._untold:
            if reply is not None:
                reply.discard()
            reply = self._reply(result, said.turn_id, untold=self._untold_with(result))
        reply.turn_id = said.turn_id
        send = self._line.send
        send(
            NluResult(
                intent=understanding.intent, confidence=understanding.confidence, slots=dict(understanding.slots)
            )
        )
        send(ResponseText(text=reply.text, language=reply.language, asks_for=result.asks_for))
        for card in result.events:
            send(Card(card=dict(card)))
        if result.handover is not None:
            send(HandedOver(reason=result.handover.reason, summary=result.handover.summary))
        self._present[said.turn_id] = Present(said=said, speculated=guess is not None, ends=result.ends)
        if not wanted:
            self._unspoken(reply)
        elif reply.text:
            reply.on_begin = lambda: self._begun(reply)
            self._mouth.say(reply)
            if self._person_speaks():
                self._mouth.hold()
        return reply

    def _untold_with(self, result: TurnResult) -> str:
        untold, self._untold = self._untold, ""
        repeats = any(isinstance(act, acts.Repeat) for act in result.acts)
        if not untold or repeats:
            return ""
        return phrases(result.state.language).untold.format(text=sentences(untold)[0])

    def _reply(self, result: TurnResult, turn_id: str, *, untold: str = "") -> Reply:
        text = " ".join(filter(None, (untold, *result.replies)))
        urgent = any(isinstance(act, acts.Emergency) for act in result.acts)
        changed = result.executed is not None and not self._services.reads_only(result.executed)
        return self.spoken(text, turn_id, result.state.language, urgent=urgent, executed=changed)

    def spoken(
        self, text: str, turn_id: str, language: Language, *, urgent: bool = False, executed: bool = False
    ) -> Reply:
        """A reply whose sound is being made from now on."""
        reply = Reply(
            turn_id=turn_id, text=text, language=language, form=self._line.form,
            interruptible=not urgent, executed=executed,
        )  # fmt: skip
        synthesiser = self._services.synthesiser_for(language)
        reply.task = self._loop.create_task(speak(reply, synthesiser, self._opening.voice))
        return reply

    def _ask_to_hold_on(self, number: int) -> None:
        if number == self._latest and not self._mouth.busy:
            self._mouth.say(self.spoken(phrases(self.language).one_moment, uuid.uuid4().hex, self.language))

    # What becomes of the answer

    def stop_reply(self) -> None:
        """Stop speaking for good; what was done and not heard is told with the next answer.

        What must be heard (what to do in an emergency) is spoken to its end, and the next answer after it.
        """
        if not self._mouth.interruptible:
            return
        self._drop()

    def _drop(self) -> None:
        for heard in self._mouth.drop():
            self.ended(heard)

    def _unspoken(self, reply: Reply) -> None:
        self.ended(Heard(reply=reply, text="", unheard=reply.text, complete=False))
        reply.discard()

    def _begun(self, reply: Reply) -> None:
        present = self._present.get(reply.turn_id)
        if present is not None:
            if reply.first_s is not None:
                present.said.stages.add("synthesis", reply.first_s)
            present.said.stages.since_end("first_sound")
            self._report(reply, present)

    def _report(self, reply: Reply, present: Present) -> None:
        present.reported = True
        self._line.send(report(reply.turn_id, present.said.stages, speculated=present.speculated))
        ms = present.said.stages.ms
        log.info("turn", correlation_id=reply.turn_id, conversation=self._opening.conversation_id, **ms)

    def ended(self, heard: Heard) -> bool:
        """A reply is over, or was cut off. True: the conversation ends with it."""
        reply = heard.reply
        if reply.executed and not heard.complete:
            self._untold = heard.unheard
        present = self._present.pop(reply.turn_id, None)
        if present is None:
            return False
        if not present.reported:
            self._report(reply, present)
        self._journal.heard(heard, present.said.stages)
        return present.ends and heard.complete

    def close(self) -> None:
        """The line is gone; a turn that acts is carried through."""
        self._speculation.discard()
        self._drop()

    async def settled(self) -> None:
        """Wait until the turn in hand is done, and keep what is needed to go on."""
        async with self._deciding:
            await self._journal.settled(self.memory())


def report(turn_id: str, stages: Stages, *, speculated: bool) -> TurnReport:
    """The stages as the waterfall shows them: from the person's last word on."""
    ms = stages.ms
    last_word = stages.ended - ms.get("end_of_turn", 0.0) / 1000
    bars = [
        StageTime(
            stage=stage.name,
            start_ms=round(max(0.0, stage.began - last_word) * 1000, 2),
            ms=round(stage.seconds * 1000, 2),
        )
        for stage in stages.all
        if stage.name != "first_sound"
    ]
    first = ms.get("first_sound")
    total = round(ms.get("end_of_turn", 0.0) + (first or 0.0), 2)
    return TurnReport(turn_id=turn_id, stages=bars, first_sound_ms=first, total_ms=total, speculated=speculated)
