"""The skills that are there: one folder each in this package, and those that other packages bring along.

A folder is a skill when it has a `skill.py` with a `skill` in it. A package from outside names the same object under
the entry-point group `parley.skills`:

    [project.entry-points."parley.skills"]
    garden = "parley_garden.skill:skill"

Its sentences and replies are looked for beside that module, as for a built-in skill.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import MappingProxyType, ModuleType

from parley.contract import ConfigurationInvalid, Intent, Skill

GROUP = "parley.skills"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """One skill and where it lives."""

    skill: Skill
    folder: Path
    """Holds `sentences/`, `lexicons/`, `samples/` and `replies/`."""


@cache
def loaded() -> Mapping[str, Loaded]:
    """All skills by name, loaded once. Raises ConfigurationInvalid for two of one name, or for no skill at all."""
    modules = {file.parent.name: _module(file.parent.name) for file in sorted(folder().glob("*/skill.py"))}
    found: dict[str, Loaded] = {}
    for name, module in (modules | _outside(entry_points(group=GROUP), taken=set(modules))).items():
        found[name] = Loaded(skill=_skill_of(name, module), folder=_folder_of(module))
    _unmistakable(found)
    return MappingProxyType(found)


def skills() -> Mapping[str, Skill]:
    """All skills by name."""
    return {name: each.skill for name, each in loaded().items()}


def intents() -> Mapping[str, Intent]:
    """The intents of all skills by name: the whole table of policy, without the dialogue's own."""
    return {intent.name: intent for each in loaded().values() for intent in each.skill.intents}


def skill_of(intent: str) -> Skill | None:
    """The skill that serves an intent; None for one of the dialogue's own, or an unknown one."""
    return _by_intent().get(intent)


def files(kind: str, language: str) -> Mapping[str, Path]:
    """The file of each skill that has one: `files("replies", "fr")["tasks"]` is `…/tasks/replies/fr.yaml`."""
    paths = {name: each.folder / kind / f"{language}.yaml" for name, each in loaded().items()}
    return {name: path for name, path in paths.items() if path.is_file()}


def folder() -> Path:
    """The folder of the built-in skills."""
    return Path(__file__).parent


@cache
def _by_intent() -> Mapping[str, Skill]:
    return {intent.name: each.skill for each in loaded().values() for intent in each.skill.intents}


def _module(name: str) -> ModuleType:
    return import_module(f"parley.skills.{name}.skill")


def _outside(points: Iterable[EntryPoint], *, taken: set[str]) -> dict[str, ModuleType]:
    for point in points:
        if point.name in taken:
            raise ConfigurationInvalid(f"two skills are named {point.name!r}")
    return {point.name: import_module(point.module) for point in points}


def _skill_of(name: str, module: ModuleType) -> Skill:
    skill = getattr(module, "skill", None)
    if not isinstance(skill, Skill):
        raise ConfigurationInvalid(f"{module.__name__} holds no skill")
    if skill.name != name:
        raise ConfigurationInvalid(f"the skill {name!r} calls itself {skill.name!r}")
    return skill


def _folder_of(module: ModuleType) -> Path:
    assert module.__file__, module.__name__
    return Path(module.__file__).parent


def _unmistakable(found: Mapping[str, Loaded]) -> None:
    """Every intent belongs to one skill."""
    owners: dict[str, str] = {}
    for name, each in found.items():
        for intent in each.skill.intents:
            if (other := owners.setdefault(intent.name, name)) != name:
                raise ConfigurationInvalid(f"{intent.name} is declared by {other} and by {name}")
