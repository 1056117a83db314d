"""What is asked for in passing, behind another wish: "… and text me the address", « … et envoyez-moi un texto ».

A model that is trained on single wishes hears the other one or this one. These few words are said alike by everybody,
so a list of them per language tells them apart: `riders.yaml`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from parley.contract import Language
from parley.understanding.result import Understanding

CONFIDENCE: Final = 0.95
_EDGES: Final = " ,;."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rider:
    """One such wish: its intent, the slot that names what it is about, and how it is said."""

    intent: str
    slot: str
    said: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """An utterance without what is asked for in passing; `first` is empty where that is all."""

    first: str
    rider: Understanding


def parted(text: str, language: Language) -> Parted | None:
    """The wish and what is asked for beside it; None where nothing is."""
    plain = text.replace("’", "'").casefold()
    if len(plain) != len(text):
        return None
    riders, finishing = _riders(language)
    for rider in riders:
        found = rider.said.search(plain)
        if found is None:
            continue
        about = found.groupdict().get("about")
        asked = Understanding(
            text=text[found.start() :].strip(_EDGES),
            language=language,
            intent=rider.intent,
            confidence=CONFIDENCE,
            slots={rider.slot: about} if about else {},
        )
        return Parted(first=_finished(text[: found.start()].strip(_EDGES), finishing), rider=asked)
    return None


def _finished(text: str, finishing: Sequence[tuple[re.Pattern[str], str]]) -> str:
    """Words that led over to more, as they stand at the end."""
    for pattern, ending in finishing:
        if pattern.search(text):
            return pattern.sub(ending, text)
    return text


@cache
def _riders(language: Language) -> tuple[tuple[Rider, ...], tuple[tuple[re.Pattern[str], str], ...]]:
    data = yaml.safe_load(Path(__file__).with_name("riders.yaml").read_text(encoding="utf-8"))[language]
    riders = tuple(
        Rider(intent=row["intent"], slot=row["slot"], said=_pattern(said, data))
        for row in data["riders"]
        for said in row["said"]
    )
    return riders, tuple((re.compile(pattern), ending) for pattern, ending in data["finishing"])


def _pattern(said: str, data: dict[str, str]) -> re.Pattern[str]:
    words = said.replace("{about}", f"(?P<about>{data['about']})")
    return re.compile(f"(?:{data['joint']}){data['polite']}(?:{words}){data['closing']}[ .!?]*$")
