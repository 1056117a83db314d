"""Everything that can go wrong, as one tree.

    ParleyError
    ├── SystemFault               SYS_000  500   the machine or a service behind it
    │   ├── DatabaseFailed        SYS_001  503   retryable
    │   ├── ExternalTimeout       SYS_002  504   retryable
    │   ├── ConfigurationInvalid  SYS_003  500
    │   ├── AuthenticationFailed  SYS_004  401
    │   └── ProviderFailed        SYS_005  502   retryable
    ├── BusinessError             BIZ_000  409   the request is understood and cannot be met
    │   ├── Conflict              BIZ_001  409
    │   ├── InvalidTimeSlot       BIZ_002  422
    │   ├── CalendarUnavailable   BIZ_003  503   retryable
    │   └── SmsUndelivered        BIZ_004  502
    └── RequestInvalid            REQ_001  400   the request itself is malformed
        ├── SoundInvalid          REQ_002  400   no sound, an unknown codec, a broken file
        ├── NotFound              REQ_003  404
        ├── PermissionRefused     REQ_004  403
        └── RateLimited           REQ_005  429   retryable

A code is stable: clients and dashboards depend on it. What is *said* to a person for a code stands in
`sentences/errors.<language>.yaml` beside this file.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class ParleyError(Exception):
    """Base of all errors that leave a module; never raised itself."""

    code: ClassVar[str] = "SYS_000"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        """For developers and API clients, in English, without personal data."""
        self.details: Mapping[str, Any] = details
        """Machine-readable particulars that an API answer may carry."""

    def as_json(self) -> dict[str, Any]:
        """The body of an API answer: `{"error": {"code", "message", "retryable", "details"?}}`."""
        body: dict[str, Any] = {"code": self.code, "message": self.message, "retryable": self.retryable}
        if self.details:
            body["details"] = dict(self.details)
        return {"error": body}


class SystemFault(ParleyError):
    """The machine, or a service behind it, failed."""


class DatabaseFailed(SystemFault):
    """The database refused or did not answer."""

    code, status, retryable = "SYS_001", 503, True


class ExternalTimeout(SystemFault):
    """A provider did not answer in its time."""

    code, status, retryable = "SYS_002", 504, True


class ConfigurationInvalid(SystemFault):
    """A setting is missing or makes no sense."""

    code = "SYS_003"


class AuthenticationFailed(SystemFault):
    """No credentials, or wrong ones."""

    code, status = "SYS_004", 401


class ProviderFailed(SystemFault):
    """A provider answered with an error, broke off, or cannot be reached."""

    code, status, retryable = "SYS_005", 502, True


class BusinessError(ParleyError):
    """The request is well-formed, and the rules of the house refuse it."""

    code, status = "BIZ_000", 409


class Conflict(BusinessError):
    """Somebody else has it already."""

    code = "BIZ_001"


class InvalidTimeSlot(BusinessError):
    """The time is past, outside hours, or does not exist."""

    code, status = "BIZ_002", 422


class CalendarUnavailable(BusinessError):
    """The outside calendar cannot be reached; our own record stands."""

    code, status, retryable = "BIZ_003", 503, True


class SmsUndelivered(BusinessError):
    """The message failed for good."""

    code, status = "BIZ_004", 502


class RequestInvalid(ParleyError):
    """The request is malformed."""

    code, status = "REQ_001", 400


class SoundInvalid(RequestInvalid):
    """The sound cannot be decoded, or is none."""

    code = "REQ_002"


class NotFound(RequestInvalid):
    """There is no such thing, or not for this caller."""

    code, status = "REQ_003", 404


class PermissionRefused(RequestInvalid):
    """The caller is known and may not do this."""

    code, status = "REQ_004", 403


class RateLimited(RequestInvalid):
    """Too many requests; `details["retry_after"]` is in seconds."""

    code, status, retryable = "REQ_005", 429, True
