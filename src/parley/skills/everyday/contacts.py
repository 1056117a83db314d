"""The people to whom a person may have messages sent: entered by that person or by staff, never by voice."""

from django.db import IntegrityError, transaction

from parley.accounts.models import Person
from parley.contract import Conflict, Language, NotFound
from parley.messaging import services as outbox
from parley.skills.everyday.models import Contact


def contacts_of(person: Person) -> list[Contact]:
    """All of them, by name."""
    return list(Contact.objects.filter(person=person))


def contact_of(person: Person, contact_id: int) -> Contact:
    """One of them. Raises NotFound."""
    contact = Contact.objects.filter(person=person, pk=contact_id).first()
    if contact is None:
        raise NotFound("no such contact")
    return contact


def add(person: Person, *, name: str, phone: str, language: Language) -> Contact:
    """A new one; the number as it is written in the country of the house. Raises Conflict: the name is there."""
    return _saved(Contact(person=person, name=name, phone=outbox.e164(phone), language=language))


def change(contact: Contact, *, name: str | None, phone: str | None, language: Language | None) -> Contact:
    """What is None stays. Raises Conflict: another has the name."""
    contact.name = name or contact.name
    contact.phone = outbox.e164(phone) if phone else contact.phone
    contact.language = language or contact.language
    return _saved(contact)


def _saved(contact: Contact) -> Contact:
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        raise Conflict("there is a contact of that name") from error
    return contact
