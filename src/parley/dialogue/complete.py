"""Whether a wish wants nothing more: it is understood for sure, and has all that must be known to fulfil it."""

from collections.abc import Mapping
from typing import Final

from parley.contract import Intent, Kind
from parley.understanding.result import Understanding

SURE: Final = 0.85
"""Confidence from which the rest of the sentence is not expected to change the wish."""
_OPEN: Final = frozenset({Kind.TEXT, Kind.NAME, Kind.PHONE, Kind.SPELLING, Kind.EMAIL})
"""Slots that go on as long as somebody speaks: nothing tells their end."""


def complete(understanding: Understanding, intents: Mapping[str, Intent]) -> bool:
    """True when the words so far may well be all: intent sure, no required slot empty, none still open."""
    intent = intents.get(understanding.intent)
    if intent is None or understanding.confidence < SURE or understanding.ambiguous or understanding.also:
        return False
    filled = understanding.slots.keys()
    wanting = (name for name in intent.required if not filled & {name, *intent.instead.get(name, ())})
    return next(wanting, None) is None and not _open_ended(understanding, intent)


def _open_ended(understanding: Understanding, intent: Intent) -> bool:
    """Whether the last words belong to a slot that may go on."""
    end = len(understanding.text.rstrip(" .!?"))
    last = (span.slot for span in understanding.spans if span.end >= end)
    return any(name in intent.slots.model_fields and intent.slots.slot_of(name).kind in _OPEN for name in last)
