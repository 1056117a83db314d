"""What is kept about a person here: what was written to them, what they wrote, what they agreed to."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from parley.accounts.models import Person
from parley.messaging.models import Consent, Incoming, Message
from parley.records.privacy import Keeper, register, rows


def serve() -> None:
    """Have it exported and erased with the rest."""
    register("messaging", Keeper(export=_export, erase=_erase))


def _sent(person: Person) -> Q:
    """By person and by number; a number that several people share belongs to each of them."""
    addresses = [address for address in (person.phone, person.email) if address]
    return Q(person=person) | Q(to__in=addresses)


def _export(person: Person) -> Mapping[str, Any]:
    phone = person.phone or None
    return {
        "messages": rows(Message.objects.filter(_sent(person))),
        "incoming": rows(Incoming.objects.filter(phone=phone)),
        "consents": rows(Consent.objects.filter(phone=phone)),
    }


def _erase(person: Person) -> None:
    """A refusal outlives its person: the number must not be written to again because it was forgotten."""
    Message.objects.filter(_sent(person)).delete()
    if person.phone:
        Incoming.objects.filter(phone=person.phone).delete()
        Consent.objects.filter(phone=person.phone).exclude(state=Consent.State.REFUSED).delete()
        Consent.objects.filter(phone=person.phone).update(words="")
