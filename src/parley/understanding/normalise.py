"""From the words of a slot to its value, as the slot's kind says.

Dates, times and numbers are the grammar's affair (`parley.understanding.entities`), closed lists that of the
lexicons, names that of the context. What cannot be read stays without a value: the dialogue asks again.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rapidfuzz import fuzz, process

from parley.contract import Expectation, Kind, Language, Slot
from parley.understanding.context import Likely, closest
from parley.understanding.entities import Reading
from parley.understanding.entities import parse as read
from parley.understanding.labels import Mark
from parley.understanding.tokens import is_hangul, without_accents

SURE_ENOUGH: Final = 0.8
"""From which a reading that the model did not mark fills a slot of its own."""
LIKELY_ENOUGH: Final = 0.6
"""The same for clock times, of which only the half of the day may be open."""
LEXICON_CLOSE: Final = 86.0
HALF: Final = 0.45
"""Share of words that two stretches must have in common to be about the same."""

GRAMMAR: Final = frozenset(Kind) - {Kind.CHOICE, Kind.NAME, Kind.TEXT, Kind.FLAG}
"""Kinds that the grammar reads."""
_KINDS: Final[Mapping[Kind, tuple[Kind, ...]]] = {
    Kind.DATE: (Kind.DATE, Kind.DATE_RANGE, Kind.WEEKDAY),
    Kind.DATE_RANGE: (Kind.DATE_RANGE, Kind.DATE),
    Kind.WEEKDAY: (Kind.DATE, Kind.WEEKDAY),
    Kind.TIME: (Kind.TIME, Kind.PART_OF_DAY),
    Kind.PART_OF_DAY: (Kind.PART_OF_DAY, Kind.TIME),
}
"""What the words of a kind may turn out to be, likeliest first: "Tuesday" is a date, where the intent takes one."""

USUAL_UNITS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "dose": lambda count: {"value": count, "unit": "tablet"},
    "delay": lambda count: f"PT{count}M",
}
"""What a number without a unit is taken for."""

_DAYS: Final = frozenset({Kind.DATE, Kind.DATE_RANGE, Kind.WEEKDAY})
_CLOCK: Final = frozenset({Kind.TIME, Kind.PART_OF_DAY})
_CONTAINED: Final[Mapping[Kind, frozenset[Kind]]] = {
    Kind.PART_OF_DAY: frozenset({Kind.TIME, Kind.DURATION}),
    Kind.WEEKDAY: frozenset({Kind.DATE, Kind.DATE_RANGE, Kind.RECURRENCE}),
    Kind.DATE: frozenset({Kind.DATE_RANGE, Kind.DURATION, Kind.RECURRENCE}),
    Kind.TIME: frozenset({Kind.DURATION}),
}
"""Kinds whose value already says what a value of this kind would add."""
_ORDER: Final = {Kind.WEEKDAY: 3, Kind.PART_OF_DAY: 2, Kind.TIME: 1}
"""What is looked at after what says more."""
_USUAL: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.DATE: ("date", "new_date", "new_due_date", "due_date"),
    Kind.TIME: ("time", "new_time", "due_time", "taken_time"),
}
"""Of several slots of a kind, the one that a value belongs to when nothing else is said."""
NOW: Final = "second"
"""Grain of the present moment, which "now" is about and nobody means as a time."""

NAMED: Final = frozenset(
    {
        "title",
        "new_title",
        "project",
        "new_project",
        "label",
        "service",
        "medication",
        "other_medication",
        "condition",
    }
    | {"substance", "food", "pill_description"}
)
"""Slots that name things, whose articles are no part of the name."""
CLOSED_NAMES: Final = frozenset({"for_person"})
"""Names that are those of the lexicon, or none."""

HOMES: Final[Mapping[Language, str]] = {"en": "US", "fr": "FR", "ko": "KR"}
"""Where telephone numbers said in a language are read when the house's own country knows no such number."""

Lexicons = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where and when words are said."""

    language: Language
    now: dt.datetime
    expectation: Expectation
    business_hours: bool
    lexicons: Lexicons
    names: Sequence[Likely] = ()
    whole: tuple[Reading, ...] = ()
    """What the grammar finds in the whole utterance."""
    country: str = "US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A slot's value with the slot that it belongs to: words marked as a date may be a range."""

    slot: str
    value: Any
    ambiguous: tuple[Any, ...] = field(default=())


def readings(text: str, scene: Scene, *, kind: Kind | None = None, slot: str | None = None) -> tuple[Reading, ...]:
    """What the grammar finds in the text; with `kind`, only such and as if `slot` had been asked for."""
    expects = Expectation(slot=slot, kind=kind, business_hours=scene.business_hours)

    def found(country: str, kinds: frozenset[Kind] | None) -> tuple[Reading, ...]:
        return read(text, language=scene.language, now=scene.now, kinds=kinds, expects=expects, country=country)

    here = found(scene.country, None if kind is None else frozenset({kind}))
    home = HOMES[scene.language]
    if home == scene.country or kind is not Kind.PHONE:
        return here
    if any(each.kind is Kind.PHONE for each in here):
        return here
    # Who speaks another language than the house may well give a number of another country.
    return (*here, *found(home, frozenset({Kind.PHONE})))


def value_of(mark: Mark, text: str, slots: Mapping[str, Slot], scene: Scene) -> Value | None:
    """The value of marked words; None when they cannot be read."""
    declared, words = slots[mark.slot], text[mark.start : mark.end].strip()
    match declared.kind:
        case Kind.FLAG:
            return Value(slot=mark.slot, value=True)
        case Kind.TEXT:
            return _text(_unquoted(words, text[mark.end :], scene), mark.slot, declared, scene)
        case Kind.NAME:
            return _name(words, mark.slot, scene)
        case Kind.CHOICE:
            return _choice(words, mark.slot, declared, scene)
    return _grammar(mark, text, declared, slots, scene)


def _text(words: str, slot: str, declared: Slot, scene: Scene) -> Value:
    """The words as said; of things that are named, without the article, and several of them as a list."""
    listed = listed_once(words, scene.lexicons.get(declared.lexicon or slot, {}))
    if listed is not None or slot not in NAMED:
        return Value(slot=slot, value=listed or words)
    parts = [words]
    if declared.many:
        for joint in scene.lexicons.get("joint", {}).get("and", ()):
            parts = [each for part in parts for each in part.split(joint)]
    named = [each.strip(" ,") for each in parts if each.strip(" ,")]
    return Value(slot=slot, value=named if len(named) > 1 else _unarticled(words, scene))


def _unquoted(words: str, behind: str, scene: Scene) -> str:
    """Words that somebody shall be told, without the ending that only passes them on (Korean 하라고)."""
    endings = scene.lexicons.get("quoting", {})
    if not behind.startswith(tuple(endings.get("behind", ("\0",)))):
        return words
    return next((words.removesuffix(end).strip() for end in endings["ending"] if words.endswith(end)), words)


def listed_once(words: str, lexicon: Mapping[str, Sequence[str]]) -> str | None:
    """The one value of which words stand among these; None when there is none, or several."""
    exact = in_lexicon(words, lexicon, within=False)
    found = [exact] if exact else all_in_lexicon(words, lexicon)
    return found[0] if len(found) == 1 else None


def _unarticled(words: str, scene: Scene) -> str:
    for article in scene.lexicons.get("article", {}).get("any", ()):
        if words.lower().startswith(article) and len(words) > len(article) + 1:
            return words[len(article) :].strip()
    return words


def _choice(words: str, slot: str, declared: Slot, scene: Scene) -> Value | None:
    lexicon = scene.lexicons.get(declared.lexicon or slot, {})
    several = all_in_lexicon(words, lexicon) if declared.many else []
    found = several if len(several) > 1 else in_lexicon(words, lexicon)
    return None if found is None else Value(slot=slot, value=found)


def _name(words: str, slot: str, scene: Scene) -> Value | None:
    words = _unaddressed(words, scene.lexicons.get("address", {}).get(slot, ()))
    if not words:
        return None
    match = closest(words, slot, scene.names)
    if match is not None:
        return Value(slot=slot, value=match.likely.value, ambiguous=tuple(other.value for other in match.others))
    if slot in CLOSED_NAMES:
        listed = listed_once(words, scene.lexicons.get(slot, {}))
        return None if listed is None else Value(slot=slot, value=listed)
    listed = in_lexicon(words, scene.lexicons.get(slot, {}), within=False)
    named = _unarticled(words, scene) if slot in NAMED else words
    return Value(slot=slot, value=named if listed is None else listed)


def _unaddressed(words: str, forms: Sequence[str]) -> str:
    """A name without the words by which its bearer is addressed: "nurse Kim", "김 간호사님"."""
    for form in forms:
        if words.lower() == form:
            return ""
        bare = words.removesuffix(form) if is_hangul(form[:1]) else words
        if bare == words and words.lower().startswith(f"{form} "):
            bare = words[len(form) :]
        words = bare.strip()
    return words


def _grammar(mark: Mark, text: str, declared: Slot, slots: Mapping[str, Slot], scene: Scene) -> Value | None:
    words = text[mark.start : mark.end].strip()
    listed = in_lexicon(words, scene.lexicons.get(declared.lexicon or mark.slot, {}), within=False)
    if listed is not None:
        return Value(slot=mark.slot, value=int(listed) if declared.kind is Kind.NUMBER else listed)
    if declared.kind in (Kind.DATE, Kind.WEEKDAY) and "weekday" in slots and (again := _weekday(words, scene)):
        return Value(slot="weekday", value=again)
    for kind in _KINDS.get(declared.kind, (declared.kind,)):
        target = mark.slot if kind is declared.kind else _slot_for(kind, mark.slot, slots)
        if target is None:
            continue
        # The whole utterance tells more than the words alone: "six" is 06:00 where "in the morning" follows.
        found = [each for each in scene.whole if each.kind is kind and _inside(mark, each) >= HALF]
        found = found or list(readings(words, scene, kind=kind, slot=mark.slot))
        if found:
            # "The second one": the ordinal counts, not the "one".
            last = found[0] if kind is Kind.NUMBER else max(found, key=lambda each: (each.end, each.end - each.start))
            return Value(slot=target, value=last.value, ambiguous=last.ambiguous)
    value = _bare(words, mark.slot, scene)
    return None if value is None else Value(slot=mark.slot, value=value)


def _weekday(words: str, scene: Scene) -> str | None:
    """The day of a week that comes again and again: "on Sundays"."""
    days = [each.value.partition("BYDAY=")[2] for each in readings(words, scene, kind=Kind.RECURRENCE)]
    return days[-1] if days and len(days[-1]) == len("MO") else None


def _bare(words: str, slot: str, scene: Scene) -> Any:
    """What a number by itself means in a slot that has a usual unit: "took two", "in five"."""
    usual = USUAL_UNITS.get(slot)
    found = readings(words, scene, kind=Kind.NUMBER) if usual else ()
    return usual(found[-1].value) if usual and found else None


def _inside(mark: Mark, reading: Reading) -> float:
    """Share of the reading's characters that lie in the mark, or of the mark's in the reading, whichever is less.

    Two dates that the grammar reads as one stretch are thereby not taken for either.
    """
    both = max(0, min(mark.end, reading.end) - max(mark.start, reading.start))
    return both / max(1, mark.end - mark.start, reading.end - reading.start)


def _slot_for(kind: Kind, slot: str, slots: Mapping[str, Slot]) -> str | None:
    """The slot of the intent that takes a value of `kind` which stood where `slot` was marked."""
    fitting = [name for name, declared in slots.items() if declared.kind is kind]
    prefix = slot.rpartition("_")[0]
    if prefix:
        return next((name for name in fitting if name.startswith(prefix + "_")), None)
    return kind.value if kind.value in fitting else (fitting[0] if len(fitting) == 1 else None)


def all_in_lexicon(words: str, lexicon: Mapping[str, Sequence[str]]) -> list[str]:
    """Every value of which a word stands in the words as a word, in the order in which they stand there."""
    said = f" {words.lower()} "
    places = {
        value: min((said.find(word.lower()) for word in (value, *entries) if _stands(word.lower(), said)), default=-1)
        for value, entries in lexicon.items()
    }
    return sorted((value for value, place in places.items() if place >= 0), key=lambda value: places[value])


def _stands(word: str, said: str) -> bool:
    return word in said if is_hangul(word[:1]) else f" {word} " in said.replace(",", " ").replace(".", " ")


def in_lexicon(words: str, lexicon: Mapping[str, Sequence[str]], *, within: bool = True) -> str | None:
    """The value whose words these are, or nearly, or, if `within`, are among these; None when they are nobody's."""
    if not lexicon:
        return None
    said = _plain(words)
    listed = [(_plain(word), value) for value, entries in lexicon.items() for word in (value, *entries)]
    for word, value in listed:
        if word == said:
            return value
    best = process.extractOne(said, [word for word, _ in listed], scorer=fuzz.ratio, score_cutoff=LEXICON_CLOSE)
    if best is not None:
        return listed[best[2]][1]
    inside = [(len(word), value) for word, value in listed if len(word) > 1 and word in said] if within else []
    return max(inside)[1] if inside else None


def _plain(words: str) -> str:
    return "".join(sign for sign in without_accents(words.lower()) if sign.isalnum())


def unmarked(
    marks: Sequence[Mark], filled: Mapping[str, Any], slots: Mapping[str, Slot], scene: Scene
) -> list[tuple[Mark, Value]]:
    """Values the grammar is sure of and the model did not mark, where it is clear which slot they belong to."""
    found: list[tuple[Mark, Value]] = []
    kinds = {slots[slot].kind for slot in filled}
    present = {(each.start, each.end) for each in scene.whole if each.grain == NOW}
    for reading in sorted(scene.whole, key=lambda each: _ORDER.get(each.kind, 0)):
        if (
            reading.kind is Kind.NUMBER
            or reading.sure < (LIKELY_ENOUGH if reading.kind is Kind.TIME else SURE_ENOUGH)
            or (reading.start, reading.end) in present
            or _said_already(reading.kind, kinds)
        ):
            continue
        if not all(_apart(reading, mark, slots[mark.slot].kind) for mark in marks):
            continue
        fitting = [name for name, declared in slots.items() if declared.kind is reading.kind]
        usual = next((name for name in _USUAL.get(reading.kind, ()) if name in fitting), None)
        slot = fitting[0] if len(fitting) == 1 else usual
        if slot is not None and slot not in filled:
            mark = Mark(slot, reading.start, reading.end)
            found.append((mark, Value(slot=slot, value=reading.value, ambiguous=reading.ambiguous)))
            filled = {**filled, slot: reading.value}
            kinds.add(reading.kind)
    return found


def _said_already(kind: Kind, kinds: Collection[Kind]) -> bool:
    """Whether the value only repeats another: a weekday beside its date, the part of the day beside the time."""
    return kind in kinds or bool(_CONTAINED.get(kind, frozenset()) & set(kinds))


def _apart(reading: Reading, mark: Mark, kind: Kind) -> bool:
    """Whether a reading is about other words than a mark, or about the clock where the mark is about the day."""
    if reading.end <= mark.start or mark.end <= reading.start:
        return True
    if kind is Kind.CHOICE and (reading.kind is Kind.RECURRENCE or reading.kind in _DAYS):
        return True
    return (kind in _DAYS and reading.kind in _CLOCK) or (kind in _CLOCK and reading.kind in _DAYS)
