"""Where the bookings of conversations are made: in this process, or in the one that serves appointments.

Reading needs no desk: all processes of a house share one database. Writing at the other process keeps all changes of
bookings, with what follows from them (messages, calendars), in the process that is scaled for that.
"""

from typing import Protocol, TypeVar

from django.db import connection

from parley.accounts.neighbour import Neighbour
from parley.skills.appointments.deeds import Deed

Done = TypeVar("Done")


class Desk(Protocol):
    """Makes the changes that a conversation wants."""

    def make(self, deed: Deed[Done]) -> Done:
        """Do it. Raises as the deed raises here, wherever it is done."""

    def close(self) -> None:
        """Give connections back."""


class Own:
    """This process does it."""

    def make(self, deed: Deed[Done]) -> Done:
        """Do it here."""
        return deed.here()

    def close(self) -> None:
        """There is none."""


class Remote:
    """The process at 8005 does it; this one stands in while that is down, if it may."""

    def __init__(self, neighbour: Neighbour) -> None:
        self._neighbour = neighbour

    def make(self, deed: Deed[Done]) -> Done:
        """Have it done there."""
        if connection.in_atomic_block:
            # The other one might wait for this transaction, and it for the other.
            return deed.here()
        return self._neighbour.asked(lambda: deed.there(self._neighbour), deed.here)

    def close(self) -> None:
        """Give connections back."""
        self._neighbour.close()


_desk: Desk = Own()


def open_desk(desk: Desk) -> None:
    """Have conversations book there."""
    global _desk
    _desk = desk


def desk() -> Desk:
    """Where conversations book."""
    return _desk
