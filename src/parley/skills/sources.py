"""Where the sentences of all skills stand: what the model is trained on.

Reads tables of intents only, so that training needs neither database nor server.
"""

import importlib
import inspect
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final

from parley.contract import Intent
from parley.understanding.training.corpus import Source

SKILLS: Final = Path(__file__).parent
ENTRY_POINTS: Final = "parley.skills"
"""The group under which a distribution from outside declares its skills."""


def sources() -> list[Source]:
    """The core of the dialogue, every skill of this package, and every skill that is installed beside it."""
    names = [
        "parley.dialogue",
        *(f"parley.skills.{path.parent.name}" for path in sorted(SKILLS.glob("*/intents.py"))),
    ]
    found = [_packaged(name) for name in names]
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: each.name):
        skill = entry.load()
        found.append(_source(Path(inspect.getfile(type(skill))).parent, skill.intents))
    return found


def _packaged(name: str) -> Source:
    module = importlib.import_module(f"{name}.intents")
    return _source(Path(str(module.__file__)).parent, module.INTENTS)


def _source(folder: Path, intents: Sequence[Intent]) -> Source:
    return Source(folder=folder, intents={intent.name: intent for intent in intents})
