"""What the next utterance probably is, from what was just asked."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from parley.contract import Expectation, Intent, Kind, Phrase
from parley.dialogue.state import Asked, Pending, State

_YES_NO = frozenset({Pending.CONFIRMATION, Pending.INTENT, Pending.HUMAN, Pending.UNDO, Pending.MORE_DANGER})


def expected(
    state: State, intents: Mapping[str, Intent], *, phrases: Sequence[Phrase] = (), home: Set[str] = frozenset()
) -> Expectation:
    """The expectation for the utterance that follows.

    `phrases` are the words that the skills find likely now, `home` the intents for which the conversation was opened.
    """
    asked = state.asked
    if asked is None:
        return Expectation(phrases=tuple(phrases), intents=tuple(sorted(home)))
    intent = intents.get(state.frame.intent) if state.frame is not None else None
    offered = tuple(
        Phrase(text=option.text, slot=asked.slot, value=str(option.value)) for option in asked.options if option.text
    )
    base = asked.expects or _from_slot(asked, intent)
    return replace(
        base,
        intents=base.intents or ((state.frame.intent,) if state.frame is not None else ()),
        phrases=(*base.phrases, *offered, *phrases),
        yes_no=base.yes_no or asked.kind in _YES_NO or len(asked.options) == 1,
        business_hours=base.business_hours or (intent is not None and intent.business_hours),
    )


def _from_slot(asked: Asked, intent: Intent | None) -> Expectation:
    kind: Kind | None = None
    if intent is not None and asked.slot in intent.slots.model_fields:
        kind = intent.slots.slot_of(asked.slot).kind
    return Expectation(slot=asked.slot if kind is not None or asked.options else None, kind=kind)
