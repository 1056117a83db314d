"""Secrets that must be read again, such as the refresh token of a calendar, sealed by authenticated encryption.

The key comes from the secret key of the house. Where that is changed, the earlier one stands in
`secret_key_fallbacks` and still opens what it sealed; whatever is sealed anew is sealed with the present one.
"""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from parley.contract import ConfigurationInvalid

PURPOSE: Final = b"parley sealed values, 1"
"""Parts this key from all others that come from the same secret."""


def seal(value: Mapping[str, Any]) -> str:
    """A value that JSON can hold, as text that only this house can read."""
    return _fernet().encrypt(json.dumps(value).encode()).decode("ascii")


def unseal(sealed: str) -> dict[str, Any]:
    """What was sealed. Raises ConfigurationInvalid when no present or earlier secret key opens it."""
    try:
        opened = _fernet().decrypt(sealed.encode("ascii"))
    except InvalidToken as error:
        raise ConfigurationInvalid("a sealed value was sealed with another secret key") from error
    value: dict[str, Any] = json.loads(opened)
    return value


def _fernet() -> MultiFernet:
    return _of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _of(secrets: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(secret))) for secret in secrets])


def _derived(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
