"""French elision and contraction: d'Ottawa, du Caire, aux Halles, qu'il."""

import unicodedata
from typing import Any, Final

_CONTRACTED: Final = {
    ("de", "le "): "du ",
    ("de", "les "): "des ",
    ("à", "le "): "au ",
    ("à", "les "): "aux ",
}
ELIDED: Final = ("de", "que", "le", "la", "je", "me", "te", "se", "ne", "jusque")
"""Words that lose their vowel before another."""


def before(word: str, small: str, data: dict[str, Any]) -> str:
    """The small word and the word after it, as they are said and written together."""
    for (preposition, article), both in _CONTRACTED.items():
        if small == preposition and word.lower().startswith(article) and word[:1].isupper():
            return both + word[len(article) :]
    if small in ELIDED and starts_with_vowel(word, data):
        return f"{small[:-1]}’{word}"
    return f"{small} {word}"


def starts_with_vowel(word: str, data: dict[str, Any]) -> bool:
    """Whether a small word before it is elided."""
    bare = word.lstrip('«“‘’" \u00a0\u202f').lower()
    first = bare.split()[0].strip("’',.") if bare.split() else ""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", bare) if not unicodedata.combining(sign))
    if not plain or first in data["never_elided"]:
        return False
    if plain[0] == "h":
        return not any(first.startswith(word) for word in data["aspirated"])
    return plain[0] in "aeiouœæ" or (plain[0] == "y" and plain[1:2] not in ("a", "e", "i", "o", "u"))
