"""How words are said, in the phones of an acoustic model: from its dictionary, else from espeak-ng."""

import ctypes
import gzip
import re
from collections import defaultdict
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import yaml

from parley.contract import Language

_AUDIO_OUTPUT_SYNCHRONOUS: Final = 2
_UTF8: Final = 1
_IPA: Final = 0x02
_VOICES: Final[dict[Language, bytes]] = {"en": b"en-us", "fr": b"fr", "ko": b"ko"}


class Dictionary:
    """The words of one acoustic model."""

    def __init__(self, path: Path, language: Language) -> None:
        self._path = path
        self._language = language

    def lines(self, word: str) -> list[str]:
        """The dictionary's lines for a word, one for each way to say it; empty when it cannot be said at all."""
        if listed := self._listed.get(word):
            return listed
        phones = guessed(word, self._language)
        return [f"{word} {phones}"] if phones else []

    @cached_property
    def _listed(self) -> dict[str, list[str]]:
        """All lines by their word; read when the first word is looked up."""
        data = self._path.read_bytes()
        text = (gzip.decompress(data) if self._path.suffix == ".gz" else data).decode()
        listed: defaultdict[str, list[str]] = defaultdict(list)
        for line in text.splitlines():
            if line and not line.isspace():
                listed[line.split(maxsplit=1)[0].partition("(")[0]].append(line.strip())
        return dict(listed)


@cache
def guessed(word: str, language: Language) -> str:
    """The phones of a word that no dictionary has, separated by spaces; empty when espeak-ng or the table fails."""
    table = _table(language)
    longest = max(map(len, table), default=0)
    phones: list[str] = []
    ipa, at = _ipa(word, language), 0
    while at < len(ipa):
        size = next((size for size in range(longest, 0, -1) if ipa[at : at + size] in table), 0)
        if not size:
            return ""
        phones += table[ipa[at : at + size]].split()
        at += size
    return " ".join(phones)


@cache
def _table(language: Language) -> dict[str, str]:
    path = Path(__file__).parent / "phrases" / f"phones.{language}.yaml"
    table: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return table


@cache
def _espeak() -> ctypes.CDLL:
    """espeak-ng of this process. Worker processes only: the library is one global state, and speaking owns it."""
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, str(espeakng_loader.get_data_path()).encode(), 0)
    return library


def _ipa(word: str, language: Language) -> str:
    library = _espeak()
    library.espeak_SetVoiceByName(_VOICES[language])
    text = ctypes.c_char_p(word.encode())
    ipa = library.espeak_TextToPhonemes(ctypes.byref(text), _UTF8, _IPA) or b""
    return re.sub(r"[ˈˌː.\s‍͡|-]", "", ipa.decode())
