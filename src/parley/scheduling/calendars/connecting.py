"""Connecting accounts, and saying whose time each of their calendars is."""

import datetime as dt
import ipaddress
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from parley import jobs
from parley.accounts.sealing import seal
from parley.contract import Conflict, NotFound, RequestInvalid
from parley.scheduling.calendars import OWNER, outbox, watching
from parley.scheduling.calendars.models import Account, Link, Shows
from parley.scheduling.calendars.provider import Listed
from parley.scheduling.calendars.providers import opened, provider
from parley.scheduling.models import Busy, Resource, Site

WORK: Final = ("deliver", "read", "watch")
HOME: Final = (".local", ".lan", ".internal", ".home.arpa")
"""Names of machines in one's own network."""


def connect(site: Site, name: str, secrets: Mapping[str, Any], *, now: dt.datetime, owner: str = "") -> Account:
    """Connect an account and list its calendars; connected before, it gets the new log-in, and goes on with it.

    Raises Refused and CalendarUnavailable: an account that does not open is not kept.
    """
    opened_now = provider(name, secrets)
    try:
        listed = opened_now.calendars()
        kept = opened_now.secrets()
    finally:
        opened_now.close()
    account, made = Account.objects.update_or_create(
        site=site,
        provider=name,
        name=(owner or (listed[0].id if listed else name))[:200],
        defaults={"sealed": seal(kept), "state": Account.State.OPEN, "listed": [_json(each) for each in listed]},
    )
    if not made:
        for linked in account.links.all():
            _begin(linked, now=now)
    return account


def connect_caldav(site: Site, *, url: str, user: str, password: str, now: dt.datetime) -> Account:
    """Connect a CalDAV server. Raises RequestInvalid for an address to which a password must not be sent."""
    url = url.strip() if "://" in url else f"https://{url.strip()}"
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.username:
        raise RequestInvalid("this is no address of a CalDAV server", field="url")
    if parts.scheme == "http" and not _at_home(host):
        raise RequestInvalid("a password is sent over https only", field="url")
    secrets = {"url": url, "user": user.strip(), "password": password}
    return connect(site, "caldav", secrets, now=now, owner=f"{user.strip()} – {host}")


def relist(account: Account) -> None:
    """List the account's calendars anew. Raises CalendarUnavailable."""
    with opened(account) as found:
        account.listed = [_json(each) for each in found.calendars()]
    account.save(update_fields=["listed"])


def link(account: Account, calendar: str, resource: Resource, *, shows: str, now: dt.datetime) -> Link:
    """Make a calendar that of a resource: it is read at once, and what is booked is written into it.

    Raises NotFound for a calendar that the account does not have and Conflict for one that is linked.
    """
    listed = next((each for each in account.listed if each["id"] == calendar), None)
    if listed is None or shows not in Shows.values:
        raise NotFound("the account has no such calendar")
    if not listed["writable"]:
        raise Conflict("the account may not write into this calendar", why="readonly")
    try:
        with transaction.atomic():
            made = Link.objects.create(
                account=account, calendar=calendar, resource=resource, name=listed["name"][:200], shows=shows
            )
            outbox.want_all(made, now=now)
            _begin(made, now=now)
    except IntegrityError as error:
        raise Conflict("this calendar is linked already", why="linked") from error
    return made


def show(linked: Link, shows: str, *, now: dt.datetime) -> None:
    """Have our entries show more or less; those to come are written anew."""
    if shows not in Shows.values:
        raise RequestInvalid("entries show nothing, name or all", field="shows")
    with transaction.atomic():
        Link.objects.filter(pk=linked.pk).update(shows=shows)
        outbox.anew(linked, now=now)


def unlink(linked: Link) -> None:
    """Let a calendar go: its events block nothing any more. Our entries stay in it as they are."""
    watching.end(linked)
    with transaction.atomic():
        for handler in WORK:
            jobs.cancel(OWNER, handler, subject=str(linked.pk))
        Busy.objects.filter(source=linked.source).delete()
        linked.delete()


def disconnect(account: Account) -> None:
    """Let an account go, with its calendars and what opened it."""
    for linked in account.links.select_related("account"):
        unlink(linked)
    account.delete()


def _begin(linked: Link, *, now: dt.datetime) -> None:
    for handler in WORK:
        jobs.later(OWNER, handler, at=now, subject=str(linked.pk))


def _json(each: Listed) -> dict[str, Any]:
    return {"id": each.id, "name": each.name, "writable": each.writable}


def _at_home(host: str) -> bool:
    """Whether an address stays within one's own network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith(HOME)
    return address.is_private or address.is_loopback
