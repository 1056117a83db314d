"""Sentences of our own, read aloud by voices of espeak-ng: no people, and so only good for comparing.

Wishes are what anybody may say, answers are said to a question of a practice on the telephone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from parley.audio.sound import Sound
from parley.contract import Expectation, Kind, Language
from parley.listening.recognition import NOTHING_EXPECTED
from parley.speaking.provider import Voice
from parley.speaking.providers import espeak

SENTENCES: Final = Path(__file__).with_name("spoken_sentences.yaml")
VOICES: Final = ("en-us", "en-us+f3")
"""A variant that the library has no sound for is spoken like the plain voice: these two differ."""
SETS: Final[Mapping[str, Mapping[str, str]]] = {
    "spoken": {"development": "tuned_on", "held back": "held_back"},
    "answers": {"development": "answers", "held back": "answers_held_back"},
}
"""Sets, and what the file calls their parts."""
RATE: Final = 16_000
AROUND_S: Final = 0.3
"""Silence around what is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One sentence and what it was said to."""

    text: str
    expectation: Expectation = NOTHING_EXPECTED


def sentences(name: str, part: str) -> Iterator[Said]:
    """Those of a part of a set."""
    content: Any = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))[SETS[name][part]]
    if isinstance(content, list):
        yield from (Said(text=text) for text in content)
        return
    questions = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))["questions"]
    for question, texts in content.items():
        yield from (Said(text=text, expectation=_expectation(questions[question])) for text in texts)


def _expectation(asked: Mapping[str, Any]) -> Expectation:
    kind = asked.get("kind")
    return Expectation(
        intents=tuple(asked["intents"]),
        slot=asked.get("slot"),
        kind=Kind(kind) if kind else None,
        yes_no=asked.get("yes_no", False),
    )


async def voiced(text: str, voice: str, language: Language = "en", rate: int = RATE) -> Sound:
    """The text by a voice, with silence around it."""
    speaker = espeak.Espeak(espeak.Options())
    own = Voice(name=voice, language=language)
    pieces = [piece async for piece in speaker.speak(text, language=language, voice=own, rate=rate)]
    silence = np.zeros(round(AROUND_S * rate), np.int16)
    return Sound(samples=np.concatenate((silence, np.frombuffer(b"".join(pieces), "<i2"), silence)), rate=rate)


def spread(said: Sequence[Said], limit: int) -> Sequence[Said]:
    """At most so many, evenly over all."""
    return said[:: max(1, -(-len(said) // limit))]
