"""Being told of changes instead of asking: a channel for each calendar, renewed before it ends."""

import datetime as dt
import secrets
import uuid
from typing import Final, cast

import structlog
from django.conf import settings

from parley import jobs
from parley.accounts import tokens
from parley.contract import NotFound, ParleyError, PermissionRefused
from parley.scheduling.calendars import OWNER
from parley.scheduling.calendars.models import Link
from parley.scheduling.calendars.provider import Channel, Pushing
from parley.scheduling.calendars.providers import opened

PATH: Final = "/calendars/changed"
"""Where providers tell of changes."""
KIND: Final = "pw_"
BEFORE: Final = dt.timedelta(days=1)
"""How long before its end a channel is renewed; a short one, when half of it is over."""
AGAIN: Final = dt.timedelta(hours=1)
"""Until a channel that could not be had is asked for again; meanwhile the calendar is asked at intervals."""

log = structlog.get_logger("parley.calendars")


def address() -> str:
    """Where we are told; empty: nobody outside can reach us, or not over TLS, which providers insist on."""
    base = str(settings.PARLEY.public_url).rstrip("/")
    return f"{base}{PATH}" if base.startswith("https://") else ""


def renew(link: Link, *, now: dt.datetime) -> None:
    """Open a new channel, then end the old one: no change falls between them."""
    with opened(link.account) as provider:
        if not provider.pushes or not address():
            return
        pushing = cast(Pushing, provider)
        token, channel, old = tokens.new(KIND), uuid.uuid4().hex, channel_of(link)
        # The first notification may come before the answer; it is refused, and the reading that follows makes up.
        try:
            made = pushing.watch(link.calendar, channel=channel, token=token, address=address())
        except ParleyError as error:
            log.warning("no_channel", provider=link.account.provider, code=error.code)
            jobs.later(OWNER, "watch", at=now + AGAIN, subject=str(link.pk))
            return
        Link.objects.filter(pk=link.pk).update(
            channel=made.id,
            channel_resource=made.resource,
            channel_hash=tokens.fingerprint(token),
            channel_ends=made.ends,
        )
        jobs.later(OWNER, "read", at=now, subject=str(link.pk))
        renewed = max(made.ends - BEFORE, now + (made.ends - now) / 2, now + AGAIN)
        jobs.later(OWNER, "watch", at=renewed, subject=str(link.pk))
        if old is not None:
            _end(pushing, link, old)


def end(link: Link) -> None:
    """Be told no more. A provider that cannot be reached lets the channel run out by itself."""
    old = channel_of(link)
    if old is None:
        return
    try:
        with opened(link.account) as provider:
            _end(cast(Pushing, provider), link, old)
    except ParleyError as error:
        log.warning("channel_left", provider=link.account.provider, code=error.code)


def told(channel: str, token: str, *, now: dt.datetime) -> None:
    """A provider says that something has changed: read the calendar. Raises NotFound and PermissionRefused.

    The notification itself says nothing of what, and is believed only with the token that we gave out.
    """
    link = Link.objects.exclude(channel="").filter(channel=channel).first()
    if link is None:
        raise NotFound("there is no such channel")
    if not secrets.compare_digest(link.channel_hash, tokens.fingerprint(token)):
        raise PermissionRefused("the channel's token is another one")
    jobs.later(OWNER, "read", at=now, subject=str(link.pk))


def channel_of(link: Link) -> Channel | None:
    """The channel that it has."""
    if not link.channel or link.channel_ends is None:
        return None
    return Channel(id=link.channel, resource=link.channel_resource, ends=link.channel_ends)


def live(link: Link, now: dt.datetime) -> bool:
    """Whether changes are told."""
    return bool(link.channel) and link.channel_ends is not None and link.channel_ends > now


def _end(provider: Pushing, link: Link, channel: Channel) -> None:
    try:
        provider.unwatch(channel)
    except ParleyError as error:
        log.warning("channel_left", provider=link.account.provider, code=error.code)
