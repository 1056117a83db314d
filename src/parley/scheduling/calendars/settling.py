"""Staff decide a disagreement: the appointment stays as we have it, or as it stands in the calendar."""

import datetime as dt
from typing import Literal

from django.db import transaction
from django.db.models import QuerySet

from parley import jobs
from parley.contract import Conflict, NotFound
from parley.scheduling import services
from parley.scheduling.calendars import OWNER, handing, outbox
from parley.scheduling.calendars.models import Disagreement, Entry
from parley.scheduling.calendars.wording import deleted_there
from parley.scheduling.models import Booking, Site
from parley.scheduling.spans import Span

Choice = Literal["ours", "theirs"]


def open_ones(site: Site) -> QuerySet[Disagreement]:
    """What waits for a decision, the nearest appointment first."""
    rows = Disagreement.objects.filter(settled_at=None, entry__link__account__site=site)
    related = ("resource", "entry__booking__resource__site", "entry__booking__service", "entry__link__account")
    return rows.select_related(*related).order_by("entry__booking__start")


@transaction.atomic
def settle(disagreement: Disagreement, choice: Choice, *, by: str, now: dt.datetime) -> None:
    """Decide it. Ours stands again where it belongs, and nowhere else. Theirs means that the times of the house do
    not bind, only that nobody else has the place.

    Raises Conflict or InvalidTimeSlot when theirs cannot be had, and Conflict when it is decided already.
    """
    rows = Disagreement.objects.select_for_update(of=("self",)).filter(pk=disagreement.pk)
    related = ("resource__site", "entry__booking__resource__site", "entry__booking__service", "entry__link")
    row = rows.select_related(*related).first()
    if row is None:
        raise NotFound("there is no such disagreement")
    if row.settled_at is not None:
        raise Conflict("it is decided already", why="changed")
    entry = row.entry
    if choice == "ours":
        outbox.over(entry, row)
        handing.put_back(entry.booking, now=now)
        jobs.later(OWNER, "deliver", at=now, subject=str(entry.link_id))
    else:
        _theirs(entry, row, by=by, now=now)
    row.settled_at, row.settled_by, row.choice = now, by, choice
    row.save()


def _theirs(entry: Entry, row: Disagreement, *, by: str, now: dt.datetime) -> None:
    booking = entry.booking
    if row.start is not None and row.end is not None:
        if booking.start <= now:
            raise Conflict("a past appointment cannot be moved", why="past")
        services.reschedule(
            booking,
            row.start,
            by=by,
            now=now,
            resource=row.resource or booking.resource,
            duration=row.end - row.start,
            version=row.version,
            anyhow=True,
        )
        entry.start, entry.end = Span(row.start, row.end)
        entry.state = Entry.State.WRITTEN
    else:
        if booking.status in (Booking.Status.BOOKED, Booking.Status.ARRIVED) and booking.start > now:
            reason = deleted_there(booking.resource.site)
            services.cancel(booking, by=by, now=now, reason=reason, version=row.version)
        entry.state = Entry.State.REMOVED
    booking.refresh_from_db(fields=["version"])
    entry.version, entry.etag = booking.version, row.etag
    if row.resource is not None:
        # It is written anew: this calendar may show less than the one where it stood.
        entry.version, entry.state = 0, Entry.State.WAITING
    entry.save()
