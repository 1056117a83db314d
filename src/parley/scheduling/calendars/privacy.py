"""What stands of a person in outside calendars is theirs to have erased, too."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from parley.accounts.models import Person
from parley.records.privacy import Keeper, register, rows
from parley.scheduling.calendars import outbox
from parley.scheduling.calendars.models import Entry, Link
from parley.scheduling.privacy import bookings_of


def serve() -> None:
    """Have it exported and erased with the rest."""
    register("calendars", Keeper(export=_export, erase=_erase))


def _export(person: Person) -> Mapping[str, Any]:
    return {"entries": rows(Entry.objects.filter(booking__in=bookings_of(person)))}


def _erase(person: Person) -> None:
    """Have the entries written anew, by which time their bookings name nobody. Those of the past are written, too."""
    now = timezone.now()
    standing = Entry.objects.filter(booking__in=bookings_of(person), state=Entry.State.WRITTEN)
    links = set(standing.values_list("link", flat=True))
    standing.update(state=Entry.State.WAITING, version=0, wanted_at=now)
    for link in Link.objects.filter(pk__in=links):
        outbox.ask(link, now=now)
