"""One conversation: holds the way of a sentence together, from the sound that comes in to the sound that goes out.

A channel makes one for each connection, calls `start`, then `hear`, `type`, `press`, and in the end `close`. All of
these but `start` and `close` are plain and return at once. What happens is told to the channel's `Line`.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from parley.contract import Expectation, Language, ParleyError, PermissionRefused, SystemFault
from parley.conversation.answering import Answering
from parley.conversation.attention import Attention
from parley.conversation.delivery import Delivery
from parley.conversation.events import Failed, ReplyEnded, SessionEnded, SessionStarted, SttFinal
from parley.conversation.exchange import Exchange
from parley.conversation.floor import Floor
from parley.conversation.hearing import Hearing
from parley.conversation.journal import Journal
from parley.conversation.keys import MANY_KEYS, Keys
from parley.conversation.line import Line
from parley.conversation.mouth import Heard, Mouth
from parley.conversation.phrases import phrases
from parley.conversation.said import Said
from parley.conversation.services import Opening, Services
from parley.conversation.tasks import Tasks
from parley.conversation.unasked import Unasked
from parley.dialogue.state import State

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
        self._answering = Answering(services, opening, floor)
        self._journal = Journal(services, opening, floor)
        self._mouth = Mouth(line, floor, on_end=self._reply_ended)
        self._delivery = Delivery(
            services=services,
            opening=opening,
            line=line,
            mouth=self._mouth,
            journal=self._journal,
            person_speaks=self._person_speaks,
        )
        self._exchange = Exchange(
            services=services,
            opening=opening,
            line=line,
            mouth=self._mouth,
            answering=self._answering,
            journal=self._journal,
            delivery=self._delivery,
            person_speaks=self._person_speaks,
            on_guess=lambda: self._hearing.reconsider(),
        )
        self._unasked = Unasked(
            line=line,
            mouth=self._mouth,
            delivery=self._delivery,
            patience=services.patience,
            prompts=opening.prompts,
            language=lambda: self.language,
            person_speaks=self._person_speaks,
        )
        self._attention = Attention(
            line=line,
            mouth=self._mouth,
            exchange=self._exchange,
            unasked=self._unasked,
            tasks=self._tasks,
            on_failure=self.fail,
        )
        self._hearing = Hearing(line.form, floor, services, self._attention)
        self._keys = Keys(self._keyed)

    def _person_speaks(self) -> bool:
        return self._hearing.speaking

    @property
    def language(self) -> Language:
        """The language spoken at this moment."""
        return self._exchange.language

    @property
    def expectation(self) -> Expectation:
        """What the person will probably say."""
        return self._exchange.expectation

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
            self._unasked.say(self.opening.greeting or phrases(self.language).greeting)
        elif memory is not None and self.opening.again:
            self._unasked.say(self.opening.again)
        else:
            self._unasked.await_person()

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
        self._attention.close()
        self._unasked.close()
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
        self._unasked.person_acts()
        self._attention.speech_interrupts()
        self._line.send(SttFinal(text=text.strip(), confidence=1.0, language=self.language))
        self._tasks.spawn(self._attention.respond(Said(text=text.strip(), source=source)))

    def press(self, key: str) -> None:
        """A key of the telephone: one is an answer, several are a number where a number was asked for."""
        self._unasked.person_acts()
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
        self._attention.speech_interrupts()
        self._exchange.stop_reply()
        if not self._mouth.busy:
            self._unasked.await_person()

    def marked(self, name: str) -> None:
        """Playout has reached a mark."""
        self._mouth.marked(name)

    def announce(self, text: str, *, cards: Sequence[Mapping[str, Any]] = (), urgent: bool = True) -> None:
        """Say something that nobody asked for now: a timer has ended. Never over the person's own words."""
        self._unasked.announce(text, cards=cards, urgent=urgent)

    # The end

    def _reply_ended(self, heard: Heard) -> None:
        ends = self._delivery.ended(heard)
        self._line.send(ReplyEnded(heard=heard.text, complete=heard.complete))
        if ends or self._unasked.gives_up:
            self._finish("silence" if self._unasked.gives_up else "ended")
        else:
            self._unasked.await_person()

    def _finish(self, reason: str) -> None:
        if self.closed:
            return
        self._line.send(SessionEnded(reason=reason))
        self._line.hang_up()
        closing = self._loop.create_task(self.close(reason))
        closing.add_done_callback(lambda task: task.exception())

    def _task_failed(self, error: BaseException) -> None:
        log.error("task failed", conversation=self.opening.conversation_id, exc_info=error)
