"""What short words mean where they are said: "cancel it" after a timer is about the timer.

The trained model hears an utterance by itself. Here the words that only point ("it", "그거") are read by what the
conversation was about last, and by the table of intents; a pure function from one understanding to another.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from parley.contract import Intent, Kind
from parley.dialogue.phrases import phrases
from parley.dialogue.state import Pending, State
from parley.understanding.entities import parse
from parley.understanding.result import Understanding

ENDS: Final = ("cancel", "delete")
"""Verbs by which a thing goes away, as they stand in the names of intents."""
_TELLS: Final = ("status", "list")
"""Verbs by which one hears what there is."""
_ADDS: Final = "add"
"""The verb by which a thing comes into being."""
_UPDATES: Final = "update"
"""The verb by which a thing gets another value."""
_UNCLEAR: Final = 0.7
"""Confidence up to which words that point are rather about what was spoken of."""
MOVES: Final = ("reschedule", "update")
"""Verbs by which a thing is changed."""
_NEW: Final = "new_"
_NAMES: Final = MappingProxyType(
    {
        "customer_name": "patient_name",
        "patient_name": "customer_name",
        "staff": "nurse_name",
        "nurse_name": "staff",
        "new_due_date": "new_date",
        "new_due_time": "new_time",
        "due_date": "date",
        "due_time": "time",
        "new_date": "new_due_date",
        "delay": "shift",
    }
)
"""Slots that two domains call differently."""
_WHEN: Final = frozenset({"date", "time", "due_date", "due_time", "weekday", "shift"})
SURE: Final = 0.9
"""Confidence in what the context makes clear."""


def in_context(
    state: State, said: Understanding, intents: Mapping[str, Intent], *, home: Set[str] = frozenset()
) -> Understanding:
    """The same words, with the intent that they have here.

    `home`: the intents of the domain for which the conversation was opened, where it was opened for one.
    """
    if said.emergency is not None or said.stop_contact:
        return said
    if state.asked is not None and not _left_as_it_is(state):
        return _revising(state, _asking_what_there_is(state, said, intents), intents)
    name = _pointed(state, said, intents) or _at_home(state, said.intent, intents, home)
    moved = _moved_here(state, said, intents, home) if name is None else None
    name = name or moved
    if name is None or name == said.intent or name not in intents:
        said = _with_like(said, intents, home)
        goes_on = _counts(state, said) if name == said.intent else _once_more(state, said)
        return replace(said, confidence=max(SURE, said.confidence)) if goes_on else said
    fields = intents[name].slots.model_fields
    slots = {own: value for slot, value in said.slots.items() if (own := _own(slot, fields)) in fields}
    slots |= _same_time(state, said, name, fields)
    if moved is not None:
        slots |= {slot: state.past[-1].slots[slot] for slot in intents[name].required if slot in state.past[-1].slots}
    others = ((said.intent, said.confidence), *said.alternatives)
    return replace(said, intent=name, confidence=max(SURE, said.confidence), slots=slots, alternatives=others)


def _moved_here(state: State, said: Understanding, intents: Mapping[str, Intent], home: Set[str]) -> str | None:
    """ "Put it off to Friday", heard of another domain and naming nothing, is about what was just done at home."""
    past = state.past[-1] if state.past else None
    if past is None or past.intent not in home or said.intent in home or state.turn - past.turn > 1:
        return None
    bare = {slot.removeprefix(_NEW) for slot in said.slots} <= _WHEN
    if said.intent.partition(".")[2] not in MOVES or not said.slots or not bare:
        return None
    return _known((f"{domain_of(past.intent)}.{verb}" for verb in MOVES), intents)


def _asking_what_there_is(state: State, said: Understanding, intents: Mapping[str, Intent]) -> Understanding:
    """ "What's on there?", where all of it is about to be deleted: what is on there is read out first."""
    told = intents.get(said.intent)
    known = told is not None and told.reads_only and said.confidence >= SURE
    if state.frame is None or known or not phrases(said.language).says("asks_what_there_is", said.text):
        return said
    here = domain_of(state.frame.intent)
    name = _known((f"{here}.{verb}" for verb in _TELLS), intents) if domain_of(said.intent) != here else None
    return said if name is None else replace(said, intent=name, confidence=SURE, slots={}, spans=())


def _once_more(state: State, said: Understanding) -> bool:
    """Whether it goes on with what was done in the turn before ("and switch off the morning one")."""
    past = state.past[-1] if state.past else None
    follows = phrases(said.language).says("follow_up", said.text)
    return past is not None and past.intent == said.intent and follows and state.turn - past.turn <= 1


def _left_as_it_is(state: State) -> bool:
    """Whether an end was refused a moment ago: nothing is being settled any more."""
    refused = state.asked is not None and state.asked.kind is Pending.CHANGE
    return refused and state.frame is not None and ends(state.frame.intent)


def _revising(state: State, said: Understanding, intents: Mapping[str, Intent]) -> Understanding:
    """ "Can we do Tuesday instead", while a new appointment is being made, is about that one and moves no other."""
    frame = state.frame
    here, there = intents.get(frame.intent) if frame is not None else None, intents.get(said.intent)
    if here is None or there is None:
        return said
    if here.name in there.narrows:
        return _narrowing(said, here)
    if domain_of(said.intent) != domain_of(here.name) or there.name.partition(".")[2] not in MOVES:
        return said
    if here.reads_only or here.name.partition(".")[2] in (*ENDS, *MOVES):
        return said
    fields, flags = here.slots.model_fields, {"keep_time", "keep_service"}
    slots = {slot.removeprefix(_NEW): value for slot, value in said.slots.items() if slot not in flags}
    about_another = any(slot == "which" or slot.startswith("old_") for slot in slots)
    if not slots or about_another or not set(slots) <= set(fields):
        return said
    spans = tuple(replace(span, slot=span.slot.removeprefix(_NEW)) for span in said.spans)
    return replace(said, intent=here.name, slots=slots, spans=spans)


def _narrowing(said: Understanding, here: Intent) -> Understanding:
    """ "Do you have anything after four?", while a time is being looked for, narrows down what is looked for."""
    fields = here.slots.model_fields
    names = {slot: slot if slot in fields else f"{_NEW}{slot}" for slot in said.slots}
    if not names or not set(names.values()) <= set(fields):
        return said
    slots = {names[slot]: value for slot, value in said.slots.items()}
    spans = tuple(replace(span, slot=names.get(span.slot, span.slot)) for span in said.spans)
    return replace(said, intent=here.name, slots=slots, spans=spans)


def _with_like(said: Understanding, intents: Mapping[str, Intent], home: Set[str]) -> Understanding:
    """As sure of an intent of this conversation's domain as of all those together that are said with its words."""
    row = intents.get(said.intent)
    if row is None or said.intent not in home:
        return said
    alike = {*row.like, *(name for name, other in intents.items() if said.intent in other.like)}
    joined = said.confidence + sum(confidence for name, confidence in said.alternatives if name in alike)
    return replace(said, confidence=min(1.0, joined))


def _same_time(state: State, said: Understanding, name: str, fields: Mapping[str, object]) -> dict[str, Any]:
    """ "Same time tomorrow": what was done last, once more on another day."""
    past = state.past[-1] if state.past else None
    if past is None or past.intent != name or not phrases(said.language).says("same_time", said.text):
        return {}
    told = {slot.removeprefix("new_"): value for slot, value in said.slots.items()}
    if "date" not in told and state.at is not None:
        days = parse(said.text, language=said.language, now=state.at, kinds=frozenset({Kind.DATE}))
        told |= {"date": days[-1].value} if days else {}
    kept = ("date",) if "date" in told else ("weekday",)
    slots = {**past.slots, **{slot: value for slot, value in told.items() if slot in kept}}
    return {slot: value for slot, value in slots.items() if slot in fields}


def _pointed(state: State, said: Understanding, intents: Mapping[str, Intent]) -> str | None:
    """The intent of words that point, that ask what there is, or that are unsure."""
    words, told = phrases(said.language), intents.get(said.intent)
    if words.says("cancels_it", said.text) or words.says("abandon", said.text):
        return _known((f"{domain}.{verb}" for domain in _domains(state) for verb in ENDS), intents)
    verb = said.intent.partition(".")[2]
    verbs = next((group for group in (ENDS, MOVES) if verb in group), ())
    if verbs and _counts(state, said):
        return _known((f"{domain}.{each}" for domain in _domains(state) for each in verbs), intents)
    if verb == _ADDS and told is not None and _only_points(state, said, told):
        return _known((f"{domain_of(said.intent)}.{each}" for each in MOVES), intents)
    if _changes_that(state, said, intents):
        return f"{domain_of(state.past[-1].intent)}.{_UPDATES}"
    if told is not None and told.unsure and words.says("unsure", said.text):
        return told.unsure
    again = state.past[-1] if state.past else None
    if again is not None and words.says("same_time", said.text) and domain_of(said.intent) != domain_of(again.intent):
        return again.intent if again.undo is not None else None
    if words.says("asks_what_there_is", said.text) and (told is None or not told.reads_only):
        return _known((f"{domain_of(said.intent)}.{verb}" for verb in _TELLS), intents)
    return None


def _changes_that(state: State, said: Understanding, intents: Mapping[str, Intent]) -> bool:
    """Whether an unclear wish points at what was just spoken of, and gives it a value ("put it under taxes")."""
    past = state.past[-1] if state.past else None
    update = intents.get(f"{domain_of(past.intent)}.{_UPDATES}") if past is not None else None
    if update is None or said.confidence >= _UNCLEAR:
        return False
    naming = {*update.required, *(other for others in update.instead.values() for other in others)}
    becomes = set(update.slots.model_fields) - naming
    if not said.slots or not set(said.slots) <= becomes:
        return False
    read_out = any(mention.slot in update.required for mention in state.mentions)
    return read_out and phrases(said.language).says("that", said.text)


def _only_points(state: State, said: Understanding, intent: Intent) -> bool:
    """Whether words name nothing new but point at what was read out ("put it in the garden project")."""
    words = phrases(said.language)
    points = words.says("that", said.text) or words.place(said.text) is not None
    open_to = {mention.slot for mention in state.mentions} & set(intent.required)
    return points and any(words.says("that", str(said.slots.get(slot, said.text))) for slot in open_to)


def _counts(state: State, said: Understanding) -> bool:
    """Whether the words count or tell apart what was read out ("move the second one"), whatever they sound like."""
    words = phrases(said.language)
    counts = words.place(said.text) is not None or words.says("other", said.text)
    return bool(state.mentions) and counts and said.confidence < SURE


def ends(intent: str) -> bool:
    """Whether it makes a thing go away, so that a no leaves nothing to be changed."""
    return intent.partition(".")[2] in ENDS


def domain_of(intent: str) -> str:
    """What an intent is about: the part of its name before the dot."""
    return intent.partition(".")[0]


def _at_home(state: State, name: str, intents: Mapping[str, Intent], home: Set[str]) -> str | None:
    """The intent said with the same words that belongs to the domain which the conversation is about."""
    likes = [other for other, row in intents.items() if name in row.like]
    likes += intents[name].like if name in intents else ()
    if name in home or not likes:
        return None
    about = {*_domains(state)} if not home else {domain_of(each) for each in home}
    return (
        next((other for other in likes if domain_of(other) in about), None) if domain_of(name) not in about else None
    )


def _own(slot: str, fields: Mapping[str, object]) -> str:
    """The slot under the name that another domain gives it."""
    return slot if slot in fields else _NAMES.get(slot, slot)


def _domains(state: State) -> list[str]:
    """What the conversation was about last, at most one: words that point do not reach further back."""
    return [domain_of(past.intent) for past in state.past[-1:]]


def _known(names: Iterable[str], intents: Mapping[str, Intent]) -> str | None:
    return next((name for name in names if name in intents), None)
