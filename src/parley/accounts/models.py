"""Who there is: people who are talked to, users who log in, devices and programs that act for them."""

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from parley.contract import Role

ROLES = [(role.value, role.value) for role in Role]


class LanguageChoice(models.TextChoices):
    """The languages Parley speaks."""

    ENGLISH = "en", "English"
    FRENCH = "fr", "Français"
    KOREAN = "ko", "한국어"


class Person(models.Model):
    """Somebody who talks to Parley, or whom Parley calls. Need not have a log-in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=16, blank=True, db_index=True)
    """E.164. Several people may share a telephone."""
    email = models.EmailField(blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    """IANA name; empty: the household's."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name or str(self.id)


class User(AbstractUser):
    """A log-in for the dashboard and the administration."""

    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="user")
    role = models.CharField(max_length=16, choices=ROLES, default=Role.ANYONE.value)

    class Meta(AbstractUser.Meta):
        swappable = "AUTH_USER_MODEL"


class Profile(models.Model):
    """How a person wants to be spoken with, and what may be kept. Nothing is kept unless they say so."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="profile")
    language = models.CharField(max_length=2, choices=LanguageChoice.choices, default=LanguageChoice.ENGLISH)
    voice = models.CharField(max_length=64, blank=True)
    voice_rate = models.FloatField(default=1.0)
    voice_pitch = models.FloatField(default=0.0)
    """Semitones above or below the voice's own pitch."""
    save_audio = models.BooleanField(default=False)
    personalization = models.BooleanField(default=False)
    linked_accounts = models.JSONField(default=list, blank=True)
    preferences = models.JSONField(default=dict, blank=True)
    """What skills remember about a person's wishes (home city, units)."""
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(voice_rate__gte=0.5, voice_rate__lte=2.0), name="profile_voice_rate_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(voice_pitch__gte=-12, voice_pitch__lte=12), name="profile_voice_pitch_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"profile of {self.person_id}"


class Device(models.Model):
    """A microphone or screen with a token of its own. Only the token's hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="devices")
    """Who speaks there; None for a device that many share."""
    name = models.CharField(max_length=100)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    settings = models.JSONField(default=dict, blank=True)
    """The device's own wishes (wake word sensitivity, volume)."""
    created_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """A program's key. Only its hash is kept; its first characters tell keys apart in lists."""

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    """What it may do, such as `appointments:write`; `*` is everything."""
    role = models.CharField(max_length=16, choices=ROLES, default=Role.ANYONE.value)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
