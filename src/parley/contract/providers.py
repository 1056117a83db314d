"""The providers of one kind: a file each in a package of ours, and those that packages from outside register."""

from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Generic, TypeVar

from parley.contract.errors import ConfigurationInvalid

Opener = TypeVar("Opener")
"""What a provider's file calls `provider`: most often a function from the settings to the provider."""


class Providers(Generic[Opener]):
    """Found by name, and imported only when called for: the libraries behind them are large."""

    def __init__(self, package: str, path: Sequence[str], *, group: str, kind: str) -> None:
        """`package` and `path` are the `__name__` and `__path__` of our package, `group` its entry-point group."""
        self._package = package
        self._path = path
        self._group = group
        self._kind = kind

    def names(self) -> tuple[str, ...]:
        """Every name that a setting may give."""
        ours = {module.name for module in iter_modules(self._path)}
        return tuple(sorted(ours | {entry.name for entry in entry_points(group=self._group)}))

    def opener(self, name: str) -> Opener:
        """That provider's opener; one from outside stands in for ours of its name.

        Raises ConfigurationInvalid for a name that is none.
        """
        for entry in entry_points(group=self._group, name=name):
            outside: Opener = entry.load()
            return outside
        if name not in self.names():
            raise ConfigurationInvalid(f"no {self._kind} is called {name!r}", known=self.names())
        ours: Opener = import_module(f"{self._package}.{name}").provider
        return ours
