"""What a local engine is, inside its worker process: plain blocking code that knows of no event loop."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from parley.contract import Expectation, Language
from parley.listening.phrasebook import Phrasebook
from parley.listening.recognition import Abilities, Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """All that an engine is told when its process starts. Plain data: it crosses the process boundary."""

    models_dir: str
    french_grammar_model: str | None = None
    phrasebook: Phrasebook = field(default_factory=Phrasebook)
    noise_sigma: float = 12.0
    quiet_rms: float = 10.0
    live_streams: int = 4
    kept_dir: str | None = None
    """Where what takes long to compile is kept for the next start; None: nowhere."""

    @property
    def models(self) -> Path:
        """The folder in which models lie, one folder each."""
        return Path(self.models_dir)


class EngineStream(Protocol):
    """One turn inside an engine."""

    def feed(self, pcm: bytes) -> str:
        """More sound; returns the transcript so far. Called a bite of at most 0.2 s at a time."""

    def finish(self, pcm: bytes) -> Transcript:
        """The transcript of the whole turn, given once more.

        Of an engine that `prepares` it may be asked for several times, of ever longer sound.
        """

    def close(self) -> None:
        """Give back what the stream holds. Called exactly once, finished or not."""


class Engine(Protocol):
    """A loaded model."""

    name: str

    def open(self, *, language: Language, rate: int, expectation: Expectation, live: bool) -> EngineStream:
        """Begin a turn. Where `live` is false nothing will be fed: only the finished turn is given."""


@runtime_checkable
class Foresighted(Protocol):
    """An engine that makes ahead what later turns will want."""

    def make_ahead(self) -> bool:
        """Make one more thing, in a second at most; False: nothing is left. Called while nobody speaks."""


class EngineProvider(Protocol):
    """What a module of `providers/` has that runs in worker processes."""

    name: str

    def abilities(self, options: EngineOptions) -> Abilities:
        """What it can do with the packages and models that are here; no languages: it is not here at all. Cheap."""

    def load(self, options: EngineOptions) -> Engine:
        """Load the model. Seconds; in a worker process only."""
