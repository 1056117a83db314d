"""REST: the bookings as iCalendar, at addresses that are given out and taken back."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from parley.accounts.authentication import with_scope
from parley.skills.appointments import api_schemas as schemas
from parley.skills.appointments import calendar_feed
from parley.skills.appointments.rest import business, resource_of

WRITE: Final = with_scope("appointments:write")
router = Router(tags=["appointments"])


@router.get("/calendar/{token}.ics", auth=None, include_in_schema=True)
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The bookings as iCalendar, for whoever has the address."""
    text = calendar_feed.of_token(token, now=timezone.now())
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


@router.post("/feeds", response={201: schemas.FeedOut}, auth=WRITE)
def make_feed(request: HttpRequest, resource_id: int | None = None) -> Status[schemas.FeedOut]:
    """Give out the address of a feed, of one resource or of everybody."""
    site = business()
    row, token = calendar_feed.make(site, resource_of(site, resource_id))
    return Status(201, schemas.FeedOut(id=row.pk, path=f"/appointments/calendar/{token}.ics"))


@router.delete("/feeds/{feed_id}", response={204: None}, auth=WRITE)
def revoke_feed(request: HttpRequest, feed_id: int) -> Status[None]:
    """Let an address show nothing any more."""
    calendar_feed.revoke(feed_id, now=timezone.now())
    return Status(204, None)
