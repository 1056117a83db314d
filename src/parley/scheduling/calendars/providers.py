"""Which providers there are: ours, and those that other packages offer under `parley.calendars`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Final

from parley.accounts.sealing import seal, unseal
from parley.contract import ConfigurationInvalid
from parley.scheduling.calendars.models import Account
from parley.scheduling.calendars.provider import Provider, Refused

GROUP: Final = "parley.calendars"
OURS: Final[Mapping[str, str]] = {
    "google": "parley.scheduling.calendars.google:GoogleCalendar",
    "caldav": "parley.scheduling.calendars.caldav:CalDav",
}
EXTRAS: Final[Mapping[str, str]] = {"google": "google", "caldav": "caldav"}
"""What has to be installed for each, as an extra of the package."""


def provider(name: str, secrets: Mapping[str, Any]) -> Provider:
    """One account of a provider. Raises ConfigurationInvalid when it is not installed."""
    made: Provider = _factory(name)(secrets)
    return made


def installed(name: str) -> bool:
    """Whether a provider can be used."""
    try:
        _factory(name)
    except ConfigurationInvalid:
        return False
    return True


@contextmanager
def opened(account: Account) -> Iterator[Provider]:
    """An account's provider, for a while; tokens that it renewed are kept. Raises Refused when it does not open."""
    try:
        secrets = unseal(account.sealed)
        found = provider(account.provider, secrets)
    except ConfigurationInvalid as error:
        raise Refused("this process cannot open the account") from error
    try:
        yield found
    finally:
        found.close()
        after = dict(found.secrets())
        if after != secrets:
            account.sealed = seal(after)
            Account.objects.filter(pk=account.pk).update(sealed=account.sealed)


def _factory(name: str) -> Callable[[Mapping[str, Any]], Provider]:
    if name in OURS:
        module, _, attribute = OURS[name].partition(":")
        try:
            made: Callable[[Mapping[str, Any]], Provider] = getattr(import_module(module), attribute)
        except ImportError as error:
            raise ConfigurationInvalid(f"the calendars of {name} need the extra {EXTRAS[name]!r}") from error
        return made
    for point in entry_points(group=GROUP, name=name):
        loaded: Callable[[Mapping[str, Any]], Provider] = point.load()
        return loaded
    raise ConfigurationInvalid(f"no provider of calendars is called {name!r}")
