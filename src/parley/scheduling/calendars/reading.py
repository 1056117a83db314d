"""Reading an outside calendar: what blocks time there, and what was done there to entries of ours.

Pages are taken over one by one, each in a transaction; the cursor moves on with the last one. Whatever breaks off in
between is read again, and reading twice changes nothing.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Max

from parley.contract import CalendarUnavailable
from parley.scheduling.availability import LONGEST
from parley.scheduling.calendars import edits, handing, outbox
from parley.scheduling.calendars.models import Entry, Link
from parley.scheduling.calendars.names import booking_of
from parley.scheduling.calendars.provider import CursorLost, Item, Missing, Page, Provider
from parley.scheduling.calendars.providers import opened
from parley.scheduling.models import Booking, Busy, Service
from parley.scheduling.spans import DAY, Span

BACK: Final = 2 * DAY
"""Events that ended longer ago are not asked for, and are forgotten."""
BEYOND: Final = 35 * DAY
"""How much further than can be booked a calendar is read whole; so often is that done again, too."""

log = structlog.get_logger("parley.calendars")


@dataclass(slots=True)
class Seen:
    """What the pages of one reading name."""

    ids: set[str] = field(default_factory=set)
    """Of all that stands there."""
    ours: dict[str, Item] = field(default_factory=dict)
    """Entries of ours, by name."""
    strays: dict[str, Booking] = field(default_factory=dict)
    """Names of what carries the sign of an appointment that does not belong there, with the appointment."""


class Overtaken(Exception):
    """Another worker has read the same calendar meanwhile; what it found is newer."""


def read(link: Link, *, now: dt.datetime) -> None:
    """Take over what has changed. Raises CalendarUnavailable; what was read until then stays."""
    with opened(link.account) as provider:
        horizon = now + _horizon(link)
        whole = not link.cursor or link.read_until is None or link.read_until < horizon
        try:
            try:
                _read(provider, link, "" if whole else link.cursor, horizon=horizon, now=now)
            except CursorLost:
                log.info("calendar_cursor_lost", provider=link.account.provider)
                _read(provider, link, "", horizon=horizon, now=now)
        except Missing as error:
            raise CalendarUnavailable("the calendar is gone, or not shared any more", missing=True) from error
        except Overtaken:
            log.info("calendar_overtaken", provider=link.account.provider)


def _read(provider: Provider, link: Link, cursor: str, *, horizon: dt.datetime, now: dt.datetime) -> None:
    within = Span(now - BACK, (horizon + BEYOND) if not cursor or link.read_until is None else link.read_until)
    seen = Seen()
    before = link.cursor
    for page in provider.changes(link.calendar, cursor=cursor, within=within, zone=link.time_zone):
        _take_over(provider, link, page, within, seen, before=before)
        if page.cursor is None:
            continue
        if page.whole:
            _forget_unseen(link, seen.ids)
            seen.ours |= _missed(provider, link, seen.ids, now=now)
        _consider(provider, link, seen, now=now)
        link.cursor, link.read_at, link.read_until = page.cursor, now, within.end
        kept = Link.objects.filter(pk=link.pk, cursor=before)
        kept.update(cursor=page.cursor, read_at=now, read_until=within.end)
    Busy.objects.filter(source=link.source, end__lt=within.start).delete()


@transaction.atomic
def _take_over(provider: Provider, link: Link, page: Page, within: Span, seen: Seen, *, before: str) -> None:
    """Bring busy times to what a page says, and note what it names."""
    locked = Link.objects.select_for_update(of=("self",)).filter(pk=link.pk).first()
    if locked is None or locked.cursor != before:
        raise Overtaken
    names = {item.id: provider.name_of(item.id) for item in page.items}
    known = set(Entry.objects.filter(link=link, external_id__in=names.values()).values_list("external_id", flat=True))
    theirs: list[Item] = []
    for item in page.items:
        name = names[item.id]
        booking = None if item.gone else handing.named(link, name, item)
        if name in known or (booking is not None and _adopted(link, name, item, booking)):
            seen.ours[name] = item
            continue
        theirs.append(item)
        if booking is not None and not link.holds(booking):
            seen.strays[name] = booking
    seen.ids.update(item.id for item in page.items if not item.gone)
    _block(link, theirs, within)


def _block(link: Link, items: list[Item], within: Span) -> None:
    """Replace the busy times of some items."""
    keys = {item.id: link.key_of(item.id) for item in items}
    Busy.objects.filter(source=link.source, external_id__in=keys.values()).delete()
    pieces = {(keys[item.id], *piece) for item in items for span in item.busy for piece in _pieces(span, within)}
    Busy.objects.bulk_create(
        (
            Busy(resource=resource, source=link.source, external_id=key, start=start, end=end)
            for key, start, end in sorted(pieces)
            for resource in link.resources.all()
        ),
        ignore_conflicts=True,
    )


def _pieces(span: Span, within: Span) -> list[Span]:
    """A span in pieces of a day at most, so that a look-up by start need not go far back."""
    start, end = max(span.start, within.start), min(span.end, within.end)
    pieces = []
    while start < end:
        pieces.append(Span(start, min(start + LONGEST, end)))
        start += LONGEST
    return pieces


def _adopted(link: Link, name: str, item: Item, booking: Booking) -> bool:
    """An entry that we made when this calendar was linked before: it is ours again."""
    if item.mark is None or booking_of(name) != booking.pk or not link.holds(booking):
        return False
    start, end = item.mark.when
    _, made = Entry.objects.get_or_create(
        booking=booking,
        link=link,
        defaults={"external_id": name, "etag": item.etag, "version": item.mark.version, "start": start, "end": end},
    )
    return made


def _forget_unseen(link: Link, seen: set[str]) -> None:
    """A whole reading named all there is: the rest has gone."""
    keys = {link.key_of(item) for item in seen}
    own = Busy.objects.filter(source=link.source)
    gone = [pk for pk, key in own.values_list("pk", "external_id") if key not in keys]
    own.filter(pk__in=gone).delete()


def _missed(provider: Provider, link: Link, seen: set[str], *, now: dt.datetime) -> dict[str, Item]:
    """Entries of ours to come that a whole reading did not name."""
    rows = Entry.objects.filter(link=link, end__gt=now).exclude(etag="")
    rows = rows.exclude(state__in=(Entry.State.REMOVED, Entry.State.DISPUTED))
    named = {provider.name_of(item) for item in seen}
    names = [name for name in rows.values_list("external_id", flat=True) if name not in named]
    return {name: Item(id=provider.item_id(link.calendar, name)) for name in names}


def _consider(provider: Provider, link: Link, seen: Seen, *, now: dt.datetime) -> None:
    """Act on entries of ours. An edit is believed only as it stands now: a page may be older than our last write."""
    rows = Entry.objects.filter(link=link, external_id__in=seen.ours)
    news = [row for row in rows if seen.ours[row.external_id].gone or seen.ours[row.external_id].etag != row.etag]
    gone = [row.pk for row in news if seen.ours[row.external_id].gone and row.state == Entry.State.WRITTEN]
    Entry.objects.filter(pk__in=gone, missed_at=None).update(missed_at=now)
    for row in news:
        edits.look(provider, link, row.external_id, now=now)
    for name, booking in seen.strays.items():
        found = provider.read(link.calendar, provider.item_id(link.calendar, name), zone=link.time_zone)
        handing.appeared(link, name, found, booking, now=now)
    if outbox.waiting(link).exists():
        outbox.ask(link, now=now)


def _horizon(link: Link) -> dt.timedelta:
    """How far ahead those whose it is can be booked."""
    services = Service.objects.filter(resources__in=link.resources.all(), active=True)
    most = services.aggregate(most=Max("horizon_days"))["most"]
    return int(most or 180) * DAY
