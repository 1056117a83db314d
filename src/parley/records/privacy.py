"""A person's right to see everything that is kept about them, and to have it erased.

Each application that keeps personal data registers how; one that forgets to is found by a structural test.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.forms.models import model_to_dict

from parley.accounts.models import Person
from parley.records import services
from parley.records.models import Audit, Conversation, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """How one application shows and erases what it keeps about a person."""

    export: Callable[[Person], Mapping[str, Any]]
    """JSON-ready."""
    erase: Callable[[Person], None]


_keepers: dict[str, Keeper] = {}


def register(application: str, keeper: Keeper) -> None:
    """Have an application's data shown and erased with the rest. Registering again replaces."""
    _keepers[application] = keeper


def export(person: Person, *, actor: str, now: dt.datetime) -> dict[str, Any]:
    """Everything that is kept about a person, by application."""
    services.audit(actor, "export", f"person:{person.pk}", now=now)
    return {name: dict(keeper.export(person)) for name, keeper in _keepers.items()}


@transaction.atomic
def erase(person: Person, *, actor: str, now: dt.datetime) -> None:
    """Erase a person from all applications. What remains is that it was done."""
    subject = f"person:{person.pk}"
    for name in reversed(_keepers):  # what stands on a person goes before the person
        _keepers[name].erase(person)
    services.audit(actor, "erase", subject, now=now)


def rows(objects: Iterable[Model]) -> list[dict[str, Any]]:
    """Rows as an export shows them: every field but hashes of secrets, as JSON-ready values."""
    return [
        {name: _plain(value) for name, value in model_to_dict(row).items()} | {"id": str(row.pk)} for row in objects
    ]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float, str, list, dict)) else str(value)


def _export_account(person: Person) -> Mapping[str, Any]:
    profile = getattr(person, "profile", None)
    return {
        "person": rows([person]),
        "profile": rows([profile] if profile else []),
        "devices": rows(person.devices.all()),
    }


def _erase_account(person: Person) -> None:
    user = getattr(person, "user", None)
    if user is not None:
        user.delete()
    person.delete()


def _export_records(person: Person) -> Mapping[str, Any]:
    turns = Turn.objects.filter(conversation__person=person)
    return {
        "conversations": rows(person.conversations.all()),
        "turns": rows(turns),
        "audit": rows(Audit.objects.filter(subject=f"person:{person.pk}")),
    }


def _erase_records(person: Person) -> None:
    services.forget(Conversation.objects.filter(person=person))


register("accounts", Keeper(export=_export_account, erase=_erase_account))
register("records", Keeper(export=_export_records, erase=_erase_records))
