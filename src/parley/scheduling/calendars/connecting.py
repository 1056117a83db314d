"""Connecting accounts, and saying whose time each of their calendars is."""

import datetime as dt
import ipaddress
from collections.abc import Collection, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from django.db import IntegrityError, transaction

from parley import jobs
from parley.accounts.sealing import seal
from parley.contract import Conflict, NotFound, ParleyError, RequestInvalid
from parley.scheduling.calendars import OWNER, outbox, watching
from parley.scheduling.calendars.models import Account, Link, Shows
from parley.scheduling.calendars.provider import Listed
from parley.scheduling.calendars.providers import opened, provider
from parley.scheduling.models import Busy, Resource, Site

WORK: Final = ("deliver", "read", "watch")
HOME: Final = (".local", ".lan", ".internal", ".home.arpa")
"""Names of machines in one's own network."""

log = structlog.get_logger("parley.calendars")


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


def link(account: Account, calendar: str, resources: Collection[Resource], *, shows: str, now: dt.datetime) -> Link:
    """Make a calendar that of some resources: it is read at once, and what is booked of theirs is written into it.

    Raises NotFound for a calendar that the account does not have, RequestInvalid as `change`, and Conflict for one
    that is linked, also through another account, or that can only be read and is to hold our entries.
    """
    listed = next((each for each in account.listed if each["id"] == calendar), None)
    if listed is None:
        raise NotFound("the account has no such calendar")
    _allowed(account, calendar, resources, shows)
    same = {"account__site": account.site_id, "account__provider": account.provider, "calendar": calendar}
    if Link.objects.filter(**same).exists():
        raise Conflict("this calendar is linked already", why="linked")
    try:
        with transaction.atomic():
            made = Link.objects.create(account=account, calendar=calendar, name=listed["name"][:200], shows=shows)
            made.resources.set(resources)
            outbox.want_all(made, now=now)
            _begin(made, now=now)
    except IntegrityError as error:
        raise Conflict("this calendar is linked already", why="linked") from error
    return made


def change(linked: Link, resources: Collection[Resource], *, shows: str, now: dt.datetime) -> None:
    """Say anew whose a calendar is, and what our entries show in it; those to come are written anew, and it is read
    whole. Raises RequestInvalid for nobody and for what entries cannot show, and Conflict for a calendar that can
    only be read and is to hold our entries.
    """
    _allowed(linked.account, linked.calendar, resources, shows)
    with transaction.atomic():
        Link.objects.filter(pk=linked.pk).update(shows=shows, cursor="")
        linked.resources.set(resources)
        Busy.objects.filter(source=linked.source).exclude(resource__in=resources).delete()
        fresh = Link.objects.get(pk=linked.pk)
        outbox.anew(fresh, now=now)
        jobs.later(OWNER, "read", at=now, subject=str(linked.pk))


def _allowed(account: Account, calendar: str, resources: Collection[Resource], shows: str) -> None:
    if shows not in Shows.values:
        raise RequestInvalid("entries show absent, nothing, name or all", field="shows")
    if not resources:
        raise RequestInvalid("a calendar is the time of somebody", field="resources", why="nobody")
    writable = next((bool(each["writable"]) for each in account.listed if each["id"] == calendar), True)
    if shows != Shows.ABSENT and not writable:
        raise Conflict("the account may not write into this calendar", why="readonly")


def unlink(linked: Link) -> None:
    """Let a calendar go: its events block nothing any more. Our entries stay in it as they are."""
    watching.end(linked)
    with transaction.atomic():
        for handler in WORK:
            jobs.cancel(OWNER, handler, subject=str(linked.pk))
        for missed in linked.entries.exclude(missed_at=None):
            jobs.cancel(OWNER, "missed", subject=str(missed.pk))
        Busy.objects.filter(source=linked.source).delete()
        linked.delete()


def disconnect(account: Account) -> bool:
    """Let an account go, with its calendars and what opened it. False when that is still good at the provider, and
    only its owner can end it there: a password, or a consent that could not be withdrawn just now."""
    for linked in account.links.select_related("account"):
        unlink(linked)
    # One consent opens all that the same owner has connected through our client.
    shared = Account.objects.filter(provider=account.provider, name=account.name).exclude(pk=account.pk)
    withdrawn = shared.exists() or _withdrawn(account)
    account.delete()
    return withdrawn


def _withdrawn(account: Account) -> bool:
    try:
        with opened(account) as found:
            return found.withdraw()
    except ParleyError as error:
        log.warning("consent_left", provider=account.provider, code=error.code)
        return False


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
