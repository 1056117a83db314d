"""Names that the skill finds likely, found in the words although understanding marked none of them.

"I want a check-up tomorrow" names a service of this very business, whatever the trained model made of it.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from parley.contract import Intent, Kind, Language
from parley.dialogue.hearing import Heard

_HANGUL: Final = re.compile("[가-힣]")
_NAMED: Final = frozenset({Kind.NAME, Kind.TEXT})
"""Kinds of slots that a name may fill: a text may be the name of a timer."""
_SHORTEST: Final = 2
"""Letters that a name must have to be looked for."""


def spotted(heard: Heard, intent: Intent, known: Mapping[str, Any]) -> dict[str, Any]:
    """Values of the intent's slots for names that are not `known` yet and stand in the words, the longest first."""
    fields = intent.slots.model_fields
    free = {name for name in fields if name not in known and intent.slots.slot_of(name).kind in _NAMED}
    if not free:
        return {}
    text, found = _plain(heard.said.text, heard.said.language), dict[str, Any]()
    for phrase in sorted(heard.named(intent.name), key=lambda phrase: -len(phrase.text)):
        if phrase.slot in free and phrase.slot not in found and _stands(phrase.text, text, heard.said.language):
            found[phrase.slot] = phrase.value or phrase.text
    return found


def _stands(name: str, text: str, language: Language) -> bool:
    """Whether the name stands in the text: as whole words; in Korean, whose words have endings, from a beginning."""
    plain = _plain(name, language)
    if len(plain) < _SHORTEST:
        return False
    end = "" if _HANGUL.search(plain) else r"(?![^\W가-힣])"
    return re.search(rf"(?<!\w){re.escape(plain)}{end}", text) is not None


def _plain(text: str, language: Language) -> str:
    if language == "ko":
        return unicodedata.normalize("NFC", text.casefold())
    folded = unicodedata.normalize("NFD", text.casefold().replace("’", "'"))
    return "".join(sign for sign in folded if not unicodedata.combining(sign))
