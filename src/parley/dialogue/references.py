""" "That one", "the second", "이 약", "celui de mardi", "same time": what was said or read out before."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from parley.contract import Intent, Kind, Mention
from parley.dialogue.choices import fits, knows, likely, readings_of
from parley.dialogue.in_context import domain_of
from parley.dialogue.phrases import phrases
from parley.dialogue.state import Past, Pending, State
from parley.understanding.entities.moments import MORNING
from parley.understanding.result import Understanding

_TOLD_BY: Final = ("date", "weekday", "date_range", "time", "part_of_day", "old_date", "old_time", "staff", "service")
"""Slots by which a thing read out is told from the others."""
_NAMED: Final = 90.0
_POSITION: Final = "position"


def resolved(state: State, said: Understanding, intent: Intent) -> dict[str, Any]:
    """The slots of what was said, with references to earlier things filled in."""
    said = _as_pointed(said)
    slots = dict(said.slots)
    mention = _meant(state, said, intent) if "scope" not in slots else None
    if mention is not None:
        slots = {
            name: value
            for name, value in _uncounted(said, slots).items()
            if not _only_pointed(name, said, mention, intent)
        }
        slots[mention.slot] = mention.id
        place = phrases(said.language).place(said.text)
        if place is not None and _POSITION in intent.slots.model_fields:
            slots.setdefault(_POSITION, place[0])
    else:
        slots = {**_in_hand(state, said, intent), **slots}
    pointing = phrases(said.language)
    slots = {
        name: value for name, value in slots.items() if not (isinstance(value, str) and pointing.only("that", value))
    }
    return _same(state, said, intent, slots)


def _as_pointed(said: Understanding) -> Understanding:
    """With the words themselves where they only point: the medicine of "this medicine" is no name."""
    words = phrases(said.language)
    pointed = {
        span.slot: span.text
        for span in said.spans
        if isinstance(said.slots.get(span.slot), str) and words.only("that", span.text)
    }
    return replace(said, slots={**said.slots, **pointed}) if pointed else said


def _in_hand(state: State, said: Understanding, intent: Intent) -> dict[str, Any]:
    """ "This medicine", while a medicine is being put on the list: that one."""
    if not phrases(said.language).says("that", said.text):
        return {}
    names = [name for name in intent.slots.model_fields if intent.slots.slot_of(name).kind is Kind.NAME]
    for frame in reversed(state.at_work()):
        if frame.intent != intent.name and domain_of(frame.intent) == domain_of(intent.name):
            return {name: frame.slots[name] for name in names[:1] if name in frame.slots}
    return {}


def early(said: Understanding, intent: Intent) -> Understanding:
    """For an intent of the early hours, of a clock time that may be either half of the day the first."""
    time, others = said.slots.get("time"), said.ambiguous.get("time", ())
    readings = [clock for clock in (time, *others) if isinstance(clock, str)]
    if not intent.early or not others or not readings or "part_of_day" in said.slots:
        return said
    return replace(said, slots={**said.slots, "time": min(readings)})


def of_another_day(said: Understanding, slots: Mapping[str, Any], today: dt.date) -> Understanding:
    """The answer "at nine" where tomorrow was said before: the hour that it is when both are said together."""
    time, others = said.slots.get("time"), said.ambiguous.get("time", ())
    day = said.slots.get("date", slots.get("date"))
    if not isinstance(day, str) or day == today.isoformat() or not isinstance(time, str) or not others:
        return said
    readings = [clock for clock in (time, *others) if isinstance(clock, str)]
    morning = [clock for clock in readings if int(clock[:2]) in MORNING]
    return replace(said, slots={**said.slots, "time": min(morning, default=max(readings))})


def carried(state: State, said: Understanding, intent: Intent, intents: Mapping[str, Intent]) -> dict[str, Any]:
    """What is taken over from before: by an elliptic question ("and tomorrow?", "점심약은?") from the same intent, by
    a wish from the look that was part of it ("anything on Thursday?" – "book me in at nine").
    """
    last = state.past[-1] if state.past else None
    looked = intents.get(last.intent) if last is not None and state.turn - last.turn <= 1 else None
    if last is not None and looked is not None and intent.name in looked.narrows:
        return {name: value for name, value in last.slots.items() if name in intent.slots.model_fields}
    if (
        last is not None
        and last.intent == intent.name
        and state.turn - last.turn <= 1
        and _asks_more(last, said, intent)
    ):
        return dict(last.slots)
    if not phrases(said.language).says("follow_up", said.text):
        return {}
    for past in reversed(state.past):
        if past.intent == intent.name:
            return {name: value for name, value in past.slots.items() if name in intent.slots.model_fields}
    return {}


def taken_up(state: State, said: Understanding, *, read: Callable[[str], Mapping[str, Any]]) -> Mention | None:
    """What was read out a moment ago, and is taken without saying what to do with it ("the second, please").

    `read`: the values of an intent that the grammar alone finds, where hardly anything else is said.
    """
    open_to = [mention for mention in state.mentions if mention.takes_up]
    beside = state.asked is not None
    if not open_to or state.turn - state.mentioned > 1 or (beside and not _asks_one_value(state, open_to)):
        return None
    words = phrases(said.language)
    within = words.place(said.text)
    place = words.ordinal(said.text) or (within[0] if within is not None else None)
    if place is not None:
        return open_to[place - 1] if place <= len(open_to) else None
    takes = (said.intent == "yes" and not beside) or words.says("takes_it", said.text)
    if takes and len(open_to) == 1:
        return open_to[0]
    told = read(open_to[0].takes_up) if words.says("takes_one", said.text) else {}
    matching = [mention for mention in open_to if told and fits(mention.slots, told)]
    return matching[0] if len(matching) == 1 else None


def _asks_one_value(state: State, mentions: Sequence[Mention]) -> bool:
    """Whether a single value of the very intent is being asked for that takes up what was read out."""
    asked, frame = state.asked, state.frame
    return (
        asked is not None
        and asked.kind is Pending.SLOT
        and frame is not None
        and (frame.intent in {mention.takes_up for mention in mentions})
    )


def _uncounted(said: Understanding, slots: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was read in the words of a place in a list: "the first one" is no day of the month."""
    place = phrases(said.language).place(said.text)
    kept = dict(slots)
    inside = [span for span in said.spans if place is not None and place[1] <= span.start and span.end <= place[2]]
    for slot in ({span.slot for span in inside} & set(kept)) - {_POSITION}:
        left = [span.value for span in said.spans if span.slot == slot and span not in inside]
        if left:
            kept[slot] = left[-1]
        else:
            del kept[slot]
    return kept


def _other(state: State, mentions: Sequence[Mention], said: Understanding) -> Mention | None:
    """Of two things read out, the one that was not spoken of since."""
    if len(mentions) != 2 or not phrases(said.language).says("other", said.text):
        return None
    slot = mentions[0].slot
    last = next((past.slots[slot] for past in reversed(state.past) if slot in past.slots), None)
    left = [mention for mention in mentions if mention.id != last]
    return left[0] if len(left) == 1 else None


def _meant(state: State, said: Understanding, intent: Intent) -> Mention | None:
    """The thing read out that the words point at."""
    open_to = [mention for mention in state.mentions if mention.slot in intent.slots.model_fields]
    if not open_to:
        return None
    words = phrases(said.language)
    slot = open_to[0].slot
    named = [str(said.slots[slot])] if slot in said.slots else [said.text]
    named += [span.text for span in said.spans if span.slot == slot]
    for text in (*named, said.text):
        place = words.ordinal(text)
        if place is not None and place <= len(open_to):
            return open_to[place - 1]
    within = words.place(said.text)
    if within is not None and within[0] <= len(open_to):
        return open_to[within[0] - 1]
    other = _other(state, open_to, said)
    if other is not None:
        return other
    position = said.slots.get(_POSITION)
    if isinstance(position, int) and slot not in said.slots and 1 <= position <= len(open_to):
        return open_to[position - 1]
    by_name = [
        mention for mention in open_to if any(likely(mention.label, text, said.language) >= _NAMED for text in named)
    ]
    if len(by_name) == 1:
        return by_name[0]
    if slot in said.slots and not words.says("that", str(said.slots[slot])):
        return None
    if slot in intent.required or words.says("that", said.text):
        return _by_attributes(open_to, said) or _that(state, open_to, said)
    return None


def _by_attributes(mentions: Sequence[Mention], said: Understanding) -> Mention | None:
    told = {
        name: value
        for name, value in said.slots.items()
        if name in _TOLD_BY and all(knows(mention.slots, name) for mention in mentions)
    }
    for reading in readings_of(told, said):
        matching = [mention for mention in mentions if reading and fits(mention.slots, reading)]
        if matching:
            return matching[0] if len(matching) == 1 else None
    return None


def _that(state: State, mentions: Sequence[Mention], said: Understanding) -> Mention | None:
    """The one spoken of last, or with "the last" the last, when the words point at all."""
    words = phrases(said.language)
    if words.says("last", said.text):
        return mentions[-1]
    if not words.says("that", said.text):
        return None
    spoken_of = state.past[-1].slots.get(mentions[0].slot) if state.past else None
    one = [mention for mention in mentions if mention.id == spoken_of] or mentions
    return one[0] if len(one) == 1 else None


def _only_pointed(name: str, said: Understanding, mention: Mention, intent: Intent) -> bool:
    """Whether a slot did nothing but point at the mention (the Tuesday of "cancel the one on Tuesday")."""
    if name not in _TOLD_BY or name in intent.required or not knows(mention.slots, name):
        return False
    return any(fits(mention.slots, reading) for reading in readings_of({name: said.slots.get(name)}, said))


def _asks_more(last: Past, said: Understanding, intent: Intent) -> bool:
    """Whether a look asks for something else about the same ("will it rain", after the weather of a place)."""
    return intent.reads_only and bool(said.slots) and not set(said.slots) & set(last.slots)


def of_that_day(state: State, said: Understanding, intent: Intent) -> dict[str, Any]:
    """ "What date is that?", "how will the weather be that day?": the day of the wish in hand."""
    frame, told = state.frame, said.slots
    aside = intent.anytime and frame is not None and "date" in intent.slots.model_fields
    if not aside or frame is None or {"date", "weekday", "date_range"} & set(told):
        return {}
    day = frame.slots.get("new_date", frame.slots.get("date"))
    return {"date": day} if day is not None and phrases(said.language).says("that", said.text) else {}


def _same(state: State, said: Understanding, intent: Intent, slots: dict[str, Any]) -> dict[str, Any]:
    """ "Same time", "same day": from the latest intent that had one."""
    words, fields = phrases(said.language), intent.slots.model_fields
    for group, flag, source, targets in (
        ("same_time", "keep_time", "time", ("new_time", "time")),
        ("same_day", "", "date", ("new_date", "date")),
    ):
        if not words.says(group, said.text) or any(target in slots for target in targets):
            continue
        if flag in fields:
            slots[flag] = True
            continue
        target = next((name for name in targets if name in fields), None)
        value = next((past.slots[source] for past in reversed(state.past) if source in past.slots), None)
        if target is not None and value is not None:
            slots[target] = value
    return slots
