"""Who gives which service when, and what is booked.

Availability is computed from hours, overrides, holidays and what is busy; it is never stored. Every row of `Booking`
that is active keeps its resource busy from `busy_from` to `busy_until`, buffers included, as a half-open interval.
"""

import uuid
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from parley.accounts.models import LanguageChoice, Person


class Site(models.Model):
    """A clinic, a shop: one place with its time zone, its country and its holidays."""

    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64)
    """IANA name."""
    country = models.CharField(max_length=2)
    """ISO 3166-1, for holidays and telephone numbers."""
    region = models.CharField(max_length=8, blank=True)
    """ISO 3166-2 subdivision without the country, such as `QC`."""
    closed_on_holidays = models.BooleanField(default=True)
    phone = models.CharField(max_length=16, blank=True)
    """The number that people call, E.164: which site an incoming call is for."""
    transfer_phone = models.CharField(max_length=16, blank=True)
    """Where a human being answers."""
    languages = models.JSONField(default=list)
    """Languages spoken, the first is the greeting's."""
    address = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class Resource(models.Model):
    """Somebody or something whose time is booked: a dentist, a nurse, a room."""

    class Kind(models.TextChoices):
        """What it is."""

        STAFF = "staff"
        ROOM = "room"

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.STAFF)
    name = models.CharField(max_length=120)
    spoken = models.JSONField(default=dict, blank=True)
    """How it is called by language, where that differs: `{"ko": "김 선생님"}`."""
    zone = models.CharField(max_length=64, blank=True)
    """IANA name; empty: the site's."""
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "name"], name="resource_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone of its hours."""
        return ZoneInfo(self.zone or self.site.zone)


class Service(models.Model):
    """What is given: how long it takes and when it may be booked. All lengths in minutes."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="services")
    code = models.SlugField(max_length=40)
    names = models.JSONField(default=dict)
    """Its name by language: `{"en": "cleaning", "fr": "détartrage"}`."""
    also = models.JSONField(default=dict, blank=True)
    """Other words for it by language: `{"en": ["scale and polish"]}`."""
    duration = models.PositiveSmallIntegerField(default=30)
    buffer_before = models.PositiveSmallIntegerField(default=0)
    buffer_after = models.PositiveSmallIntegerField(default=0)
    step = models.PositiveSmallIntegerField(default=15)
    """Starts are offered on this grid, counted from the beginning of the opening."""
    notice = models.PositiveIntegerField(default=0)
    """The least time between the call and the start."""
    horizon_days = models.PositiveSmallIntegerField(default=180)
    any_reason = models.BooleanField(default=False)
    """Given for whatever no other service is named for; the caller's words become the booking's title."""
    active = models.BooleanField(default=True)
    resources: models.ManyToManyField[Resource, models.Model] = models.ManyToManyField(
        Resource, related_name="services", blank=True
    )
    """Who may give it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "code"], name="service_code_once"),
            models.CheckConstraint(condition=Q(duration__gt=0, duration__lte=720), name="service_lasts_up_to_12_h"),
            models.CheckConstraint(
                condition=Q(buffer_before__lte=240, buffer_after__lte=240), name="service_buffers_up_to_4_h"
            ),
            models.CheckConstraint(condition=Q(step__gt=0), name="service_step_positive"),
        ]

    def __str__(self) -> str:
        return self.code

    def name_in(self, language: str) -> str:
        """Its name in a language, else in any."""
        return str(self.names.get(language) or next(iter(self.names.values()), self.code))


class Hours(models.Model):
    """Weekly hours of a resource in its own wall time. Several rows a day make breaks."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    """0 is Monday."""
    opens = models.TimeField()
    closes = models.TimeField()
    """00:00 is the end of the day."""
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    """Inclusive."""

    class Meta:
        verbose_name_plural = "hours"
        indexes: ClassVar = [models.Index(fields=["resource", "weekday"], name="hours_by_day")]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_weekday")]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class Override(models.Model):
    """What differs from the weekly hours on one day: closed for a while, or open beyond them."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="overrides")
    resource = models.ForeignKey(Resource, null=True, blank=True, on_delete=models.CASCADE, related_name="overrides")
    """None: the whole site."""
    day = models.DateField()
    opens = models.BooleanField()
    """True adds time (also on a holiday), False takes it away."""
    start = models.TimeField(null=True, blank=True)
    """None: from the beginning of the day."""
    end = models.TimeField(null=True, blank=True)
    """None or 00:00: until its end."""
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["site", "day"], name="override_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {'open' if self.opens else 'closed'}"


class Busy(models.Model):
    """Time that an outside calendar takes away from a resource; what lasts longer than a day stands in pieces."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="busy")
    start = models.DateTimeField()
    end = models.DateTimeField()
    source = models.CharField(max_length=40)
    """Which calendar, such as `google`."""
    external_id = models.CharField(max_length=255)

    class Meta:
        verbose_name_plural = "busy times"
        indexes: ClassVar = [models.Index(fields=["resource", "start"], name="busy_by_start")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource", "source", "external_id", "start"], name="busy_event_once"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="busy_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.start:%Y-%m-%d %H:%M}"


class Booking(models.Model):
    """A hold or an appointment. Never deleted: a cancellation is a status with a reason."""

    class Status(models.TextChoices):
        """The life of a booking, in the words of FHIR's appointment status."""

        HELD = "held"
        BOOKED = "booked"
        ARRIVED = "arrived"
        FULFILLED = "fulfilled"
        CANCELLED = "cancelled"
        NO_SHOW = "noshow"

    TAKES_TIME = (Status.HELD, Status.BOOKED, Status.ARRIVED, Status.FULFILLED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="bookings")
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="bookings")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="bookings")
    status = models.CharField(max_length=10, choices=Status.choices)
    start = models.DateTimeField()
    end = models.DateTimeField()
    busy_from = models.DateTimeField()
    busy_until = models.DateTimeField()
    held_by = models.CharField(max_length=64, blank=True)
    """The conversation that holds it."""
    held_until = models.DateTimeField(null=True, blank=True)
    title = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    """E.164."""
    description = models.TextField(blank=True)
    language = models.CharField(max_length=2, choices=LanguageChoice.choices, default=LanguageChoice.ENGLISH)
    cancel_reason = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    """Counts changes: who changes a booking names the version that they saw."""
    reference = models.CharField(max_length=40, blank=True)
    """What another system calls it; empty: its id."""
    key = models.CharField(max_length=128, null=True, blank=True, unique=True)
    """Idempotency key of the request that made it."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["resource", "busy_from"], name="booking_by_time"),
            models.Index(fields=["phone", "start"], name="booking_by_phone"),
            models.Index(fields=["person", "start"], name="booking_by_person"),
            models.Index(fields=["held_by"], name="booking_by_holder", condition=Q(status="held")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="booking_ends_after_start"),
            models.CheckConstraint(
                condition=Q(busy_from__lte=F("start"), busy_until__gte=F("end")), name="booking_busy_covers_it"
            ),
            models.CheckConstraint(
                condition=~Q(status="held") | Q(held_until__isnull=False), name="booking_hold_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.start:%Y-%m-%d %H:%M}"


class Change(models.Model):
    """What happened to a booking, and who did it. Only ever added to."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    """`conversation:<id>`, `user:<id>`, `calendar:google`, `api`."""
    what = models.CharField(max_length=16)
    """`held`, `booked`, `moved`, `cancelled`, `edited`, …"""
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["booking", "at"], name="change_by_booking")]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"


class Waiting(models.Model):
    """Somebody who would like an earlier time, in the order in which they asked."""

    class Status(models.TextChoices):
        """Where the wish stands."""

        WAITING = "waiting"
        OFFERED = "offered"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        EXPIRED = "expired"

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="waiting")
    resource = models.ForeignKey(Resource, null=True, blank=True, on_delete=models.CASCADE, related_name="waiting")
    """None: anybody."""
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="waiting")
    booking = models.ForeignKey(Booking, null=True, blank=True, on_delete=models.CASCADE, related_name="waiting")
    """The later appointment that they have meanwhile."""
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=16)
    language = models.CharField(max_length=2, choices=LanguageChoice.choices, default=LanguageChoice.ENGLISH)
    earliest = models.DateTimeField()
    latest = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    offer = models.ForeignKey(Booking, null=True, blank=True, on_delete=models.SET_NULL, related_name="offered_to")
    """The hold that is offered now."""
    offer_ends = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "waiting list"
        indexes: ClassVar = [models.Index(fields=["service", "status", "created_at"], name="waiting_in_order")]

    def __str__(self) -> str:
        return f"{self.name} {self.status}"
