"""From what a model points at to values: it names the words, the grammar and the lexicons say what they mean.

A value for which there are no words in what the person said is dropped, however well-formed it is. So a model can
neither invent a dose nor compute a date, and what it was talked into has nothing to stand on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError
from rapidfuzz import fuzz

from parley.contract import Intent, Kind, Language, Slot
from parley.understanding.context import closest, sound_of
from parley.understanding.filling import filled, joined
from parley.understanding.labels import Mark
from parley.understanding.lexicons import in_lexicon
from parley.understanding.llm.model import Call
from parley.understanding.llm.tools import declared, name_of
from parley.understanding.result import Span, Understanding
from parley.understanding.scene import GRAMMAR, Scene, readings

SAID: Final = 0.8
"""Confidence in what a model calls."""
CLOSE: Final = 88.0
"""Likeness from which words count as those of the person: a model mends a letter or drops a filler."""
HEARD: Final = 85.0
"""Likeness by sound of a known name to what the recogniser wrote."""


def understood(
    calls: Iterable[Call],
    *,
    text: str,
    language: Language,
    intents: Mapping[str, Intent],
    scene: Scene,
    earlier: Sequence[str] = (),
) -> tuple[Understanding, ...]:
    """Each call of a known tool as an understanding, in order. `earlier` holds what the person said before."""
    by_tool = {name_of(name): intent for name, intent in intents.items()}
    known = [(by_tool[call.name], call) for call in calls if call.name in by_tool]
    return tuple(
        _understood(intent, call, text, language, scene, earlier, alone=len(known) == 1) for intent, call in known
    )


def _understood(
    intent: Intent,
    call: Call,
    text: str,
    language: Language,
    scene: Scene,
    earlier: Sequence[str],
    *,
    alone: bool,
) -> Understanding:
    scene = replace(scene, business_hours=scene.business_hours or intent.business_hours)
    slots = declared(intent)
    marks: list[Mark] = []
    values: dict[str, Any] = {}
    for name, given in _given(call, slots):
        slot = slots[name]
        value = _listed(name, slot, given, scene)
        place = None if value is not None else located(str(given), text)
        if place is None and value is None:
            place = _read_alike(name, slot, str(given), text, scene)
        if place is not None:
            marks.append(Mark(name, *place))
            continue
        if value is None:
            value = _from_before(name, slot, str(given), (text, *earlier), scene)
        if value is not None:
            values[name] = joined(values.get(name), value, slot)
    found = filled(text, slots, sorted(marks, key=lambda mark: mark.start), scene, only_marked=not alone)
    merged = checked(intent, {**values, **found.slots})
    return Understanding(
        text=text,
        language=language,
        intent=intent.name,
        confidence=SAID,
        slots=merged,
        spans=tuple(span for span in found.spans if _kept(span, merged)),
        ambiguous={name: others for name, others in found.ambiguous.items() if name in merged},
    )


def checked(intent: Intent, slots: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the intent's own model takes."""
    taken: dict[str, Any] = {}
    for name, value in slots.items():
        try:
            intent.slots.model_validate({name: value})
        except ValidationError:
            continue
        taken[name] = value
    return taken


def located(words: str, text: str) -> tuple[int, int] | None:
    """Where the words stand in the text, in characters, a slip of the pen forgiven; None when they do not."""
    words = words.strip()
    if not words:
        return None
    lower, low_text = words.lower(), text.lower()
    if len(low_text) == len(text) and (start := low_text.rfind(lower)) >= 0:
        return start, start + len(lower)
    if len(words) > len(text) + 2 or len(words) < 4:
        return None
    found = fuzz.partial_ratio_alignment(lower, low_text, score_cutoff=CLOSE)
    if found is None or len(low_text) != len(text):
        return None
    return _whole_words(text, found.dest_start, found.dest_end)


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _given(call: Call, slots: Mapping[str, Slot]) -> Iterable[tuple[str, Any]]:
    """Slot by slot what was given, lists taken apart, what is neither words nor true left out."""
    for name, given in call.arguments.items():
        if name not in slots:
            continue
        for one in given if isinstance(given, list) else [given]:
            if (isinstance(one, str) and one.strip()) or isinstance(one, bool | int | float):
                yield name, one


def _listed(name: str, slot: Slot, given: Any, scene: Scene) -> Any:
    """A value that stands in a closed list; None for whatever is to be found in the words."""
    if slot.kind is Kind.FLAG:
        return True if given is True else None
    if slot.kind is not Kind.CHOICE:
        return None
    lexicon = scene.lexicons.get(slot.lexicon or name, {})
    return given if given in lexicon or not lexicon else in_lexicon(str(given), lexicon)


def _read_alike(name: str, slot: Slot, given: str, text: str, scene: Scene) -> tuple[int, int] | None:
    """The place of words that the grammar reads as what the model computed from them."""
    if slot.kind not in GRAMMAR:
        return None
    meant = [each.value for each in readings(given, scene, kind=slot.kind, slot=name)] or [given]
    for each in reversed(readings(text, scene, kind=slot.kind, slot=name)):
        if any(value in (each.value, *each.ambiguous) for value in meant):
            return each.start, each.end
    return None


def _from_before(name: str, slot: Slot, given: str, said: Sequence[str], scene: Scene) -> Any:
    """A value whose words the person said before, or a known name that sounds like what was said."""
    for text in said[1:]:
        if place := located(given, text):
            return filled(text, {name: slot}, [Mark(name, *place)], scene, only_marked=True).slots.get(name)
    match = closest(given, name, scene.names) if slot.kind is Kind.NAME else None
    if match is None:
        return None
    key = sound_of(match.likely.text)
    return match.likely.value if any(fuzz.partial_ratio(key, sound_of(text)) >= HEARD for text in said) else None


def _kept(span: Span, slots: Mapping[str, Any]) -> bool:
    return span.value is None or span.slot in slots
