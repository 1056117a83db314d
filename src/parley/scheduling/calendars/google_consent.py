"""Consent of a Google account: where staff are sent to give it, and what they come back with."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from google.auth.exceptions import GoogleAuthError
from google_auth_oauthlib.flow import Flow
from oauthlib.oauth2 import OAuth2Error
from requests import RequestException

from parley.contract import CalendarUnavailable, ConfigurationInvalid
from parley.scheduling.calendars.provider import Refused

SCOPES: Final = (
    "https://www.googleapis.com/auth/calendar.events",
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
)
"""Events to read and write, and the list of calendars to choose from: no more is asked for."""

TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A consent that was asked for; kept in the session until they come back."""

    url: str
    """Where to give it."""
    state: str
    """Comes back with the answer: who brings another one was not sent by us."""
    verifier: str
    """Proves that the code is exchanged by whoever asked (PKCE)."""


def configured() -> bool:
    """Whether there is a client of ours that accounts can consent to."""
    path = _client()
    return path is not None and path.is_file() and '"client_secret"' in path.read_text(encoding="utf-8")


def ask(back: str) -> Asked:
    """Ask for consent; the browser comes back to the address `back`. Raises ConfigurationInvalid."""
    flow = _flow(back)
    with flow.oauth2session:
        url, state = flow.authorization_url(access_type="offline", prompt="consent")
    return Asked(url=url, state=state, verifier=str(flow.code_verifier))


def answered(code: str, *, state: str, verifier: str, back: str) -> dict[str, Any]:
    """What opens the account, for a code that came back. Raises Refused when not all was granted."""
    flow = _flow(back, state=state, verifier=verifier)
    try:
        with flow.oauth2session:
            flow.fetch_token(code=code, timeout=TIMEOUT_S)
    except (RequestException, OSError) as error:
        raise CalendarUnavailable("Google cannot be reached") from error
    except (
        OAuth2Error,
        GoogleAuthError,
        ValueError,
        Warning,
    ) as error:  # oauthlib raises a scope's change as Warning
        raise Refused("Google did not grant what was asked for") from error
    credentials = flow.credentials
    if not credentials.refresh_token or not set(SCOPES) <= set(credentials.scopes or ()):
        raise Refused("Google did not grant what was asked for")
    granted: dict[str, Any] = json.loads(credentials.to_json())
    return granted


def _flow(back: str, *, state: str | None = None, verifier: str | None = None) -> Flow:
    path = _client()
    if path is None or not configured():
        raise ConfigurationInvalid("PARLEY_GOOGLE_CLIENT_PATH must name the file of an OAuth client")
    try:
        return Flow.from_client_secrets_file(
            str(path),
            scopes=list(SCOPES),
            redirect_uri=back,
            state=state,
            code_verifier=verifier,
            autogenerate_code_verifier=verifier is None,
        )
    except ValueError as error:
        raise ConfigurationInvalid("PARLEY_GOOGLE_CLIENT_PATH is no file of an OAuth client") from error


def _client() -> Path | None:
    """The file of our client. The other setting may name a service account, for speech."""
    path: Path | None = settings.PARLEY.google_client_path or settings.PARLEY.google_credentials_path
    return path
