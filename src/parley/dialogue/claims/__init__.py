"""What a language model claims to have done, although nobody did it: such words are not spoken.

Lists of patterns and no model, so that no wording of a model can talk another one round.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from parley.contract import LANGUAGES, Language


def unfounded(text: str, *, looked: bool) -> bool:
    """Whether the words claim a deed of this turn, or, when nothing was `looked` up in it, how things stand.

    Held against the claims of all languages, since a model may answer in any.
    """
    kinds = ("deeds",) if looked else ("deeds", "states")
    plain = {language: _plain(text, language) for language in LANGUAGES}
    return any(
        pattern.search(words)
        for language, words in plain.items()
        for kind in kinds
        for pattern in _patterns(language)[kind]
    )


@cache
def _patterns(language: Language) -> Mapping[str, tuple[re.Pattern[str], ...]]:
    content = yaml.safe_load((Path(__file__).parent / f"{language}.yaml").read_text(encoding="utf-8"))
    return {
        kind: tuple(re.compile(pattern, re.MULTILINE) for pattern in content[kind]) for kind in ("deeds", "states")
    }


def _plain(text: str, language: Language) -> str:
    """Lower case, without accents, a sentence to a line; Korean without spaces and signs."""
    text = text.lower().replace("’", "'").replace("œ", "oe")
    if language == "ko":
        return re.sub(r"[^\w]+", "", unicodedata.normalize("NFC", text))
    bare = (sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return re.sub(r"(?<=[.!?])\s+", "\n", " ".join("".join(bare).split()))
