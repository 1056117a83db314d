"""The outbox, what came in, who agreed to be written to, and templates that were changed by hand."""

import uuid
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from parley.accounts.models import LanguageChoice, Person


class Channel(models.TextChoices):
    """How it reaches the person."""

    SMS = "sms"
    EMAIL = "email"
    CALL = "call"


class Message(models.Model):
    """One message on its way out, from the transaction that wanted it to the carrier's last word about it."""

    class Status(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued"
        SENDING = "sending"
        """Handed to the provider, which has not answered yet."""
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"
        """For good: BIZ_004."""
        CANCELLED = "cancelled"
        """What it was about is no more."""
        SUPPRESSED = "suppressed"
        """The person wants no messages."""

    OPEN = (Status.QUEUED, Status.SENDING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=160, unique=True)
    """Idempotency key: the same message asked for again is one message."""
    channel = models.CharField(max_length=8, choices=Channel.choices)
    purpose = models.CharField(max_length=24)
    """`confirmation`, `reminder`, `offer`, `reply`, `other`."""
    to = models.CharField(max_length=254)
    """E.164, or an e-mail address."""
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="messages")
    language = models.CharField(max_length=2, choices=LanguageChoice.choices)
    source = models.CharField(max_length=32, blank=True)
    """Who words it when it is sent; empty: `text` is final."""
    about = models.CharField(max_length=64, blank=True)
    """The id of what it is about, for its source."""
    template = models.CharField(max_length=64, blank=True)
    """Which text its source fills in."""
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    """As it was sent; before that, only what needs no wording."""
    urgent = models.BooleanField(default=False)
    """It answers what the person did just now: quiet hours do not hold it."""
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.QUEUED)
    send_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    """When it was handed over; of several attempts, any of which may have arrived, the first."""
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    uncertain = models.BooleanField(default=False)
    """The last attempt failed, and may have arrived: the provider is asked whether it has the message before it is
    sent again."""
    provider = models.CharField(max_length=32, blank=True)
    provider_id = models.CharField(max_length=80, blank=True)
    error_code = models.CharField(max_length=16, blank=True)
    detail = models.CharField(max_length=120, blank=True)
    """The provider's own code for what went wrong."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["source", "about"], name="message_by_subject"),
            models.Index(fields=["provider_id"], name="message_by_provider_id"),
            models.Index(fields=["channel", "tried_at"], name="message_by_try"),
            models.Index(fields=["to", "-created_at"], name="message_by_recipient"),
            models.Index(fields=["-created_at"], name="message_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {self.status}"


class Incoming(models.Model):
    """A text message that came in; the carrier may deliver it twice, it is answered once."""

    provider_id = models.CharField(max_length=80, unique=True)
    phone = models.CharField(max_length=16)
    line = models.CharField(max_length=16, blank=True)
    """Our own number."""
    text = models.TextField()
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "incoming messages"
        indexes: ClassVar = [models.Index(fields=["phone", "-at"], name="incoming_by_phone")]

    def __str__(self) -> str:
        return f"incoming {self.pk}"


class Consent(models.Model):
    """What a number has said about being written to or rung. Only ever added to: the latest row holds."""

    class State(models.TextChoices):
        """What was said."""

        AGREED = "agreed"
        REFUSED = "refused"
        ASKED = "asked"
        """Something like CANCEL came, which may mean either; nothing is sent until that is settled."""

    class Scope(models.TextChoices):
        """What it is about."""

        MESSAGES = "messages"
        CALLS = "calls"

    phone = models.CharField(max_length=16)
    scope = models.CharField(max_length=8, choices=Scope.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    at = models.DateTimeField()
    how = models.CharField(max_length=16)
    """`sms`, `telephone`, `browser`, `staff`."""
    words = models.CharField(max_length=400, blank=True)
    """What they said, as the proof of it."""
    language = models.CharField(max_length=2, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["phone", "scope", "-at"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.scope} {self.state}"


class Template(models.Model):
    """A text of the house's own in place of the one that came with Parley."""

    key = models.CharField(max_length=64)
    language = models.CharField(max_length=2, choices=LanguageChoice.choices)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "language"], name="template_once")]

    def __str__(self) -> str:
        return f"{self.key} {self.language}"

    def clean(self) -> None:
        """Refuse a text with a value that nobody fills in."""
        from parley.messaging.wording import fault_of

        if fault := fault_of(self.key, self.text):
            raise ValidationError({"text": fault})
