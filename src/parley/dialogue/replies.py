"""From a reply's key and values to the sentence that is shown and spoken.

A template is text with `{value}` and `{value|filter|filter:argument}`; a part in `[square brackets]` is said only
when every value in it is there. A key holds one template, or a list of variants of which the values choose one, the
same for the same values. A key with `~familiar` behind it is taken instead where the house says tu.

Filters: on, at, soon, full, date, time, digital, duration, recurrence, weekday, phone, or, and, quote, language,
capital, year, word:group, `singular/plural` (with the number), Korean particles (`을/를`, `은/는`, …), and French
small words (`de`, `que`, `à`, …).
"""

import datetime as dt
import inspect
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from parley.contract import Language, Say, Skill
from parley.dialogue.wording.values import Wording

CORE: Final = "core"
FOLDER: Final = Path(__file__).parent / "replies"
_PART: Final = re.compile(r"\[([^\[\]]*)\]")
_VALUE: Final = re.compile(r"\{(\w+)((?:\|[^{}|]+)*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """The replies of the core and of all skills, in all languages."""

    folders: Mapping[str, Path] = field(default_factory=dict)
    """`replies/` of each skill, by the skill's name."""
    formality: str = "formal"

    @classmethod
    def of(cls, skills: Mapping[str, Skill], *, formality: str = "formal") -> "Replies":
        """The replies that stand beside each skill's own module."""
        folders = {skill.name: folder_of(skill) for skill in skills.values()}
        return cls(folders=folders, formality=formality)

    def render(self, say: Say, *, language: Language, skill: str = CORE, now: dt.datetime | None = None) -> str:
        """The sentence. Raises KeyError when no template has the key."""
        template, owner = self._template(say, language, skill)
        return self._filled(template, say.values, Wording(language=language, now=now), owner)

    def has(self, key: str, *, language: Language, skill: str = CORE) -> bool:
        """Whether there is a template under the key."""
        return any(key in data for _, data in self._places(language, skill))

    def _template(self, say: Say, language: Language, skill: str) -> tuple[str, str]:
        key, places = say.key, list(self._places(language, skill))
        owner, _, rest = say.key.partition(".")
        if owner in self.folders and rest:
            places.insert(0, (owner, _read(self.folders[owner] / f"{language}.yaml")))
        for name, data in places:
            for candidate in (key, rest if name == owner else key):
                familiar = data.get(f"{candidate}~familiar") if self.formality == "familiar" else None
                found = familiar if familiar is not None else data.get(candidate)
                if found is not None:
                    return _variant(found, say), name
        raise KeyError(f"no reply {say.key!r} in {language} for {skill}")

    def _places(self, language: Language, skill: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        core = (CORE, _read(FOLDER / f"{language}.yaml"))
        if skill in self.folders:
            return (skill, _read(self.folders[skill] / f"{language}.yaml")), core
        return (core,)

    def _filled(self, template: str, values: Mapping[str, Any], wording: Wording, skill: str) -> str:
        def part(match: re.Match[str]) -> str:
            names = [found[1] for found in _VALUE.finditer(match[1])]
            return match[1] if all(_present(values.get(name)) for name in names) else ""

        before = None
        while before != template:
            before, template = template, _PART.sub(part, template)
        text = _VALUE.sub(lambda match: self._value(match, values, wording, skill), template)
        return " ".join(text.split(" ")).strip()

    def _value(self, match: re.Match[str], values: Mapping[str, Any], wording: Wording, skill: str) -> str:
        value = self._plain(values[match[1]], wording, skill)
        for named in match[2].split("|")[1:]:
            value = wording.filtered(value, named)
        return wording.text(value)

    def _plain(self, value: Any, wording: Wording, skill: str) -> Any:
        """Nested replies become their words, also inside a list."""
        if isinstance(value, Say):
            return self.render(value, language=wording.language, skill=skill, now=wording.now)
        if isinstance(value, list | tuple):
            return [self._plain(item, wording, skill) for item in value]
        return value


def render(
    say: Say,
    *,
    language: Language,
    formality: str = "formal",
    skill: str = CORE,
    skills: Mapping[str, Skill] | None = None,
    now: dt.datetime | None = None,
) -> str:
    """One reply as text; `skill` is whose reply it is, for announcements and other single sentences."""
    return Replies.of(skills or {}, formality=formality).render(say, language=language, skill=skill, now=now)


def folder_of(skill: Skill) -> Path:
    """`replies/` beside the module in which the skill is written."""
    return Path(inspect.getfile(type(skill))).parent / "replies"


def _present(value: Any) -> bool:
    return value is not None and value is not False and value != "" and value != [] and value != ()


def _variant(found: str | list[str], say: Say) -> str:
    if isinstance(found, str):
        return found
    return found[zlib.crc32(repr(sorted(say.values.items(), key=str)).encode()) % len(found)]


@cache
def _read(path: Path) -> Mapping[str, Any]:
    if not path.exists():
        return {}
    data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    return _flat(data or {})


def _flat(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested keys joined with dots."""
    flat: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[f"{prefix}{key}"] = value
    return flat
