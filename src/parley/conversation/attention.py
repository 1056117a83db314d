"""What becomes of the person's words: recognised, judged whether they are a turn at all, and answered."""

from collections.abc import Callable
from typing import Final

import structlog

from parley.contract import Expectation, Language, ParleyError, SystemFault
from parley.conversation.events import (
    Failed,
    ReplyCleared,
    SpeechEnded,
    SpeechStarted,
    SttFinal,
    SttPartial,
)
from parley.conversation.exchange import Exchange
from parley.conversation.hearing import Ended
from parley.conversation.interruption import Verdict, judge
from parley.conversation.line import Line
from parley.conversation.mouth import Mouth
from parley.conversation.phrases import phrases
from parley.conversation.said import Said
from parley.conversation.stages import Stages
from parley.conversation.tasks import Tasks
from parley.conversation.unasked import Unasked
from parley.listening.recognition import Transcript

UNHEARD_S: Final = 0.6
"""Speech of this length without a recognised word is asked for again; less is noise."""

log = structlog.get_logger(__name__)


class Attention:
    """The `Listener` of the hearing side. All methods but `respond` are plain and return at once."""

    def __init__(
        self,
        *,
        line: Line,
        mouth: Mouth,
        exchange: Exchange,
        unasked: Unasked,
        tasks: Tasks,
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._line = line
        self._mouth = mouth
        self._exchange = exchange
        self._unasked = unasked
        self._tasks = tasks
        self._closed = False
        self.fail = on_failure

    # What the hearing side asks

    @property
    def language(self) -> Language:
        """The language spoken at this moment."""
        return self._exchange.language

    @property
    def expectation(self) -> Expectation:
        """What the person will probably say."""
        return self._exchange.expectation

    @property
    def replying(self) -> bool:
        """A reply is heard that speaking would stop."""
        return self._mouth.audible and self._mouth.interruptible

    @property
    def reply_text(self) -> str | None:
        """The words of the reply that is spoken or held."""
        return self._mouth.reply.text if self._mouth.reply is not None else None

    def whole(self, text: str) -> bool:
        """Whether the words so far want nothing more."""
        return self._exchange.whole(text)

    # What it tells

    def speech_began(self) -> None:
        """The ears are open."""
        self._unasked.hush()
        self._line.send(SpeechStarted())

    def speech_interrupts(self) -> None:
        """They mean it: fall silent, and remember where."""
        if self.replying:
            self._mouth.hold()
            self._line.send(ReplyCleared())

    def partial(self, text: str, *, pausing: bool) -> None:
        """The words so far."""
        if not pausing:
            self._line.send(SttPartial(text=text))
        self._exchange.consider(text)

    def turn_ended(self, ended: Ended) -> None:
        """The person has finished."""
        self._line.send(SpeechEnded(waited_ms=round(ended.waited_s * 1000, 1)))
        self._tasks.spawn(self._heard_out(ended))

    async def _heard_out(self, ended: Ended) -> None:
        stages = Stages()
        stages.add("end_of_turn", ended.waited_s)
        try:
            with stages.timed("recognition"):
                transcript = await ended.utterance.finish(ended.sound)
        except ParleyError as error:
            self._line.send(Failed(code=error.code, message=error.message, retryable=error.retryable))
            self._not_heard(ended)
            return
        if self._closed:
            return
        verdict = judge(
            transcript.text,
            language=self.language,
            expectation=self.expectation,
            over=ended.over,
            confidence=transcript.confidence,
        )
        if verdict is Verdict.TURN:
            await self._heard(transcript, ended, stages)
        else:
            self._no_turn(verdict, ended, stages)

    async def _heard(self, transcript: Transcript, ended: Ended, stages: Stages) -> None:
        self._unasked.person_acts()
        self._line.send(
            SttFinal(
                text=transcript.text,
                confidence=transcript.confidence,
                language=transcript.language,
                provider=transcript.provider,
            )
        )
        said = Said(
            text=transcript.text,
            source="speech",
            confidence=transcript.confidence,
            provider=transcript.provider,
            sound=ended.sound,
            stages=stages,
        )
        await self.respond(said)

    def _no_turn(self, verdict: Verdict, ended: Ended, stages: Stages) -> None:
        """A cough, an "mm-hm": the reply goes on, or the words before it are answered after all."""
        self._line.send(SttFinal(text="", confidence=0.0, language=self.language))
        carried = self._exchange.going_on()
        if carried:
            self._tasks.spawn(self.respond(Said(text=carried, source="speech", stages=stages)))
        elif verdict is Verdict.NOISE and ended.speech_s >= UNHEARD_S and ended.over is None:
            self._not_heard(ended)
        else:
            self._go_on()

    def _not_heard(self, ended: Ended) -> None:
        if ended.over is not None and self._mouth.busy:
            self._go_on()
        elif not self._closed:
            self._unasked.person_acts()
            self._unasked.say(phrases(self.language).not_heard)

    def _go_on(self) -> None:
        if self._mouth.busy:
            self._mouth.resume()
        else:
            self._unasked.await_person()
        self._unasked.tell_waiting()

    # The answer

    async def respond(self, said: Said) -> None:
        """Answer; a turn that fails is lost, the conversation is not."""
        try:
            await self._exchange.respond(said)
        except Exception as error:  # noqa: BLE001 - the turn is lost, the conversation is not
            self._turn_failed(error, said.turn_id)
        self._unasked.tell_waiting()
        if not self._mouth.busy:
            self._unasked.await_person()

    def _turn_failed(self, error: Exception, turn_id: str) -> None:
        known = isinstance(error, ParleyError)
        code = error.code if isinstance(error, ParleyError) else SystemFault.code
        log.error("turn failed", correlation_id=turn_id, code=code, exc_info=None if known else error)
        if self._closed:
            return
        self._line.send(Failed(code=code, message="the turn failed", retryable=True))
        self._unasked.say(phrases(self.language).trouble)

    def close(self) -> None:
        """Nobody is there any more."""
        self._closed = True
