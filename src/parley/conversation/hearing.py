"""The person's side: sound in, turns out. Joins ear, turn taking and recognition."""

import asyncio
from dataclasses import dataclass
from typing import Final, Protocol

from parley.audio.sound import Sound
from parley.contract import Expectation, Language
from parley.conversation.ear import Ear
from parley.conversation.floor import Floor
from parley.conversation.interruption import Verdict, judge
from parley.conversation.services import Services
from parley.conversation.sound_form import SoundForm
from parley.conversation.turns import Signal, TurnTaking
from parley.conversation.utterance import Utterance, seen
from parley.listening.end_of_turn import Listens

STALL_S: Final = 1.5
"""A line that sends nothing for so long in mid-word is taken to have ended the turn there."""
PREPARE_WINDOWS: Final = 4
"""Silence of 128 ms: longer than any that is part of a word, shorter than any that ends a turn. What is left of it is
the recogniser's."""
FOLLOWS_S: Final = 0.3
"""Silence after an "mm-hm" over a reply: the reply need not wait for the usual end of a turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A turn is over; its transcript is still to come."""

    utterance: Utterance
    sound: Sound
    speech_s: float
    waited_s: float
    """Silence that ended it."""
    over: str | None
    """The reply over which it was said."""


class Listener(Protocol):
    """What the conversation tells the hearing side, and is told."""

    @property
    def language(self) -> Language: ...

    @property
    def expectation(self) -> Expectation: ...

    @property
    def replying(self) -> bool:
        """A reply is heard that may be interrupted."""

    @property
    def reply_text(self) -> str | None:
        """The words of the reply that is spoken or held."""

    def speech_began(self) -> None: ...

    def speech_interrupts(self) -> None: ...

    def partial(self, text: str, *, pausing: bool) -> None: ...

    def whole(self, text: str) -> bool:
        """Whether the words so far are understood already, and want nothing more."""

    def turn_ended(self, ended: Ended) -> None: ...

    def fail(self, error: Exception, /) -> None:
        """Something in here broke."""


class Hearing:
    """All methods are plain and return at once."""

    def __init__(self, form: SoundForm, floor: Floor, services: Services, listener: Listener) -> None:
        self._loop = asyncio.get_running_loop()
        self._floor = floor
        self._services = services
        self._listener = listener
        self.fail = listener.fail
        self.ear = Ear(form, floor.stream())
        self._turns = TurnTaking(services.rules)
        self._utterance: Utterance | None = None
        self._over: str | None = None
        self._finishing = False
        """The client says that the turn is over, once all is heard."""
        self._finished: float | None = None
        """How much the last pause sounded like the end, where the end-of-turn strategy listens."""
        self._listening: asyncio.Task[None] | None = None
        self._heard_at = 0.0
        self._stall: asyncio.TimerHandle | None = None

    @property
    def speaking(self) -> bool:
        """Somebody speaks, long enough to mean it."""
        return self._turns.speaking and self._turns.interrupts

    @property
    def presses(self) -> bool:
        """The next window is wanted as soon as it is whole."""
        return self._finishing or self._turns.presses

    @property
    def alive(self) -> bool:
        """Sound arrived within the last second."""
        return self._loop.time() - self._heard_at < 1.0

    def hear(self, sound: bytes) -> None:
        """Sound in the line's form, as it arrives."""
        if self.ear.hear(sound):
            self._floor.listen(self)

    def window(self, probability: float, sound: bytes) -> None:
        """A window of 32 ms was looked at."""
        self._heard_at = self._loop.time()
        if self._utterance is not None:
            self._utterance.feed(sound)
        turns = self._turns
        signal = turns.window(probability, replying=turns.speaking and self._listener.replying)
        if signal is None:
            if self._turns.quiet == PREPARE_WINDOWS and self._utterance is not None:
                self._prepare(self._utterance)
            return
        if signal is Signal.BEGAN:
            self._begin()
        elif signal is Signal.INTERRUPTS:
            self._listener.speech_interrupts()
        elif signal is Signal.PAUSED:
            self._pause()
        else:
            self._end()

    def _begin(self) -> None:
        listener = self._listener
        recogniser = self._services.recogniser_for(listener.language)
        if recogniser is None:
            self._turns.end()
            return
        self._over = listener.reply_text
        self._turns.wait_s = self._wait("")
        self._utterance = Utterance(
            recogniser,
            language=listener.language,
            form=self.ear.form,
            expectation=listener.expectation,
            on_partial=self._partial,
        )
        self._utterance.feed(self.ear.open())
        self._stall = self._loop.call_later(STALL_S, self._watch)
        listener.speech_began()

    def _wait(self, partial: str) -> float:
        listener = self._listener
        wait = self._services.end_of_turn.wait(
            partial=partial,
            language=listener.language,
            expectation=listener.expectation,
            speech_s=self._turns.speech_s,
            whole=bool(partial) and listener.whole(partial),
            finished=self._finished,
        )
        if partial and self._over is not None and self._judged(partial) is not Verdict.TURN:
            return min(wait, FOLLOWS_S)
        return wait

    def _judged(self, text: str) -> Verdict:
        listener = self._listener
        return judge(text, language=listener.language, expectation=listener.expectation, over=self._over)

    def reconsider(self) -> None:
        """More is known about the words so far than when the present pause began."""
        if self._utterance is not None and self._turns.quiet:
            self._turns.wait_s = self._wait(self._utterance.partial)

    def _prepare(self, utterance: Utterance) -> None:
        utterance.prepare()
        strategy = self._services.end_of_turn
        if isinstance(strategy, Listens):
            self._listening = self._loop.create_task(self._listen(utterance, strategy, self._turns.speech))
            self._listening.add_done_callback(seen)

    async def _listen(self, utterance: Utterance, strategy: Listens, speech: int) -> None:
        """Listen to how the pause was gone into. What comes too late, because speech went on, is not asked for."""
        sound = self.ear.turn()
        finished = await self._floor.offloaded(lambda: strategy.sounds_finished(sound))
        if utterance is self._utterance and speech == self._turns.speech:
            self._finished = finished
            self.reconsider()

    def _pause(self) -> None:
        self._finished = None
        partial = self._utterance.partial if self._utterance is not None else ""
        self._turns.wait_s = self._wait(partial)
        if partial:
            self._listener.partial(partial, pausing=True)

    def _partial(self, text: str) -> None:
        if self._utterance is None:
            return
        pausing = self._turns.quiet > 0
        if pausing:
            self._turns.wait_s = self._wait(text)
        self._listener.partial(text, pausing=pausing)

    def _watch(self) -> None:
        """While a turn lasts: has the line gone silent, with not even silence coming in?"""
        if self._loop.time() - self._heard_at >= STALL_S:
            self._end()
        elif self._utterance is not None:
            self._stall = self._loop.call_later(STALL_S, self._watch)

    def finish_utterance(self) -> None:
        """The client says that the person has finished (a released button, the end of a file).

        What was sent and not looked at yet is looked at first.
        """
        self._finishing = self.ear.ready
        if self._finishing:
            self._floor.hurry()
            self._loop.call_later(0.02, self.finish_utterance)
        else:
            self._end()

    def _end(self) -> None:
        utterance, self._utterance = self._utterance, None
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
        turns = self._turns
        if utterance is None:
            return
        ended = Ended(
            utterance=utterance,
            sound=self.ear.close(silence_s=turns.quiet_s),
            speech_s=turns.speech_s,
            waited_s=turns.quiet_s,
            over=self._over,
        )
        turns.end()
        self._listener.turn_ended(ended)

    def close(self) -> None:
        """Nobody is there any more."""
        if self._stall is not None:
            self._stall.cancel()
        if self._utterance is not None:
            self._utterance.cancel()
            self._utterance = None
