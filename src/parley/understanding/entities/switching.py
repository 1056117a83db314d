"""Words of another language in the middle of a sentence: "rendez-vous next Tuesday à 3 heures", "월요일 at 3pm".

Which language they may be of is told by words that only it has: names of days, parts of the day and units of time.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from parley.contract import LANGUAGES, Language
from parley.understanding.entities.lexicon import data_of

_TELLING = ("weekday", "day_word", "month", "noon", "midnight", "unit", "unit_time", "hour_mark", "tomorrow")
"""Categories of words that tell a language."""
_SHORTEST = 4
"""Letters from which on a word is taken to be of one language only; Hangul tells by itself."""
_HANGUL = re.compile("[가-힣]")


def others_in(text: str, language: Language) -> tuple[Language, ...]:
    """The other languages of which there are telling words in a text (lower case)."""
    return tuple(other for other in LANGUAGES if other != language and _telling(other, language).search(text))


@lru_cache
def _telling(other: Language, own: Language) -> re.Pattern[str]:
    """The words that tell one language from another."""
    if other == "ko":
        return _HANGUL
    words = _words(other) - frozenset(_everything(data_of(own)))
    listed = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![^\W\d_])(?:{listed})(?![^\W\d_])")


@lru_cache
def _words(language: Language) -> frozenset[str]:
    data = data_of(language)
    said = [form for category in _TELLING for form in _forms(data["words"].get(category, ()))]
    said += [form for part in data.get("parts", ()) for form in part["forms"]]
    return frozenset(word for word in said if len(word) >= _SHORTEST and word.isalpha())


def _everything(data: Any) -> Iterator[str]:
    """Every word that a language knows for anything."""
    if isinstance(data, Mapping):
        data = data.values()
    if isinstance(data, str):
        yield data.lower()
    elif isinstance(data, Iterable):
        for each in data:
            yield from _everything(each)


def _forms(entries: Any) -> list[str]:
    lists = entries.values() if isinstance(entries, dict) else [entries]
    return [str(form).lower() for forms in lists for form in forms]
