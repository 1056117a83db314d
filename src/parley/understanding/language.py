"""Which of our languages a text is in: Hangul tells Korean at once, small words tell English from French."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from parley.contract import Language

_HANGUL: Final = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")
_LATIN: Final = re.compile(r"[^\W\d_]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_ACCENTS: Final = re.compile(r"[àâçèêëîïôùûœ]|\b[cdjlmnqst]'(?=[aeiouyhéèê])")
_LONGEST: Final = 1_000


def identified(text: str, *, default: Language) -> Language:
    """The language of the text; `default` where it does not tell ("ok", a name, a number)."""
    plain = text[:_LONGEST].lower().replace("’", "'")
    hangul, latin = len(_HANGUL.findall(plain)), len(_LATIN.findall(plain))
    if hangul * 2 >= latin - hangul and hangul:
        return "ko"
    counts: Counter[Language] = Counter()
    words = _words()
    for found in _WORD.findall(plain):
        for part in {found, *found.split("-")}:
            if part in words:
                counts[words[part]] += 1
    counts["fr"] += len(_ACCENTS.findall(plain))
    (best, most), *others = counts.most_common() or [(default, 0)]
    rival = counts[default] if default != best else max((count for _, count in others), default=0)
    return best if most > rival else default


@cache
def _words() -> dict[str, Language]:
    data = yaml.safe_load(Path(__file__).with_name("language_words.yaml").read_text(encoding="utf-8"))
    english, french = set(data["en"]), set(data["fr"])
    return {**dict.fromkeys(english - french, "en"), **dict.fromkeys(french - english, "fr")}
