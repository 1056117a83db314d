"""What Twilio asks of us over HTTP: its form, checked by its signature, and our answer in TwiML."""

import datetime as dt
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.cache import cache
from django.db import close_old_connections
from django.utils.crypto import salted_hmac
from twilio.request_validator import RequestValidator
from twilio.twiml import TwiML

from parley.channels.admission import headers_of
from parley.channels.house import House, the_house
from parley.channels.route import Asgi, Receive, Scope, Send
from parley.contract import PermissionRefused, RequestInvalid

T = TypeVar("T")

LARGEST: Final = 64 * 1024
REMEMBERED_S: Final = 60
"""Twilio tries a webhook again within this time, and gets the same answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question of Twilio's."""

    form: Mapping[str, str]
    query: Mapping[str, str]
    house: House
    origin: str
    """Scheme and host under which we are reached."""
    now: dt.datetime

    @property
    def call_sid(self) -> str:
        """Which call it is about. Raises RequestInvalid."""
        try:
            return self.form["CallSid"]
        except KeyError:
            raise RequestInvalid("a webhook of a call names its CallSid") from None

    async def kept(self, work: Callable[[], T]) -> T:
        """Ask or change the record, off the event loop."""
        return await self.house.floor.kept(fresh(work))


def fresh(work: Callable[[], T]) -> Callable[[], T]:
    """The same work, on a database connection that is still good."""

    def run() -> T:
        close_old_connections()
        return work()

    return run


Handler = Callable[[Request], Awaitable[TwiML | None]]
"""None: there is nothing to do but to say that it was heard."""


def webhook(handler: Handler) -> Asgi:
    """The ASGI application for one webhook. A forged request is refused; one that comes twice is answered once."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        headers = headers_of(scope)
        body = await _body(receive)
        form = _pairs(body)
        origin = origin_of(scope, headers)
        query = scope.get("query_string", b"").decode("latin-1")
        address = f"{origin}{scope['path']}" + (f"?{query}" if query else "")
        house = the_house()
        check(address, form, headers.get("x-twilio-signature", ""), house=house)
        request = Request(form=form, query=_pairs(query), house=house, origin=origin, now=house.services.now())
        again = headers.get("i-twilio-idempotency-token", "")
        key = f"twilio:{hashlib.blake2s((again + scope['path']).encode()).hexdigest()}" if again else ""
        text = await house.floor.offloaded(lambda: cache.get(key)) if key else None
        if text is None:
            twiml = await handler(request)
            text = str(twiml) if twiml is not None else ""
            if key:
                await house.floor.offloaded(lambda: cache.set(key, text, REMEMBERED_S))
        await _send(send, text)

    return answer


def check(address: str, form: Mapping[str, str], signature: str, *, house: House) -> None:
    """Raises PermissionRefused for what the carrier has not signed."""
    if house.unsigned_calls and not signature:
        return
    if not RequestValidator(signing_key()).validate(address, dict(form), signature):
        raise PermissionRefused("the signature is not the carrier's")


def signing_key() -> str:
    """With what the carrier signs: its token; without an account, a key of this house's own, for simulated calls."""
    token = settings.PARLEY.twilio_auth_token
    return str(token.get_secret_value()) if token else salted_hmac("parley.telephone", "simulated").hexdigest()


def origin_of(scope: Scope, headers: Mapping[str, str]) -> str:
    """How the outside reaches us: as it is set, else as this request did."""
    if settings.PARLEY.public_url:
        return str(settings.PARLEY.public_url).rstrip("/")
    return f"{scope.get('scheme', 'http')}://{headers.get('host', '')}"


async def _body(receive: Receive) -> str:
    data = bytearray()
    more = True
    while more:
        message = await receive()
        data += message.get("body", b"")
        more = message.get("more_body", False)
        if len(data) > LARGEST:
            raise RequestInvalid(f"more than {LARGEST} bytes")
    return data.decode("utf-8", "replace")


def _pairs(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))


async def _send(send: Send, text: str) -> None:
    headers = [(b"content-type", b"text/xml; charset=utf-8")] if text else []
    await send({"type": "http.response.start", "status": 200 if text else 204, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
