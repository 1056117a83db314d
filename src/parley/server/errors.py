"""Errors as answers: the same JSON with the same codes from REST and from plain ASGI."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import structlog
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from parley.channels.route import Send
from parley.contract import (
    AuthenticationFailed,
    DatabaseFailed,
    NotFound,
    ParleyError,
    PermissionRefused,
    RequestInvalid,
    SystemFault,
)
from parley.server.metrics import ERRORS

log = structlog.get_logger("parley.errors")


def as_parley(error: Exception) -> ParleyError:
    """Any error as one of ours. What is inside an unknown one stays inside."""
    match error:
        case ParleyError():
            return error
        case ValidationError():
            return RequestInvalid("the request does not have the form that is asked for", faults=_faults(error))
        case Http404():
            return NotFound("there is no such thing")
        case AuthenticationError():
            return AuthenticationFailed("log in, or send a device token or an API key")
        case PermissionDenied():
            return PermissionRefused("this is not allowed")
        case HttpError():
            return NotFound(str(error)) if error.status_code == 404 else RequestInvalid(str(error))
        case DatabaseError():
            return DatabaseFailed("the database did not answer")
        case _:
            return SystemFault("something went wrong")


def _faults(error: ValidationError) -> list[dict[str, Any]]:
    return [{"where": _where(fault["loc"]), "what": fault["msg"]} for fault in error.errors]


def _where(place: Sequence[str | int]) -> str:
    """As who sent the request knows it: of a body our own name of the parameter that takes it is left out."""
    first, *rest = map(str, place)
    return ".".join((first, *(rest[1:] if first == "body" and len(rest) > 1 else rest)))


def noted(error: Exception) -> ParleyError:
    """The error as one of ours, counted, and logged when it is our fault."""
    ours = as_parley(error)
    ERRORS.labels(ours.code).inc()
    if ours.status >= 500:
        log.error("request_failed", code=ours.code, exc_info=error)
    return ours


def headers_of(error: ParleyError) -> Mapping[str, str]:
    """What an answer says beside its body."""
    if (pause := error.details.get("retry_after")) is not None:
        return {"Retry-After": str(pause)}
    return {"WWW-Authenticate": "Bearer"} if isinstance(error, AuthenticationFailed) else {}


def install(api: NinjaAPI) -> None:
    """Have every error of a REST route answered in this form."""

    def answer(_request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
        assert isinstance(error, Exception)
        ours = noted(error)
        return JsonResponse(ours.as_json(), status=ours.status, headers=dict(headers_of(ours)))

    for kind in (Exception, ParleyError, ValidationError, Http404, AuthenticationError, HttpError, PermissionDenied):
        api.add_exception_handler(kind, answer)


async def send_error(send: Send, error: Exception) -> None:
    """Answer a plain ASGI request with an error."""
    ours = noted(error)
    headers = [(name.lower().encode(), value.encode()) for name, value in headers_of(ours).items()]
    headers.append((b"content-type", b"application/json"))
    await send({"type": "http.response.start", "status": ours.status, "headers": headers})
    await send({"type": "http.response.body", "body": msgspec.json.encode(ours.as_json())})
