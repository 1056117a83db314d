"""Which of a few offered things a person means: by number, by key, by name, by what it is."""

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from rapidfuzz import fuzz

from parley.contract import Language
from parley.dialogue.phrases import phrases
from parley.dialogue.state import Option
from parley.understanding.result import Understanding

_NAMES_IT: Final = 86.0
"""Likeness in percent from which words name an option."""
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def pick(options: Sequence[Option], said: Understanding, *, slot: str) -> Option | None:
    """The option that was meant, or None when it is not clear."""
    if not options:
        return None
    text = said.text.strip()
    by_key = [option for option in options if option.key and option.key == text]
    if by_key:
        return by_key[0]
    place = _place(text, said, len(options))
    if place is not None:
        return options[place]
    words = phrases(said.language)
    if len(options) > 1 and words.says("last", text):
        return options[-1]
    return (
        _by_value(options, said, slot)
        or _by_attributes(options, said)
        or _by_name(options, text, said.language)
        or _by_own_word(options, text, said.language)
        or (options[0] if words.says("any", text) and not said.slots else None)
    )


def _place(text: str, said: Understanding, count: int) -> int | None:
    if text.isdigit() and 1 <= int(text) <= count:
        return int(text) - 1
    words = phrases(said.language)
    within = words.place(text)
    place = words.ordinal(text) or (within[0] if within is not None else None)
    return place - 1 if place is not None and place <= count else None


def _by_value(options: Sequence[Option], said: Understanding, slot: str) -> Option | None:
    value = said.slots.get(slot)
    return _only([option for option in options if value is not None and option.value == value])


def _by_attributes(options: Sequence[Option], said: Understanding) -> Option | None:
    """The one option that all said values fit ("the one on Tuesday", "the one with Ann")."""
    about = [{**option.slots, **option.told} for option in options]
    told = {name: value for name, value in said.slots.items() if any(knows(each, name) for each in about)}
    for reading in readings_of(told, said):
        fitting = [option for option, each in zip(options, about, strict=True) if reading and fits(each, reading)]
        if fitting:
            return _only(fitting)
    return None


def readings_of(told: Mapping[str, Any], said: Understanding) -> Iterator[Mapping[str, Any]]:
    """The values as they were read, then with each other reading: on a Thursday, "Thursday" may be the next one."""
    yield told
    for name, others in said.ambiguous.items():
        for value in others if name in told else ():
            yield {**told, name: value}


def _by_name(options: Sequence[Option], text: str, language: Language) -> Option | None:
    likeness = [(likely(option.text, text, language), option) for option in options]
    best = max(score for score, _ in likeness)
    return _only([option for score, option in likeness if score == best]) if best >= _NAMES_IT else None


def _by_own_word(options: Sequence[Option], text: str, language: Language) -> Option | None:
    """The one option of whose own words, which no other option has, one was said."""
    words = [set(_plain(option.text, language).split()) for option in options]
    said = set(_plain(text, language).split())
    own = [mine - set().union(*words[:at], *words[at + 1 :]) for at, mine in enumerate(words)]
    return _only([option for option, mine in zip(options, own, strict=True) if mine & said])


def _only(options: Sequence[Option]) -> Option | None:
    return options[0] if len(options) == 1 else None


def likely(name: str, text: str, language: Language) -> float:
    """How far the text names it, in percent; Korean is compared letter by letter."""
    name, text = _plain(name, language), _plain(text, language)
    if not name or not text:
        return 0.0
    if min(len(name), len(text)) < 3:
        return 100.0 if name == text else 0.0
    return max(fuzz.ratio(name, text), fuzz.token_set_ratio(name, text) if " " in f"{name} {text}" else 0.0)


def knows(slots: Mapping[str, Any], name: str) -> bool:
    """Whether a thing with these slots can be told by that slot."""
    return name in slots or (name in _FROM_DATE and "date" in slots) or (name in _FROM_TIME and "time" in slots)


def fits(slots: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Whether a thing with these slots is what all the told values say."""
    return all(_fits(slots, name, value) for name, value in told.items())


def _fits(slots: Mapping[str, Any], name: str, value: Any) -> bool:
    if name in ("old_date", "new_date"):
        name = "date"
    if name in ("old_time", "new_time"):
        name = "time"
    if name in _FROM_DATE and "date" in slots:
        day = dt.date.fromisoformat(str(slots["date"]))
        if name == "weekday":
            return _WEEKDAYS[day.weekday()] == str(value)
        if name == "date_range":
            return str(value["start"]) <= day.isoformat() <= str(value["end"])
    if name in _FROM_TIME and "time" in slots:
        return part_of_day(str(slots["time"])) == {"late_afternoon": "afternoon"}.get(str(value), str(value))
    mine = slots.get(name)
    if isinstance(mine, str) and isinstance(value, str):
        return mine[:5] == value[:5] if name == "time" else mine.casefold() == value.casefold()
    return bool(mine == value)


def part_of_day(clock: str) -> str:
    """The part of the day of an `HH:MM`."""
    hour = int(clock[:2])
    for until, part in ((5, "night"), (12, "morning"), (18, "afternoon"), (22, "evening")):
        if hour < until:
            return part
    return "night"


_FROM_DATE: Final = frozenset({"weekday", "date_range", "old_date", "new_date"})
_FROM_TIME: Final = frozenset({"part_of_day", "old_time", "new_time"})


def _plain(text: str, language: Language) -> str:
    """Lower case, letters and digits only; Hangul as single letters, Latin without accents."""
    folded = unicodedata.normalize("NFD", text.casefold())
    if language != "ko":
        folded = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return " ".join(
        "".join(sign if sign.isalnum() or sign.isspace() or _jamo(sign) else " " for sign in folded).split()
    )


def _jamo(sign: str) -> bool:
    return "ᄀ" <= sign <= "ᇿ"
