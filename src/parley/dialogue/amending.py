"""Changes to what was just read back: the other of two, a name heard wrongly, another text."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from rapidfuzz import fuzz

from parley.contract import Intent, Kind
from parley.dialogue.choices import pick
from parley.dialogue.clock_changes import said_twice
from parley.dialogue.hearing import Heard
from parley.dialogue.merging import FOLD, merge
from parley.dialogue.state import Frame, Option

_SOUNDS_LIKE: Final = 65.0
"""Likeness in percent from which one word of a name is another hearing of the same."""
_LONGEST_NAME: Final = 4


def amended(heard: Heard, frame: Frame, intent: Intent) -> Mapping[str, Any] | None:
    """The slots of what was read back with what the words change of it; None when they change nothing."""
    corrects = heard.denied or heard.words.says("corrects", heard.said.text)
    other = _not_this_one(heard, frame, intent)
    if other is not None:
        return merge(frame.slots, other)
    if (place := _of_two(heard, frame)) is not None:
        return {**frame.slots, FOLD: place}
    option = _rechosen(heard, frame) if corrects else None
    if option is not None:
        return merge(frame.slots, settles(option, frame, intent, heard))
    text = _dictated(heard, frame, intent)
    if text is not None:
        return merge(frame.slots, text)
    name = _renamed(heard, frame, intent) if corrects else None
    return merge(frame.slots, name) if name is not None else None


def settles(option: Option, frame: Frame, intent: Intent | None, heard: Heard) -> dict[str, Any]:
    """The slots that choosing an option fills."""
    slot = frame.chose or (heard.state.asked.slot if heard.state.asked is not None else "")
    own = intent is None or slot in intent.slots.model_fields or not option.slots
    return {**option.slots, slot: option.value} if slot and own else dict(option.slots)


def _rechosen(heard: Heard, frame: Frame) -> Option | None:
    """Another of those that were offered before."""
    left = [option for option in frame.offered if not _taken(option, frame)]
    if not left or len(left) == len(frame.offered):
        return None
    if len(left) == 1 and heard.words.says("other", heard.said.text):
        return left[0]
    words = heard.words.without("corrects", heard.said.text)
    said = replace(heard.said, text=words or heard.said.text)
    option = pick(frame.offered, said, slot=frame.chose)
    return option if option in left else None


def _taken(option: Option, frame: Frame) -> bool:
    values = {**option.slots, **({frame.chose: option.value} if frame.chose in frame.slots else {})}
    return all(frame.slots.get(name) == value for name, value in values.items())


def _dictated(heard: Heard, frame: Frame, intent: Intent) -> dict[str, Any] | None:
    """Another text, where one was read back ("no, say that I am ill")."""
    texts = [name for name in intent.required if intent.slots.slot_of(name).kind is Kind.TEXT and name in frame.slots]
    text = heard.words.dictated(heard.said.text) if len(texts) == 1 else None
    return {texts[0]: text} if text else None


def _of_two(heard: Heard, frame: Frame) -> int | None:
    """Which of a time that comes twice is meant, where one of them was said ("no, the second"): 0 or 1."""
    if not said_twice(frame.slots, heard.now.tzinfo):
        return None
    words = heard.words
    text = words.without("corrects", heard.said.text)
    within = words.place(text)
    place = words.ordinal(text) or (within[0] if within is not None else None)
    return place - 1 if place in (1, 2) else None


def _not_this_one(heard: Heard, frame: Frame, intent: Intent) -> dict[str, Any] | None:
    """Another name in place of the one read back, which is named as well ("not Paul, Pauline", "민수 말고 엄마")."""
    for name in intent.required:
        former = frame.slots.get(name)
        if intent.slots.slot_of(name).kind is Kind.NAME and isinstance(former, str):
            said = heard.words.in_place_of(former, heard.said.text)
            if said is not None and len(said.split()) <= _LONGEST_NAME:
                return {name: said}
    return None


def _renamed(heard: Heard, frame: Frame, intent: Intent) -> dict[str, Any] | None:
    """A name as it is really written, where one like it was read back ("no, Lilly")."""
    said = heard.words.bare_name(heard.said.text)
    if heard.said.slots or not 0 < len(said.split()) <= _LONGEST_NAME:
        return None
    for name in intent.required:
        former = frame.slots.get(name)
        if intent.slots.slot_of(name).kind is Kind.NAME and isinstance(former, str):
            words = former.split()
            likeness = [fuzz.ratio(word.casefold(), said.casefold()) for word in words]
            best = max(range(len(words)), key=likeness.__getitem__)
            if fuzz.ratio(former.casefold(), said.casefold()) >= _SOUNDS_LIKE:
                return {name: said}
            if likeness[best] >= _SOUNDS_LIKE:
                return {name: " ".join([*words[:best], said, *words[best + 1 :]])}
    return None
