"""What was done a moment ago stays correctable: "no, fifteen minutes", "undo that", "en fait plutôt mardi"."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from parley.contract import Expectation, Intent, Kind, Say
from parley.dialogue.acts import Prepare, Tell, Undo
from parley.dialogue.hearing import Heard, Step
from parley.dialogue.in_context import domain_of
from parley.dialogue.merging import fitting, merge
from parley.dialogue.reading import values_in
from parley.dialogue.state import Past
from parley.understanding.entities import parse

_CORRECTABLE_TURNS: Final = 2
"""Turns after which a correction is not about what was done any more."""
_MOVED_BY: Final = ("reschedule", "update")
"""The verbs by which a thing that cannot be taken back is changed."""


def undone(heard: Heard) -> Step | None:
    """ "Undo that": the last thing done is taken back."""
    if not heard.words.says("undoes", heard.said.text):
        return None
    done = _last_done(heard)
    if done is None:
        return (
            (heard.state, Tell(say=(Say("nothing_to_undo"),), why="nothing to take back")) if _calm(heard) else None
        )
    past = tuple(item for item in heard.state.past if item is not done)
    state = replace(heard.state, past=past, mentions=(), frame=None, asked=None, failures=0)
    return state, Undo(intent=done.intent, token=done.undo or {}, why="wants it taken back")


def corrected(heard: Heard) -> Step | None:
    """New values for what was just done: done again with them, and the former one taken back."""
    if not _calm(heard) or not heard.words.says("corrects", heard.said.text):
        return None
    past = heard.state.past[-1] if heard.state.past else None
    intent = heard.intents.get(past.intent) if past is not None else None
    if past is None or intent is None or intent.reads_only or heard.state.turn - past.turn > _CORRECTABLE_TURNS:
        return None
    if past.undo is None:
        return _moved(heard, past)
    new = _values(heard, intent, past)
    if not new or not _only_values(heard, past):
        return None
    slots = merge(past.slots, new)
    state = replace(heard.state.opened(past.intent, slots, replaces=past.undo), failures=0)
    return state, Prepare(intent=past.intent, slots=slots, why="corrects what was just done")


def _moved(heard: Heard, past: Past) -> Step | None:
    """A thing that cannot be taken back is moved, where its domain knows how."""
    names = (f"{domain_of(past.intent)}.{verb}" for verb in _MOVED_BY)
    intent = next((heard.intents[name] for name in names if name in heard.intents), None)
    if intent is None or not _only_values(heard, past):
        return None
    fields = intent.slots.model_fields
    told = {name if name.startswith("new_") or f"new_{name}" not in fields else f"new_{name}": value
            for name, value in heard.said.slots.items()}  # fmt: skip
    new = fitting(told, intent, source=heard.intent, asked=None)
    if not new:
        return None
    thing = {mention.slot: mention.id for mention in heard.state.mentions if mention.slot in fields}
    slots = {**thing, **new}
    state = replace(heard.state.opened(intent.name, slots), failures=0)
    return state, Prepare(intent=intent.name, slots=slots, why="changes what was just done")


def _calm(heard: Heard) -> bool:
    """Whether no question is open, so that words can be about what is behind."""
    return heard.state.asked is None and heard.state.frame is None


def _last_done(heard: Heard) -> Past | None:
    return next((past for past in reversed(heard.state.past) if past.undo is not None), None)


def _values(heard: Heard, intent: Intent, past: Past) -> Mapping[str, Any]:
    """What was said, as slots of what was done; of an ambiguous hour the one nearest to what it replaces."""
    told = {name.removeprefix("new_"): value for name, value in heard.said.slots.items()}
    new = fitting(told, intent, source=heard.intent, asked=None) or values_in(heard, intent)
    near = {name: _nearest(value, past.slots.get(name), heard, name) for name, value in new.items()}
    return {name: value for name, value in near.items() if past.slots.get(name) != value}


def _nearest(value: Any, former: Any, heard: Heard, name: str) -> Any:
    """Of the readings of a clock time that one which lies nearest to the time that it replaces."""
    words = next((span.text for span in heard.said.spans if span.slot.removeprefix("new_") == name), None)
    if name != "time" or words is None or not isinstance(former, str) or "part_of_day" in heard.said.slots:
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


def _only_values(heard: Heard, past: Past) -> bool:
    """Whether nothing else is asked for: it is understood as the same matter, or is hardly more than values."""
    same = domain_of(heard.said.intent) == domain_of(past.intent)
    return same or heard.foreign or heard.few_words
