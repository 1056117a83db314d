"""One file for each provider. A file with a function `provider(settings)` is a provider by its own name.

A package from outside adds one through the entry-point group `parley.language_models`, whose entries are such
functions.
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

from parley.contract import ConfigurationInvalid
from parley.understanding.llm.model import LanguageModel
from parley.understanding.llm.settings import LanguageModelSettings

Opener = Callable[[LanguageModelSettings], LanguageModel]
"""Makes the provider without opening anything; raises ConfigurationInvalid with the reason when it cannot be had."""

GROUP = "parley.language_models"


def found() -> Mapping[str, Callable[[], Opener]]:
    """Every provider by name, each loaded when it is called for. One from outside stands in for ours of that name."""
    ours = {module.name: _from_file(module.name) for module in pkgutil.iter_modules(__path__)}
    return ours | {entry.name: entry.load for entry in entry_points(group=GROUP)}


def _from_file(name: str) -> Callable[[], Opener]:
    def load() -> Opener:
        opener: Opener = importlib.import_module(f"{__name__}.{name}").provider
        return opener

    return load


def opened(name: str, settings: LanguageModelSettings) -> LanguageModel:
    """The provider of that name. Raises ConfigurationInvalid: unknown, no key, no client library."""
    loaders = found()
    if name not in loaders:
        raise ConfigurationInvalid(f"no language model provider is called {name!r}", known=sorted(loaders))
    return loaders[name]()(settings)
