"""One file for each recogniser, with `provider` in it.

That is an `EngineProvider` for an engine that would block, which then runs in worker processes; or a function from
the settings to a `Recogniser` that never blocks, which raises ConfigurationInvalid with the reason when it cannot be
had. A package from outside adds its own through the entry-point group `parley.listening`; an `EngineProvider` stands
under the name `provider` in the module of its class, where the worker processes look for it.
"""

from collections.abc import Callable
from typing import Final

from parley.contract.providers import Providers
from parley.listening.engine import EngineProvider
from parley.listening.recognition import Recogniser
from parley.listening.settings import ListeningSettings

PROVIDERS: Final = Providers[EngineProvider | Callable[[ListeningSettings], Recogniser]](
    __name__, __path__, group="parley.listening", kind="recogniser"
)
