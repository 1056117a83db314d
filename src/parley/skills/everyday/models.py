"""Timers, alarms and reminders: each knows the instant of its end, so that a restart loses nothing."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from parley.accounts.models import LanguageChoice, Person


class State(models.TextChoices):
    """Where one of them stands."""

    WAITING = "waiting"
    PAUSED = "paused"
    ENDED = "ended"
    """It has rung."""
    CANCELLED = "cancelled"


class Owned(models.Model):
    """What all of them have: whose it is, where it was asked for, and by which request."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=200, db_index=True)
    """The person, the household, or the one conversation that may see it."""
    person_id = models.CharField(max_length=64, blank=True)
    conversation_id = models.CharField(max_length=64, blank=True)
    """Where it is said when its time comes."""
    key = models.CharField(max_length=200, unique=True)
    """Of the request that made it: the same request makes it once."""
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class Timer(Owned):
    """A length of time that runs."""

    label = models.CharField(max_length=200, blank=True)
    length = models.DurationField()
    ends_at = models.DateTimeField(null=True, blank=True)
    """None while it is paused."""
    left = models.DurationField(null=True, blank=True)
    """What was left when it was paused."""

    class Meta:
        ordering: ClassVar = ["ends_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="timer_runs_or_rests",
                condition=Q(state=State.PAUSED, ends_at=None, left__isnull=False)
                | (~Q(state=State.PAUSED) & Q(ends_at__isnull=False, left=None)),
            )
        ]

    def __str__(self) -> str:
        return self.label or str(self.length)


class Recurring(Owned):
    """What comes due at a clock time, once or again and again; its rule keeps the wall time over clock changes."""

    time = models.TimeField()
    zone = models.CharField(max_length=64)
    """IANA name."""
    recurrence = models.CharField(max_length=200, blank=True)
    """RFC 5545 RRULE parts; empty: once."""
    due_at = models.DateTimeField()
    """The next time."""

    class Meta:
        abstract = True
        ordering: ClassVar = ["due_at"]


class Alarm(Recurring):
    """It rings."""

    label = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.time:%H:%M} {self.label}".strip()


class Reminder(Recurring):
    """Words to be said."""

    title = models.CharField(max_length=500)
    for_person = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.title


class Contact(models.Model):
    """Somebody to whom a person may have messages sent. Entered by the house, never by voice."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="contacts")
    """Whose contact it is."""
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=16)
    """E.164."""
    language = models.CharField(max_length=2, choices=LanguageChoice.choices, default=LanguageChoice.ENGLISH)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "name"], name="contact_once")]

    def __str__(self) -> str:
        return self.name


class Message(Owned):
    """Words that somebody asked to have passed on, as they were confirmed; `parley.messaging` delivers them."""

    recipient = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["created_at"]

    def __str__(self) -> str:
        return self.recipient
