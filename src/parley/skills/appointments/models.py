"""What the skill keeps beside the bookings themselves: whose line it is, and feeds."""

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
