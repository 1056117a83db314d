"""How Parley speaks, as the operator sets it."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from parley.contract import Language


class SpeakingSettings(BaseModel):
    """Synthesis: which providers in which order, how long they may take, and what is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    providers: dict[Language, tuple[str, ...]] = {
        "en": ("elevenlabs", "piper", "espeak"),
        "fr": ("elevenlabs", "piper", "espeak"),
        "ko": ("naver", "elevenlabs", "piper", "espeak"),
    }
    """In the order in which they are tried; those without a key or a voice on disk are passed over. Providers whose
    keys serve other purposes too (openai, google, polly) take part only when they are named here."""
    voices: dict[Language, str] = {}
    """The voice to use for a language, as `provider/name` or a bare name; absent: each provider's first."""
    rate: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    """Speed of every voice that does not state its own."""
    pitch_semitones: Annotated[float, Field(ge=-12, le=12)] = 0.0
    options: dict[str, dict[str, Any]] = {}
    """What a provider itself wants to know, by its name; each declares its fields in its own file."""

    first_sound_s: Annotated[float, Field(gt=0)] = 1.5
    """How long a provider may take to its first sound before the next one is asked."""
    between_s: Annotated[float, Field(gt=0)] = 2.0
    """How long a stream may pause before it counts as broken."""
    attempts: Annotated[int, Field(ge=1, le=5)] = 2
    """Tries of one provider for one sentence, where the failure is worth another."""
    failures_to_rest: Annotated[int, Field(ge=1)] = 3
    """Failures in a row after which a provider is left alone."""
    rest_s: Annotated[float, Field(ge=0)] = 30.0
    """For how long. After that one sentence tries it again."""

    cache_memory_bytes: Annotated[int, Field(ge=0)] = 32 * 2**20
    """Sound kept in memory; 16 kHz speech takes 32 KB a second."""
    cache_disk_bytes: Annotated[int, Field(ge=0)] = 256 * 2**20
    """Sound kept on disk; 0 keeps none."""
    cache_directory: Path | None = None
    """None keeps none on disk."""
    cache_age_s: Annotated[float, Field(gt=0)] = 24 * 3600.0
    """Older sound is made afresh."""
    warm_phrases: dict[Language, tuple[str, ...]] = {}
    """Sentences made ahead when the server starts, such as the greeting."""
