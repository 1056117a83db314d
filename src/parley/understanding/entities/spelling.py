"""Names spelled letter by letter: `s m i t h`, `S as in Sam, double L`, `sierra mike`, by jamo in Korean.

What a language says is data (`spelling` in its file): `letters` (letter: spoken names), `alphabet` (letter: words of
spelling alphabets), `as_in` (what introduces an example word, which is then skipped), `double` and `triple`,
`signs` (a hyphen, an apostrophe), `boundaries` of words as elsewhere.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from parley.contract import Language
from parley.understanding.entities.hangul import syllables_of
from parley.understanding.entities.lexicon import data_of

SHORTEST = 3
"""Letters that make a spelling by themselves; fewer may be words (`a`, `I`, `o`)."""

_WORD = re.compile(r"[^\W\d_]+'?|[-']")


@dataclass(frozen=True, slots=True)
class Letters:
    """The words for letters of a language."""

    names: Mapping[str, str]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    """Names of several words, by their first one: `double v`, `c cédille`, `trait d'union`."""
    alphabet: Mapping[str, str]
    as_in: tuple[tuple[str, ...], ...]
    times: Mapping[str, int]
    signs: Mapping[str, str]
    joiners: frozenset[str]
    articles: Mapping[str, frozenset[str]]
    """A letter that is an article behind one of these words: the `a` of `with a k`."""


@lru_cache
def letters_of(language: Language) -> Letters:
    """The letters of a language, from its file."""
    data: Mapping[str, Any] = data_of(language).get("spelling", {})

    def turned(entries: Mapping[str, list[str]]) -> dict[str, str]:
        return {word: str(letter) for letter, words in entries.items() for word in words}

    letters, signs = turned(data.get("letters", {})), turned(data.get("signs", {}))
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for name, letter in [*letters.items(), *signs.items()]:
        parts = tuple(_WORD.findall(name))
        if len(parts) > 1:
            phrases.setdefault(parts[0], []).append((parts, letter))
    times = dict.fromkeys(data.get("double", ()), 2)
    times |= dict.fromkeys(data.get("triple", ()), 3)
    return Letters(
        names=letters,
        phrases={first: tuple(sorted(found, key=_longest, reverse=True)) for first, found in phrases.items()},
        alphabet=turned(data.get("alphabet", {})),
        as_in=tuple(tuple(phrase.split()) for phrase in sorted(data.get("as_in", ()), key=len, reverse=True)),
        times=times,
        signs=signs,
        joiners=frozenset(data.get("joiners", ())),
        articles={letter: frozenset(words) for letter, words in data.get("articles", {}).items()},
    )


def spelled(text: str, language: Language, *, shortest: int = SHORTEST) -> Iterator[tuple[int, int, str]]:
    """Every spelled name, as (start, end, joined capital letters). `text` is prepared by `written`."""
    if (syllables := syllables_of(language)) is not None:
        yield from syllables.spelled(text, shortest=shortest)
        return
    known = letters_of(language)
    words = [(m[0], m.start(), m.end()) for m in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        if at and words[at - 1][0] in known.articles.get(words[at][0], ()):
            at += 1
            continue
        name, after, count = _run(words, at, known)
        if count >= shortest:
            yield words[at][1], words[after - 1][2], unicodedata.normalize("NFC", name.upper()).strip("-' ")
        at = max(after, at + 1)


def _run(words: list[tuple[str, int, int]], at: int, known: Letters) -> tuple[str, int, int]:
    """The letters from word `at` on: joined, the word after them, and how many were surely letters."""
    name, sure, end = "", 0, at
    while at < len(words):
        word = words[at][0]
        times = known.times.get(word, 0)
        if phrase := _phrase(words, at, known):
            letter, after = phrase
            if not name and not letter.isalpha():
                break
            name, sure, at = name + letter, sure + letter.isalpha(), after
        elif times and at + 1 < len(words) and (repeated := _letter_at(words, at + 1, known)):
            letter, at = repeated
            name, sure = name + letter * times, sure + times
        elif found := _letter(word, known):
            name, sure, at = name + found, sure + 1, at + 1
        elif name and (sign := known.signs.get(word)):
            name, at = name + sign, at + 1
            continue
        elif name and word in known.joiners:
            at += 1
            continue
        else:
            break
        at = _example(words, at, known, name[-1])
        end = at
    return name, end, sure


def _longest(phrase: tuple[tuple[str, ...], str]) -> int:
    return len(phrase[0])


def _phrase(words: list[tuple[str, int, int]], at: int, known: Letters) -> tuple[str, int] | None:
    """A letter whose name has several words, and the word after it."""
    for parts, letter in known.phrases.get(words[at][0], ()):
        end = at + len(parts)
        if tuple(word for word, _, _ in words[at:end]) == parts:
            return letter, end
    return None


def _letter_at(words: list[tuple[str, int, int]], at: int, known: Letters) -> tuple[str, int] | None:
    found = _phrase(words, at, known)
    if found is None and (letter := _letter(words[at][0], known)):
        found = letter, at + 1
    return found


def _letter(word: str, known: Letters) -> str | None:
    if len(word) == 1 and word.isalpha():
        return word
    return known.names.get(word) or known.alphabet.get(word)


def _example(words: list[tuple[str, int, int]], at: int, known: Letters, letter: str) -> int:
    """Past `as in Sam`, where the example begins with the letter."""
    for phrase in known.as_in:
        end = at + len(phrase)
        if tuple(word for word, _, _ in words[at:end]) == phrase and end < len(words):
            example = unicodedata.normalize("NFD", words[end][0])
            if example[0] == unicodedata.normalize("NFD", letter)[0]:
                return end + 1
    return at
