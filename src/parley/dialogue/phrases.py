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
_AROUND = _EDGES + "?？"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The patterns of one language, ready to match."""

    groups: Mapping[str, re.Pattern[str]]
    ordinals: Mapping[int, re.Pattern[str]]
    fillers: re.Pattern[str]
    places: Mapping[int, re.Pattern[str]]
    """The same within a longer sentence ("move the first one to Tuesday"); it is a place and no date."""
    around_name: re.Pattern[str]
    """What stands before or after a name that is given ("it's …", "au nom de …", "…이라고 합니다")."""
    around_follow_up: re.Pattern[str]
    """What stands around the one word of an elliptic question ("and in …", « et à … », "…은요?")."""
    dictates: tuple[re.Pattern[str], ...]
    """Words around a text that is to be put instead of another ("no, say …")."""

    instead_of: tuple[str, ...]
    """Words that put another name in place of `{former}`."""

    def bare_name(self, text: str) -> str:
        """The name alone; the whole text when nothing would be left."""
        former, rest = "", text.strip(_EDGES)
        while rest and former != rest:
            former, rest = rest, self.around_name.sub("", rest).strip(_EDGES)
        return rest or former or text.strip(_EDGES)

    def bare_follow_up(self, text: str) -> str:
        """What an elliptic question is about; empty when it is about nothing new."""
        former, rest = None, text.strip(_AROUND)
        while former != rest:
            former, rest = rest, self.around_follow_up.sub("", rest).strip(_AROUND)
        return rest

    def dictated(self, text: str) -> str | None:
        """The text that is to be put instead, or None when none is dictated."""
        for pattern in self.dictates:
            found = pattern.fullmatch(text.strip(_AROUND))
            if found is not None:
                return found["text"].strip(_AROUND)
        return None

    def in_place_of(self, former: str, text: str) -> str | None:
        """The name that is put in place of a former one, where both are said ("not Paul, Pauline")."""
        for pattern in self.instead_of:
            found = re.fullmatch(pattern.replace("{former}", re.escape(former)), text.strip(_EDGES), re.IGNORECASE)
            if found is not None:
                return self.bare_name(found["name"])
        return None

    def place(self, text: str) -> tuple[int, int, int] | None:
        """The place in a list named somewhere in the text, from 1, and where the words stand."""
        for place, pattern in self.places.items():
            found = pattern.search(text)
            if found is not None:
                return place, found.start(), found.end()
        return None

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
    places = {int(place): _any(patterns) for place, patterns in data.pop("places").items()}
    around = [rf"^{before}(?:\s+|(?<=[\s,'’]))" for before in data.pop("before_name")]
    around += [f"(?<=\\S){after}$" for after in data.pop("after_name")]
    ellipsis = [f"^(?:{before})" for before in data.pop("before_follow_up")]
    ellipsis += [f"(?<=\\S)(?:{after})$" for after in data.pop("after_follow_up")]
    dictates = tuple(re.compile(pattern, re.IGNORECASE) for pattern in data.pop("dictates"))
    instead_of = tuple(data.pop("instead_of"))
    groups = {}
    for name, patterns in data.items():
        whole = [f"^(?:{pattern})$" for pattern in patterns.get("whole", [])]
        groups[name] = _any([*whole, *patterns.get("part", [])])
    longest_first = sorted(fillers, key=len, reverse=True)
    space = re.compile(r"(?<=\s)(?:" + "|".join(longest_first) + r")(?=\s)", re.IGNORECASE)
    return Phrases(
        groups=groups,
        ordinals=ordinals,
        fillers=space,
        places=places,
        around_name=_any(around),
        around_follow_up=_any(ellipsis),
        dictates=dictates,
        instead_of=instead_of,
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
