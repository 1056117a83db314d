"""What the values of one utterance say of each other, once they are all read.

"At eight every morning" is 08:00; a dose taken "at nine fifteen" lies behind us; "half an hour earlier" goes back.
Words that decide stand in the shared lexicons.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parley.contract import Kind, Slot
from parley.understanding.lexicons import in_lexicon, listed_once
from parley.understanding.result import Span
from parley.understanding.scene import Scene
from parley.understanding.tokens import is_hangul

DIRECTION: Final = "direction"
"""The lexicon with the words for `earlier`."""
BOUND: Final = "bound"
"""The lexicon with the words for `after` and `before` a clock time."""
BOUNDED: Final = frozenset({"time", "new_time", "after", "before"})
ANYWHERE: Final = frozenset({"mode", "meal_timing", "info_field", "metric", "emergency_type", "call_reason"})
"""Choices whose words mean them wherever they stand."""
ABOUT: Final[Mapping[str, str]] = {"substance": "allergies", "condition": "conditions", "address": "address"}
"""The field of a record that a value belongs to."""
PAST: Final = frozenset({"taken_time"})
"""Slots whose clock time lies in the past."""
STRENGTH: Final = "strength"
DOSE: Final = "dose"
WEIGHTS: Final = frozenset({"mg", "g", "mcg"})
"""Units of what is in a tablet, in which nobody counts what is taken."""
SAID_SHORT: Final = "said_short"
"""The lexicon with words for a unit of weight that also stand for one of volume."""
FORM: Final = "form"
"""The lexicon with the words for a `liquid` medicine."""
LIMIT: Final = "limit"
"""The lexicon with the words for `most`."""
NEAR: Final = 14
"""Characters around a frequency in which a limit is said of it."""
DOSES: Final[Mapping[str, str]] = {
    "morning": "morning", "midday": "lunch", "evening": "evening", "night": "bedtime",
}  # fmt: skip
"""The doses of the day by the part of the day."""
LONG_PAST: Final = 400
"""Days from which a date is no visit of late."""
DAILY: Final = "FREQ=DAILY"
WEEKLY: Final = "FREQ=WEEKLY"
BY_DAY: Final = ";BYDAY="
SHIFTED: Final = frozenset({"shift"})
MORNING: Final = frozenset({"morning"})
LATER: Final = frozenset({"afternoon", "late_afternoon", "evening", "night", "bedtime"})

Values = dict[str, Any]


def settled(
    values: Mapping[str, Any],
    ambiguous: Mapping[str, Sequence[Any]],
    spans: Sequence[Span],
    text: str,
    declared: Mapping[str, Slot],
    scene: Scene,
) -> Values:
    """The values as they hold beside each other."""
    found = dict(values)
    for slot, value in values.items():
        kind = declared[slot].kind
        if kind is Kind.TIME and slot in PAST and ambiguous.get(slot):
            found[slot] = behind(value, scene.now)
        elif kind is Kind.TIME and ambiguous.get(slot):
            found[slot] = _of_the_day(value, spans, scene)
        elif kind is Kind.DATE_RANGE and scene.business_hours:
            found[slot] = _from_today(value, scene.now.date())
        elif slot in SHIFTED and _says(text, scene, DIRECTION, "earlier") and not str(value).startswith("-"):
            found[slot] = f"-{value}"
    found = _bounded(_weighed(found, spans, text, declared, scene), spans, text, declared, scene)
    found = _planned(_weekly(_born(found, declared, scene.now), declared, scene), spans, declared, scene)
    found = _at_most(_of_the_dose(found, spans, declared, scene), spans, text, declared, scene)
    return _choices(_apart(found, spans, declared, scene), spans, text, declared, scene)


def _weighed(values: Values, spans: Sequence[Span], text: str, declared: Mapping[str, Slot], scene: Scene) -> Values:
    """A dose in milligrams is a strength; so is one in a unit said short for two (밀리), unless of a liquid."""
    dose = values.get(DOSE)
    if STRENGTH in declared and STRENGTH not in values and isinstance(dose, Mapping) and dose["unit"] in WEIGHTS:
        return {STRENGTH: dose, **{name: value for name, value in values.items() if name != DOSE}}
    said = next((span.text for span in spans if span.slot == STRENGTH), "")
    short = any(said.rstrip().endswith(word) for word in scene.lexicons.get(SAID_SHORT, {}).get("mg", ()))
    if STRENGTH not in values or not short or _says(text, scene, FORM, "liquid"):
        return values
    return {**values, STRENGTH: {**values[STRENGTH], "unit": "mg"}}


def _bounded(values: Values, spans: Sequence[Span], text: str, declared: Mapping[str, Slot], scene: Scene) -> Values:
    """Clock times with words beside them that make them the end or the beginning of a time."""
    if not {"after", "before"} <= set(declared):
        return values
    found = dict(values)
    for span in spans:
        if span.slot not in BOUNDED or span.slot not in found or declared[span.slot].kind is not Kind.TIME:
            continue
        bound = _bound(span, text, scene)
        if bound is None and span.slot != "new_time" and "time" in declared and "time" not in found:
            bound = "time"
        if bound is not None and bound != span.slot:
            value = found.pop(span.slot)
            found[bound] = value
    return found


def _of_the_dose(values: Values, spans: Sequence[Span], declared: Mapping[str, Slot], scene: Scene) -> Values:
    """The dose that "this morning" is about: the slot of the day, and no date when it is that of today."""
    if not {"slot_of_day", "date"} <= set(declared) or "date" not in values:
        return values
    dates = [span for span in spans if span.slot == "date"]
    named = [
        each.value
        for each in scene.whole
        if each.kind is Kind.PART_OF_DAY and any(s.start < each.end and each.start < s.end for s in dates)
    ]
    if not named or named[-1] not in DOSES:
        return values
    found = {"slot_of_day": DOSES[named[-1]], **values}
    if found["date"] == scene.now.date().isoformat():
        del found["date"]
    return found


def _born(values: Values, declared: Mapping[str, Slot], now: dt.datetime) -> Values:
    """A day long past is that of a birth, where the intent asks for one."""
    said = values.get("date")
    if "dob" not in declared or "dob" in values or not isinstance(said, str) or said[:10] >= _years_ago(now):
        return values
    return {**{slot: value for slot, value in values.items() if slot != "date"}, "dob": said}


def _years_ago(now: dt.datetime) -> str:
    return (now.date() - dt.timedelta(days=LONG_PAST)).isoformat()


def _weekly(values: Values, declared: Mapping[str, Slot], scene: Scene) -> Values:
    """ "Every two weeks, on Thursdays": a week's repetition with the day that was said beside it."""
    rule = str(values.get("recurrence", ""))
    if not rule.startswith(WEEKLY):
        return values
    if BY_DAY in rule:
        again = {slot for slot, value in values.items() if declared[slot].kind is Kind.WEEKDAY and str(value) in rule}
        return {slot: value for slot, value in values.items() if slot not in again}
    others = (str(each.value) for each in scene.whole if each.kind is Kind.RECURRENCE)
    days = [each.partition(BY_DAY)[2] for each in others if BY_DAY in each]
    days += [str(each.value) for each in scene.whole if each.kind is Kind.WEEKDAY]
    if not days:
        return values
    found = {slot: value for slot, value in values.items() if declared[slot].kind not in (Kind.WEEKDAY, Kind.DATE)}
    return {**found, "recurrence": f"{rule}{BY_DAY}{days[0]}"}


def _planned(values: Values, spans: Sequence[Span], declared: Mapping[str, Slot], scene: Scene) -> Values:
    """ "Every morning" names a dose of the day; in a plan of doses, "daily" is how often, and no repetition."""
    if values.get("recurrence") != DAILY or "slot_of_day" not in declared:
        return values
    found = dict(values)
    words = [span.text.casefold() for span in spans if span.slot == "recurrence"]
    words += [each.text.casefold() for each in scene.whole if each.kind is Kind.RECURRENCE]
    lexicon = scene.lexicons.get("part_of_day", {})
    named = (dose for part, dose in DOSES.items() for word in lexicon.get(part, ()) if _within_any(word, words))
    part = next(named, None)
    if part is not None and not any(declared[slot].kind is Kind.TIME for slot in values):
        found.setdefault("slot_of_day", part)
    if "frequency" in declared:
        del found["recurrence"]
        if part is None:
            found.setdefault("frequency", "1/P1D")
    return found


def _at_most(values: Values, spans: Sequence[Span], text: str, declared: Mapping[str, Slot], scene: Scene) -> Values:
    """ "Three a day at most" is a limit, and no frequency."""
    said = str(values.get("frequency", ""))
    if "max_per_day" not in declared or not said.endswith("/P1D"):
        return values
    for span in spans:
        around = text[max(0, span.start - NEAR) : span.end + NEAR]
        if span.slot == "frequency" and _says(around, scene, LIMIT, "most"):
            return {
                **{name: value for name, value in values.items() if name != "frequency"},
                "max_per_day": int(said.split("/")[0]),
            }
    return values


def _apart(values: Values, spans: Sequence[Span], declared: Mapping[str, Slot], scene: Scene) -> Values:
    """Without what only repeats another value: the part of the day of a clock time, the day of a recurrence."""
    found = dict(values)
    if any(declared[slot].kind is Kind.TIME for slot in found):
        found.pop("part_of_day", None)
    if "recurrence" in found:
        again = [each for each in scene.whole if each.kind is Kind.RECURRENCE]
        for span in spans:
            inside = any(each.start <= span.start and span.end <= each.end for each in again)
            if inside and span.slot in found and declared[span.slot].kind in (Kind.DATE, Kind.WEEKDAY):
                del found[span.slot]
    return found


def _choices(values: Values, spans: Sequence[Span], text: str, declared: Mapping[str, Slot], scene: Scene) -> Values:
    """Also the choices whose words stand anywhere; and "today", where it chooses, for the choice."""
    found = dict(values)
    for slot in ANYWHERE & set(declared) - set(found):
        lexicon = scene.lexicons.get(declared[slot].lexicon or slot, {})
        value = listed_once(text, lexicon)
        if value is not None:
            found[slot] = value
    if "info_field" in declared:
        field = next((field for slot, field in ABOUT.items() if slot in found), None)
        if field is not None:
            found.setdefault("info_field", field)
    if found.get("filter") == "today" and found.get("date") == scene.now.date().isoformat():
        del found["date"]
    chosen = next((span for span in spans if span.slot == "date" and "filter" in declared), None)
    if chosen is not None and "filter" not in found:
        value = in_lexicon(chosen.text, scene.lexicons.get("filter", {}), within=False)
        if value is not None:
            found.pop("date", None)
            found["filter"] = value
    return found


def _bound(span: Span, text: str, scene: Scene) -> str | None:
    """`after` or `before`, as the words in front of a span or behind it say."""
    front, behind = text[: span.start].rstrip().lower(), text[span.end :].lstrip().lower()
    inside = text[span.start : span.end].lower()
    for bound in ("after", "before"):
        for entry in scene.lexicons.get(BOUND, {}).get(bound, ()):
            if is_hangul(entry[:1]):
                told = any(inside.endswith(end) for end in scene.lexicons[BOUND].get("told", ()))
                if not told and (behind.startswith(entry) or inside.endswith(entry.strip())):
                    return bound
            elif f" {front}".endswith(f" {entry}") or inside.startswith(f"{entry} "):
                return bound
    return None


def behind(value: str, now: dt.datetime) -> str:
    """The clock time, or the same twelve hours before where only that has been."""
    hour, minute = map(int, value.split(":"))
    if (hour, minute) > (now.hour, now.minute) and hour >= 12 and (hour - 12, minute) <= (now.hour, now.minute):
        return f"{hour - 12:02d}:{minute:02d}"
    return value


def _of_the_day(value: str, spans: Sequence[Span], scene: Scene) -> str:
    """A clock time that may be in the morning or after noon, as the part of the day tells that was said beside it."""
    parts = {each.value for each in scene.whole if each.kind is Kind.PART_OF_DAY}
    for span in spans:
        if span.slot in ("part_of_day", "slot_of_day"):
            parts |= set(span.value) if isinstance(span.value, list) else {span.value}
    parts |= _parts_of_recurrence(scene)
    hour, minute = map(int, value.split(":"))
    if parts & MORNING and not parts & LATER and hour > 12:
        return f"{hour - 12:02d}:{minute:02d}"
    if parts & LATER and not parts & MORNING and 1 <= hour < 12:
        return f"{hour + 12:02d}:{minute:02d}"
    return value


def _parts_of_recurrence(scene: Scene) -> set[str]:
    """The parts of the day that recurrences name: "every morning"."""
    lexicon = scene.lexicons.get("part_of_day", {})
    words = [each.text.casefold() for each in scene.whole if each.kind is Kind.RECURRENCE]
    return {
        part for part, entries in lexicon.items() if any(_within(entry, each) for entry in entries for each in words)
    }


def _from_today(value: Any, today: dt.date) -> Any:
    """Days that can still be booked: this week begins today."""
    if isinstance(value, Mapping) and value["start"] < today.isoformat() <= value["end"]:
        return {**value, "start": today.isoformat()}
    return value


def _says(text: str, scene: Scene, lexicon: str, value: str) -> bool:
    entries = scene.lexicons.get(lexicon, {}).get(value, ())
    return any(_within(entry, text) for entry in entries)


def _within_any(entry: str, texts: Sequence[str]) -> bool:
    return any(_within(entry, text) for text in texts)


def _within(entry: str, text: str) -> bool:
    """Whether words of a lexicon stand in the text: as whole words, but for Hangul, which has endings."""
    edge = "" if is_hangul(entry[:1]) else r"\b"
    return re.search(f"{edge}{re.escape(entry)}{edge}", text, re.IGNORECASE) is not None
