"""A message to a contact goes out by the outbox, in their language, unless they want none."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from parley.accounts.models import Person
from parley.contract import Caller, Context
from parley.messaging import consent
from parley.messaging.models import Message as Outgoing
from parley.skills.everyday import services
from parley.skills.everyday.models import Contact

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 12, 15, 0, tzinfo=dt.UTC)


def context_of(person: Person | None, *, channel: str = "browser") -> Context:
    caller = Caller(person_id=str(person.pk) if person else None, name=person.name if person else None)
    return Context(
        now=NOW,
        zone=ZoneInfo("UTC"),
        language="en",
        conversation_id="c",
        turn_id="t",
        channel=channel,
        caller=caller,
    )


def household() -> Person:
    person = Person.objects.create(name="Ann Lee")
    Contact.objects.create(person=person, name="Marie", phone="+33612345678", language="fr")
    return person


def test_it_is_queued_once_and_worded_for_the_recipient() -> None:
    context = context_of(household())
    for _ in range(2):
        services.leave_message(recipient="Marie", text="I'll be late", context=context, key="k")
    outgoing = Outgoing.objects.get()
    assert (outgoing.to, outgoing.language, outgoing.purpose) == ("+33612345678", "fr", "other")
    assert outgoing.text.startswith("Message de Ann Lee")
    assert "I'll be late" in outgoing.text


def test_a_telephone_number_proves_nobody() -> None:
    person = household()
    assert services.contacts(context_of(person, channel="telephone")) is None
    assert services.contacts(context_of(None)) is None
    services.leave_message(recipient="Marie", text="x", context=context_of(person, channel="telephone"), key="k")
    assert not Outgoing.objects.exists()


def test_the_contacts_of_another_person_are_not_reached() -> None:
    household()
    stranger = Person.objects.create(name="Bob")
    assert services.contacts(context_of(stranger)) == []


def test_who_wants_no_messages_is_named_before_anything_is_sent() -> None:
    context = context_of(household())
    assert not services.refuses_messages("Marie", context)
    consent.refuse("+33612345678", how="sms", words="STOP", language="fr", now=NOW)
    assert services.refuses_messages("Marie", context)
