"""Questions about the business itself: when it is open, where it is, what it takes, and what its staff wrote down."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import yaml

from parley.contract import Context, Language, Say
from parley.scheduling.models import Booking, Resource, Service
from parley.scheduling.opening import Calendar
from parley.scheduling.spans import DAY
from parley.skills.appointments.catalogue import called, service_named
from parley.skills.appointments.customers import BOOKED
from parley.skills.appointments.models import Answer
from parley.skills.appointments.talk.serving import House, house_of

_PATTERNS: Final = Path(__file__).with_name("about.yaml")
_LONGEST: Final = 18
"""Words of a question; who says more is telling something."""
_NAMED: Final = 4
"""Services that are named when none was said."""


def answer(text: str, *, slots: Mapping[str, Any], context: Context) -> tuple[Say, ...]:
    """What the house says to a question about itself; nothing when it is none, or there is no business.

    `slots` are the values at hand: those said, and those of what is being booked.
    """
    topic = topic_of(text, context.language)
    house = house_of(context) if topic is not None else None
    if topic is None or house is None:
        return ()
    written = _written(topic, house, context.language)
    match topic:
        case "hours":
            said = _hours(slots, house, context)
        case "address":
            said = Say("about.address", {"address": house.site.address}) if house.site.address else None
        case "duration":
            said = _duration(text, slots, house, context)
        case "services":
            names = [service.name_in(context.language) for service in house.services if not service.any_reason]
            said = Say("about.services", {"services": names}) if names else None
        case _:
            said = None
    found = tuple(say for say in (said, written) if say is not None)
    return found or (Say("about.unknown"),)


def topic_of(text: str, language: Language) -> str | None:
    """What about the business is asked, if anything."""
    if len(text.split()) > _LONGEST:
        return None
    plain = text.replace("’", "'")
    return next((topic for topic, pattern in _patterns(language).items() if pattern.search(plain)), None)


def _written(topic: str, house: House, language: Language) -> Say | None:
    """What staff wrote about it, in this language."""
    row = Answer.objects.filter(site=house.site, topic=topic).first()
    words = row.words.get(language) if row is not None else None
    return Say("text", {"text": words}) if words else None


def _hours(slots: Mapping[str, Any], house: House, context: Context) -> Say | None:
    """The hours of the day that was said, else those of the coming week, alike days together."""
    zone = house.zone
    today = context.now.astimezone(zone).date()
    people = list(house.site.resources.filter(active=True).select_related("site"))
    day = slots.get("date")
    if day is not None:
        date = dt.date.fromisoformat(str(day))
        opened = _opened(people, [date], zone)[date]
        values = {"date": date, "opens": opened[0], "closes": opened[1]} if opened else {"date": date}
        return Say("about.open_on" if opened else "about.closed_on", values)
    monday = today - today.weekday() * DAY
    week = _opened(people, [monday + (7 + n) * DAY for n in range(7)], zone)
    spans = [(list(days), hours) for hours, days in groupby(week, key=lambda date: week[date]) if hours]
    parts = [
        Say(
            "about.days" if len(days) > 1 else "about.day",
            {"first": days[0], "last": days[-1], "opens": hours[0], "closes": hours[1]},
        )
        for days, hours in spans
        if hours
    ]
    return Say("about.hours", {"parts": parts}) if parts else None


def _opened(
    staff: Sequence[Resource], days: Sequence[dt.date], zone: ZoneInfo
) -> dict[dt.date, tuple[dt.time, dt.time] | None]:
    """From when to when anybody is there, by day; None where nobody is."""
    rules = Calendar.read(staff, days[0], days[-1])
    found: dict[dt.date, tuple[dt.time, dt.time] | None] = {}
    for day in days:
        spans = [span for person in staff for span in rules.open_on(person, day)]
        first = min((span.start for span in spans), default=None)
        last = max((span.end for span in spans), default=None)
        found[day] = (first.astimezone(zone).time(), last.astimezone(zone).time()) if first and last else None
    return found


def _duration(text: str, slots: Mapping[str, Any], house: House, context: Context) -> Say:
    """How long the service takes that was said, is being booked, or has just been; else how long some take."""
    service = _service(text, slots, house, context)
    if service is not None:
        length = dt.timedelta(minutes=service.duration)
        return Say("about.duration", {"service": service.name_in(context.language), "length": length})
    some = [service for service in house.services if not service.any_reason][:_NAMED]
    each = [
        Say("about.takes", {"service": one.name_in(context.language), "length": dt.timedelta(minutes=one.duration)})
        for one in some
    ]
    return Say("about.durations", {"parts": each})


def _service(text: str, slots: Mapping[str, Any], house: House, context: Context) -> Service | None:
    plain = text.casefold()
    named = [one for one in house.services if any(name.casefold() in plain for name in called(one, context.language))]
    if named:
        return named[0]
    if slots.get("service"):
        return service_named(str(slots["service"]), house.services)
    booked = Booking.objects.filter(pk__in=context.facts.get(BOOKED, ())).select_related("service").last()
    return booked.service if booked is not None else None


@cache
def _patterns(language: Language) -> Mapping[str, re.Pattern[str]]:
    data = yaml.safe_load(_PATTERNS.read_text(encoding="utf-8"))
    return {
        topic: re.compile("|".join(f"(?:{each})" for each in words[language]), re.IGNORECASE)
        for topic, words in data.items()
    }
