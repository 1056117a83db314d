"""From words to an answer: understanding, then the dialogue with its skills. No sound, no line, no memory."""

from dataclasses import dataclass, field, replace

from parley.contract import Context, Expectation
from parley.conversation.floor import Floor
from parley.conversation.phrases import phrases
from parley.conversation.services import Lead, Opening, Services
from parley.conversation.stages import Stages
from parley.dialogue.aloud import Aloud
from parley.dialogue.state import State
from parley.dialogue.turn import TurnResult
from parley.understanding.result import Understanding


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be answered."""

    text: str
    state: State
    expectation: Expectation
    context: Context
    recognised: float = 1.0
    """How sure the recogniser was of the words."""
    stages: Stages = field(default_factory=Stages)
    aloud: Aloud = field(default_factory=Aloud)
    """Where the answer is spoken while it is being made, if a language model leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was made of it."""

    understanding: Understanding
    result: TurnResult


class Answering:
    """One for each conversation; every call is a single trip to a thread."""

    def __init__(self, services: Services, opening: Opening, floor: Floor) -> None:
        self._services = services
        self._opening = opening
        self._floor = floor
        self.offloaded = floor.offloaded
        self.kept = floor.kept

    def context(self, *, turn_id: str, state: State) -> Context:
        """The turn, as skills see it."""
        opening = self._opening
        return Context(
            now=self._services.now().astimezone(opening.zone),
            zone=opening.zone,
            language=state.language,
            conversation_id=opening.conversation_id,
            turn_id=turn_id,
            channel=opening.channel,
            caller=opening.caller,
            country=opening.country,
            later=self._services.later,
            facts={**opening.facts, **state.facts},
        )

    def expected(self, state: State) -> Expectation:
        """What is probably said next, of a conversation that begins or is gone on with; called in a thread."""
        return self._services.expected(state, self.context(turn_id="", state=state))

    async def answer(self, asked: Asked) -> Answer:
        """Understand and act. Raises Stopped, where a model leads: the person went on before it did anything."""
        if asked.expectation.yes_no:
            asked = replace(asked, text=phrases(asked.state.language).keys.get(asked.text, asked.text))
        if self._services.lead is not None:
            return await self._led(asked, self._services.lead)
        if self._services.understand_async is None:
            return await self.offloaded(lambda: self._answer(asked))
        understanding = await self.understand(asked)
        return await self.act(asked, understanding)

    async def _led(self, asked: Asked, lead: Lead) -> Answer:
        async def act(state: State, understanding: Understanding) -> TurnResult:
            return await self.offloaded(lambda: self._act(replace(asked, state=state), understanding))

        known = await self.offloaded(lambda: self._services.known(asked.context, asked.state))
        understanding, result = await lead(
            asked.text,
            state=asked.state,
            context=asked.context,
            expectation=asked.expectation,
            known=known,
            act=act,
            aloud=asked.aloud,
        )
        return Answer(understanding=understanding, result=result)

    def _answer(self, asked: Asked) -> Answer:
        understanding = self._understand(asked)
        return Answer(understanding=understanding, result=self._act(asked, understanding))

    async def understand(self, asked: Asked) -> Understanding:
        """Understand only."""
        chain = self._services.understand_async
        if chain is None:
            return await self.offloaded(lambda: self._understand(asked))
        with asked.stages.timed("understanding"):
            known = await self.offloaded(lambda: self._services.known(asked.context, asked.state))
            return await chain(
                asked.text,
                language=asked.state.language,
                now=asked.context.now,
                zone=asked.context.zone,
                expectation=asked.expectation,
                context=known,
            )

    async def act(self, asked: Asked, understanding: Understanding) -> Answer:
        """Act on what is understood. Once begun it is carried through, whatever becomes of the line."""
        result = await self.offloaded(lambda: self._act(asked, understanding))
        return Answer(understanding=understanding, result=result)

    async def guess(self, asked: Asked) -> tuple[Understanding, TurnResult | None] | None:
        """Understand ahead of the end of the turn; with the result where having it changes nothing.

        None where only a language model could tell, which is not asked about half a sentence, and where the threads
        are needed for turns that have ended: with more calls than the machine can serve, guessing is given up first.
        """
        if self._floor.pressed:
            return None
        services = self._services
        if services.lead is not None:
            return None
        if services.understand_async is None or services.stands_alone is not None:
            return await self.offloaded(lambda: self._guess(asked))
        understanding = await self.understand(asked)
        return understanding, await self.offloaded(lambda: self._look(asked, understanding))

    def _guess(self, asked: Asked) -> tuple[Understanding, TurnResult | None] | None:
        understanding, enough = self._understand(asked), self._services.stands_alone
        if enough is not None and not enough(understanding):
            return None
        return understanding, self._look(asked, understanding)

    def _look(self, asked: Asked, understanding: Understanding) -> TurnResult | None:
        with asked.stages.timed("dialogue"):
            return self._services.take(asked.state, understanding, asked.context, speculative=True)

    def _understand(self, asked: Asked) -> Understanding:
        with asked.stages.timed("understanding"):
            return self._services.understander.understand(
                asked.text,
                language=asked.state.language,
                now=asked.context.now,
                zone=asked.context.zone,
                expectation=asked.expectation,
                context=self._services.known(asked.context, asked.state),
            )

    def _act(self, asked: Asked, understanding: Understanding) -> TurnResult:
        with asked.stages.timed("dialogue"):
            said = replace(understanding, recognised=asked.recognised)
            result = self._services.take(asked.state, said, asked.context)
        assert result is not None, "only a speculative turn may have no result"
        return result
