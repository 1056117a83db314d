"""Reading an outside calendar: what blocks time there, and what was done there to entries of ours.

Pages are taken over one by one, each in a transaction; the cursor moves on with the last one. Whatever breaks off in
between is read again, and reading twice changes nothing.
"""

import datetime as dt
import hashlib
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Max

from parley.contract import CalendarUnavailable
from parley.scheduling.availability import LONGEST
from parley.scheduling.calendars import edits, outbox
from parley.scheduling.calendars.models import Entry, Link
from parley.scheduling.calendars.provider import CursorLost, Item, Missing, Page, Provider
from parley.scheduling.calendars.providers import opened
from parley.scheduling.models import Booking, Busy, Service
from parley.scheduling.spans import DAY, Span

BACK: Final = 2 * DAY
"""Events that ended longer ago are not asked for, and are forgotten."""
BEYOND: Final = 35 * DAY
"""How much further than can be booked a calendar is read whole; so often is that done again, too."""
MANY: Final = 5
"""More entries of ours that are gone at once than this are shown to staff instead of cancelled."""

log = structlog.get_logger("parley.calendars")


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
    seen: set[str] = set()
    ours: dict[str, Item] = {}
    before = link.cursor
    for page in provider.changes(link.calendar, cursor=cursor, within=within, zone=link.resource.time_zone):
        ours |= _take_over(provider, link, page, within, seen, before=before)
        if page.cursor is None:
            continue
        if page.whole:
            _forget_unseen(link, seen)
            ours |= _missed(provider, link, seen, now=now)
        _consider(provider, link, ours, now=now)
        link.cursor, link.read_at, link.read_until = page.cursor, now, within.end
        kept = Link.objects.filter(pk=link.pk, cursor=before)
        kept.update(cursor=page.cursor, read_at=now, read_until=within.end)
    Busy.objects.filter(resource=link.resource_id, source=link.source, end__lt=within.start).delete()


@transaction.atomic
def _take_over(
    provider: Provider, link: Link, page: Page, within: Span, seen: set[str], *, before: str
) -> dict[str, Item]:
    """Bring busy times to what a page says; the items of ours that it names, by name."""
    locked = Link.objects.select_for_update(of=("self",)).filter(pk=link.pk).first()
    if locked is None or locked.cursor != before:
        raise Overtaken
    names = {item.id: provider.name_of(item.id) for item in page.items}
    known = set(Entry.objects.filter(link=link, external_id__in=names.values()).values_list("external_id", flat=True))
    theirs: list[Item] = []
    ours: dict[str, Item] = {}
    for item in page.items:
        if names[item.id] in known or _adopted(link, names[item.id], item):
            ours[names[item.id]] = item
        else:
            theirs.append(item)
    seen.update(item.id for item in page.items if not item.gone)
    _block(link, theirs, within)
    return ours


def _block(link: Link, items: list[Item], within: Span) -> None:
    """Replace the busy times of some items."""
    keys = {item.id: key_of(item.id) for item in items}
    own = Busy.objects.filter(resource=link.resource_id, source=link.source)
    own.filter(external_id__in=keys.values()).delete()
    Busy.objects.bulk_create(
        (
            Busy(resource_id=link.resource_id, source=link.source, external_id=key, start=start, end=end)
            for key, start, end in sorted(
                {(keys[item.id], *piece) for item in items for span in item.busy for piece in _pieces(span, within)}
            )
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


def _adopted(link: Link, name: str, item: Item) -> bool:
    """An entry that we made when this calendar was linked before: it is ours again."""
    if item.mark is None or item.gone or not name.startswith(f"p{item.mark.booking.replace('-', '')}"):
        return False
    if not Booking.objects.filter(pk=item.mark.booking, resource__site=link.account.site_id).exists():
        return False
    start, end = item.mark.when
    _, made = Entry.objects.get_or_create(
        booking_id=item.mark.booking,
        link=link,
        defaults={"external_id": name, "etag": item.etag, "version": item.mark.version, "start": start, "end": end},
    )
    return made


def _forget_unseen(link: Link, seen: set[str]) -> None:
    """A whole reading named all there is: the rest has gone."""
    keys = {key_of(item) for item in seen}
    own = Busy.objects.filter(resource=link.resource_id, source=link.source)
    gone = [pk for pk, key in own.values_list("pk", "external_id") if key not in keys]
    own.filter(pk__in=gone).delete()


def _missed(provider: Provider, link: Link, seen: set[str], *, now: dt.datetime) -> dict[str, Item]:
    """Entries of ours to come that a whole reading did not name."""
    rows = Entry.objects.filter(link=link, end__gt=now).exclude(etag="")
    rows = rows.exclude(state__in=(Entry.State.REMOVED, Entry.State.DISPUTED))
    named = {provider.name_of(item) for item in seen}
    names = [name for name in rows.values_list("external_id", flat=True) if name not in named]
    return {name: Item(id=provider.item_id(link.calendar, name)) for name in names}


def _consider(provider: Provider, link: Link, ours: dict[str, Item], *, now: dt.datetime) -> None:
    """Act on entries of ours. An edit is believed only as it stands now: a page may be older than our last write."""
    rows = Entry.objects.filter(link=link, external_id__in=ours).select_related("booking")
    news = [row for row in rows if ours[row.external_id].gone or ours[row.external_id].etag != row.etag]
    gone = sum(ours[row.external_id].gone and row.state == Entry.State.WRITTEN for row in news)
    for row in news:
        edits.look(provider, link, row.external_id, now=now, many=gone > MANY)
    if outbox.waiting(link).exists():
        outbox.ask(link, now=now)


def _horizon(link: Link) -> dt.timedelta:
    """How far ahead the resource can be booked."""
    most = Service.objects.filter(resources=link.resource_id, active=True).aggregate(most=Max("horizon_days"))["most"]
    return int(most or 180) * DAY


def key_of(item: str) -> str:
    """The key of an item's busy times; an id that is too long for it is hashed."""
    return item if len(item) <= 255 else f"sha256:{hashlib.sha256(item.encode()).hexdigest()}"
