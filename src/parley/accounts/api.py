"""REST: a person's profile, and their devices' tokens."""

from typing import Annotated, Any, Final, cast
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from parley.accounts import services
from parley.accounts.authentication import Principal, signed_in
from parley.accounts.models import Person, Profile
from parley.contract import Language, NotFound

PATH: Final = "/v1/users"
router = Router(auth=signed_in, tags=["people"])


class VoicePreference(Schema):
    """How replies sound."""

    voice: str = ""
    rate: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0
    pitch: Annotated[float, Field(ge=-12, le=12)] = 0.0
    """Semitones."""


class PrivacySettings(Schema):
    """What may be kept and learnt."""

    save_audio: bool = False
    personalization: bool = False


class ProfileOut(Schema):
    """A profile as the API shows it."""

    user_id: UUID
    language: Language
    voice_preference: VoicePreference
    linked_accounts: list[Any]
    privacy_settings: PrivacySettings


class ProfileIn(Schema):
    """What to change; what is left out stays."""

    language: Language | None = None
    voice_preference: VoicePreference | None = None
    privacy_settings: PrivacySettings | None = None


class DeviceIn(Schema):
    """A device to be known from now on."""

    name: Annotated[str, Field(min_length=1, max_length=100)]


class DeviceOut(Schema):
    """A device."""

    id: UUID
    name: str


class DeviceMade(DeviceOut):
    """A new device with its token, which is never shown again."""

    token: str


@router.get("/{user_id}/profile", response=ProfileOut)
def get_profile(request: HttpRequest, user_id: UUID) -> ProfileOut:
    """A person's profile."""
    return _shown(services.profile_of(_own(request, user_id)))


@router.put("/{user_id}/profile", response=ProfileOut)
def put_profile(request: HttpRequest, user_id: UUID, body: ProfileIn) -> ProfileOut:
    """Change a person's profile."""
    changes: dict[str, Any] = {}
    if body.language:
        changes["language"] = body.language
    if voice := body.voice_preference:
        changes |= {"voice": voice.voice, "voice_rate": voice.rate, "voice_pitch": voice.pitch}
    if privacy := body.privacy_settings:
        changes |= privacy.dict()
    return _shown(services.change_profile(_own(request, user_id), changes))


@router.get("/{user_id}/devices", response=list[DeviceOut])
def list_devices(request: HttpRequest, user_id: UUID) -> list[DeviceOut]:
    """A person's devices whose tokens are good."""
    rows = _own(request, user_id).devices.filter(revoked_at=None).order_by("created_at")
    return [DeviceOut(id=row.pk, name=row.name) for row in rows]


@router.post("/{user_id}/devices", response={201: DeviceMade})
def make_device(request: HttpRequest, user_id: UUID, body: DeviceIn) -> Status[DeviceMade]:
    """A new device and its token."""
    device, token = services.issue_device(name=body.name, person=_own(request, user_id))
    return Status(201, DeviceMade(id=device.pk, name=device.name, token=token))


@router.delete("/{user_id}/devices/{device_id}", response={204: None})
def end_device(request: HttpRequest, user_id: UUID, device_id: UUID) -> Status[None]:
    """End a device's token."""
    services.revoke_device(device_id, person=_own(request, user_id), now=timezone.now())
    return Status(204, None)


def _own(request: HttpRequest, user_id: UUID) -> Person:
    """The person, if the caller may see them. A stranger is not told that they exist."""
    principal = cast(Principal, request.auth)  # type: ignore[attr-defined]
    if not principal.is_or_serves(user_id):
        raise NotFound("no such person")
    return services.person(user_id)


def _shown(profile: Profile) -> ProfileOut:
    return ProfileOut(
        user_id=profile.person_id,
        language=cast(Language, profile.language),
        voice_preference=VoicePreference(voice=profile.voice, rate=profile.voice_rate, pitch=profile.voice_pitch),
        linked_accounts=profile.linked_accounts,
        privacy_settings=PrivacySettings(save_audio=profile.save_audio, personalization=profile.personalization),
    )
