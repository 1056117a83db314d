"""The record of what was said and done."""

import uuid
from typing import ClassVar

from django.db import models

from parley.accounts.models import LanguageChoice, Person


def new_id() -> str:
    """An id that cannot be guessed."""
    return uuid.uuid4().hex


class Conversation(models.Model):
    """One conversation, on whatever channel, from its first word to its end."""

    class Status(models.TextChoices):
        """Where it stands."""

        ACTIVE = "active"
        ENDED = "ended"
        ERROR = "error"

    id = models.CharField(max_length=64, primary_key=True, default=new_id)
    channel = models.CharField(max_length=16)
    language = models.CharField(max_length=2, choices=LanguageChoice.choices)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ACTIVE)
    outcome = models.CharField(max_length=32, blank=True)
    """How it ended: `goodbye`, `hangup`, `silence`, `handover`, `error`."""
    started_at = models.DateTimeField()
    active_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    state = models.JSONField(default=dict, blank=True)
    """The dialogue's state after its last turn, so that any worker can go on."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["person", "-started_at"], name="conversation_by_person"),
            models.Index(fields=["status", "active_at"], name="conversation_by_activity"),
            models.Index(fields=["-started_at"], name="conversation_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.id}"


class Turn(models.Model):
    """One utterance and what came of it."""

    id = models.CharField(max_length=64, primary_key=True, default=new_id)
    """Also the correlation id of everything that the turn caused."""
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    language = models.CharField(max_length=2, choices=LanguageChoice.choices)
    source = models.CharField(max_length=16, default="speech")
    """`speech`, `text`, `keys` or `announcement`."""
    transcript = models.TextField(blank=True)
    recogniser = models.CharField(max_length=64, blank=True)
    recognition_confidence = models.FloatField(null=True, blank=True)
    intent = models.CharField(max_length=64, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    slots = models.JSONField(default=dict, blank=True)
    acts = models.JSONField(default=list, blank=True)
    reply = models.TextField(blank=True)
    heard = models.TextField(blank=True)
    """The part of the reply that was played before the person spoke over it; all of it otherwise."""
    interrupted = models.BooleanField(default=False)
    executed = models.CharField(max_length=64, blank=True)
    """The intent that was carried out."""
    asked = models.CharField(max_length=64, blank=True)
    """The slot that the reply asks for, `confirmation`, or `which`."""
    speculated = models.BooleanField(default=False)
    """The answer was ready before the end of the turn."""
    outcome = models.CharField(max_length=16, blank=True)
    """`executed`, `asked`, `answered`, `refused`, `fallback`, `handover`, `error`."""
    error_code = models.CharField(max_length=16, blank=True)
    timings = models.JSONField(default=dict, blank=True)
    """Milliseconds of each stage."""
    audio = models.CharField(max_length=200, blank=True)
    """Path of the kept sound under the data directory; empty unless the person opted in."""
    audio_until = models.DateTimeField(null=True, blank=True)
    """When the kept sound is deleted."""

    class Meta:
        ordering: ClassVar = ["conversation", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "number"], name="turn_once_in_conversation")
        ]
        indexes: ClassVar = [
            models.Index(fields=["-at"], name="turn_by_time"),
            models.Index(fields=["intent", "-at"], name="turn_by_intent"),
            models.Index(fields=["audio_until"], name="turn_by_audio_until"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.number}"


class Call(models.Model):
    """A conversation by telephone, as the line saw it."""

    class Direction(models.TextChoices):
        """Who called whom."""

        INCOMING = "in"
        OUTGOING = "out"

    conversation = models.OneToOneField(Conversation, primary_key=True, on_delete=models.CASCADE, related_name="call")
    provider = models.CharField(max_length=32)
    sid = models.CharField(max_length=64)
    """The provider's own id."""
    direction = models.CharField(max_length=3, choices=Direction.choices)
    phone = models.CharField(max_length=16, blank=True)
    """The other side, E.164; empty when withheld."""
    line = models.CharField(max_length=16, blank=True)
    """Our own number, E.164."""
    status = models.CharField(max_length=16)
    """The provider's word, such as `ringing`, `in-progress`, `completed`, `no-answer`."""
    token = models.CharField(max_length=32, blank=True, editable=False)
    """Opens the call's sound once; empty when it has been used."""
    started_at = models.DateTimeField()
    active_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["provider", "sid"], name="call_once")]
        indexes: ClassVar = [
            models.Index(fields=["phone", "-active_at"], name="call_by_phone"),
            models.Index(fields=["-started_at"], name="call_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.sid}"


class CallEvent(models.Model):
    """One thing that happened to a call, for compliance and quality."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    event = models.CharField(max_length=32)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["event", "-at"], name="call_event_by_event")]

    def __str__(self) -> str:
        return self.event


class Audit(models.Model):
    """Who looked at or changed what about whom. Rows are only ever added."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    """`user:7`, `device:…`, `key:3`, `turn:…`, `job`."""
    action = models.CharField(max_length=64)
    subject = models.CharField(max_length=128)
    """`person:…`, `conversation:…`: ids only."""
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "audit"
        indexes: ClassVar = [
            models.Index(fields=["subject", "-at"], name="audit_by_subject"),
            models.Index(fields=["-at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.subject}"


class Notice(models.Model):
    """Something Parley says by itself: a timer has ended. Spoken where somebody listens, shown where nobody does."""

    conversation = models.ForeignKey(
        Conversation, null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    at = models.DateTimeField()
    text = models.TextField()
    events = models.JSONField(default=list, blank=True)
    urgent = models.BooleanField(default=True)
    spoken_at = models.DateTimeField(null=True, blank=True)
    """When it was said in the conversation."""
    seen_at = models.DateTimeField(null=True, blank=True)
    """When it was shown and put away."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["at"], name="notice_unsaid", condition=models.Q(spoken_at=None, seen_at=None))
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"
