"""Whose function does which work."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from parley.contract import ConfigurationInvalid

Work = Callable[[str, str, dt.datetime], None]
"""Called with the handler's name, the subject, and the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """One owner's function and how it is run."""

    work: Work
    atomic: bool
    """The work is one with the removal of its row: it happens exactly once, however a worker dies. Otherwise
    (work that talks to the network, which no transaction should wait for) it happens at least once."""


_owners: dict[str, Owner] = {}


def register(name: str, work: Work, *, atomic: bool = True) -> None:
    """Have `work` called for everything that `name` asks for. Registering again replaces."""
    _owners[name] = Owner(work=work, atomic=atomic)


def owner(name: str) -> Owner:
    """The owner of that name. Raises ConfigurationInvalid when its code is not there (any more)."""
    try:
        return _owners[name]
    except KeyError:
        raise ConfigurationInvalid(f"due work of {name!r}, which nobody has registered") from None
