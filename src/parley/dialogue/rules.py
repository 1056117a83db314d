"""The figures of the dialogue, all settings (`[dialogue]`)."""

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]


class Threshold(BaseModel):
    """How sure understanding must be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    act: Share = 0.7
    """From here on it is done; under it the person is asked whether that was meant."""
    ask: Share = 0.4
    """Under it nothing is guessed: the person is asked to say it again."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """What is acted on may be asked about."""
        if self.ask > self.act:
            raise ValueError("`ask` is not above `act`")
        return self


class Rules(BaseModel):
    """How patient, how sure and how forgetful the dialogue is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    threshold: Threshold = Threshold()
    by_intent: dict[str, Threshold] = {}
    """Thresholds of single intents, where they differ."""
    at_home: Share = 0.5
    """In the domain for which a conversation was opened, enough for what is read back anyway, or only looks."""
    elsewhere: Share = 0.9
    """How sure an intent of another domain must be while a question of this one is open."""
    leaves: Share = 0.85
    """How sure another intent must be to lead away from a question that the same words also answer."""
    context_minutes: Annotated[int, Field(ge=1)] = 30
    context_turns: Annotated[int, Field(ge=1)] = 5
    failures: Annotated[int, Field(ge=1)] = 2
    """Turns in a row not understood, after which a person is offered."""
    human: bool = True
    """Whether there is anybody to hand over to."""
    formality: Literal["formal", "familiar"] = "formal"
    """`formal` (vous) or `familiar` (tu); Korean is always polite."""

    def of(self, intent: str) -> Threshold:
        """The threshold of an intent."""
        return self.by_intent.get(intent, self.threshold)

    @property
    def surest(self) -> float:
        """How sure one must be of words to act on them, whatever they mean."""
        return max(self.threshold.act, *(each.act for each in self.by_intent.values()), 0.0)


RULES: Final = Rules()
