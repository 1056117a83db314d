"""What an answer says: values of the intent in hand, words that are the answer themselves, or something else."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from parley.contract import Confirmation, Intent, Kind
from parley.dialogue.hearing import Heard
from parley.dialogue.in_context import domain_of
from parley.dialogue.merging import fitting
from parley.dialogue.reading import values_in
from parley.dialogue.references import early, of_another_day, resolved
from parley.dialogue.spotting import spotted
from parley.dialogue.state import Asked, Frame, Pending

_WORDY: Final = frozenset({Kind.TEXT, Kind.NAME})
_BRIEF: Final = 2
"""Words up to which small talk is small talk where a text is dictated."""
_WHEN: Final = frozenset({Kind.DATE, Kind.TIME})
_HARDLY_MORE: Final = 1
"""Words beside a value that nothing else tells from a mere word: "for four people" is no hour."""
_PLAINLY: Final = 0.95
"""How sure an intent must be that stands against what the words would do here."""
_FULL_NAME: Final = 3
"""Words of a full name, as it is given when it is asked for."""
_LONGEST_NAME: Final = 5
"""Words up to which something not understood may be a name."""


def new_values(heard: Heard, intent: Intent, asked: Asked) -> dict[str, Any]:
    """What was said, as slots of the intent in hand."""
    if asked.kind is Pending.CONFIRMATION and heard.words.says("bare_yes", heard.said.text):
        return {}
    day = heard.now.date()
    said = early(heard.said, intent) if intent.early else of_another_day(heard.said, _frame_slots(heard), day)
    said = replace(said, slots=resolved(heard.state, said, intent))
    new = fitting(said.slots, intent, source=heard.intent, asked=asked.slot or None)
    if asked.slot not in new:
        known = {} if asked.kind in (Pending.CONFIRMATION, Pending.CHANGE) else _frame_slots(heard)
        new = {**new, **spotted(heard, intent, {**known, **new})}
    unclaimed = heard.foreign or heard.said.intent == intent.name or not heard.sure
    if not new and unclaimed and (asked.kind is Pending.INTENT or _asks_when(intent, asked)):
        return values_in(heard, intent, beside=_HARDLY_MORE)
    settling = asked.kind in (Pending.CONFIRMATION, Pending.CHANGE) and heard.said.intent not in (intent.name, "yes")
    # A business takes a bare hour for its opening hours; here it may be another.
    hours = heard.intent is not None and heard.intent.business_hours != intent.business_hours
    return values_in(heard, intent) or new if settling and (not new or hours) else new


def _asks_when(intent: Intent, asked: Asked) -> bool:
    """Whether a day or an hour is being asked for, so that either is an answer."""
    return asked.slot in intent.slots.model_fields and intent.slots.slot_of(asked.slot).kind in _WHEN


def _frame_slots(heard: Heard) -> Mapping[str, Any]:
    return heard.state.frame.slots if heard.state.frame is not None else {}


def asks_for_name(heard: Heard) -> bool:
    """Whether a name is being asked for that is read back before anything is done."""
    frame, asked = heard.state.frame, heard.state.asked
    intent = heard.intents.get(frame.intent) if frame is not None else None
    if intent is None or asked is None or intent.confirmation is Confirmation.NONE:
        return False
    return names(intent, asked)


def names(intent: Intent, asked: Asked) -> bool:
    """Whether a name is being asked for."""
    return asked.slot in intent.slots.model_fields and intent.slots.slot_of(asked.slot).kind is Kind.NAME


def whole_name(heard: Heard, name: str) -> str:
    """The name with the words around it that can only belong to it, where understanding marked a part."""
    bare, part = heard.words.bare_name(heard.said.text), name.casefold().split()
    brief = len(bare.split()) <= _FULL_NAME and all(sign.isalpha() or sign in " -'’." for sign in bare)
    return bare if brief and bare.casefold().split()[: len(part)] == part else name


def takes_words(heard: Heard, intent: Intent, asked: Asked) -> bool:
    """Whether the words themselves are the answer: any words for a text, a few for a name."""
    if asked.slot not in intent.slots.model_fields or not heard.said.text.strip() or heard.given_up:
        return False
    kind = intent.slots.slot_of(asked.slot).kind
    if kind not in _WORDY:
        return False
    if kind is Kind.TEXT and intent.confirmation is not Confirmation.NONE:
        return not _steers(heard)
    if heard.said.intent in ("yes", "no", "repeat", "help", "agent.handover"):
        return False
    unclaimed = heard.foreign or heard.said.intent == intent.name or not heard.sure
    if kind is Kind.TEXT:
        return unclaimed
    text = heard.said.text
    other = text.rstrip().endswith(("?", "？")) or heard.words.says("asks", text) or _points(heard)
    return unclaimed and not other and len(heard.words.bare_name(heard.said.text).split()) <= _LONGEST_NAME


def _points(heard: Heard) -> bool:
    """Whether words only point at something, and name nobody."""
    words, text = heard.words, heard.said.text
    return words.place(text) is not None or any(words.says(group, text) for group in ("last", "other", "any", "none"))


def _steers(heard: Heard) -> bool:
    """Whether words are about the conversation and no part of a text that is dictated, and read back before it is
    used: "bye" is, "bye, see you on Monday" is not."""
    said, brief = heard.said, len(heard.said.text.split()) <= _BRIEF
    if not heard.sure:
        return False
    if heard.conversational and not heard.foreign:
        return brief or said.intent in ("agent.handover", "language.switch", "repeat")
    asks = heard.intent is not None and heard.intent.anytime and not heard.foreign
    return asks and said.confidence >= _PLAINLY


def worded(heard: Heard, intent: Intent, slot: str) -> str:
    """The answer as it was said; of a name only the name."""
    if intent.slots.slot_of(slot).kind is Kind.NAME:
        return heard.words.bare_name(heard.said.text)
    return heard.said.text.strip()


def leaves(heard: Heard, frame: Frame) -> bool:
    """Whether the words surely ask for something else, although they hold a value that would fit."""
    other = heard.said.intent
    if heard.foreign or other in (frame.intent, "yes", "no") or heard.elliptic or heard.follows:
        return False
    if heard.asked.kind is Pending.CHANGE and heard.said.confidence >= heard.rules.leaves and not heard.few_words:
        return True
    here, there = heard.intents.get(frame.intent), heard.intent
    revises = (
        here is not None and there is not None and not there.anytime and domain_of(other) == domain_of(frame.intent)
    )
    sure = heard.said.confidence >= heard.rules.leaves
    return sure and not (revises and other != frame.intent and heard.said.confidence < _PLAINLY)
