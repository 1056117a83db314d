"""What becomes of an answer: it is told to the channel and spoken, and what was heard of it is kept.

An answer that a language model words is spoken while it is still being made. Whatever was done in the world and not
heard is told with the next answer.
"""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from parley.contract import Language
from parley.conversation.answering import Answer
from parley.conversation.events import Card, HandedOver, NluResult, ResponseText
from parley.conversation.journal import Journal
from parley.conversation.line import Line
from parley.conversation.mouth import Heard, Mouth
from parley.conversation.phrases import phrases
from parley.conversation.reply import Reply, speak
from parley.conversation.said import Said
from parley.conversation.services import Opening, Services
from parley.conversation.waterfall import report
from parley.dialogue import acts
from parley.dialogue.turn import TurnResult
from parley.speaking.sentences import sentences

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Present:
    """The turn whose answer is being made or spoken."""

    said: Said
    speculated: bool = False
    ends: bool = False
    begun: bool = False
    """The first of it is heard."""
    kept: bool = False
    """All of it is known, and in the record."""
    reported: bool = False
    heard: Heard | None = None
    """What was heard of an answer that was over before it was kept."""


@dataclass(slots=True, kw_only=True)
class Opened:
    """An answer that is spoken while it is still being made."""

    reply: Reply
    sentences: int = 0


class Delivery:
    """The answers of one conversation. `person_speaks` tells whether the person has the floor at this moment."""

    def __init__(
        self,
        *,
        services: Services,
        opening: Opening,
        line: Line,
        mouth: Mouth,
        journal: Journal,
        person_speaks: Callable[[], bool],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._services = services
        self._opening = opening
        self._line = line
        self._mouth = mouth
        self._journal = journal
        self._person_speaks = person_speaks
        self._present: dict[str, Present] = {}
        self._opened: dict[str, Opened] = {}
        self.untold = ""
        """What was done and not heard."""

    # Before the answer is whole

    def say(self, sentence: str, language: Language, said: Said) -> None:
        """Speak a sentence of an answer that is still being made."""
        opened = self._opened.get(said.turn_id)
        if opened is None:
            reply = self._made(said.turn_id, self._take_untold(language), language, growing=True)
            opened = self._opened[said.turn_id] = Opened(reply=reply)
            self._present[said.turn_id] = Present(said=said)
            self._play(reply)
        opened.sentences += 1
        opened.reply.say(sentence)

    def begun(self, turn_id: str) -> bool:
        """Whether sentences of an answer that is still being made were given to be spoken."""
        return turn_id in self._opened

    # The answer

    def deliver(self, answer: Answer, said: Said, *, guessed: Reply | None, speculated: bool, wanted: bool) -> Reply:
        """Tell the channel, and speak; not when somebody already said something newer.

        `guessed` is the reply that was made ahead of the end of the turn.
        """
        result = answer.result
        opened = self._opened.pop(said.turn_id, None)
        reply = self._completed(opened, result) if opened else self._whole(result, guessed, said.turn_id)
        self._tell(answer, reply)
        present = self._present.setdefault(said.turn_id, Present(said=said))
        present.speculated, present.ends = speculated, result.ends
        if opened is not None:
            if present.heard is not None:
                present.heard = replace(present.heard, unheard=" ".join(result.replies[opened.sentences :]))
        elif wanted and reply.text:
            self._play(reply)
        else:
            present.heard = Heard(reply=reply, text="", unheard=reply.text, complete=not reply.text)
            reply.discard()
        return reply

    def kept(self, turn_id: str) -> None:
        """The turn is in the record: what was heard of its answer may follow."""
        present = self._present[turn_id]
        present.kept = True
        if present.heard is not None:
            self.ended(present.heard)
        elif present.begun:
            self._report(turn_id, present)

    def _completed(self, opened: Opened, result: TurnResult) -> Reply:
        opened.reply.interruptible = not _urgent(result)
        opened.reply.tell(result.replies[opened.sentences :], executed=self._changed(result))
        return opened.reply

    def _whole(self, result: TurnResult, guessed: Reply | None, turn_id: str) -> Reply:
        if guessed is not None and not self.untold:
            guessed.turn_id = turn_id
            return guessed
        if guessed is not None:
            guessed.discard()
        repeats = any(isinstance(act, acts.Repeat) for act in result.acts)
        untold = self._take_untold(result.state.language)
        return self.reply(result, turn_id, untold="" if repeats else untold)

    def _tell(self, answer: Answer, reply: Reply) -> None:
        result, understanding, send = answer.result, answer.understanding, self._line.send
        slots = dict(understanding.slots)
        send(NluResult(intent=understanding.intent, confidence=understanding.confidence, slots=slots))
        send(ResponseText(text=reply.text, language=reply.language, asks_for=result.asks_for))
        for card in result.events:
            send(Card(card=dict(card)))
        if result.handover is not None:
            send(HandedOver(reason=result.handover.reason, summary=result.handover.summary))

    # Words and their sound

    def reply(self, result: TurnResult, turn_id: str, *, untold: str = "") -> Reply:
        """The answer of a turn, whose sound is being made from now on."""
        text = " ".join(filter(None, (untold, *result.replies)))
        reply = self._made(turn_id, text, result.state.language)
        reply.interruptible, reply.executed = not _urgent(result), self._changed(result)
        return reply

    def aside(self, text: str, language: Language) -> Reply:
        """Words that answer nothing: a greeting, a notice."""
        return self._made(uuid.uuid4().hex, text, language)

    def _made(self, turn_id: str, text: str, language: Language, *, growing: bool = False) -> Reply:
        reply = Reply(turn_id=turn_id, text=text, language=language, form=self._line.form, growing=growing)
        synthesiser = self._services.synthesiser_for(language)
        reply.task = self._loop.create_task(speak(reply, synthesiser, self._opening.voice))
        return reply

    def _play(self, reply: Reply) -> None:
        reply.on_begin = lambda: self._begins(reply)
        self._mouth.say(reply)
        if self._person_speaks():
            self._mouth.hold()

    def _changed(self, result: TurnResult) -> bool:
        return result.executed is not None and not self._services.reads_only(result.executed)

    def _take_untold(self, language: Language) -> str:
        """What was done and not heard, in one sentence; it is given away once."""
        untold, self.untold = self.untold, ""
        return phrases(language).untold.format(text=sentences(untold, language)[0]) if untold else ""

    # What was heard of it

    def _begins(self, reply: Reply) -> None:
        present = self._present.get(reply.turn_id)
        if present is None:
            return
        present.begun = True
        if reply.first_s is not None:
            present.said.stages.add("synthesis", reply.first_s)
        present.said.stages.since_end("first_sound")
        if present.kept:
            self._report(reply.turn_id, present)

    def _report(self, turn_id: str, present: Present) -> None:
        present.reported = True
        self._line.send(report(turn_id, present.said.stages, speculated=present.speculated))
        ms = present.said.stages.ms
        log.info("turn", correlation_id=turn_id, conversation=self._opening.conversation_id, **ms)

    def ended(self, heard: Heard) -> bool:
        """A reply is over, or was cut off. True: the conversation ends with it."""
        reply = heard.reply
        present = self._present.get(reply.turn_id)
        if present is not None and not present.kept:
            present.heard = heard
            return False
        if reply.executed and not heard.complete:
            self.untold = heard.unheard
        if present is None:
            return False
        del self._present[reply.turn_id]
        if not present.reported:
            self._report(reply.turn_id, present)
        self._journal.heard(heard, present.said.stages)
        return present.ends and heard.complete

    def drop(self) -> None:
        """Stop speaking for good."""
        for heard in self._mouth.drop():
            self.ended(heard)


def _urgent(result: TurnResult) -> bool:
    """Whether it must be heard to its end."""
    return any(isinstance(act, acts.Emergency) for act in result.acts)
