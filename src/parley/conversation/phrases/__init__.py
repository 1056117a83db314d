"""The conversation's own few sentences, one file a language."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from parley.contract import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """One language's."""

    greeting: str
    still_there: str
    silence_goodbye: str
    one_moment: str
    not_heard: str
    trouble: str
    untold: str
    """With `{text}`: what was done and not heard."""
    keys: Mapping[str, str]
    """What a key stands for where a yes or a no was asked for."""
    backchannels: frozenset[str]
    """Words that keep a conversation going without taking the floor, in lower case without punctuation."""


@cache
def phrases(language: Language) -> Phrases:
    """The phrases of `language`."""
    raw = yaml.safe_load((Path(__file__).parent / f"{language}.yaml").read_text(encoding="utf-8"))
    return Phrases(**raw | {"backchannels": frozenset(raw["backchannels"])})
