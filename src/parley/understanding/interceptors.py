"""What is heard before anything is understood: an emergency, and "stop writing to me".

Both are lists of patterns and no model, so that nothing learned can unlearn them. Every utterance is held against
the words of all three languages, for in fear people fall back into their own.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from parley.contract import LANGUAGES, Language
from parley.understanding.result import Understanding

FOLDER: Final = Path(__file__).parent / "intercepted"
_LONGEST: Final = 2_000
"""Characters of an utterance that are looked at: nobody in danger says more before saying it."""
_EMERGENCY: Final = "emergency"
_UNTYPED: Final = frozenset({"self_harm", "unknown"})
"""Kinds of danger that the shared vocabulary has no type for."""
_KEYWORD_CHANNELS: Final = frozenset({"sms"})
"""Where a single word such as STOP is an opt-out; spoken, it stops a timer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patterns:
    harmless: re.Pattern[str]
    emergency: Mapping[str, re.Pattern[str]]
    stop_contact: re.Pattern[str]
    keywords: frozenset[str]


def intercepted(said: Understanding, *, channel: str = "") -> Understanding:
    """The same understanding, with what the interceptors heard in its words."""
    emergency = said.emergency or emergency_in(said.text)
    stop = said.stop_contact or stops_contact(said.text, channel=channel)
    if emergency == said.emergency and stop == said.stop_contact:
        return said
    if emergency is not None:
        said = _endangered(said, emergency)
    return replace(said, emergency=emergency, stop_contact=stop and emergency is None)


def _endangered(said: Understanding, kind: str) -> Understanding:
    """Words of an emergency have that intent, whatever the trained model made of them."""
    if said.intent == _EMERGENCY:
        return said
    slots = {} if kind in _UNTYPED else {"emergency_type": kind}
    others = ((said.intent, said.confidence), *said.alternatives)
    return replace(said, intent=_EMERGENCY, confidence=1.0, slots=slots, spans=(), also=(), alternatives=others)


def emergency_in(text: str) -> str | None:
    """The kind of emergency that the words are those of (`cardiac`, `stroke`, `self_harm`, …), or None."""
    for language in LANGUAGES:
        words = _patterns(language)
        left = words.harmless.sub(" ", _plain(text, language))
        for kind, pattern in words.emergency.items():
            if pattern.search(left):
                return kind
    return None


def stops_contact(text: str, *, channel: str = "") -> bool:
    """Whether the person wants no more messages or calls."""
    for language in LANGUAGES:
        words, plain = _patterns(language), _plain(text, language)
        if words.stop_contact.search(plain):
            return True
        if channel in _KEYWORD_CHANNELS and re.sub(r"[^\w ]", "", plain).strip() in words.keywords:
            return True
    return False


def _plain(text: str, language: Language) -> str:
    """Lower case, without accents, with plain apostrophes; Korean without spaces."""
    text = text[:_LONGEST].lower().replace("’", "'").replace("œ", "oe")
    if language == "ko":
        return re.sub(r"[^\w]+", "", unicodedata.normalize("NFC", text))
    folded = unicodedata.normalize("NFD", text)
    return " ".join("".join(sign for sign in folded if not unicodedata.combining(sign)).split())


@cache
def _patterns(language: Language) -> _Patterns:
    data = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return _Patterns(
        harmless=_any(data["harmless"]),
        emergency={kind: _any(patterns) for kind, patterns in data["emergency"].items()},
        stop_contact=_any(data["stop_contact"]),
        keywords=frozenset(_plain(str(word), language) for word in data["keywords"]),
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
