"""REST: how the outside calendars stand, reading one at once, and where providers tell of changes."""

import datetime as dt
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status

from parley.accounts.authentication import with_scope
from parley.contract import NotFound, PermissionRefused
from parley.scheduling.calendars import outbox, watching, work
from parley.scheduling.calendars.models import Account, Link, Shows

PATH: Final = "/calendars"
READ: Final = with_scope("calendars:read")
WRITE: Final = with_scope("calendars:write")
router = Router(tags=["calendars"])


class Whose(Schema):
    """Somebody whose time a calendar is."""

    id: int
    name: str


class CalendarOut(Schema):
    """One linked calendar."""

    id: int
    provider: str
    account: str
    account_state: Account.State
    calendar: str
    resources: list[Whose]
    shows: Shows
    read_at: dt.datetime | None
    """When it was last read to the end."""
    waiting: int
    """Deliveries that wait."""
    error: str
    """Empty, `away`, `missing`, `refused` or `rejected`."""
    failing_since: dt.datetime | None


@router.get("", response=list[CalendarOut], auth=READ)
def calendars(request: HttpRequest) -> list[dict[str, Any]]:
    """All linked calendars, by account and name."""
    return _shown(Link.objects.all())


@router.post("/{int:link_id}/read", response=CalendarOut, auth=WRITE)
def read(request: HttpRequest, link_id: int) -> dict[str, Any]:
    """Read a calendar now. BIZ_003 when it cannot be reached."""
    link = work.find(link_id)
    if link is None:
        raise NotFound("there is no such calendar")
    work.read_now(link, now=timezone.now())
    return _shown(Link.objects.filter(pk=link_id))[0]


@router.post("/changed", response={204: None}, auth=None, include_in_schema=False)
def changed(request: HttpRequest) -> Status[None]:
    """A channel of Google's tells that something has changed; its first call only says that it is open."""
    channel, token = request.headers.get("X-Goog-Channel-ID", ""), request.headers.get("X-Goog-Channel-Token", "")
    if not channel or not token:
        raise PermissionRefused("a notification names its channel and its token")
    watching.told(channel, token, now=timezone.now())
    return Status(204, None)


def _shown(links: QuerySet[Link]) -> list[dict[str, Any]]:
    waiting = outbox.counts(links)
    return [
        {
            "id": link.pk,
            "provider": link.account.provider,
            "account": link.account.name,
            "account_state": link.account.state,
            "calendar": link.name,
            "resources": list(link.resources.all()),
            "shows": link.shows,
            "read_at": link.read_at,
            "waiting": waiting.get(link.pk, 0),
            "error": link.error,
            "failing_since": link.failing_since,
        }
        for link in links.select_related("account").prefetch_related("resources").order_by("account", "name", "pk")
    ]
