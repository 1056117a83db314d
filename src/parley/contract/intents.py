"""What can be asked of a skill: one row for each intent, so that the whole policy is read at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from parley.contract.slots import Slots


class Confirmation(StrEnum):
    """Whether the person is asked before it is done."""

    NONE = "none"
    EXPLICIT = "explicit"
    """A summary and a yes."""
    READ_BACK = "read_back"
    """A summary with every critical value repeated (strength, digits), and a yes."""


class Risk(StrEnum):
    """What a mistake costs; it moves the thresholds of confidence."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Role(StrEnum):
    """Who is speaking, as far as the conversation knows."""

    ANYONE = "anyone"
    CALLER = "caller"
    PATIENT = "patient"
    """Identity settled by two identifiers."""
    CAREGIVER = "caregiver"
    FRONT_DESK = "front_desk"
    NURSE = "nurse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One thing that can be asked. A skill's `intents` are its table of policy."""

    name: str
    """`domain.verb`, from the shared vocabulary or the skill's own."""
    slots: type[Slots] = Slots
    """Every slot the intent knows."""
    required: tuple[str, ...] = ()
    """Slots without which it cannot be done, in the order in which they are asked for."""
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For a required slot, the slots that stand in for it: a delay for a time, a position for a title."""
    identifies: tuple[str, ...] = ()
    """Required slots that only say whom it is about: not asked once the conversation has settled that."""
    confirmation: Confirmation = Confirmation.NONE
    risk: Risk = Risk.LOW
    role: Role = Role.ANYONE
    """The least that the speaker must be."""
    reads_only: bool = False
    """Changes nothing: it may be answered ahead of the end of the turn, and asked again freely."""
    anytime: bool = False
    """Answered also while another intent's slot is being asked for, which then goes on (repeat, help, time)."""
    like: tuple[str, ...] = ()
    """Intents of other domains that are said with the same words; which is meant, the conversation tells."""
    narrows: tuple[str, ...] = ()
    """Intents of which it is a part while they are being settled: "anything after four?" while one is booking."""
    unsure: str = ""
    """The intent that is meant by somebody who is unsure that it happened ("I think I took it"); empty: the same."""
    business_hours: bool = False
    """A bare clock time means opening hours ("at three" is 15:00)."""
    early: bool = False
    """A bare clock time means the coming night or morning: somebody wants to be woken."""
