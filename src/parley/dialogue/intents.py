"""The intents of conversation itself, which no skill serves."""

from typing import Annotated, Final

from parley.contract import Intent, Kind, Risk, Slot, Slots
from parley.contract.slots import Duration, Text

EmergencyType = Annotated[str, Slot(Kind.CHOICE, lexicon="emergency_type", whole=True)]
Target = Annotated[str, Slot(Kind.CHOICE, lexicon="language")]


class Emergency(Slots):
    """Somebody is in danger. The intent counts; the type is secondary."""

    emergency_type: EmergencyType | None = None


class Switch(Slots):
    """Go on in another language."""

    language: Target | None = None


class Handover(Slots):
    """A human being is wanted."""

    reason: Text | None = None


class Wait(Slots):
    """Not now."""

    delay: Duration | None = None


INTENTS = (
    Intent(name="smalltalk.greet", anytime=True),
    Intent(name="smalltalk.thanks", anytime=True),
    Intent(name="smalltalk.bye", anytime=True),
    Intent(name="help", anytime=True),
    Intent(name="repeat", anytime=True),
    Intent(name="agent.handover", slots=Handover, anytime=True),
    Intent(name="yes", anytime=True),
    Intent(name="no", anytime=True),
    Intent(name="language.switch", slots=Switch, anytime=True),
    Intent(name="emergency", slots=Emergency, risk=Risk.HIGH, anytime=True),
    Intent(name="out_of_scope", anytime=True),
)
CONVERSATIONAL: Final = frozenset(intent.name for intent in INTENTS)
