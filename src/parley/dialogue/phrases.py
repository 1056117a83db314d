"""The small words that steer a conversation, from `phrases/<language>.yaml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from parley.contract import Language

FOLDER = Path(__file__).parent / "phrases"
_EDGES = " \t\n.,;:!…。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The patterns of one language, ready to match."""

    groups: Mapping[str, re.Pattern[str]]
    ordinals: Mapping[int, re.Pattern[str]]
    fillers: re.Pattern[str]
    around_name: re.Pattern[str]
    """What stands before or after a name that is given ("it's …", "au nom de …", "…이라고 합니다")."""

    def bare_name(self, text: str) -> str:
        """The name alone; the whole text when nothing would be left."""
        return self.around_name.sub("", text.strip(_EDGES)).strip(_EDGES) or text.strip(_EDGES)

    def says(self, group: str, text: str) -> bool:
        """Whether the text holds a pattern of the group (`abandon`, `hedged`, `wait`, …)."""
        return self.groups[group].search(text.strip(_EDGES)) is not None

    def only(self, group: str, text: str) -> bool:
        """Whether the whole text is a pattern of the group."""
        return self.groups[group].fullmatch(text.strip(_EDGES)) is not None

    def without(self, group: str, text: str) -> str:
        """The text without what matches the group, and without signs."""
        return " ".join(re.sub(r"[^\w\s]", " ", self.groups[group].sub(" ", text.strip(_EDGES))).split())

    def ordinal(self, text: str) -> int | None:
        """The place in a list that the whole text names ("the second one, please"), from 1."""
        core = self._core(text)
        for place, pattern in self.ordinals.items():
            if pattern.fullmatch(core) or pattern.fullmatch(text.strip(_EDGES)):
                return place
        return None

    def _core(self, text: str) -> str:
        """The text without the words that carry nothing."""
        words = re.sub(r"[,.;:!?…]", " ", text)
        return " ".join(self.fillers.sub(" ", f" {words} ").split())


@cache
def phrases(language: Language) -> Phrases:
    """The phrases of a language; read once."""
    data = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    ordinals = {int(place): _any(patterns) for place, patterns in data.pop("ordinals").items()}
    fillers = data.pop("fillers")
    around = [rf"^{before}(?:\s+|(?<=[\s,'’]))" for before in data.pop("before_name")]
    around += [f"(?<=\\S){after}$" for after in data.pop("after_name")]
    groups = {}
    for name, patterns in data.items():
        whole = [f"^(?:{pattern})$" for pattern in patterns.get("whole", [])]
        groups[name] = _any([*whole, *patterns.get("part", [])])
    longest_first = sorted(fillers, key=len, reverse=True)
    space = re.compile(r"(?<=\s)(?:" + "|".join(longest_first) + r")(?=\s)", re.IGNORECASE)
    return Phrases(groups=groups, ordinals=ordinals, fillers=space, around_name=_any(around))


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
