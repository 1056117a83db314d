"""The same silence ends every turn."""

from dataclasses import dataclass

from parley.contract import Expectation, Language
from parley.listening.settings import ListeningSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """Knows no words: for languages and recognisers without partial transcripts."""

    seconds: float

    def wait(
        self,
        *,
        partial: str,
        language: Language,
        expectation: Expectation,
        speech_s: float,
        whole: bool = False,
        finished: float | None = None,
    ) -> float:
        return self.seconds


def strategy(settings: ListeningSettings) -> Fixed:
    """With the usual silence of the settings."""
    return Fixed(seconds=settings.end_of_turn.usual_s)
