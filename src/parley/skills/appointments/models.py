"""What the skill keeps beside the bookings themselves: whose line it is, and feeds."""

from typing import ClassVar

from django.db import models

from parley.scheduling.models import Resource, Site


class Business(models.Model):
    """A site whose appointments are booked by talking."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="business")
    latest_cancel = models.PositiveIntegerField(default=0)
    """Minutes before the start up to which the assistant cancels or moves; later it is for a person to do."""

    class Meta:
        verbose_name_plural = "businesses"

    def __str__(self) -> str:
        return str(self.site)


class Answer(models.Model):
    """What staff wrote down for callers who ask about the business itself."""

    class Topic(models.TextChoices):
        """What can be asked; hours, durations and services are known beside it."""

        HOURS = "hours"
        ADDRESS = "address"
        DURATION = "duration"
        PRICES = "prices"
        INSURANCE = "insurance"
        PAYMENT = "payment"
        PARKING = "parking"
        BRING = "bring"
        ACCESS = "access"
        SERVICES = "services"

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="answers")
    topic = models.CharField(max_length=16, choices=Topic.choices)
    words = models.JSONField(default=dict)
    """The answer by language, as it is spoken: `{"en": "There is a car park behind the house."}`."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "topic"], name="answer_once_a_topic")]

    def __str__(self) -> str:
        return str(self.topic)


class Feed(models.Model):
    """An address under which a calendar program reads the bookings. Only the hash of its token is kept."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="feeds")
    resource = models.ForeignKey(Resource, null=True, blank=True, on_delete=models.CASCADE, related_name="feeds")
    """None: everybody's."""
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.site} {self.resource or ''}".strip()
