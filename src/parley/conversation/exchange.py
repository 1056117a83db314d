"""One turn after the other: from what was said to what is answered, each carried through exactly once.

A turn that has begun to act is never cancelled, whoever speaks meanwhile: its work is done once, and what the person
did not hear of it is told with the next answer.
"""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from parley.contract import Expectation, Language
from parley.conversation.answering import Answer, Answering, Asked
from parley.conversation.delivery import Delivery
from parley.conversation.events import LanguageChanged
from parley.conversation.journal import Journal
from parley.conversation.line import Line
from parley.conversation.mouth import Mouth
from parley.conversation.phrases import phrases
from parley.conversation.said import Said
from parley.conversation.services import Opening, Services
from parley.conversation.speculation import Guess, Speculation
from parley.conversation.stages import Stages
from parley.dialogue.aloud import Aloud, Stopped
from parley.dialogue.expectation import expected
from parley.dialogue.state import State

NOTHING_EXPECTED: Final = Expectation()


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
        delivery: Delivery,
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
        self._delivery = delivery
        self._person_speaks = person_speaks
        self.state = State(
            conversation_id=opening.conversation_id, language=opening.language, facts=dict(opening.facts)
        )
        self.expectation = NOTHING_EXPECTED
        self._speculation = Speculation(self._guess, on_guess=on_guess)
        self._deciding = asyncio.Lock()
        self._number = 0
        self._latest = 0
        self._carried = ""
        self._in_hand: tuple[Said, Aloud] | None = None
        """The turn that is being decided."""

    @property
    def language(self) -> Language:
        """The language of the conversation at this moment."""
        return self.state.language

    # What is kept from connection to connection

    def memory(self) -> dict[str, Any]:
        """All that is needed to go on."""
        owner = self._opening.owner
        return {
            "owner": owner,
            "state": self.state.to_json(),
            "number": self._number,
            "untold": self._delivery.untold,
        }

    def recall(self, memory: Any) -> None:
        """Go on from what `memory()` gave."""
        self.state = State.from_json(memory["state"])
        self._number, self._delivery.untold = memory["number"], memory["untold"]
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
            reply = self._delivery.reply(result, turn_id)
        return Guess(
            text=text, state=asked.state, understanding=understanding, result=result, reply=reply, stages=stages
        )

    def _asked(self, text: str, turn_id: str, stages: Stages, aloud: Aloud | None = None) -> Asked:
        return Asked(
            text=text,
            state=self.state,
            expectation=self.expectation,
            context=self._answering.context(turn_id=turn_id, state=self.state),
            stages=stages,
            aloud=aloud or Aloud(),
        )

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
        self._stop_thinking(said)
        async with self._deciding:
            text = " ".join(filter(None, (self.going_on(), said.text)))
            if said.source == "speech" and (number != self._latest or self._person_speaks()):
                self._carry(text)
                return
            hold_on = self._loop.call_later(self._services.hold_on_s, self._ask_to_hold_on, number)
            try:
                answer, guess = await self._decide(text, said, number)
            except Stopped:
                self._carry(text)
                return
            finally:
                self._in_hand = None
                hold_on.cancel()
            self._conclude(answer, guess, said, text, wanted=number == self._latest)

    def _carry(self, text: str) -> None:
        """The person goes on: what they said so far is answered with the rest."""
        self._carried = text
        self._speculation.discard()

    async def _decide(self, text: str, said: Said, number: int) -> tuple[Answer, Guess | None]:
        guess = await self._speculation.claim(text, self.state)

        def say(sentence: str, language: Language) -> None:
            if number == self._latest:  # else somebody has said something newer, and hears the answer to that
                self._delivery.say(sentence, language, said)

        aloud = Aloud(say=say)
        self._in_hand = said, aloud
        asked = replace(self._asked(text, said.turn_id, said.stages, aloud), recognised=said.confidence)
        if guess is None:
            return await self._answering.answer(asked), None
        understanding = guess.understanding
        if not guess.says(text):
            understanding = await self._answering.understand(asked)
            if not guess.fits(understanding):
                guess.discard()
                return await self._answering.act(asked, understanding), None
        if guess.result is None or said.confidence < self._services.surest:
            guess.discard()
            return await self._answering.act(asked, understanding), None
        said.stages.all[:0] = guess.stages.all
        return Answer(understanding=understanding, result=guess.result), guess

    def _conclude(self, answer: Answer, guess: Guess | None, said: Said, text: str, *, wanted: bool) -> None:
        """Go on from the answer: the state is another, the answer is spoken, the turn is kept."""
        result = answer.result
        if result.state.language != self.language:
            recognises = self._services.recogniser_for(result.state.language) is not None
            self._line.send(LanguageChanged(language=result.state.language, recognises=recognises))
        self.state, self.expectation = result.state, result.expectation
        self._number += 1
        guessed, speculated = (guess.reply, True) if guess is not None else (None, False)
        reply = self._delivery.deliver(answer, said, guessed=guessed, speculated=speculated, wanted=wanted)
        self._journal.turned(
            said,
            text,
            answer,
            number=self._number,
            speculated=speculated,
            reply=reply.text,
            memory=self.memory(),
        )
        self._delivery.kept(said.turn_id)

    def _ask_to_hold_on(self, number: int) -> None:
        if number == self._latest and not self._mouth.busy:
            self._mouth.say(self._delivery.aside(phrases(self.language).one_moment, self.language))

    # What stops it

    def stop_reply(self) -> None:
        """Stop speaking for good, and of an answer that is still being made also the making.

        What must be heard (what to do in an emergency) is spoken to its end, and the next answer after it.
        """
        if self._mouth.interruptible:
            self._drop()

    def _drop(self) -> None:
        self._delivery.drop()
        if self._in_hand is not None and self._delivery.begun(self._in_hand[0].turn_id):
            self._in_hand[1].stopped.set()

    def _stop_thinking(self, newer: Said) -> None:
        """Whoever goes on speaking before anything was answered is answered once."""
        if self._in_hand is not None and self._in_hand[0].source == newer.source == "speech":
            self._in_hand[1].stopped.set()

    def close(self) -> None:
        """The line is gone; a turn that acts is carried through."""
        self._speculation.discard()
        self._drop()

    async def settled(self) -> None:
        """Wait until the turn in hand is done, and keep what is needed to go on."""
        async with self._deciding:
            await self._journal.settled(self.memory())
