"""Edits that the rules refuse are put before staff, and settled where somebody puts them right there."""

import datetime as dt

import structlog

from parley.scheduling.calendars.models import Disagreement, Entry
from parley.scheduling.calendars.provider import Item
from parley.scheduling.models import Resource

log = structlog.get_logger("parley.calendars")


def put(entry: Entry, item: Item, why: str, *, now: dt.datetime, resource: Resource | None = None) -> None:
    """Have staff decide about an entry as it stands there. `resource`: whose it would be."""
    start, end = item.when or (None, None)
    Disagreement.objects.update_or_create(
        entry=entry,
        settled_at=None,
        defaults={
            "found_at": now,
            "why": why[:20],
            "start": start,
            "end": end,
            "resource": resource,
            "etag": item.etag,
            "version": entry.booking.version,
        },
    )
    entry.state = Entry.State.DISPUTED
    entry.save()
    log.info("calendar_disagreement", provider=entry.link.account.provider, why=why)


def settled_there(entry: Entry, *, now: dt.datetime) -> bool:
    """Nothing is left to decide about it: both sides agree again, by what was done there. Whether anything was."""
    open_one = Disagreement.objects.filter(entry=entry, settled_at=None)
    by = f"calendar:{entry.link.account.provider}"
    return bool(open_one.update(settled_at=now, settled_by=by, choice="theirs"))
