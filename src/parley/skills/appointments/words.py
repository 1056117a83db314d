"""What small words mean in talk about appointments, whichever of the languages was spoken."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from parley.contract import Language

_FILE: Final = Path(__file__).with_name("words.yaml")


def means_all(scope: str | None) -> bool:
    """Whether the words of a scope mean all of them."""
    said = (scope or "").casefold()
    return any(word in said if " " in word else word in said.split() for word in _words("all"))


def somebody(words: str | None) -> str | None:
    """The words, where they name somebody in particular; None for "the dentist", "n'importe qui", "아무나"."""
    said = (words or "").casefold().replace("’", "'").strip(" .,!?")
    small = _words("small")
    rest = said.replace("l'", "l ").split()
    while rest and rest[0] in small:
        rest = rest[1:]
    while rest and rest[-1] in small:
        rest = rest[:-1]
    return words if rest and " ".join(rest) not in _words("anybody") else None


def titled(name: str, language: Language) -> str:
    """A name as somebody is addressed who serves others: in Korean never without a title."""
    title: Mapping[str, str] | None = _data()["title"].get(language)
    return name if title is None or name.endswith(title["ending"]) else title["form"].format(name=name)


@cache
def _words(group: str) -> frozenset[str]:
    return frozenset(word for words in _data()[group].values() for word in words)


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return data
