"""Which outside calendars are connected, what stands in them of ours, and where the two sides disagree."""

import hashlib
import uuid
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils import timezone

from parley.scheduling.models import Booking, Resource, Site
from parley.scheduling.spans import Span


class Account(models.Model):
    """A log-in at a provider of calendars."""

    class State(models.TextChoices):
        """Whether it opens its calendars."""

        OPEN = "open"
        REFUSED = "refused"
        """The provider does not take the log-in any more: somebody has to connect it anew."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="calendar_accounts")
    provider = models.CharField(max_length=40)
    """Name of the provider, such as `google`."""
    name = models.CharField(max_length=200)
    """Whose it is there: an address, or a user's name with the server's."""
    sealed = models.TextField(editable=False)
    """What opens it, sealed."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    listed = models.JSONField(default=list)
    """Its calendars when they were last listed: `[{"id", "name", "writable"}]`."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "provider", "name"], name="calendar_account_once")
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.name}"


class Shows(models.TextChoices):
    """What our entries say to whoever sees the calendar."""

    NOTHING = "nothing"
    """That there is an appointment."""
    NAME = "name"
    """And whose."""
    ALL = "all"
    """And for what, the telephone number and the note."""
    ABSENT = "absent"
    """They are not written there: its events block time, and that is all."""


class Link(models.Model):
    """One calendar of an account, and whose time it is: one person's, a room's, or that of several who share it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    resources: models.ManyToManyField[Resource, models.Model] = models.ManyToManyField(
        Resource, related_name="calendar_links"
    )
    """Its events block the time of each; their appointments stand in it."""
    calendar = models.CharField(max_length=500)
    """The provider's id of it: Google's id, or an address."""
    name = models.CharField(max_length=200, blank=True)
    shows = models.CharField(max_length=8, choices=Shows.choices, default=Shows.NOTHING)

    cursor = models.TextField(blank=True, editable=False)
    """Up to where it was read, in the provider's own words; empty: read it whole."""
    read_until = models.DateTimeField(null=True, editable=False)
    """Events up to here are known; when the horizon comes near, it is read whole again."""
    read_at = models.DateTimeField(null=True, editable=False)
    """When it was last read to the end."""
    failures = models.PositiveIntegerField(default=0, editable=False)
    """In a row; the pause before the next try grows with them."""
    error = models.CharField(max_length=40, blank=True, editable=False)
    """What went wrong last, as the name of the words that say it; empty: nothing."""
    failing_since = models.DateTimeField(null=True, editable=False)

    channel = models.CharField(max_length=64, blank=True, editable=False)
    """Id of the channel through which the provider tells of changes; empty: it is only asked."""
    channel_resource = models.CharField(max_length=255, blank=True, editable=False)
    channel_hash = models.CharField(max_length=64, blank=True, editable=False)
    """Fingerprint of the token that proves a notification."""
    channel_ends = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "calendar"], name="calendar_linked_once"),
            models.UniqueConstraint(fields=["channel"], condition=~Q(channel=""), name="calendar_channel_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.calendar

    def holds(self, booking: Booking) -> bool:
        """Whether a booking's entry belongs in it, going by whose it is."""
        return self.shows != Shows.ABSENT and booking.resource_id in {each.pk for each in self.resources.all()}

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone of its days without a clock: that of those whose it is, or the site's where theirs differ."""
        zones = {each.time_zone for each in self.resources.all()}
        return zones.pop() if len(zones) == 1 else ZoneInfo(self.account.site.zone)

    @property
    def source(self) -> str:
        """What the busy times that come from it are marked with."""
        return f"calendar:{self.pk}"

    @staticmethod
    def key_of(item: str) -> str:
        """The key of an item's busy times; an id that is too long for it is hashed."""
        return item if len(item) <= 255 else f"sha256:{hashlib.sha256(item.encode()).hexdigest()}"


class Entry(models.Model):
    """A booking as it stands, or shall stand, in one outside calendar. The rows that wait are the outbox."""

    class State(models.TextChoices):
        """Where the delivery stands."""

        WAITING = "waiting"
        WRITTEN = "written"
        REMOVED = "removed"
        DISPUTED = "disputed"
        """It was edited there in a way that cannot be taken over; staff decide."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="calendar_entries")
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="entries")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    external_id = models.CharField(max_length=500)
    """Its id there, made by us before the first try: a delivery that is repeated meets itself."""
    generation = models.PositiveSmallIntegerField(default=0)
    """Counts how often it was put there anew after it had been deleted there."""
    etag = models.CharField(max_length=255, blank=True)
    """The version that we know; empty: none was ever seen there."""
    version = models.PositiveIntegerField(default=0)
    """The booking's version that it agrees with."""
    start = models.DateTimeField(null=True)
    """When it takes place there, as far as we know."""
    end = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    """Since when it is gone there, by nobody's doing here: a moment later it counts as deleted."""
    wanted_at = models.DateTimeField(default=timezone.now)
    """When the delivery was asked for; the oldest goes first."""
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name_plural = "entries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["booking", "link"], name="calendar_entry_once"),
            models.UniqueConstraint(fields=["link", "external_id"], name="calendar_entry_id_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["link", "wanted_at"], name="calendar_outbox", condition=Q(state="waiting"))
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.external_id}"

    @property
    def span(self) -> Span | None:
        """When it takes place there."""
        return Span(self.start, self.end) if self.start is not None and self.end is not None else None


class Disagreement(models.Model):
    """An edit in an outside calendar that the rules of the house refuse. It stands until somebody decides."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="disagreements")
    found_at = models.DateTimeField()
    why = models.CharField(max_length=20)
    """The rule that refuses it, as in `reasons.Why`, or `changed`: both sides were changed at once."""
    start = models.DateTimeField(null=True)
    """When it takes place there now; None: it was deleted there."""
    end = models.DateTimeField(null=True)
    etag = models.CharField(max_length=255, blank=True)
    resource = models.ForeignKey(Resource, null=True, on_delete=models.CASCADE, related_name="+")
    """Whose it would be: it was dragged into their calendar. None: whose it is."""
    version = models.PositiveIntegerField()
    """The booking's version that was met."""
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True)
    choice = models.CharField(max_length=8, blank=True)
    """`ours` or `theirs`."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(settled_at__isnull=True), name="calendar_disagreement_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.why} {self.found_at:%Y-%m-%d %H:%M}"
