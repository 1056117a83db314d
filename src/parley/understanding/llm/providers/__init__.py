"""One file for each provider. A file with a function `provider(settings)` is a provider by its own name.

It makes the provider without opening anything, and raises ConfigurationInvalid with the reason when it cannot be had.
A package from outside adds such a function through the entry-point group `parley.language_models`.
"""

from collections.abc import Callable
from typing import Final

from parley.contract.providers import Providers
from parley.understanding.llm.model import LanguageModel
from parley.understanding.llm.settings import LanguageModelSettings

PROVIDERS: Final = Providers[Callable[[LanguageModelSettings], LanguageModel]](
    __name__, __path__, group="parley.language_models", kind="language model provider"
)


def opened(name: str, settings: LanguageModelSettings) -> LanguageModel:
    """The provider of that name. Raises ConfigurationInvalid: unknown, no key, no client library."""
    return PROVIDERS.opener(name)(settings)
