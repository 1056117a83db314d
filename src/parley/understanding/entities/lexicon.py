"""The words of a language, from `data/<language>.yaml`, and where they stand in a text.

Words are found at character positions, so that a language without spaces needs nothing special. A language whose
words are set apart says `boundaries: true`; there, a letter may not touch a letter (but may touch a digit: `3pm`).
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from parley.contract import Language

DATA = Path(__file__).parent / "data"

_END = ""
"""The key of the trie under which the words that end here stand: no character is empty."""


@dataclass(slots=True)
class Lexicon:
    """Words and what they mean: a trie over characters."""

    boundaries: bool
    folded: bool = False
    """Words are known without their accents, too (`fevrier`); very short ones are not (`à` is not `a`)."""
    without: frozenset[str] = frozenset()
    """Forms that are not taken in, as they mean something else where this is spoken."""
    trie: dict[str, Any] = field(default_factory=dict)

    def add(self, category: str, words: Iterable[object], value: object) -> None:
        """Let each of `words` be a `category` of that value. A space stands for any run of spaces and hyphens."""
        for word in words:
            form = str(word).lower()
            if form in self.without:
                continue
            plain = _plain(form) if self.folded and len(form) > 3 else form
            for spelled in {form, plain}:
                node = self.trie
                for character in spelled:
                    node = node.setdefault(character, {})
                node.setdefault(_END, []).append((category, value))

    def at(self, text: str, start: int) -> Iterator[tuple[int, str, object]]:
        """Every word that begins at `start`, as (end, category, value), shorter ones first."""
        size = len(text)
        if self.boundaries and start and text[start].isalpha() and text[start - 1].isalpha():
            return
        open_ = [(self.trie, start)]
        while open_:
            node, at = open_.pop()
            character = text[at]
            if character == "-" and " " in node and "-" in node and at + 1 < size:
                open_.append((node[" "], at + 1))  # the hyphen may be a word by itself, and a space as well
            step = node.get(character)
            if step is None and character in " -\n\t":
                step = node.get(" ")
            if step is None:
                continue
            at += 1
            if character == " ":
                while at < size and text[at] == " ":
                    at += 1
            if _END in step and not (self.boundaries and at < size and character.isalpha() and text[at].isalpha()):
                for category, value in step[_END]:
                    yield at, category, value
            if at < size:
                open_.append((step, at))


@lru_cache
def data_of(language: Language) -> Mapping[str, Any]:
    """The language's file, as it stands. Raises FileNotFoundError for a language that has none."""
    content: Mapping[str, Any] = yaml.safe_load((DATA / f"{language}.yaml").read_text(encoding="utf-8"))
    return content


def lexicon_of(data: Mapping[str, Any], *, without: frozenset[str] = frozenset()) -> Lexicon:
    """The lexicon of a language's data: every entry of `words`."""
    lexicon = Lexicon(boundaries=data["boundaries"], folded=bool(data.get("folded")), without=without)
    add_words(lexicon, data["words"])
    return lexicon


def add_words(lexicon: Lexicon, words: Mapping[str, Any]) -> None:
    """Take in words by category: `category: {value: [forms]}` or `category: [forms]`."""
    for category, entries in words.items():
        if isinstance(entries, Mapping):
            for value, words in entries.items():
                lexicon.add(category, words, value)
        else:
            lexicon.add(category, entries, None)


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
