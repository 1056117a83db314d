"""Events of Google Calendar as we see them, and ours as they are written there."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parley.scheduling.calendars import marks
from parley.scheduling.calendars.provider import Draft, Item
from parley.scheduling.spans import Span, at_wall

FREE_KINDS: Final = frozenset({"workingLocation", "birthday"})
"""Kinds of events that say where somebody is, or whose birthday it is, and block nothing."""


def body(draft: Draft) -> dict[str, Any]:
    """An entry of ours, without its id."""
    when = draft.mark.when
    fields: dict[str, Any] = {
        "summary": draft.title,
        "description": draft.text,
        "start": _written(when.start, draft.zone),
        "end": _written(when.end, draft.zone),
        "status": "confirmed",
        "transparency": "opaque",
        "visibility": "private" if draft.private else "default",
        "extendedProperties": {"private": marks.written(draft.mark)},
    }
    if draft.url:
        fields["source"] = {"title": "Parley", "url": draft.url}
    return fields


def _written(moment: dt.datetime, zone: ZoneInfo) -> dict[str, Any]:
    return {"dateTime": moment.astimezone(zone).isoformat(), "timeZone": zone.key}


def item(event: Mapping[str, Any], zone: ZoneInfo) -> Item:
    """An event of Google's as ours; one whose times make no sense blocks nothing."""
    if event.get("status") == "cancelled" or "start" not in event or "end" not in event:
        return Item(id=event["id"], etag=event.get("etag", ""))
    when = Span(_moment(event["start"], zone), _moment(event["end"], zone))
    blocks = (
        event.get("transparency") != "transparent"
        and event.get("eventType") not in FREE_KINDS
        and not _declined(event)
        and when.start < when.end
    )
    return Item(
        id=event["id"],
        uid=event.get("iCalUID", ""),
        etag=event.get("etag", ""),
        when=when,
        busy=(when,) if blocks else (),
        mark=marks.read(event.get("extendedProperties", {}).get("private", {})),
    )


def _declined(event: Mapping[str, Any]) -> bool:
    return any(each.get("self") and each.get("responseStatus") == "declined" for each in event.get("attendees", ()))


def _moment(told: Mapping[str, str], zone: ZoneInfo) -> dt.datetime:
    """In UTC. A date without a clock begins at midnight in the resource's zone."""
    if "dateTime" not in told:
        return at_wall(dt.date.fromisoformat(told["date"]), dt.time(), zone)
    moment = dt.datetime.fromisoformat(told["dateTime"])
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_zone(told.get("timeZone", ""), zone))
    return moment.astimezone(dt.UTC)


def _zone(name: str, otherwise: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else otherwise
    except (ZoneInfoNotFoundError, ValueError):
        return otherwise
