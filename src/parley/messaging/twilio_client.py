"""Twilio's own client, with our time-outs, and its errors as ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import requests
from django.conf import settings
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from parley.contract import ConfigurationInvalid, ExternalTimeout, ProviderFailed, SmsUndelivered

TIMEOUT_S: Final = 10.0
BUSY: Final = 429


class _Http(TwilioHttpClient):  # type: ignore[misc]  # its library has no types
    """Sends requests to another server than Twilio's own, where one is set (a proxy, a region, a test)."""

    def __init__(self, base: str) -> None:
        super().__init__(timeout=TIMEOUT_S, pool_connections=True)
        self._base = urlsplit(base) if base else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """One request of Twilio's client."""
        if self._base is not None:
            url = urlunsplit((self._base.scheme, self._base.netloc, *urlsplit(url)[2:]))
        return super().request(method, url, *args, **kwargs)


def configured() -> bool:
    """Whether there is an account and a number."""
    parley = settings.PARLEY
    return bool(parley.twilio_account_sid and parley.twilio_auth_token and parley.twilio_phone_number)


def client() -> Client:
    """The client of the house's account. Raises ConfigurationInvalid without one."""
    parley = settings.PARLEY
    if not parley.twilio_account_sid or not parley.twilio_auth_token:
        raise ConfigurationInvalid("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are needed")
    return _client(parley.twilio_account_sid, parley.twilio_auth_token.get_secret_value(), parley.twilio_api_url)


@lru_cache(maxsize=4)
def _client(account: str, token: str, base: str) -> Client:
    return Client(account, token, http_client=_Http(base))


def address(path: str) -> str:
    """How Twilio reaches one of our webhooks. Raises ConfigurationInvalid without a public address."""
    if not settings.PARLEY.public_url:
        raise ConfigurationInvalid("PARLEY_PUBLIC_URL is needed, for Twilio to reach this server")
    return f"{settings.PARLEY.public_url.rstrip('/')}{path}"


@contextmanager
def errors() -> Iterator[None]:
    """Twilio's errors as ours: what may arrive later is retried, what never will is final."""
    try:
        yield
    except TwilioRestException as error:
        if error.status >= 500 or error.status == BUSY:
            raise ProviderFailed("Twilio failed", provider_code=error.code or error.status) from error
        raise SmsUndelivered("Twilio refuses it", provider_code=error.code or error.status) from error
    except requests.Timeout as error:
        raise ExternalTimeout("Twilio did not answer") from error
    except requests.RequestException as error:
        raise ProviderFailed("Twilio cannot be reached") from error
