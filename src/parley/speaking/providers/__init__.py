"""One file for each provider. A file with a function `provider(settings)` is a provider by its own name.

It makes the provider without opening anything, and raises ConfigurationInvalid with the reason when it cannot be had.
A package from outside adds such a function through the entry-point group `parley.synthesis`.
"""

from collections.abc import Callable
from typing import Final

from parley.contract.providers import Providers
from parley.speaking.provider import Synthesiser
from parley.speaking.settings import SpeakingSettings

PROVIDERS: Final = Providers[Callable[[SpeakingSettings], Synthesiser]](
    __name__, __path__, group="parley.synthesis", kind="synthesis provider"
)


def opened(name: str, settings: SpeakingSettings) -> Synthesiser:
    """The provider of that name. Raises ConfigurationInvalid: unknown, no key, no voice on disk."""
    return PROVIDERS.opener(name)(settings)
