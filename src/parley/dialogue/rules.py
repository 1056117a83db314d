"""The figures of the dialogue, all settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """How sure understanding must be."""

    act: float = 0.7
    """From here on it is done; under it the person is asked whether that was meant."""
    ask: float = 0.4
    """Under it nothing is guessed: the person is asked to say it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How patient, how sure and how forgetful the dialogue is."""

    threshold: Threshold = Threshold()
    by_intent: Mapping[str, Threshold] = field(default_factory=lambda: MappingProxyType({}))
    """Thresholds of single intents, where they differ."""
    at_home: float = 0.5
    """In the domain for which a conversation was opened, enough for what is read back anyway, or only looks."""
    elsewhere: float = 0.9
    """How sure an intent of another domain must be while a question of this one is open."""
    leaves: float = 0.85
    """How sure another intent must be to lead away from a question that the same words also answer."""
    context_minutes: int = 30
    context_turns: int = 5
    failures: int = 2
    """Turns in a row not understood, after which a person is offered."""
    human: bool = True
    """Whether there is anybody to hand over to."""
    formality: str = "formal"
    """`formal` (vous) or `familiar` (tu); Korean is always polite."""

    def of(self, intent: str) -> Threshold:
        """The threshold of an intent."""
        return self.by_intent.get(intent, self.threshold)


RULES = Rules()
