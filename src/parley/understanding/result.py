"""What understanding hands to the dialogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from parley.contract import Language

OUT_OF_SCOPE: Final = "out_of_scope"
"""The intent of everything that nobody here serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The words that filled one slot."""

    slot: str
    start: int
    """Offset into the text in characters."""
    end: int
    """Exclusive."""
    text: str
    value: Any = None
    """Normalised as the slot's kind says; None when the words could not be read."""

    def as_json(self) -> dict[str, Any]:
        """The span as `parley understand --jsonl` writes it."""
        return {"slot": self.slot, "start": self.start, "end": self.end, "text": self.text, "value": self.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """One utterance, understood."""

    text: str
    """As it was heard or typed; spans point into it."""
    language: Language
    intent: str = OUT_OF_SCOPE
    confidence: float = 0.0
    """Calibrated: of all answers given with 0.8, four in five are right."""
    recognised: float = 1.0
    """How sure the recogniser was of the words themselves; 1 where they were typed."""
    slots: Mapping[str, Any] = field(default_factory=dict)
    """JSON-ready values, in the form that INTENTS names for each slot."""
    spans: tuple[Span, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    """The next likely intents with their confidence, best first."""
    ambiguous: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """For a slot, the other values that the same words may mean."""
    emergency: str | None = None
    """Kind of emergency, when the words are those of one: everything else waits."""
    stop_contact: bool = False
    """The person wants no more calls or messages."""
    proposed: bool = False
    """A language model that leads asks for it: it may be prepared, and is never the person's own yes."""
    also: tuple["Understanding", ...] = ()
    """Further wishes of the same utterance ("book it and text me"), each understood by itself, in spoken order."""

    def as_json(self) -> dict[str, Any]:
        """The answer of `parley understand --jsonl`."""
        return {
            "intent": self.intent,
            "confidence": round(self.confidence, 4),
            "slots": dict(self.slots),
            "spans": [span.as_json() for span in self.spans],
            "alternatives": [[intent, round(confidence, 4)] for intent, confidence in self.alternatives],
            "ambiguous": {slot: list(values) for slot, values in self.ambiguous.items()},
            "lang": self.language,
            "emergency": self.emergency,
            "stop_contact": self.stop_contact,
        }
