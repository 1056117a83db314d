"""Callers written in YAML: what they say and how, when they press keys or hang up, and what must come of it."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from parley.evaluation.script import Check, written
from parley.evaluation.world import Start


class Manner(StrEnum):
    """How something is said."""

    PLAINLY = "plainly"
    WHISPERING = "whispering"
    LOUDLY = "loudly"


class Step(BaseModel):
    """One thing a caller does, and what must be answered. What is not written is not looked at."""

    model_config = ConfigDict(extra="forbid")

    say: str | None = None
    manner: Manner = Manner.PLAINLY
    over: dt.timedelta | None = None
    """Begins so long into the reply that is being spoken, instead of waiting for its end."""
    cut: dt.timedelta | None = None
    """Hangs up so long into the own words."""
    press: str | None = None
    """Keys."""
    silent: dt.timedelta | None = None
    """Says nothing for so long."""
    reply: list[str] | str = ()  # type: ignore[assignment]
    """Words of the answer."""
    not_reply: list[str] | str = ()  # type: ignore[assignment]
    executed: str | None = None
    """The intent carried out, or `nothing`."""

    @model_validator(mode="after")
    def _one_thing(self) -> "Step":
        if sum(each is not None for each in (self.say, self.press, self.silent)) != 1:
            raise ValueError("a step says something, presses keys, or is silent")
        return self

    @property
    def told(self) -> str:
        """What is done, in words."""
        if self.say is None:
            return f"[{self.press}]" if self.press is not None else f"({self.silent} of silence)"
        notes = [] if self.manner is Manner.PLAINLY else [str(self.manner)]
        notes += ["over the reply"] if self.over is not None else []
        notes += ["hangs up in the middle"] if self.cut is not None else []
        return f"{self.say} ({', '.join(notes)})" if notes else self.say


class Text(BaseModel):
    """One text message that the caller must have got."""

    model_config = ConfigDict(extra="forbid")

    purpose: str = "confirmation"
    says: list[str] | str = ()  # type: ignore[assignment]
    not_says: list[str] | str = ()  # type: ignore[assignment]


class Call(BaseModel):
    """One caller under test."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    name: str
    start: Start
    steps: list[Step] = Field(min_length=1)
    again: list[Step] = Field(default_factory=list)
    """What is done in a second call, a minute after the first one ended."""
    ends: str | None = None
    """How the last call ended: `hung_up` by the caller, or as the conversation says (`ended`, `silence`)."""
    database: list[Check] = Field(default_factory=list)
    messages: list[Text] | None = None
    """Exactly the text messages that were sent to the caller, in order."""
    file: Path = Path()

    @property
    def phone(self) -> str:
        """The caller's number."""
        return str(self.start.context.get("caller_id", ""))

    @property
    def spoken(self) -> list[Step]:
        """All that is said."""
        return [step for step in (*self.steps, *self.again) if step.say is not None]


def calls(paths: Iterable[Path]) -> list[Call]:
    """All callers of files and folders. Raises RequestInvalid that names the file and the place."""
    return written(Call, paths, under="calls")
