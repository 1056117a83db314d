"""Who asks, by what they bring: a log-in's session, a device token, or an API key.

Plain ASGI applications call `principal_of_token`; REST routes name one of the guards below:

    router = Router(auth=signed_in)
    @router.post("", auth=with_scope("appointments:write"))
"""

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from parley.accounts import services, tokens
from parley.accounts.models import User
from parley.contract import AuthenticationFailed, PermissionRefused, Role

Guard = Callable[[HttpRequest], "Principal"]
STAFF = frozenset({Role.FRONT_DESK, Role.NURSE})
SERVICE = frozenset({"stt:use", "tts:use", "nlu:use", "appointments:*", "sms:*"})
"""What the services of one house may ask of each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks, and what they may do."""

    actor: str
    """For the audit: `user:7`, `device:…`, `key:3`."""
    person_id: UUID | None = None
    role: Role = Role.ANYONE
    scopes: frozenset[str] = frozenset()
    """`*` is everything."""
    service: bool = False
    """Another process of this house, which may say for whom it asks."""

    def may(self, scope: str) -> bool:
        """Whether a scope such as `appointments:write` is held; `appointments:*` and `*` hold it too."""
        area, _, _ = scope.partition(":")
        return bool(self.scopes & {scope, f"{area}:*", "*"})

    def is_or_serves(self, person_id: UUID) -> bool:
        """Whether this is that person, or staff."""
        return self.person_id == person_id or self.role in STAFF or "*" in self.scopes


def principal_of_user(user: User) -> Principal:
    """Of a log-in. Staff may do everything that the interface offers, others what is their own."""
    role = Role(user.role)
    staff = user.is_superuser or role in STAFF
    return Principal(
        actor=f"user:{user.pk}",
        person_id=user.person_id,
        role=role,
        scopes=frozenset({"*"} if staff else {"self:*"}),
    )


def principal_of_token(token: str, *, now: dt.datetime) -> Principal:
    """Of a device token, an API key or the key of our own services. Raises AuthenticationFailed."""
    if of_a_service(token):
        return Principal(actor="service", scopes=SERVICE, service=True)
    if token.startswith(tokens.DEVICE) and (device := services.device_with(token, now=now)):
        role = Role.CALLER if device.person_id else Role.ANYONE
        return Principal(
            actor=f"device:{device.pk}", person_id=device.person_id, role=role, scopes=frozenset({"self:*"})
        )
    if token.startswith(tokens.KEY) and (key := services.key_with(token, now=now)):
        return Principal(actor=f"key:{key.pk}", role=Role(key.role), scopes=frozenset(key.scopes))
    raise AuthenticationFailed("the token is unknown, revoked or run out")


def of_a_service(token: str) -> bool:
    """Whether another service of this house asks."""
    key = settings.PARLEY.service_key
    return key is not None and secrets.compare_digest(token.encode(), key.get_secret_value().encode())


def token_of(authorization: str, api_key: str = "") -> str | None:
    """The token of the headers `Authorization: Bearer …` and `X-API-Key`."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else api_key or None


def principal_of(request: HttpRequest) -> Principal | None:
    """Of a Django request; None for a visitor. Raises AuthenticationFailed for a token that is wrong."""
    token = token_of(request.headers.get("Authorization", ""), request.headers.get("X-API-Key", ""))
    if token:
        return principal_of_token(token, now=timezone.now())
    user = getattr(request, "user", None)
    return principal_of_user(user) if isinstance(user, User) and user.is_active else None


def signed_in(request: HttpRequest) -> Principal:
    """Anybody who is known. The principal is `request.auth` in the route."""
    principal = principal_of(request)
    if principal is None:
        raise AuthenticationFailed("log in, or send a device token or an API key")
    return principal


def with_scope(scope: str) -> Guard:
    """Anybody who holds the scope."""

    def guard(request: HttpRequest) -> Principal:
        principal = signed_in(request)
        if not principal.may(scope):
            raise PermissionRefused(f"the scope {scope} is needed")
        return principal

    return guard


def visitor(request: HttpRequest) -> Principal:
    """Anybody; an unknown one as a principal without rights."""
    return principal_of(request) or Principal(actor="visitor")
