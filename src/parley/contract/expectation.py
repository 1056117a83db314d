"""What the dialogue waits for. Each recogniser makes of it what it can: a grammar, hints, a prompt, boosted words."""

from dataclasses import dataclass, field

from parley.contract.slots import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that are likely now, and what they stand for."""

    text: str
    slot: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What the next utterance probably is. Nothing is excluded: a person may always say something else."""

    intents: tuple[str, ...] = ()
    """Intents that are open; empty: all of them."""
    slot: str | None = None
    """The slot that was asked for."""
    kind: Kind | None = None
    """Its kind, so that a date or a number is listened for."""
    yes_no: bool = False
    """A confirmation was asked."""
    phrases: tuple[Phrase, ...] = field(default=())
    """Names and choices that are likely: staff, services, the offered times, the person's medicines."""
    business_hours: bool = False
    """A bare clock time means opening hours."""
    choices: int = 0
    """How many things were offered: "the first" is one of them then, and no day of the month."""
    early: bool = False
    """A bare clock time means the morning: alarms wake people."""
