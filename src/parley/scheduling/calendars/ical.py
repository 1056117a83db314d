"""Events of a CalDAV server as we see them, and ours as they are written there (RFC 5545)."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component, Event, Timezone

from parley.scheduling.calendars import marks
from parley.scheduling.calendars.provider import Draft, Item, Rejected
from parley.scheduling.spans import DAY, Span, at_wall

PREFIX: Final = "X-"
OURS: Final = (marks.BOOKING, marks.VERSION, marks.START, marks.END)
ZONE_AROUND: Final = 400 * DAY
"""How much of a zone's history goes with an entry."""


def item_of(href: str, etag: str, text: str, *, within: Span, zone: ZoneInfo, user: str) -> Item:
    """One object of a server: an event, or a series with its exceptions. What cannot be read blocks nothing.

    Only occurrences that touch `within` block; `user` is whose refusals of invitations count.
    """
    try:
        calendar = Calendar.from_ical(text)
        events = [each for each in calendar.walk("VEVENT") if isinstance(each, Event)]
        if not events:
            return Item(id=href, etag=etag)
        master = next((each for each in events if "RECURRENCE-ID" not in each), events[0])
        first = _span(master, zone)
        if str(master.get("STATUS", "")).upper() == "CANCELLED":
            return Item(id=href, etag=etag)
        spans = tuple(span for span in _occurrences(calendar, within, zone, user) if span.meets(within))
    except (ValueError, KeyError, TypeError, OverflowError):
        return Item(id=href, etag=etag, when=within)
    return Item(id=href, uid=str(master.get("UID", "")), etag=etag, when=first, busy=spans, mark=_mark(master))


def written(draft: Draft, *, uid: str, now: dt.datetime, present: str = "") -> str:
    """An entry of ours; where it is there already (`present`), what others added to it stays."""
    calendar = Calendar.from_ical(present) if present else _new(uid)
    if not isinstance(calendar, Calendar):
        raise Rejected("what stands there is no calendar")
    event = next((each for each in calendar.walk("VEVENT") if "RECURRENCE-ID" not in each), None)
    if event is None:
        raise Rejected("what stands there is no event")
    when = draft.mark.when
    fields: dict[str, Any] = {
        "dtstamp": now.astimezone(dt.UTC),
        "last-modified": now.astimezone(dt.UTC),
        "dtstart": _on_the_clock(when.start, draft.zone),
        "dtend": _on_the_clock(when.end, draft.zone),
        "summary": draft.title,
        "description": draft.text,
        "status": "CONFIRMED",
        "transp": "OPAQUE",
        "class": "PRIVATE" if draft.private else "PUBLIC",
        "sequence": draft.mark.version,
        "url": draft.url,
    }
    for name, value in (
        fields | {f"{PREFIX}{name}": text for name, text in marks.written(draft.mark).items()}
    ).items():
        event.pop(name, None)
        if value != "":
            event.add(name, value)
    for name in ("duration", "rrule", "rdate", "exdate"):  # an appointment takes place once
        event.pop(name, None)
    _with_zone(calendar, draft.zone, when)
    return str(calendar.to_ical().decode())


def _on_the_clock(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """In its zone; of an hour that comes twice the second has no name there, and is written in UTC."""
    local = moment.astimezone(zone)
    return moment.astimezone(dt.UTC) if local.fold else local


def _new(uid: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Parley//Calendars//EN")
    calendar.add("version", "2.0")
    event = Event()
    event.add("uid", uid)
    calendar.add_component(event)
    return calendar


def _with_zone(calendar: Calendar, zone: ZoneInfo, when: Span) -> None:
    """Describe the zone: a name without its description is invalid."""
    if any(str(each.get("TZID")) == zone.key for each in calendar.walk("VTIMEZONE")):
        return
    first, last = (when.start - ZONE_AROUND).date(), (when.end + ZONE_AROUND).date()
    calendar.subcomponents.insert(0, Timezone.from_tzid(zone.key, first_date=first, last_date=last))


def _occurrences(calendar: Component, within: Span, zone: ZoneInfo, user: str) -> Iterator[Span]:
    events = calendar.walk("VEVENT")
    if len(events) > 1 or any(name in events[0] for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
        events = recurring_ical_events.of(calendar).between(within.start - DAY, within.end + DAY)
    for event in events:
        span = _span(event, zone)
        if span.start < span.end and _blocks(event, user):
            yield span


def _blocks(event: Component, user: str) -> bool:
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT" or str(event.get("STATUS", "")).upper() == "CANCELLED":
        return False
    attendees: Any = event.get("ATTENDEE", [])
    return not any(
        str(each).lower().removeprefix("mailto:") == user.lower()
        and str(each.params.get("PARTSTAT", "")).upper() == "DECLINED"
        for each in (attendees if isinstance(attendees, list) else [attendees])
    )


def _span(event: Component, zone: ZoneInfo) -> Span:
    """In UTC. Raises KeyError for an event without a start.

    A start that the change to summer time skips is taken an hour later, with the clocks.
    """
    start: dt.date = _value(event, "DTSTART")
    begins = _moment(start, zone)
    if "DTEND" in event:
        end: dt.date = _value(event, "DTEND")
        ends = _moment(end, zone)
        # A start that was carried over the gap may have passed its end on the wall: it lasts as long as meant.
        return Span(begins, ends if ends > begins else begins + max(_wall(end) - _wall(start), dt.timedelta()))
    if "DURATION" in event:
        return Span(begins, max(begins, begins + _value(event, "DURATION")))
    return Span(begins, begins if isinstance(start, dt.datetime) else _moment(start + DAY, zone))


def _wall(value: dt.date) -> dt.datetime:
    """What clocks show."""
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())


def _value(event: Component, name: str) -> Any:
    """A date, a moment, or a length."""
    field: Any = event[name]
    return field.dt


def _moment(value: dt.date, zone: ZoneInfo) -> dt.datetime:
    if not isinstance(value, dt.datetime):
        return at_wall(value, dt.time(), zone)
    return (value if value.tzinfo is not None else value.replace(tzinfo=zone)).astimezone(dt.UTC)


def _mark(event: Component) -> Any:
    return marks.read({name: str(event[f"{PREFIX}{name}"]) for name in OURS if f"{PREFIX}{name}" in event})
