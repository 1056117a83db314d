"""Korean particles: their form follows the last sound of the word before (약을, 이를, 서울로)."""

import re
from typing import Any, Final

_PAIRS: Final = {"을/를": ("을", "를"), "은/는": ("은", "는"), "이/가": ("이", "가"), "과/와": ("과", "와")}
_MORE: Final = {
    "으로/로": ("으로", "로"),
    "아/야": ("아", "야"),
    "이에요/예요": ("이에요", "예요"),
    "이라고/라고": ("이라고", "라고"),
}
_LAST: Final = {"이나/나": ("이나", "나"), "이며/며": ("이며", "며"), "입니다": ("입니다", "입니다")}
PARTICLES: Final = {**_PAIRS, **_MORE, **_LAST}
"""Name of each particle, with its form after a consonant and after a vowel."""
_FINAL_SOUNDS: Final = (
    "", "ㄱ", "ㄲ", "ㄳ", "ㄴ", "ㄵ", "ㄶ", "ㄷ", "ㄹ", "ㄺ", "ㄻ", "ㄼ", "ㄽ", "ㄾ",
    "ㄿ", "ㅀ", "ㅁ", "ㅂ", "ㅄ", "ㅅ", "ㅆ", "ㅇ", "ㅈ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ",
)  # fmt: skip


def with_particle(word: str, particle: str, data: dict[str, Any]) -> str:
    """The word with the particle in its right form. Raises KeyError for an unknown particle."""
    closed, opened = PARTICLES[particle]
    final = final_sound(word, data)
    if particle == "으로/로" and final == "ㄹ":
        return word + opened
    return word + (closed if final else opened)


def final_sound(word: str, data: dict[str, Any]) -> str:
    """The consonant in which the word ends when read in Korean, or an empty string."""
    bare = re.sub(r"[^\w%]+$", "", word)
    if not bare:
        return ""
    last = bare[-1]
    if "가" <= last <= "힣":
        return _FINAL_SOUNDS[(ord(last) - 0xAC00) % 28]
    finals = data["finals"]
    if last.isdigit():
        return str(finals["digits"].get(last, ""))
    lower = bare.lower()
    latin = re.search(r"[a-z]+$", lower)
    if latin is None:
        return ""
    if len(latin.group()) == 1 or bare.isupper():
        return str(finals["letters"].get(lower[-1], ""))
    endings = finals["endings"]
    return str(endings.get(lower[-2:], endings.get(lower[-1], "")))
