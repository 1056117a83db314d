"""Why a time cannot be had, in words that a dialogue and an API can use."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from parley.scheduling.availability import able, busy_spans, minutes
from parley.scheduling.models import Resource, Service
from parley.scheduling.opening import Calendar
from parley.scheduling.spans import Span, instant


class Why(StrEnum):
    """The rule that refuses a time; also the name of the reply that says it."""

    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    HOLIDAY = "holiday"
    CLOSED = "closed"
    HOURS = "hours"
    TAKEN = "taken"
    FULL = "full"
    """Nothing is free in the whole span that was asked about."""
    NOT_GIVEN_BY = "not_given_by"
    NOBODY = "nobody"


BENDABLE: Final = frozenset({Why.NOTICE, Why.HORIZON, Why.HOLIDAY, Why.CLOSED, Why.HOURS})
"""Rules that a person at the desk may overrule."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, with what the sentence needs."""

    why: Why
    values: dict[str, Any] = field(default_factory=dict)
    """NOTICE: hours. HORIZON: days. HOLIDAY: name. CLOSED: reason. HOURS: opens, closes. NOT_GIVEN_BY: staff."""


def why_not(
    service: Service,
    start: dt.datetime,
    *,
    now: dt.datetime,
    resource: Resource | None = None,
    duration: dt.timedelta | None = None,
    holder: str = "",
    but: uuid.UUID | None = None,
) -> Refusal | None:
    """What speaks against `service` at `start` (with `resource`, or with anybody); None when it can be had.

    Unlike a search this accepts starts beside the grid: a person at the desk may book 10:05.
    """
    found = who_can(service, start, now=now, resource=resource, duration=duration, holder=holder, but=but)
    return found if isinstance(found, Refusal) else None


def who_can(
    service: Service,
    start: dt.datetime,
    *,
    now: dt.datetime,
    resource: Resource | None = None,
    duration: dt.timedelta | None = None,
    holder: str = "",
    but: uuid.UUID | None = None,
) -> Resource | Refusal:
    """The first by name who can give `service` at `start` (`resource`, or anybody), or what speaks against it."""
    start = instant(start)
    able_ones = able(service)
    if resource is not None and resource.pk not in {row.pk for row in able_ones}:
        return Refusal(Why.NOT_GIVEN_BY, {"staff": resource.name, "service": service.code})
    chosen = [resource] if resource is not None else able_ones
    if not chosen:
        return Refusal(Why.NOBODY, {"service": service.code})
    if start < now:
        return Refusal(Why.PAST)
    if start < now + minutes(service.notice):
        return Refusal(Why.NOTICE, {"hours": service.notice / 60})
    if start > now + dt.timedelta(days=service.horizon_days):
        return Refusal(Why.HORIZON, {"days": service.horizon_days})
    return _first_free(service, start, chosen, now=now, duration=duration, holder=holder, but=but)


def taken(
    service: Service,
    start: dt.datetime,
    resource: Resource,
    *,
    now: dt.datetime,
    duration: dt.timedelta,
    holder: str = "",
    but: uuid.UUID | None = None,
) -> Refusal | None:
    """Only whether somebody or something else has the place, whatever the hours say."""
    around = Span(start - minutes(service.buffer_before), start + duration + minutes(service.buffer_after))
    busy = busy_spans([resource], around, now=now, holder=holder, but=but)
    return Refusal(Why.TAKEN) if any(around.meets(other) for other in busy[resource.pk]) else None


def _first_free(
    service: Service,
    start: dt.datetime,
    chosen: list[Resource],
    *,
    now: dt.datetime,
    duration: dt.timedelta | None,
    holder: str,
    but: uuid.UUID | None,
) -> Resource | Refusal:
    span = Span(start, start + (duration or minutes(service.duration)))
    around = Span(span.start - minutes(service.buffer_before), span.end + minutes(service.buffer_after))
    busy = busy_spans(chosen, around, now=now, holder=holder, but=but)
    day_before = start.date() - dt.timedelta(days=1)
    calendar = Calendar.read(chosen, day_before, start.date() + dt.timedelta(days=1))
    refusals: list[Refusal] = []
    for resource in chosen:
        closed = _closed(resource, span, calendar)
        if closed is None and not any(around.meets(other) for other in busy[resource.pk]):
            return resource
        refusals.append(closed or Refusal(Why.TAKEN))
    # "Taken" is the most hopeful answer: another hour of the same day may be free.
    return next((refusal for refusal in refusals if refusal.why is Why.TAKEN), refusals[0])


def _closed(resource: Resource, span: Span, calendar: Calendar) -> Refusal | None:
    zone = resource.time_zone
    day = span.start.astimezone(zone).date()
    open_spans = calendar.open_on(resource, day)
    if any(hours.start <= span.start and span.end <= hours.end for hours in open_spans):
        return None
    if open_spans:
        opens, closes = open_spans[0].start.astimezone(zone), open_spans[-1].end.astimezone(zone)
        return Refusal(Why.HOURS, {"opens": opens.time(), "closes": closes.time(), "date": day})
    holiday = calendar.holiday(resource, day)
    if holiday:
        return Refusal(Why.HOLIDAY, {"name": holiday, "date": day})
    return Refusal(Why.CLOSED, {"reason": calendar.reason_closed(resource, day) or "", "date": day})
