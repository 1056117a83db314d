"""An appointment as an iCalendar file, to go with mail."""

import datetime as dt
from dataclasses import dataclass

from icalendar import Calendar, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the recipient's calendar shows."""

    uid: str
    """The same for every version of one appointment, so that a new time replaces the old one."""
    version: int
    start: dt.datetime
    end: dt.datetime
    title: str
    place: str = ""
    cancelled: bool = False


def calendar_file(entry: Entry, *, now: dt.datetime) -> bytes:
    """The file, in UTC."""
    calendar = Calendar()
    calendar.add("prodid", "-//Parley//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.cancelled else "PUBLISH")
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.version)
    event.add("dtstamp", now.astimezone(dt.UTC))
    event.add("dtstart", entry.start.astimezone(dt.UTC))
    event.add("dtend", entry.end.astimezone(dt.UTC))
    event.add("summary", entry.title)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    if entry.place:
        event.add("location", entry.place)
    calendar.add_component(event)
    return bytes(calendar.to_ical())
