"""The settings of listening, embedded in the server's."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from parley.contract import Language

PREFERENCE: Final[Mapping[Language, tuple[str, ...]]] = {
    "en": ("sherpa_onnx", "faster_whisper", "moonshine", "vosk", "pocketsphinx"),
    "fr": ("sherpa_onnx", "faster_whisper", "vosk", "pocketsphinx"),
    "ko": ("sherpa_onnx", "faster_whisper", "vosk"),
}
"""The files of `providers/`, best first; French pocketsphinx is present only where its model is set."""


def default_models_dir() -> Path:
    """Where models are kept when nothing else is set: the user's data folder."""
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "parley" / "models"


class EndOfTurnSettings(BaseModel):
    """How long the silence is that ends a turn."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strategy: str = "adaptive"
    """`fixed`, `adaptive`, or `smart_turn` (where its model is on disk): the files of `end_of_turn/`."""
    whole_s: float = Field(0.2, gt=0)
    """After a wish that is understood completely."""
    finished_s: float = Field(0.25, gt=0)
    """After a complete answer: a yes, a no, the value that was asked for."""
    settled_s: float = Field(0.3, gt=0)
    """After so many seconds of speech that most people are done, where the words tell nothing."""
    usual_s: float = Field(0.6, gt=0)
    unfinished_s: float = Field(1.2, gt=0)
    """After "on the…", in the middle of a number or a spelled name."""
    longest_s: float = Field(2.5, gt=0)
    """No silence inside a turn is longer than this, whatever was said."""


class ListeningSettings(BaseModel):
    """Recognition and what belongs to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recognisers: dict[Language, tuple[str, ...]] = Field(default_factory=lambda: dict(PREFERENCE))
    """Providers for each language in the order of preference; those not to be had here are skipped. `openai` and
    `google`, whose keys serve other purposes too, take part only when they are named here."""
    options: dict[str, dict[str, Any]] = {}
    """What a provider outside this machine wants to know, by its name; each declares its fields in its own file."""
    models_dir: Path = Field(default_factory=default_models_dir)
    """Where `parley models pull` puts models."""
    french_grammar_model: Path | None = None
    """Folder of a French CMUSphinx acoustic model with `dictionary.txt` or `dictionary.txt.gz`; experimental."""
    kept_dir: Path | None = None
    """Where language models and grammars are kept for the next start; None: in the server's data folder."""
    workers: int = Field(default_factory=lambda: min(2, os.cpu_count() or 1), ge=1)
    """Processes for each local engine. One serves several conversations at a time."""
    live_streams: int = Field(4, ge=1)
    """Conversations in one process that get partial transcripts; more of them get only the final one."""
    timeout_s: float = Field(8.0, gt=0)
    """Longest wait for a final transcript, before the next provider is tried."""
    longest_turn_s: float = Field(60.0, gt=0)
    """Sound of a turn that is kept; in a longer one the beginning is forgotten."""
    noise_sigma: float = Field(12.0, ge=0)
    """Masking noise, at least, in units of a 16-bit sample; more for louder sound."""
    quiet_rms: float = Field(10.0, ge=0)
    """The noise is added when the quietest tenth of the frames is below this."""
    failures_to_rest: int = Field(3, ge=1)
    """Failures in a row after which a provider is passed over while there is another,"""
    rest_s: float = Field(30.0, ge=0)
    """for so long."""
    end_of_turn: EndOfTurnSettings = EndOfTurnSettings()
