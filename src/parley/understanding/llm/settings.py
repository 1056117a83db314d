"""Whether and how a language model takes part, as the operator sets it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class LanguageModelSettings(BaseModel):
    """Which models in which order, what they do, and how long they may take."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Literal["off", "understanding", "agent"] = "understanding"
    """`understanding`: it says what was meant, the dialogue is ours. `agent`: it leads, with the skills as tools.
    Nothing leaves the machine while `providers` lists none that is configured."""
    providers: tuple[str, ...] = ("openai", "anthropic")
    """In the order in which they are tried; those without a key are passed over."""
    options: dict[str, dict[str, Any]] = {}
    """What a provider itself wants to know, by its name; each declares its fields in its own file."""

    enough: Annotated[float, Field(ge=0, le=1)] = 0.9
    """Confidence of our own model from which no other is asked; 1: always ask."""
    share_names: bool = True
    """Tell the model which names are likely (staff, tasks, medicines). False keeps them on this machine."""

    deadline_s: Annotated[float, Field(gt=0)] = 2.5
    """All that the models together may take of one turn; after that our own understanding answers."""
    timeout_s: Annotated[float, Field(gt=0)] = 2.0
    """One try of one model; of an answer that streams, how long no word may come."""
    agent_deadline_s: Annotated[float, Field(gt=0)] = 8.0
    """As `deadline_s`, for a turn that the model leads in several steps."""
    attempts: Annotated[int, Field(ge=1, le=5)] = 2
    """Tries of one model, where the failure is worth another."""
    failures_to_rest: Annotated[int, Field(ge=1)] = 3
    """Failures in a row after which a model is left alone."""
    rest_s: Annotated[float, Field(ge=0)] = 30.0
    """For how long. After that one turn tries it again."""

    temperature: Annotated[float, Field(ge=0, le=2)] = 0.1
    max_tokens: Annotated[int, Field(ge=16)] = 600
    cache_s: Annotated[int, Field(ge=0)] = 3600
    """For how long the same words in the same situation are not asked again; 0 keeps nothing."""
