"""What is said on the telephone beside the conversation itself, as data per language."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from parley.contract import LANGUAGES, Language


@cache
def phrases(language: Language) -> Mapping[str, Any]:
    """All phrases of a language."""
    return dict(yaml.safe_load(Path(__file__).with_name(f"{language}.yaml").read_text(encoding="utf-8")))


def phrase(key: str, language: Language, **values: str) -> str:
    """One phrase with its values filled in."""
    return str(phrases(language)[key]).format_map(values)


def tag(language: Language, country: str) -> str:
    """The carrier's name of a language as it is spoken in a country."""
    tags = phrases(language)["tags"]
    return str(tags.get(country, tags[""]))


def language_meant(answer: str) -> Language | None:
    """The language that a key or a word asks for."""
    plain = answer.strip().lower().strip(".!?")
    for language in LANGUAGES:
        known = phrases(language)
        if plain == known["language_key"] or any(word in plain for word in known["language_words"]):
            return language
    return None
