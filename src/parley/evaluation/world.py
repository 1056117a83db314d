"""The world of a conversation under test, made from the keys at the end of INTENTS.

Each skill that keeps things in tables has one function here that puts them there. It gets the stated keys and answers
with facts of the conversation, if the skill reads any.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from parley.contract import LANGUAGES, Caller, Language, RequestInvalid, Role

STEADY_WEATHER: Final = MappingProxyType({"sky": "cloudy", "low": 8, "high": 15, "rain": 20, "wind": 18})
"""The weather of every place and day under test."""
_FACTS: Final = ("customer_name", "service", "verified_patient", "nurse", "due", "caller", "delegate_on_file")
"""Keys that the conversation simply knows."""


_SKILL_OF: Final = MappingProxyType(
    {
        "appointment": "appointments",
        "booking": "appointments",
        "task": "tasks",
        "project": "tasks",
        "healthcare": "care",
    }
)
"""Other names of a domain, and the skill that serves it."""


def skill_of(domain: str) -> str:
    """The skill that serves a domain."""
    return _SKILL_OF.get(domain, domain)


class Start(BaseModel):
    """Where and when a conversation takes place."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    lang: Language = LANGUAGES[0]
    now: dt.datetime
    """With an offset, or the wall time in `tz`."""
    tz: str = "UTC"
    domain: str | None = None
    channel: str = "text"
    """As in `Context.channel`."""
    context: Mapping[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _stated(cls, data: Any) -> Any:
        """Without keys that are null: they are not stated."""
        return {key: value for key, value in data.items() if value is not None} if isinstance(data, Mapping) else data

    @property
    def zone(self) -> ZoneInfo:
        """The zone. Raises RequestInvalid for one that does not exist."""
        try:
            return ZoneInfo(self.tz)
        except (KeyError, ValueError, OSError) as error:
            raise RequestInvalid(f"no time zone {self.tz!r}") from error

    @property
    def moment(self) -> dt.datetime:
        """Now, in the zone."""
        return self.now.replace(tzinfo=self.zone) if self.now.tzinfo is None else self.now.astimezone(self.zone)

    @property
    def home(self) -> str | None:
        """The skill of the stated domain."""
        return skill_of(self.domain) if self.domain is not None else None

    @property
    def caller(self) -> Caller:
        """Who is on the line."""
        role = str(self.context.get("role", Role.ANYONE))
        return Caller(
            name=self.context.get("customer_name"),
            phone=self.context.get("caller_id"),
            role=Role(role) if role in set(Role) else Role.ANYONE,
        )


Furnish = Callable[[Start], Mapping[str, Any]]
"""Puts one skill's part of the world into its tables."""


def everyday(start: Start) -> Mapping[str, Any]:
    """Contacts and a weather that never changes; timers and alarms come from the conversation itself."""
    return {"contacts": list(start.context.get("contacts", [])), "weather": dict(STEADY_WEATHER)}


def appointments(start: Start) -> Mapping[str, Any]:
    """A business with the stated free times, and the caller's bookings."""
    from parley.evaluation.clinic import appointments

    return appointments(start)


def rehearsed(*keys: str) -> Furnish:
    """A domain that keeps nothing: the stated keys are facts of the conversation."""

    def furnish(start: Start) -> Mapping[str, Any]:
        return {key: start.context[key] for key in keys if key in start.context}

    return furnish


FURNISHERS: Final[dict[str, Furnish]] = {
    "everyday": everyday,
    "appointments": appointments,
    "medication": rehearsed("meds", "due", "stock", "taken", "home_tz"),
    "care": rehearsed("patients", "nurses", "visits", "open", "taken"),
    "tasks": rehearsed("tasks", "tasks_count", "projects"),
}
"""By skill."""


def furnished(start: Start, skills: Mapping[str, Any]) -> dict[str, Any]:
    """The world put into the tables of the skills that are there; the facts of the conversation."""
    facts: dict[str, Any] = {key: start.context[key] for key in _FACTS if key in start.context}
    if start.home is not None:
        facts["domain"] = start.home
    for name, furnish in FURNISHERS.items():
        if name in skills:
            facts |= furnish(start)
    return facts


@cache
def country_of(zone: str) -> str | None:
    """The country of a time zone, from the zone table; None for `UTC` and its like."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        fields = line.split("\t")
        if not line.startswith("#") and len(fields) > 2 and fields[2] == zone:
            return fields[0]
    return None
