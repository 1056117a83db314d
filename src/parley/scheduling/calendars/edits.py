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
from parley.scheduling.calendars import OWNER, disputes, handing
from parley.scheduling.calendars.models import Entry, Link
from parley.scheduling.calendars.provider import Item, Provider
from parley.scheduling.calendars.providers import opened
from parley.scheduling.calendars.wording import deleted_there
from parley.scheduling.models import Booking
from parley.scheduling.spans import Span

LONGEST: Final = dt.timedelta(hours=12)
"""An entry that was stretched beyond this is no appointment any more."""
MANY: Final = 5
"""More entries that are gone at once than this are put before staff instead of cancelled: what may be an accident
there must not cancel a week here."""

log = structlog.get_logger("parley.calendars")


def look(provider: Provider, link: Link, name: str, *, now: dt.datetime) -> None:
    """See how one entry of ours stands there now, and act on it."""
    found = provider.read(link.calendar, provider.item_id(link.calendar, name), zone=link.time_zone)
    entry = Entry.objects.select_related("booking", "link__account").filter(link=link, external_id=name).first()
    if entry is None:
        return
    if found.gone and (again := handing.found_again(entry)) is not None:
        name, found = again
    if found.gone:
        handed = handing.vanished(entry, now=now)
    else:
        handed = handing.appeared(link, name, found, entry.booking, now=now)
    if not handed:
        consider(link, name, found, now=now)


def look_again(entry_id: int, *, now: dt.datetime) -> None:
    """See once more whether an entry that was missed is gone for good."""
    rows = Entry.objects.select_related("link__account__site").exclude(missed_at=None)
    entry = rows.filter(pk=entry_id).first()
    if entry is not None:
        with opened(entry.link.account) as provider:
            look(provider, entry.link, entry.external_id, now=now)


@transaction.atomic
def consider(link: Link, name: str, item: Item, *, now: dt.datetime) -> None:
    """Act on an entry of ours as it stands there now."""
    rows = Entry.objects.select_for_update(of=("self",)).select_related("booking__resource__site", "booking__service")
    entry = rows.select_related("link__account").filter(link=link, external_id=name).first()
    if entry is None:
        return
    if item.etag and item.etag == entry.etag:
        Entry.objects.filter(pk=entry.pk).exclude(missed_at=None).update(missed_at=None)
        return
    entry.missed_at = (entry.missed_at or now) if item.gone else None
    if item.mark is not None and item.mark.booking == str(entry.booking_id) and item.mark.version > entry.version:
        # A delivery that arrived, and that nobody could record any more.
        entry.version, (entry.start, entry.end) = item.mark.version, item.mark.when
    if item.when is not None and (item.when == entry.span or entry.span is None):
        entry.etag, (entry.start, entry.end) = item.etag, item.when
        if entry.state == Entry.State.REMOVED and link.holds(entry.booking) and entry.booking.status in handing.OPEN:
            entry.state = Entry.State.WRITTEN  # dragged away, and back
        _agree(entry, now=now)
        return
    if item.gone and not entry.etag:
        entry.save()
        return
    _edited(entry, item, now=now)


def _edited(entry: Entry, item: Item, *, now: dt.datetime) -> None:
    booking = entry.booking
    entry.etag = item.etag
    if not entry.link.holds(booking) or booking.status == Booking.Status.CANCELLED:
        # It stands there no longer by our will: if it is not gone yet, it is taken away.
        entry.state = Entry.State.REMOVED if item.gone else Entry.State.WAITING
        entry.save()
        if not item.gone:
            jobs.later(OWNER, "deliver", at=now, subject=str(entry.link_id))
        elif disputes.settled_there(entry, now=now):
            handing.put_back(booking, now=now)
        return
    agreed = Span(booking.start, booking.end)
    if item.when == agreed:
        why = None
    elif booking.status not in handing.OPEN or booking.start <= now:
        why = "past"
    elif entry.span is not None and entry.span != agreed:
        why = "changed"
    elif item.gone and _one_of_many(entry):
        why = "many"
    else:
        why = _taken_over(entry, item, now=now)
    if why is not None:
        disputes.put(entry, item, why, now=now)
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


def _one_of_many(entry: Entry) -> bool:
    since = entry.missed_at
    if since is None:
        return False
    about = Entry.objects.filter(link=entry.link_id, missed_at__range=(since - handing.GRACE, since + handing.GRACE))
    return about.count() > MANY


def _agree(entry: Entry, *, now: dt.datetime) -> None:
    """Save it; what was disputed is settled by having been put right there."""
    if entry.state == Entry.State.DISPUTED:
        entry.state = Entry.State.WRITTEN
    entry.save()
    if entry.state != Entry.State.WAITING:
        disputes.settled_there(entry, now=now)
