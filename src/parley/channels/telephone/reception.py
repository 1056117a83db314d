"""What comes before the conversation proper: shall we go on where we stopped, and "press 1 to confirm".

It stands in front of the dialogue of one call and answers only what it has asked itself; all else passes through.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from parley.channels.telephone.phrases import phrase
from parley.contract import Context, Expectation
from parley.conversation.services import Services
from parley.dialogue.state import State
from parley.dialogue.turn import TurnResult
from parley.messaging import wording
from parley.messaging.models import Message
from parley.messaging.sources import Reply, source
from parley.understanding.result import Understanding

YES: Final = ("1",)
NO: Final = ("2",)


@dataclass(slots=True, kw_only=True)
class Reception:
    """One for each call. Its `take` stands in for the house's."""

    services: Services
    earlier: State | None = None
    """Where a dropped call stopped; the greeting has asked whether to go on there."""
    on_resumed: Callable[[], None] = field(default=lambda: None)
    message: Message | None = None
    """What this call, of ours, was about; the greeting has said it."""

    def served(self) -> Services:
        """The house's services, with the reception in front of the dialogue."""
        return replace(self.services, take=self)

    def __call__(
        self, state: State, understanding: Understanding, context: Context, *, speculative: bool = False
    ) -> TurnResult | None:
        """One turn."""
        if self.earlier is None and self.message is None:
            return self.services.take(state, understanding, context, speculative=speculative)
        if speculative:
            return None
        answered = self._go_on(state, understanding, context) or self._reply(state, understanding, context)
        return answered or self.services.take(state, understanding, context)

    def _go_on(self, state: State, understanding: Understanding, context: Context) -> TurnResult | None:
        earlier, self.earlier = self.earlier, None
        if earlier is None:
            return None
        if _is(understanding, "no", NO):
            return TurnResult(state=state, replies=(phrase("start_afresh", state.language),), intent="no")
        if not _is(understanding, "yes", YES):
            return None
        self.on_resumed()
        asked = earlier.asked
        again = (asked.text,) if asked is not None and asked.text else earlier.said
        resumed = replace(
            earlier, conversation_id=context.conversation_id, at=context.now, facts=_both(earlier, state)
        )
        return TurnResult(
            state=resumed,
            replies=(phrase("going_on", resumed.language), *again),
            intent="yes",
            asks_for=(asked.slot or asked.kind.value) if asked is not None else None,
            expectation=asked.expects if asked is not None and asked.expects is not None else Expectation(),
        )

    def _reply(self, state: State, understanding: Understanding, context: Context) -> TurnResult | None:
        message, self.message = self.message, None
        if message is None:
            return None
        replied = source(message.source).replied if message.source else None
        if _is(understanding, "no", ()) or replied is None:
            return _ends(state, phrase("all_right_goodbye", state.language))
        answer = "confirm" if _is(understanding, "yes", YES) else "move" if _is(understanding, "", NO) else None
        if answer is None:
            return None
        reply = replied(message, answer, context.now)
        if reply is None:
            return TurnResult(state=state, replies=(phrase("gone", state.language),))
        if reply.as_said:
            return self.services.take(state, self._understood(reply, state, context), context)
        return _ends(state, worded(reply, state), phrase("goodbye", state.language))

    def _understood(self, reply: Reply, state: State, context: Context) -> Understanding:
        """What the key stands for, as if it had been said."""
        return self.services.understander.understand(
            wording.as_said(reply.as_said, state.language),
            language=state.language,
            now=context.now,
            zone=context.zone,
            expectation=Expectation(),
            context=self.services.known(context, state),
        )


def worded(reply: Reply, state: State) -> str:
    """What a source answers, as text."""
    assert reply.zone is not None
    return wording.text(reply.template, reply.values, language=state.language, zone=reply.zone)


def _is(understanding: Understanding, intent: str, keys: tuple[str, ...]) -> bool:
    return understanding.text.strip() in keys or (bool(intent) and understanding.intent == intent)


def _both(earlier: State, state: State) -> Mapping[str, Any]:
    return {**earlier.facts, **state.facts}


def _ends(state: State, *replies: str) -> TurnResult:
    return TurnResult(state=replace(state, over=True), replies=replies, ends=True)
