"""E-mail addresses and web addresses, as one dictates them."""

import re
from collections.abc import Iterator
from typing import Final

from parley.speaking.normalise.speech import Found, Speech

_EMAIL: Final = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)+", re.ASCII
)
_URL: Final = re.compile(
    r"(?:https?://|\bwww\.)[^\s<>\"')\]]*[^\s<>\"')\].,;:!?]"
    r"|(?<![\w@.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|org|net|ca|fr|kr|io|health|clinic)\b(?:/[\w/.-]*\w)?",
    re.ASCII,
)
_PART: Final = re.compile(r"[A-Za-z]+|\d+|[^A-Za-z\d]")


def find(text: str, speech: Speech) -> Iterator[Found]:
    """Addresses; a bare domain only under the endings that people write without `www`."""
    for pattern in (_EMAIL, _URL):
        for match in pattern.finditer(text):
            written = re.sub(r"^https?://", "", match.group()).rstrip("/")
            yield Found(match.start(), match.end(), " ".join(_words(written, speech)))


def _words(written: str, speech: Speech) -> Iterator[str]:
    signs = speech.words["address_signs"]
    for part in _PART.findall(written):
        if part.isdigit() and part.isascii():
            yield speech.say(part) if len(part) < 3 else speech.digits(part)
        elif part.isalpha() and part.isascii():
            yield part
        elif part in signs:
            yield signs[part]
