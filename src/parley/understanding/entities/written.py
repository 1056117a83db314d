"""The text as it is searched: composed, lower case, with plain punctuation, and a way back to the text as it came."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 1000
"""Characters that are looked at. Nobody says a date after ten lines; what follows is left alone."""

_CLUSTER = re.compile(r".[\u0300-\u036f\u1160-\u11ff]*", re.DOTALL)
_PLAIN = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "´": "'", "“": '"', "”": '"', "′": "'", "″": '"',
        "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "〜": "~", "～": "~", "：": ":", "，": ",", "\u00a0": " ",
        "\u202f": " ", "\u2009": " ", "…": ".", "／": "/", "．": ".",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """An utterance, made comparable."""

    text: str
    """As it came."""
    plain: str
    """Composed (NFC), lower case, plain punctuation."""
    origin: tuple[int, ...] | None
    """For each index of `plain`, and its end, the index in `text`; None where they are the same."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of `text` that `plain[start:end]` stands for."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end]


def written(text: str) -> Written:
    """Prepare a text of any kind. Never raises; at most `LONGEST` characters are prepared."""
    head = text[:LONGEST]
    if unicodedata.is_normalized("NFC", head):
        return Written(text, "".join(_lower(c) for c in head.translate(_PLAIN)), None)
    pieces: list[str] = []
    origin: list[int] = []
    for cluster in _CLUSTER.finditer(head):
        composed = unicodedata.normalize("NFC", cluster[0].translate(_PLAIN))
        pieces.extend(_lower(c) for c in composed)
        origin.extend([cluster.start()] * len(composed))
    return Written(text, "".join(pieces), (*origin, len(head)))


@lru_cache(maxsize=4096)
def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character
