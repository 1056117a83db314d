"""What a skill is told about the turn that it serves."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from parley.contract.intents import Role
from parley.contract.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who speaks, as far as it is known. A telephone number is a hint and no proof."""

    person_id: str | None = None
    """The person in `accounts`, when a log-in, a device or an identification says so."""
    name: str | None = None
    phone: str | None = None
    """E.164, from the line."""
    role: Role = Role.ANYONE


class Later(Protocol):
    """Ask for work at a later time. It survives a restart, and runs once."""

    def __call__(self, handler: str, *, at: dt.datetime, subject: str) -> None:
        """Have the skill's `on_due(handler, subject, …)` called at `at`.

        Called inside the skill's transaction: it stands or falls with it. The same handler and subject asked for
        again moves the work instead of doubling it.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One turn, as a skill sees it. Skills take the time from here and never from a clock."""

    now: dt.datetime
    """Aware, in `zone`."""
    zone: ZoneInfo
    """Of the clinic, the household or the person, never of the process."""
    language: Language
    conversation_id: str
    turn_id: str
    channel: str
    """`telephone`, `browser`, `microphone`, `sms`, `text`, `api`."""
    caller: Caller = field(default_factory=Caller)
    country: str = "US"
    """ISO 3166-1, for numbers, holidays and emergency lines."""
    later: Later | None = None
    """None where nothing outlives the turn (`parley ask`)."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the conversation knows beside its slots (a verified patient, the due medicine)."""
