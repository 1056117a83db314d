"""Due work."""

from typing import ClassVar

from django.db import models


class Due(models.Model):
    """One piece of work and its time. A row goes in the transaction in which its work is done."""

    owner = models.CharField(max_length=64)
    """Whose handler it is: a skill's name, or a folder of the house."""
    handler = models.CharField(max_length=64)
    subject = models.CharField(max_length=128)
    """The id of what it is about; the handler looks up its present state."""
    at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    """A worker has it until then; later, that worker is taken for dead."""
    claim = models.CharField(max_length=32, blank=True)
    """The claim that holds it; work asked for anew drops the claim, and the old run then ends without effect."""
    error = models.CharField(max_length=200, blank=True)
    """Type of the last failure."""
    failed_at = models.DateTimeField(null=True, blank=True)
    """Given up then; kept for a person to look at."""

    class Meta:
        verbose_name_plural = "due work"
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "handler", "subject"], name="due_once")]
        indexes: ClassVar = [
            models.Index(fields=["at"], name="due_by_time", condition=models.Q(failed_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.owner}.{self.handler} {self.subject}"
