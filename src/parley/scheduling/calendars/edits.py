"""What somebody did in an outside calendar to an entry of ours: taken over, or put before staff.

An entry counts as edited only when it stands elsewhere than where we know it to be: our own writes come back as well,
and people change colours and notes. What the rules of the house refuse is never lost: it becomes a `Disagreement`.
"""

import datetime as dt
from typing import Final

import structlog
from django.db import transaction

from parley import jobs
from parley.contract import BusinessError, NotFound
from parley.scheduling import services
from parley.scheduling.calendars import OWNER
from parley.scheduling.calendars.models import Disagreement, Entry, Link
from parley.scheduling.calendars.provider import Item, Provider
from parley.scheduling.calendars.wording import deleted_there
from parley.scheduling.models import Booking
from parley.scheduling.spans import Span

LONGEST: Final = dt.timedelta(hours=12)
"""An entry that was stretched beyond this is no appointment any more."""
OPEN: Final = (Booking.Status.BOOKED, Booking.Status.ARRIVED)

log = structlog.get_logger("parley.calendars")


def look(provider: Provider, link: Link, name: str, *, now: dt.datetime, many: bool = False) -> None:
    """See how one entry of ours stands there now, and act on it."""
    found = provider.read(link.calendar, provider.item_id(link.calendar, name), zone=link.resource.time_zone)
    consider(link, name, found, now=now, many=many)


@transaction.atomic
def consider(link: Link, name: str, item: Item, *, now: dt.datetime, many: bool = False) -> None:
    """Act on an entry of ours as it stands there now. `many`: it is one of many that are gone at once, and what may
    be an accident there must not cancel a week here."""
    rows = Entry.objects.select_for_update(of=("self",)).select_related("booking__resource__site", "booking__service")
    entry = rows.filter(link=link, external_id=name).first()
    if entry is None or (item.etag and item.etag == entry.etag):
        return
    if item.mark is not None and item.mark.booking == str(entry.booking_id) and item.mark.version > entry.version:
        # A delivery that arrived, and that nobody could record any more.
        entry.version, (entry.start, entry.end) = item.mark.version, item.mark.when
    if item.when is not None and (item.when == entry.span or entry.span is None):
        entry.etag, (entry.start, entry.end) = item.etag, item.when
        _agree(entry, now=now)
        return
    if item.gone and not entry.etag:
        entry.save()
        return
    _edited(entry, item, now=now, many=many)


def _edited(entry: Entry, item: Item, *, now: dt.datetime, many: bool) -> None:
    booking = entry.booking
    entry.etag = item.etag
    if booking.resource_id != entry.link.resource_id or booking.status == Booking.Status.CANCELLED:
        # It stands there no longer by our will: if it is not gone yet, it is taken away.
        entry.state = Entry.State.REMOVED if item.gone else Entry.State.WAITING
        entry.save()
        if not item.gone:
            jobs.later(OWNER, "deliver", at=now, subject=str(entry.link_id))
        return
    agreed = Span(booking.start, booking.end)
    if item.when == agreed:
        why = None
    elif booking.status not in OPEN or booking.start <= now:
        why = "past"
    elif entry.span is not None and entry.span != agreed:
        why = "changed"
    elif item.gone and many:
        why = "many"
    else:
        why = _taken_over(entry, item, now=now)
    if why is not None:
        _disputed(entry, item, why, now=now)
        return
    booking.refresh_from_db(fields=["version"])
    entry.version, entry.state = booking.version, Entry.State.REMOVED if item.gone else Entry.State.WRITTEN
    entry.start, entry.end = item.when or (entry.start, entry.end)
    _agree(entry, now=now)


def _taken_over(entry: Entry, item: Item, *, now: dt.datetime) -> str | None:
    """Do here what was done there; the rule that refuses it."""
    booking, by = entry.booking, f"calendar:{entry.link.account.provider}"
    try:
        if item.when is None:
            services.cancel(booking, by=by, now=now, reason=deleted_there(booking.resource.site))
            return None
        length = item.when.end - item.when.start
        if not dt.timedelta() < length <= LONGEST:
            return "length"
        services.reschedule(booking, item.when.start, by=by, now=now, resource=booking.resource, duration=length)
    except (BusinessError, NotFound) as refused:
        return str(refused.details.get("why", "other"))
    log.info("calendar_edit_taken_over", provider=entry.link.account.provider, deleted=item.gone)
    return None


def _agree(entry: Entry, *, now: dt.datetime) -> None:
    """Save it; what was disputed is settled by having been put right there."""
    if entry.state == Entry.State.DISPUTED:
        entry.state = Entry.State.WRITTEN
    entry.save()
    if entry.state != Entry.State.WAITING:
        open_one = Disagreement.objects.filter(entry=entry, settled_at=None)
        open_one.update(settled_at=now, settled_by=f"calendar:{entry.link.account.provider}", choice="theirs")


def _disputed(entry: Entry, item: Item, why: str, *, now: dt.datetime) -> None:
    start, end = item.when or (None, None)
    Disagreement.objects.update_or_create(
        entry=entry,
        settled_at=None,
        defaults={
            "found_at": now,
            "why": why[:20],
            "start": start,
            "end": end,
            "etag": item.etag,
            "version": entry.booking.version,
        },
    )
    entry.state = Entry.State.DISPUTED
    entry.save()
    log.info("calendar_disagreement", provider=entry.link.account.provider, why=why)
