"""Make, find and change people, their profiles, their devices, and keys."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from parley.accounts import tokens
from parley.accounts.models import ApiKey, Device, Person, Profile
from parley.contract import NotFound, RequestInvalid, Role

SEEN_EVERY: Final = dt.timedelta(minutes=10)
"""How often a device's or key's last use is written: a look-up should rarely be a write."""
PROFILE_FIELDS: Final = frozenset(
    {"language", "voice", "voice_rate", "voice_pitch", "linked_accounts", "preferences"}
    | {"save_audio", "personalization"}
)


def person(person_id: UUID | str) -> Person:
    """The person with that id. Raises NotFound, also for what is no id."""
    try:
        return Person.objects.select_related("profile").get(pk=UUID(str(person_id)))
    except (Person.DoesNotExist, ValueError):
        raise NotFound("no such person") from None


def people_with_phone(phone: str) -> list[Person]:
    """Everybody known under an E.164 number; a number is a hint, several may share it."""
    return list(Person.objects.filter(phone=phone).order_by("created_at")) if phone else []


def profile_of(person: Person) -> Profile:
    """The person's profile, made with its defaults when there is none yet."""
    return Profile.objects.get_or_create(person=person)[0]


@transaction.atomic
def change_profile(person: Person, changes: Mapping[str, Any]) -> Profile:
    """Set some fields of a profile. Raises RequestInvalid for an unknown one."""
    if unknown := sorted(changes.keys() - PROFILE_FIELDS):
        raise RequestInvalid(f"a profile has no {', '.join(unknown)}")
    profile_of(person)
    profile = Profile.objects.select_for_update().get(pk=person.pk)
    for name, value in changes.items():
        setattr(profile, name, value)
    profile.save()
    return profile


def issue_device(*, name: str, person: Person | None) -> tuple[Device, str]:
    """A new device and its token, which is never shown again."""
    token = tokens.new(tokens.DEVICE)
    return Device.objects.create(name=name, person=person, token_hash=tokens.fingerprint(token)), token


def issue_key(
    *, name: str, scopes: Sequence[str], role: Role = Role.ANYONE, expires_at: dt.datetime | None = None
) -> tuple[ApiKey, str]:
    """A new API key and its text, which is never shown again."""
    text = tokens.new(tokens.KEY)
    key = ApiKey.objects.create(
        name=name,
        prefix=text[:8],
        key_hash=tokens.fingerprint(text),
        scopes=list(scopes),
        role=role.value,
        expires_at=expires_at,
    )
    return key, text


def device_with(token: str, *, now: dt.datetime) -> Device | None:
    """The device of a token, if it is not revoked."""
    found = Device.objects.filter(token_hash=tokens.fingerprint(token), revoked_at=None).first()
    if found and (found.last_seen_at is None or now - found.last_seen_at > SEEN_EVERY):
        Device.objects.filter(pk=found.pk).update(last_seen_at=now)
    return found


def key_with(text: str, *, now: dt.datetime) -> ApiKey | None:
    """The key of a text, if it is neither revoked nor run out."""
    valid = Q(expires_at=None) | Q(expires_at__gt=now)
    found = ApiKey.objects.filter(valid, key_hash=tokens.fingerprint(text), revoked_at=None).first()
    if found and (found.last_used_at is None or now - found.last_used_at > SEEN_EVERY):
        ApiKey.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def revoke_device(device_id: UUID, *, person: Person | None, now: dt.datetime) -> None:
    """End a device's token. Raises NotFound for somebody else's device."""
    if not Device.objects.filter(pk=device_id, person=person, revoked_at=None).update(revoked_at=now):
        raise NotFound("no such device")
