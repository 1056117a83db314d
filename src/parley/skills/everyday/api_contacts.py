"""REST: the contacts of whoever is signed in, and for staff those of anybody."""

import uuid
from typing import Annotated, Final, cast

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from parley.accounts import services as accounts
from parley.accounts.authentication import Principal, signed_in
from parley.accounts.models import Person
from parley.contract import Language, NotFound, RequestInvalid
from parley.skills.everyday import contacts
from parley.skills.everyday.models import Contact

PATH: Final = "/contacts"
router = Router(auth=signed_in, tags=["everyday"])

Whose = Annotated[uuid.UUID | None, Query(alias="person_id")]
"""Whose contacts; left out, those of whoever is signed in."""
Name = Annotated[str, Field(min_length=1, max_length=200)]
Phone = Annotated[str, Field(max_length=32)]
"""E.164, or as it is written in the country of the house."""


class ContactIn(Schema):
    """Somebody to whom messages may be sent."""

    name: Name
    phone: Phone
    language: Language = "en"
    """In which messages to them are worded."""


class ContactChange(Schema):
    """What to change; what is left out stays."""

    name: Name | None = None
    phone: Phone | None = None
    language: Language | None = None


class ContactOut(Schema):
    """A contact."""

    id: int
    name: str
    phone: str
    language: Language


@router.get("", response=list[ContactOut])
def list_contacts(request: HttpRequest, whose: Whose = None) -> list[Contact]:
    """All of them, by name."""
    return contacts.contacts_of(_person(request, whose))


@router.post("", response={201: ContactOut})
def add_contact(request: HttpRequest, body: ContactIn, whose: Whose = None) -> Status[Contact]:
    """A new one. BIZ_001 when there is one of that name."""
    person = _person(request, whose)
    return Status(201, contacts.add(person, name=body.name, phone=body.phone, language=body.language))


@router.get("/{contact_id}", response=ContactOut)
def get_contact(request: HttpRequest, contact_id: int, whose: Whose = None) -> Contact:
    """One of them."""
    return contacts.contact_of(_person(request, whose), contact_id)


@router.put("/{contact_id}", response=ContactOut)
def change_contact(request: HttpRequest, contact_id: int, body: ContactChange, whose: Whose = None) -> Contact:
    """Another name, number or language."""
    contact = contacts.contact_of(_person(request, whose), contact_id)
    return contacts.change(contact, name=body.name, phone=body.phone, language=body.language)


@router.delete("/{contact_id}", response={204: None})
def remove_contact(request: HttpRequest, contact_id: int, whose: Whose = None) -> Status[None]:
    """Nobody to write to any more."""
    contacts.contact_of(_person(request, whose), contact_id).delete()
    return Status(204, None)


def _person(request: HttpRequest, whose: uuid.UUID | None) -> Person:
    """The person, if the caller may see them. A stranger is not told that they exist."""
    principal = cast(Principal, request.auth)  # type: ignore[attr-defined]
    person_id = whose or principal.person_id
    if person_id is None:
        raise RequestInvalid("contacts belong to a person: say whose with person_id")
    if not principal.is_or_serves(person_id):
        raise NotFound("no such person")
    return accounts.person(person_id)
