"""Conversations written in YAML: what is said, and what must come of it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from parley.contract import Language, RequestInvalid
from parley.evaluation.world import Start

KINDS: Final = frozenset({"conversations", "calls"})
"""What may stand in a file."""
Entry = TypeVar("Entry", bound=BaseModel)


class Understood(BaseModel):
    """What the words by themselves must mean."""

    model_config = ConfigDict(extra="forbid")

    intent: str | None = None
    """None for an answer, which only says values: any will do."""
    slots: Mapping[str, Any] = Field(default_factory=dict)
    """All of them."""
    stands_in: bool = False
    """Only stands in where nothing is understood: any understanding will do from which the right thing comes."""
    confidence: float = 0.95
    """How sure; looked at only where what is written stands in for understanding."""
    also: list["Understood"] = Field(default_factory=list)
    """Further wishes of the same breath; looked at only there, too."""


class Turn(BaseModel):
    """One thing said, or a while that passes, and what must come of it. What is not written is not looked at."""

    model_config = ConfigDict(extra="forbid")

    say: str | None = None
    sound: Path | None = None
    """A recording instead of words, beside the file."""
    recognised: float = 1.0
    """How sure a recogniser is of the words."""
    wait: dt.timedelta | None = None
    """Time that passes."""
    understood: Understood | None = None
    intent: str | None = None
    """What the turn was about."""
    slots: Mapping[str, Any] = Field(default_factory=dict)
    """Among what is known of it after the turn."""
    asks: str | None = None
    """The slot asked for, `confirmation`, `which`, or `nothing`."""
    executed: str | None = None
    """The intent carried out, `emergency.escalate`, or `nothing`."""
    reply: list[str] | str = ()  # type: ignore[assignment]
    """Words that the reply holds."""
    not_reply: list[str] | str = ()  # type: ignore[assignment]
    language: Language | None = None
    """In which it answers."""


class Check(BaseModel):
    """What the database must hold in the end."""

    model_config = ConfigDict(extra="forbid")

    model: str
    """`everyday.Timer`."""
    where: Mapping[str, Any] = Field(default_factory=dict)
    """A filter, as Django's."""
    count: int = 1


class Conversation(BaseModel):
    """One conversation under test."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    name: str
    cases: tuple[int, ...] = ()
    """Numbers of the worked cases that it holds."""
    start: Start
    turns: list[Turn] = Field(min_length=1)
    database: list[Check] = Field(default_factory=list)
    file: Path = Path()


def conversations(paths: Iterable[Path]) -> list[Conversation]:
    """All conversations of files and folders. Raises RequestInvalid that names the file and the place."""
    return written(Conversation, paths, under="conversations")


def written(kind: type[Entry], paths: Iterable[Path], *, under: str) -> list[Entry]:
    """What stands in files and folders under one key: a list, with `defaults` before it where a start is shared.

    Raises RequestInvalid that names the file and the place; a file holds `conversations`, `calls`, or both.
    """
    found: list[Entry] = []
    for path in paths:
        for file in sorted(path.rglob("*.yaml")) if path.is_dir() else [path]:
            try:
                data = _read(file, file.stat().st_mtime_ns)
                shared, entries = data.get("defaults", {}), data.get(under, ())
                if not data.keys() & KINDS:
                    raise KeyError(f"neither of {', '.join(sorted(KINDS))}")
                found += [
                    kind.model_validate({**entry, "start": {**shared, **entry.get("start", {})}, "file": file})
                    for entry in entries
                ]
            except (OSError, yaml.YAMLError, ValidationError, KeyError, AttributeError, TypeError) as error:
                raise RequestInvalid(f"{file}: {error}") from error
    return found


@cache
def _read(file: Path, _changed: int) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))
