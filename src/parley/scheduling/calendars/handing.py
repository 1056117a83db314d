"""An entry of ours that was dragged into somebody else's calendar: its appointment is handed over to them.

What one hand did is told twice, as something gone here and something new there, in any order and at any distance:

    gone here  ── looked for in the other calendars ──> found: handed over
                                                   └──> not yet: looked for again a moment later, then deleted
    new there  ── looked for where it belongs ───> gone: handed over
                                             └──> still there: a copy, which blocks time like any event

The rules of booking hold for it as for any change; what they refuse is put before staff.
"""

import datetime as dt
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from parley import jobs
from parley.contract import BusinessError, CalendarUnavailable, NotFound
from parley.scheduling import services
from parley.scheduling.calendars import OWNER, disputes
from parley.scheduling.calendars.models import Account, Entry, Link, Shows
from parley.scheduling.calendars.names import booking_of, name_of
from parley.scheduling.calendars.provider import Item
from parley.scheduling.calendars.providers import opened
from parley.scheduling.models import Booking, Busy, Resource
from parley.scheduling.spans import Span

GRACE: Final = dt.timedelta(minutes=2)
"""Until an entry that is gone counts as deleted, where it may turn up in another calendar."""
OPEN: Final = (Booking.Status.BOOKED, Booking.Status.ARRIVED)

log = structlog.get_logger("parley.calendars")


def named(link: Link, name: str, item: Item) -> Booking | None:
    """The booking of the same site whose entry an item is, or was made from."""
    found = booking_of(name) or booking_of(item.uid) or (UUID(item.mark.booking) if item.mark else None)
    rows = Booking.objects.filter(pk=found, resource__site=link.account.site_id) if found else None
    return rows.first() if rows is not None else None


def found_again(entry: Entry) -> tuple[str, Item] | None:
    """An entry that was cut out and put back into the same calendar, where programs may give it another name."""
    link = entry.link
    if not entry.etag or not link.holds(entry.booking):
        return None
    found = _find(link, name_of(entry.booking, entry.generation))
    if found is not None:
        with transaction.atomic():
            Busy.objects.filter(source=link.source, external_id=link.key_of(found[1].id)).delete()
            Entry.objects.filter(pk=entry.pk).update(external_id=found[0])
    return found


def vanished(entry: Entry, *, now: dt.datetime) -> bool:
    """Whether an entry that is gone was handed over, or may still turn out so; else it was deleted."""
    booking = entry.booking
    if not _open(booking, now) or not entry.etag or not entry.link.holds(booking):
        return False
    others = list(_others(entry))
    if not others:
        return False
    away = False
    for link in others:
        try:
            found = _find(link, name_of(booking, entry.generation))
        except CalendarUnavailable:
            away = True
        else:
            if found is not None:
                return hand_over(link, *found, booking, now=now)
    since = entry.missed_at or now
    Entry.objects.filter(pk=entry.pk).update(missed_at=since)
    if not away and now >= since + GRACE:
        return False
    jobs.later(OWNER, "missed", at=max(since, now if away else since) + GRACE, subject=str(entry.pk))
    return True


def appeared(link: Link, name: str, item: Item, booking: Booking, *, now: dt.datetime) -> bool:
    """Whether an item that turned up in a calendar where it does not belong was handed over; else it is a copy."""
    if item.gone or not _open(booking, now) or link.holds(booking) or link.shows == Shows.ABSENT:
        return False
    known = Entry.objects.filter(booking=booking, link=link).exclude(state=Entry.State.REMOVED).first()
    disputed = known is not None and known.state == Entry.State.DISPUTED
    if not disputed and (known is not None or not any(_is_gone(row) for row in _standing(booking))):
        return False
    return hand_over(link, name, item, booking, now=now)


@transaction.atomic
def hand_over(link: Link, name: str, item: Item, booking: Booking, *, now: dt.datetime) -> bool:
    """Make it the appointment of those into whose calendar it was dragged, or put before staff why not. True."""
    booking = Booking.objects.select_for_update(of=("self",)).select_related("resource__site").get(pk=booking.pk)
    if link.holds(booking) or item.when is None:
        return True
    left = list(_standing(booking))
    changed = any(row.span != Span(booking.start, booking.end) for row in left)
    generation = max((row.generation for row in left), default=0)
    for row in left:
        row.state, row.etag, row.missed_at = Entry.State.REMOVED, "", None
        row.save()
        disputes.settled_there(row, now=now)
    Busy.objects.filter(source=link.source, external_id=link.key_of(item.id)).delete()
    # It waits to be written anew: this calendar may show less than the one where it stood.
    fields = {"external_id": name, "etag": item.etag, "generation": generation, "state": Entry.State.WAITING}
    start, end = item.when
    entry, _ = Entry.objects.update_or_create(
        booking=booking, link=link, defaults=fields | {"start": start, "end": end, "version": 0, "wanted_at": now}
    )
    why = "changed" if changed else _taken_over(booking, link, item.when, now=now)
    if why is not None:
        disputes.put(entry, item, why, now=now, resource=_whose(link)[0])
    return True


def put_back(booking: Booking, *, now: dt.datetime) -> None:
    """Have an appointment that stays whose it is written again where it was dragged away."""
    rows = Entry.objects.filter(booking=booking, state=Entry.State.REMOVED, link__resources=booking.resource_id)
    for row in rows.exclude(link__shows=Shows.ABSENT):
        Entry.objects.filter(pk=row.pk).update(state=Entry.State.WAITING, wanted_at=now)
        jobs.later(OWNER, "deliver", at=now, subject=str(row.link_id))


def _taken_over(booking: Booking, link: Link, when: Span, *, now: dt.datetime) -> str | None:
    """Give it to the first of them who can have it; the rule that refuses it to the last."""
    why = "nobody"
    for resource in _whose(link):
        try:
            services.reschedule(
                booking,
                when.start,
                by=f"calendar:{link.account.provider}",
                now=now,
                resource=resource,
                duration=when.end - when.start,
            )
        except (BusinessError, NotFound) as refused:
            why = str(refused.details.get("why", "other"))
        else:
            log.info("calendar_entry_handed_over", provider=link.account.provider)
            return None
    return why


def _whose(link: Link) -> list[Resource]:
    return sorted(link.resources.all(), key=lambda each: each.name)


def _open(booking: Booking, now: dt.datetime) -> bool:
    return booking.status in OPEN and booking.start > now


def _standing(booking: Booking) -> QuerySet[Entry]:
    """Where it belongs and stood, as far as we know."""
    rows = Entry.objects.filter(booking=booking, link__resources=booking.resource_id)
    rows = rows.exclude(state=Entry.State.REMOVED).exclude(Q(etag="") & ~Q(state=Entry.State.DISPUTED))
    return rows.exclude(link__shows=Shows.ABSENT).select_related("link__account__site", "booking")


def _is_gone(entry: Entry) -> bool:
    """Whether it stands no longer where we know it to be. Of a calendar that is away nobody can say so."""
    link = entry.link
    try:
        with opened(link.account) as provider:
            item = provider.item_id(link.calendar, entry.external_id)
            return provider.read(link.calendar, item, zone=link.time_zone).gone
    except CalendarUnavailable:
        return False


def _others(entry: Entry) -> QuerySet[Link]:
    """Calendars into which it may have been dragged."""
    rows = Link.objects.filter(account__site=entry.link.account.site_id, account__state=Account.State.OPEN)
    held = Entry.objects.filter(booking=entry.booking_id).exclude(state=Entry.State.REMOVED)
    rows = rows.exclude(shows=Shows.ABSENT).exclude(pk__in=held.values("link"))
    rows = rows.exclude(resources=entry.booking.resource_id)
    return rows.select_related("account__site").prefetch_related("resources__site").order_by("pk")


def _find(link: Link, name: str) -> tuple[str, Item] | None:
    with opened(link.account) as provider:
        found = provider.find(link.calendar, name, zone=link.time_zone)
        return (provider.name_of(found.id), found) if found is not None else None
