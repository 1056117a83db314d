"""What was done a moment ago stays correctable: "no, fifteen minutes", "undo that", "en fait plutôt mardi"."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from parley.contract import Confirmation, Expectation, Intent, Kind, Say
from parley.dialogue.acts import ConfirmUndo, Prepare, Tell, Undo
from parley.dialogue.hearing import Heard, Step
from parley.dialogue.in_context import ENDS, MOVES, domain_of
from parley.dialogue.merging import fitting, merge
from parley.dialogue.reading import values_in
from parley.dialogue.state import Past, State
from parley.understanding.entities import parse

_UNIT: Final = re.compile(r"(?P<before>PT?)\d+(?P<unit>[HMSD])")
"""A length in a single unit."""
_LENGTHS: Final = ("duration", "delay")
_SCOPE: Final = "scope"
_ACTION: Final = "action"
_MOST_WORDS: Final = 3
_CORRECTABLE_TURNS: Final = 2
"""Turns after which a correction is not about what was done any more."""


def undone(heard: Heard) -> Step | None:
    """ "Undo that": the last thing done is taken back; what had to be confirmed, after a yes."""
    if not heard.words.says("undoes", heard.said.text) and not _calls_off(heard):
        return None
    done = heard.state.undoable()
    if done is None:
        nothing = Tell(say=(Say("nothing_to_undo"),), why="nothing to take back")
        return (heard.state, nothing) if _calm(heard) else None
    intent = heard.intents.get(done.intent)
    if not heard.clear or (intent is not None and intent.confirmation is not Confirmation.NONE):
        return replace(heard.state, frame=None, asked=None, failures=0), ConfirmUndo(why="it was confirmed, too")
    return taken_back(heard.state, done)


def _calls_off(heard: Heard) -> bool:
    """ "Cancel that", of something that no intent of its domain ends."""
    done = _last_deed(heard) if _calm(heard) and heard.words.says("cancels_it", heard.said.text) else None
    if done is None or done.undo is None:
        return False
    return not any(f"{domain_of(done.intent)}.{verb}" in heard.intents for verb in ENDS)


def taken_back(state: State, done: Past) -> Step:
    """The act by which a skill takes back what it did."""
    past = tuple(item for item in state.past if item is not done)
    state = replace(state, past=past, mentions=(), frame=None, asked=None, failures=0)
    return state, Undo(intent=done.intent, token=done.undo or {}, why="wants it taken back")


def corrected(heard: Heard) -> Step | None:
    """New values for what was just done: done again with them, and the former one taken back."""
    corrects = any(heard.words.says(group, heard.said.text) for group in ("corrects", "hedged"))
    if not _calm(heard) or not corrects:
        return None
    past = _last_deed(heard)
    intent = heard.intents.get(past.intent) if past is not None else None
    if past is None or intent is None:
        return None
    if past.undo is None or intent.confirmation is not Confirmation.NONE:
        return _moved(heard, past)
    new = _values(heard, intent, past)
    if not new or not _only_values(heard, past, new):
        return None
    if heard.words.says("leaves_out", heard.said.text):
        return _without(heard, past, intent, new)
    if _of_another(heard, past, intent, new):
        return None
    slots = merge(past.slots, new)
    state = replace(heard.state.opened(past.intent, slots, replaces=past.undo), failures=0)
    return state, Prepare(intent=past.intent, slots=slots, why="corrects what was just done")


def _without(heard: Heard, past: Past, intent: Intent, new: Mapping[str, Any]) -> Step | None:
    """ "Not the aspirin": the same without it, and nothing where it was all."""
    name = _name_in(intent, new)
    if name is None or _SCOPE not in intent.slots.model_fields:
        return None
    if past.slots.get(name) == new[name]:
        return taken_back(heard.state, past)
    slots = {**past.slots, _SCOPE: f"except: {new[name]}"}
    state = replace(heard.state.opened(past.intent, slots, replaces=past.undo), failures=0)
    return state, Prepare(intent=past.intent, slots=slots, why="leaves one out of what was just done")


def _of_another(heard: Heard, past: Past, intent: Intent, new: Mapping[str, Any]) -> bool:
    """Whether it is about something else than what was done: another deed of the same kind, or another intent."""
    name = _name_in(intent, new)
    differs = name is not None and past.slots.get(name) != new[name]
    other_deed = heard.said.intent != past.intent and heard.sure and not heard.foreign
    return differs and (other_deed or (_ACTION in new and _ACTION not in past.slots))


def _name_in(intent: Intent, new: Mapping[str, Any]) -> str | None:
    """The slot among the new values that names what the intent is about."""
    named = (name for name in intent.slots.model_fields if intent.slots.slot_of(name).kind in (Kind.NAME, Kind.TEXT))
    first = next(named, None)
    return first if first in new else None


def _last_deed(heard: Heard) -> Past | None:
    """What was done last, and lately; a look at it in between does not matter."""
    for past in reversed(heard.state.past):
        intent = heard.intents.get(past.intent)
        if intent is None or heard.state.turn - past.turn > _CORRECTABLE_TURNS:
            return None
        if not intent.reads_only:
            return past
    return None


def _moved(heard: Heard, past: Past) -> Step | None:
    """A thing that cannot be taken back is moved, where its domain knows how."""
    names = (f"{domain_of(past.intent)}.{verb}" for verb in MOVES)
    intent = next((heard.intents[name] for name in names if name in heard.intents), None)
    if intent is None or not _only_values(heard, past, values_in(heard, intent)):
        return None
    fields = intent.slots.model_fields
    told = {name if name.startswith("new_") or f"new_{name}" not in fields else f"new_{name}": value
            for name, value in heard.said.slots.items()}  # fmt: skip
    new = fitting(told, intent, source=heard.intent, asked=None)
    if not new:
        return None
    if "keep_time" in fields and "new_date" in new and "new_time" not in new:
        new |= {"keep_time": True}
    thing = {mention.slot: mention.id for mention in heard.state.mentions if mention.slot in fields}
    slots = {**thing, **new}
    state = replace(heard.state.opened(intent.name, slots), failures=0)
    return state, Prepare(intent=intent.name, slots=slots, why="changes what was just done")


def _calm(heard: Heard) -> bool:
    """Whether no question is open, so that words can be about what is behind."""
    return heard.state.asked is None and heard.state.frame is None


def _values(heard: Heard, intent: Intent, past: Past) -> Mapping[str, Any]:
    """What was said, as slots of what was done; of an ambiguous hour the one nearest to what it replaces."""
    told = {name.removeprefix("new_"): value for name, value in heard.said.slots.items()}
    new = (
        fitting(told, intent, source=heard.intent, asked=None)
        or _in_its_unit(heard, past)
        or values_in(heard, intent)
    )
    former = {name: past.slots.get(name, past.slots.get(f"new_{name}")) for name in new}
    near = {name: _nearest(value, former[name], heard, name) for name, value in new.items()}
    return {name: value for name, value in near.items() if former[name] != value}


def _in_its_unit(heard: Heard, past: Past) -> dict[str, Any]:
    """ "Make it twelve", of what was set for ten minutes: twelve minutes."""
    slot = next((name for name in _LENGTHS if name in past.slots), "")
    unit = _UNIT.fullmatch(str(past.slots.get(slot, "")))
    rest = heard.words.without("corrects", heard.said.text)
    found = parse(rest, language=heard.said.language, now=heard.now, kinds=frozenset({Kind.NUMBER}))
    if unit is None or len(found) != 1 or len(rest.split()) > _MOST_WORDS or not isinstance(found[0].value, int):
        return {}
    return {slot: f"{unit['before']}{found[0].value}{unit['unit']}"}


def _nearest(value: Any, former: Any, heard: Heard, name: str) -> Any:
    """Of the readings of a clock time that one which lies nearest to the time that it replaces."""
    marked = (span.text for span in heard.said.spans if span.slot.removeprefix("new_") == name)
    words = next(marked, heard.said.text)
    if name != "time" or not isinstance(former, str) or "part_of_day" in heard.said.slots:
        return value
    expects = Expectation(slot=name, kind=Kind.TIME)
    found = parse(words, language=heard.said.language, now=heard.now, kinds=frozenset({Kind.TIME}), expects=expects)
    readings = [str(clock) for reading in found for clock in (reading.value, *reading.ambiguous)]
    return min(readings, key=lambda clock: _apart(clock, former), default=value)


def _apart(one: str, other: str) -> dt.timedelta:
    """How far two clock times lie apart, on the shorter way round the clock."""
    ahead = (_of_day(one) - _of_day(other)) % dt.timedelta(days=1)
    return min(ahead, dt.timedelta(days=1) - ahead)


def _of_day(clock: str) -> dt.timedelta:
    hours, minutes = clock.split(":")[:2]
    return dt.timedelta(hours=int(hours), minutes=int(minutes))


def _only_values(heard: Heard, past: Past, read: Mapping[str, Any]) -> bool:
    """Whether nothing else is asked for: it is understood as the same matter, or is hardly more than values.

    `read`: what the grammar alone reads in the words, which it does where hardly anything else stands in them.
    """
    same = domain_of(heard.said.intent) == domain_of(past.intent)
    return same or heard.foreign or heard.few_words or (bool(read) and (heard.denied or not heard.sure))
