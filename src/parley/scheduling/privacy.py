"""What is kept about a person here: their appointments with their history, and their wishes for earlier ones."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from parley.accounts.models import Person
from parley.records.privacy import Keeper, register, rows
from parley.scheduling.models import Booking, Change, Waiting


def serve() -> None:
    """Have it exported and erased with the rest."""
    register("scheduling", Keeper(export=_export, erase=_erase))


def bookings_of(person: Person) -> QuerySet[Booking]:
    """Those made for the person, and those under their name and number that nobody has tied to a person."""
    return Booking.objects.filter(_of(person))


def _of(person: Person) -> Q:
    own = Q(person=person)
    if person.phone and person.name:
        own |= Q(person=None, phone=person.phone, name__iexact=person.name)
    return own


def _export(person: Person) -> Mapping[str, Any]:
    found = bookings_of(person)
    return {
        "bookings": rows(found.order_by("start")),
        "changes": rows(Change.objects.filter(booking__in=found).order_by("at", "pk")),
        "waiting": rows(Waiting.objects.filter(_of(person))),
    }


def _erase(person: Person) -> None:
    """The time stays taken, for the house's own books; whose it was is forgotten."""
    found = list(bookings_of(person).values_list("pk", flat=True))
    Waiting.objects.filter(_of(person)).delete()
    Change.objects.filter(booking__in=found, what="edited").update(before={}, after={})
    Booking.objects.filter(pk__in=found).update(
        person=None, name="", phone="", description="", title="", cancel_reason=""
    )
