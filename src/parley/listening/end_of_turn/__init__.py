"""When a turn is over: small strategies that can be exchanged, one in each file.

Each module has a function `strategy(settings)` that makes it; the module's name is the name of the strategy.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, runtime_checkable

from parley.audio.sound import Sound
from parley.contract import ConfigurationInvalid, Expectation, Language
from parley.listening.settings import ListeningSettings


class EndOfTurn(Protocol):
    """Says how much silence ends the turn. Pure: the same answer for the same words."""

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
        """Seconds of silence after which the turn is over, given what was heard so far; asked again when it changes.

        `speech_s` is how long the person has spoken in this turn. `whole`: the words so far are a wish that is
        understood and wants nothing more. `finished`: how much it sounds like the end, 0 to 1, from a strategy that
        `Listens`; None while that is not known.
        """


@runtime_checkable
class Listens(Protocol):
    """A strategy that also goes by how the speech sounds."""

    def sounds_finished(self, sound: Sound) -> float:
        """How likely the person is done, 0 to 1, from the turn up to a pause. 10 to 60 ms: not for the loop."""


def strategies() -> tuple[str, ...]:
    """The names that the setting may have."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_")))


def end_of_turn(settings: ListeningSettings) -> EndOfTurn:
    """The strategy that the settings name. Raises ConfigurationInvalid for a name that is none."""
    name = settings.end_of_turn.strategy
    if name not in strategies():
        raise ConfigurationInvalid(f"no end-of-turn strategy is called {name!r}; there are {', '.join(strategies())}")
    made: EndOfTurn = import_module(f"{__name__}.{name}").strategy(settings)
    return made
