"""Our bookings in outside calendars: what waits to be written there, and the writing.

A row waits in the transaction of its booking's change, and is written when the calendar can be reached, however late.
Its id there is made beforehand and every write names the version that we know, so that a delivery that was done and
not recorded (the power went) meets itself, and nobody's edit is run over.
"""

import datetime as dt
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet

from parley import jobs
from parley.contract import CalendarUnavailable
from parley.scheduling.calendars import OWNER, trouble
from parley.scheduling.calendars.edits import look
from parley.scheduling.calendars.models import Disagreement, Entry, Link, Shows
from parley.scheduling.calendars.names import name_of
from parley.scheduling.calendars.provider import AlreadyThere, Changed, Draft, Missing, Provider, Rejected
from parley.scheduling.calendars.providers import opened
from parley.scheduling.calendars.wording import draft
from parley.scheduling.models import Booking

AT_ONCE: Final = 20
"""Entries written in one piece of work; the rest goes on in the next, so that none outlasts its lease."""
PATIENT: Final = 3
"""Tries of one entry without a pause, where each finds that it was changed there again."""
STANDS: Final = (Booking.Status.BOOKED, Booking.Status.ARRIVED, Booking.Status.FULFILLED, Booking.Status.NO_SHOW)
"""Bookings that are in the calendar; a hold is nobody's business, and a cancelled one is taken away."""

log = structlog.get_logger("parley.calendars")


def on_changed(*, booking: Booking, now: dt.datetime, **_: object) -> None:
    """Have the booking written in its resource's calendars, and taken out of those where it stood before."""
    holding = Link.objects.filter(resources=booking.resource_id).exclude(shows=Shows.ABSENT)
    links = set(holding.values_list("pk", flat=True))
    known = set(Entry.objects.filter(booking=booking).values_list("link", flat=True))
    if not links and not known:
        return
    want(booking, links - known, now=now)
    left = Q(state=Entry.State.REMOVED) & ~Q(link__in=links)
    Entry.objects.filter(booking=booking).exclude(left).update(state=Entry.State.WAITING, wanted_at=now)
    for link in sorted(links | known):
        jobs.later(OWNER, "deliver", at=now, subject=str(link))


def want(booking: Booking, links: set[int], *, now: dt.datetime) -> None:
    """Have the booking written in calendars where it never stood."""
    Entry.objects.bulk_create(
        (Entry(booking=booking, link_id=link, external_id=name_of(booking), wanted_at=now) for link in sorted(links)),
        ignore_conflicts=True,
    )


def want_all(link: Link, *, now: dt.datetime) -> int:
    """Have all bookings to come of those whose a calendar is written in it. Returns how many that are."""
    if link.shows == Shows.ABSENT:
        return 0
    rows = Booking.objects.filter(resource__in=link.resources.all(), status__in=STANDS, end__gt=now)
    made = [Entry(booking=row, link=link, external_id=name_of(row), wanted_at=now) for row in rows]
    Entry.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def anew(link: Link, *, now: dt.datetime) -> None:
    """Have all entries to come written once more, as they are worded and whose they are now; what does not belong
    there any more is taken away."""
    rows = Entry.objects.filter(link=link, booking__end__gt=now)
    rows.filter(state=Entry.State.WRITTEN).update(state=Entry.State.WAITING, version=0, wanted_at=now)
    if link.shows != Shows.ABSENT:
        back = rows.filter(state=Entry.State.REMOVED, booking__resource__in=link.resources.all())
        back.filter(booking__status__in=STANDS).update(state=Entry.State.WAITING, wanted_at=now)
    want_all(link, now=now)
    ask(link, now=now)


def ask(link: Link, *, now: dt.datetime) -> None:
    """Have what waits for a calendar delivered soon."""
    jobs.later(OWNER, "deliver", at=now, subject=str(link.pk))


def waiting(link: Link) -> QuerySet[Entry]:
    """What waits to be delivered, the oldest first."""
    rows = Entry.objects.filter(link=link, state=Entry.State.WAITING)
    return rows.select_related("booking__resource__site", "booking__service").order_by("wanted_at", "pk")


def deliver(link_id: int, *, now: dt.datetime) -> None:
    """Write what waits for one calendar. Where it cannot be reached, it is tried again later."""
    link = Link.objects.select_related("account__site").prefetch_related("resources__site").filter(pk=link_id).first()
    if link is None or not waiting(link).exists():
        return
    refused = False
    try:
        with opened(link.account) as provider:
            for entry in waiting(link)[:AT_ONCE]:
                refused |= not _delivered(provider, link, entry, now=now)
    except CalendarUnavailable as error:
        at = trouble.met(link, error, now=now)
        jobs.later(OWNER, "deliver", at=at, subject=str(link.pk))
        return
    if refused:
        at = trouble.met(link, Rejected("entries are refused"), now=now)
    else:
        trouble.over(link)
        at = now
    left = waiting(link).aggregate(most=Max("attempts"))["most"]
    if left is not None:
        at = max(at, now + trouble.pause(left - PATIENT)) if left > PATIENT else at
        jobs.later(OWNER, "deliver", at=at, subject=str(link.pk))


def _delivered(provider: Provider, link: Link, entry: Entry, *, now: dt.datetime) -> bool:
    """Bring one entry to where it shall stand; False when the calendar refuses it.

    An entry that somebody changed there is looked at instead: what they did is taken over or put before staff, and
    what is left to write waits for the next round.
    """
    Entry.objects.filter(pk=entry.pk).update(attempts=F("attempts") + 1)
    _ours_after_all(entry, now=now)
    booking = entry.booking
    try:
        if booking.status in STANDS and link.holds(booking):
            if not entry.etag or entry.version != booking.version:
                _write(provider, link, entry, draft(booking, link), now=now)
            else:
                _settled(entry, version=booking.version, state=Entry.State.WRITTEN)
        else:
            _remove(provider, link, entry)
    except (Changed, Missing) as error:
        if isinstance(error, Missing) and not entry.etag:
            raise CalendarUnavailable("the calendar itself is gone", missing=True) from error
        look(provider, link, entry.external_id, now=now)
    except Rejected:
        Entry.objects.filter(pk=entry.pk).update(error="rejected")
        log.warning("entry_rejected", provider=link.account.provider)
        return False
    return True


def _write(provider: Provider, link: Link, entry: Entry, wanted: Draft, *, now: dt.datetime) -> None:
    item = provider.item_id(link.calendar, entry.external_id)
    try:
        etag = provider.write(link.calendar, item, wanted, etag=entry.etag)
    except AlreadyThere:
        _met(provider, link, entry, wanted, now=now)
    else:
        _settled(entry, version=wanted.mark.version, state=Entry.State.WRITTEN, etag=etag, draft=wanted)


def _met(provider: Provider, link: Link, entry: Entry, wanted: Draft, *, now: dt.datetime) -> None:
    """A new entry meets one of its id; the next round goes on from what is found here."""
    found = provider.read(link.calendar, provider.item_id(link.calendar, entry.external_id), zone=wanted.zone)
    mine = Entry.objects.filter(pk=entry.pk)
    if found.gone or found.mark is None or found.mark.booking != wanted.mark.booking:
        # Deleted there, and such an id is never free again; or, by a wild chance, somebody else's.
        generation = entry.generation + 1
        mine.update(generation=generation, external_id=name_of(entry.booking, generation), etag="")
        return
    start, end = found.mark.when
    if found.when != found.mark.when:
        # We had written it, could not record it, and somebody moved it.
        mine.update(version=found.mark.version, start=start, end=end)
        look(provider, link, entry.external_id, now=now)
    else:
        mine.update(etag=found.etag, start=start, end=end)


def _remove(provider: Provider, link: Link, entry: Entry) -> None:
    try:
        provider.remove(link.calendar, provider.item_id(link.calendar, entry.external_id))
    except Missing:
        log.info("entry_was_gone", provider=link.account.provider)
    _settled(entry, version=entry.booking.version, state=Entry.State.REMOVED, etag="")


@transaction.atomic
def _settled(
    entry: Entry, *, version: int, state: Entry.State, etag: str | None = None, draft: Draft | None = None
) -> None:
    """Record what stands there. A booking that was changed meanwhile goes on waiting."""
    row = Entry.objects.select_for_update().filter(pk=entry.pk).first()
    if row is None or row.external_id != entry.external_id:
        return
    row.version, row.attempts, row.error, row.missed_at = version, 0, "", None
    if etag is not None:
        row.etag = etag
    if draft is not None:
        row.start, row.end = draft.mark.when
    if Booking.objects.filter(pk=entry.booking_id, version=version).exists():
        row.state = state
    row.save()


@transaction.atomic
def _ours_after_all(entry: Entry, *, now: dt.datetime) -> None:
    """Our side was changed after a disagreement: the newer word holds, and is written over theirs."""
    row = Disagreement.objects.select_for_update().filter(entry=entry, settled_at=None).first()
    if row is None:
        return
    row.settled_at, row.settled_by, row.choice = now, "changed", "ours"
    row.save()
    over(entry, row)


def over(entry: Entry, disagreement: Disagreement) -> None:
    """Write ours over theirs next: over the version that was seen, or anew where it was deleted."""
    entry.etag, entry.version, entry.state = disagreement.etag, 0, Entry.State.WAITING
    if disagreement.start is None:
        entry.generation += 1
        entry.external_id, entry.etag = name_of(entry.booking, entry.generation), ""
    entry.save(update_fields=["etag", "version", "state", "generation", "external_id"])


def counts(links: QuerySet[Link]) -> dict[int, int]:
    """How many deliveries wait, by link."""
    rows = Entry.objects.filter(state=Entry.State.WAITING, link__in=links).values_list("link")
    return dict(rows.annotate(count=Count("pk")).order_by())
