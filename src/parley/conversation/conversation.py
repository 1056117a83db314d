"""One conversation: holds the way of a sentence together, from the sound that comes in to the sound that goes out.

A channel makes one for each connection, calls `start`, then `hear`, `type`, `press`, and in the end `close`. All of
these but `start` and `close` are plain and return at once. What happens is told to the channel's `Line`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog

from parley.contract import Expectation, Language, ParleyError, PermissionRefused, SystemFault
from parley.conversation.answering import Answering
from parley.conversation.delivery import Delivery
from parley.conversation.events import (
    Card,
    Failed,
    ReplyCleared,
    ReplyEnded,
    ResponseText,
    SessionEnded,
    SessionStarted,
    SpeechEnded,
    SpeechStarted,
    SttFinal,
    SttPartial,
)
from parley.conversation.exchange import Exchange
from parley.conversation.floor import Floor
from parley.conversation.hearing import Ended, Hearing
from parley.conversation.interruption import Verdict, judge
from parley.conversation.journal import Journal
from parley.conversation.keys import MANY_KEYS, Keys
from parley.conversation.line import Line
from parley.conversation.mouth import Heard, Mouth
from parley.conversation.phrases import phrases
from parley.conversation.said import Said
from parley.conversation.services import Opening, Services
from parley.conversation.silence import Silence
from parley.conversation.stages import Stages
from parley.conversation.tasks import Tasks
from parley.dialogue.state import State

UNHEARD_S: Final = 0.6
"""Speech of this length without a recognised word is asked for again; less is noise."""
log = structlog.get_logger(__name__)


class Conversation:
    """See above. `reason` of the end: `hung_up`, `ended`, `silence`, `replaced`, `failed`, `shutdown`."""

    def __init__(self, *, opening: Opening, line: Line, floor: Floor, services: Services) -> None:
        self.opening = opening
        self.closed = False
        self._loop = asyncio.get_running_loop()
        self._line = line
        self._floor = floor
        self._services = services
        self._tasks = Tasks(self._task_failed)
        self._mouth = Mouth(line, floor, on_end=self._reply_ended)
        self._hearing = Hearing(line.form, floor, services, self)
        self._answering = Answering(services, opening, floor)
        self._journal = Journal(services, opening, floor)
        self._delivery = Delivery(
            services=services,
            opening=opening,
            line=line,
            mouth=self._mouth,
            journal=self._journal,
            person_speaks=lambda: self._hearing.speaking,
        )
        self._exchange = Exchange(
            services=services,
            opening=opening,
            line=line,
            mouth=self._mouth,
            answering=self._answering,
            journal=self._journal,
            delivery=self._delivery,
            person_speaks=lambda: self._hearing.speaking,
            on_guess=self._hearing.reconsider,
        )
        self._silence = Silence(services.patience, on_prompt=self._prompt, on_goodbye=self._give_up)
        self._keys = Keys(self._keyed)
        self._waiting: list[str] = []
        self._ending: str | None = None

    # What the parts below see

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

    @property
    def presses(self) -> bool:
        """What is heard next is wanted at once: a turn may end with it, or a reply have to stop."""
        return self._hearing.presses

    # The connection

    async def start(self) -> None:
        """Take up the conversation, or go on with it, and greet. Raises PermissionRefused: it is another's."""
        conversation_id, store = self.opening.conversation_id, self._services.store
        former = self._floor.find(conversation_id)
        if isinstance(former, Conversation):
            self._check_owner(former.opening.owner)
            former.replace()
            await former.close("replaced")

        def recall() -> tuple[Mapping[str, Any] | None, Expectation]:
            memory = store.resume(conversation_id)
            if memory is not None:
                self._check_owner(memory["owner"])
            store.began(self.opening, resumed=memory is not None)
            state = State.from_json(memory["state"]) if memory is not None else self._exchange.state
            return memory, self._answering.expected(state)

        memory, self._exchange.expectation = await self._answering.kept(recall)
        if memory is not None:
            self._exchange.recall(memory)
        self._floor.enter(conversation_id, self)
        recognises = self._services.recogniser_for(self.language) is not None
        self._line.send(SessionStarted(language=self.language, resumed=memory is not None, recognises=recognises))
        if memory is None and self.opening.greeting is not None:
            self._say(self.opening.greeting or phrases(self.language).greeting)
        elif memory is not None and self.opening.again:
            self._say(self.opening.again)
        else:
            self._await_person()

    def _check_owner(self, owner: str) -> None:
        if owner != self.opening.owner:
            raise PermissionRefused("this conversation is somebody else's")

    def replace(self) -> None:
        """The same person comes by another connection: this one ends."""
        self._line.send(SessionEnded(reason="replaced"))
        self._line.hang_up()

    async def close(self, reason: str) -> None:
        """The connection is over. What was begun is carried through and kept; may be called twice."""
        if self.closed:
            return
        self.closed = True
        self._floor.leave(self.opening.conversation_id, self)
        self._floor.forget(self._hearing)
        self._silence.pause()
        self._hearing.close()
        self._exchange.close()
        self._keys.close()
        await self._tasks.settle()
        await self._exchange.settled()
        await self._answering.kept(lambda: self._services.store.ended(self.opening.conversation_id, reason))

    def fail(self, error: Exception) -> None:
        """Something in here broke: this conversation ends, no other does."""
        code = error.code if isinstance(error, ParleyError) else SystemFault.code
        self._line.send(Failed(code=code, message="the conversation failed"))
        self._finish("failed")

    # What the person does

    def hear(self, sound: bytes) -> None:
        """Sound, in the line's form and of any length."""
        if not self.closed:
            self._hearing.hear(sound)

    def finish_utterance(self) -> None:
        """The client knows that the person has finished."""
        self._hearing.finish_utterance()

    def type(self, text: str, *, source: str = "text") -> None:
        """Words that need not be recognised. They stop a reply at once."""
        if self.closed or not text.strip():
            return
        self._person_acts()
        self._interrupt_line()
        self._line.send(SttFinal(text=text.strip(), confidence=1.0, language=self.language))
        self._tasks.spawn(self._respond(Said(text=text.strip(), source=source)))

    def press(self, key: str) -> None:
        """A key of the telephone: one is an answer, several are a number where a number was asked for."""
        self._person_acts()
        if self._mouth.interruptible:
            self._mouth.hold()
        self._keys.press(key, several=self.expectation.kind in MANY_KEYS)

    def _keyed(self, keys: str) -> None:
        if keys:
            self.type(keys, source="keys")
        else:
            self._mouth.resume()

    def keep_no_sound(self) -> None:
        """The person does not want what they say to be kept."""
        self._journal.saves_audio = False

    def interrupt(self) -> None:
        """The client asks for silence."""
        self._interrupt_line()
        self._exchange.stop_reply()
        if not self._mouth.busy:
            self._await_person()

    def marked(self, name: str) -> None:
        """Playout has reached a mark."""
        self._mouth.marked(name)

    def announce(self, text: str, *, cards: Sequence[Mapping[str, Any]] = (), urgent: bool = True) -> None:
        """Say something that nobody asked for now: a timer has ended. Never over the person's own words."""
        for card in cards:
            self._line.send(Card(card=dict(card)))
        if self._hearing.speaking:
            self._waiting.append(text)
            return
        self._line.send(ResponseText(text=text, language=self.language))
        reply = self._delivery.aside(text, self.language)
        if urgent:
            self._mouth.interject(reply)
        else:
            self._mouth.say(reply)

    # What the hearing side tells

    def speech_began(self) -> None:
        """The ears are open."""
        self._silence.pause()
        self._line.send(SpeechStarted())

    def speech_interrupts(self) -> None:
        """They mean it: fall silent, and remember where."""
        self._interrupt_line()

    def _person_acts(self) -> None:
        """There is somebody: a goodbye into the silence is taken back."""
        self._silence.broken()
        self._ending = None

    def _interrupt_line(self) -> None:
        if self.replying:
            self._mouth.hold()
            self._line.send(ReplyCleared())

    def partial(self, text: str, *, pausing: bool) -> None:
        """The words so far."""
        if not pausing:
            self._line.send(SttPartial(text=text))
        self._exchange.consider(text)

    def whole(self, text: str) -> bool:
        """Whether the words so far want nothing more."""
        return self._exchange.whole(text)

    def turn_ended(self, ended: Ended) -> None:
        """The person has finished."""
        self._line.send(SpeechEnded(waited_ms=round(ended.waited_s * 1000, 1)))
        self._tasks.spawn(self._spoken(ended))

    async def _spoken(self, ended: Ended) -> None:
        stages = Stages()
        stages.add("end_of_turn", ended.waited_s)
        try:
            with stages.timed("recognition"):
                transcript = await ended.utterance.finish(ended.sound)
        except ParleyError as error:
            self._line.send(Failed(code=error.code, message=error.message, retryable=error.retryable))
            self._not_heard(ended, stages)
            return
        if self.closed:
            return
        verdict = judge(
            transcript.text,
            language=self.language,
            expectation=self.expectation,
            over=ended.over,
            confidence=transcript.confidence,
        )
        if verdict is not Verdict.TURN:
            self._no_turn(verdict, ended, stages)
            return
        self._person_acts()
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
        await self._respond(said)

    def _no_turn(self, verdict: Verdict, ended: Ended, stages: Stages) -> None:
        """A cough, an "mm-hm": the reply goes on, or the words before it are answered after all."""
        self._line.send(SttFinal(text="", confidence=0.0, language=self.language))
        carried = self._exchange.going_on()
        if carried:
            self._tasks.spawn(self._respond(Said(text=carried, source="speech", stages=stages)))
        elif verdict is Verdict.NOISE and ended.speech_s >= UNHEARD_S and ended.over is None:
            self._not_heard(ended, stages)
        else:
            self._go_on()

    def _not_heard(self, ended: Ended, stages: Stages) -> None:
        if ended.over is not None and self._mouth.busy:
            self._go_on()
        elif not self.closed:
            self._silence.broken()
            self._say(phrases(self.language).not_heard)

    def _go_on(self) -> None:
        if self._mouth.busy:
            self._mouth.resume()
        else:
            self._await_person()
        self._tell_waiting()

    async def _respond(self, said: Said) -> None:
        try:
            await self._exchange.respond(said)
        except Exception as error:  # noqa: BLE001 - the turn is lost, the conversation is not
            self._turn_failed(error, said.turn_id)
        self._tell_waiting()
        if not self._mouth.busy:
            self._await_person()

    # What is said without being asked

    def _say(self, text: str) -> None:
        self._line.send(ResponseText(text=text, language=self.language))
        self._mouth.say(self._delivery.aside(text, self.language))

    def _tell_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for text in waiting:
            self.announce(text, urgent=False)

    def _prompt(self) -> None:
        self._say(phrases(self.language).still_there)

    def _give_up(self) -> None:
        self._ending = "silence"
        self._say(phrases(self.language).silence_goodbye)

    def _await_person(self) -> None:
        """It is the person's turn; where nobody could be heard anyhow, silence means nothing."""
        if self.opening.prompts and not self.closed and not self._hearing.speaking:
            self._silence.begin()

    def _reply_ended(self, heard: Heard) -> None:
        ends = self._delivery.ended(heard)
        self._line.send(ReplyEnded(heard=heard.text, complete=heard.complete))
        if ends or self._ending is not None:
            self._finish(self._ending or "ended")
        else:
            self._await_person()

    def _finish(self, reason: str) -> None:
        if self.closed:
            return
        self._line.send(SessionEnded(reason=reason))
        self._line.hang_up()
        closing = self._loop.create_task(self.close(reason))
        closing.add_done_callback(lambda task: task.exception())

    # What goes wrong

    def _task_failed(self, error: BaseException) -> None:
        log.error("task failed", conversation=self.opening.conversation_id, exc_info=error)

    def _turn_failed(self, error: Exception, turn_id: str) -> None:
        known = isinstance(error, ParleyError)
        code = error.code if isinstance(error, ParleyError) else SystemFault.code
        log.error("turn failed", correlation_id=turn_id, code=code, exc_info=None if known else error)
        if self.closed:
            return
        self._line.send(Failed(code=code, message="the turn failed", retryable=True))
        self._say(phrases(self.language).trouble)
