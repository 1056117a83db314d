"""Holding, booking, moving and cancelling: the rules, each in one transaction.

No two active bookings of a resource overlap. PostgreSQL refuses them by an exclusion constraint; SQLite runs one
writing transaction at a time (`BEGIN IMMEDIATE`), so that the look just before the write is enough. Every function
is safe to repeat: the same `key` gives the same booking.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.dispatch import Signal

from parley.accounts.models import Person
from parley.contract import Conflict, InvalidTimeSlot, Language, NotFound
from parley.scheduling.availability import minutes
from parley.scheduling.models import Booking, Change, Resource, Service
from parley.scheduling.reasons import BENDABLE, Refusal, Why, taken, who_can, why_not
from parley.scheduling.spans import Span, instant

HOLD = dt.timedelta(minutes=3)
"""How long an offered slot is kept unless it is renewed."""

changed = Signal()
"""Sent inside the transaction with `booking`, `change` (what happened) and `before` (its start, when it moved), so
that reminders, messages and calendars write their own rows with it or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """For whom it is."""

    name: str
    phone: str = ""
    person: Person | None = None
    language: Language = "en"


def hold(
    service: Service, start: dt.datetime, *, by: str, now: dt.datetime, resource: Resource | None = None
) -> Booking:
    """Keep a slot for the conversation `by` while its caller thinks. Held again, it is renewed; a hold of the same
    conversation that it would overlap is given up.

    Raises Conflict when somebody else has it and InvalidTimeSlot when it cannot be had at all.
    """
    start = instant(start)
    with transaction.atomic():
        own = Booking.objects.filter(status=Booking.Status.HELD, held_by=by, service=service, start=start)
        if resource is not None:
            own = own.filter(resource=resource)
        kept = own.select_for_update().first()
        if kept is not None and kept.held_until is not None and kept.held_until > now:
            kept.held_until = now + HOLD
            kept.save(update_fields=["held_until"])
            return kept
        free = _free_resource(service, start, now=now, resource=resource, holder=by)
        fields: dict[str, Any] = {"status": Booking.Status.HELD, "held_by": by, "held_until": now + HOLD}
        return _insert(service, free, start, now=now, holder=by, **fields)


def release(*, by: str) -> int:
    """Give back all that the conversation `by` holds. Returns how many."""
    return Booking.objects.filter(status=Booking.Status.HELD, held_by=by).delete()[0]


def book(
    service: Service,
    start: dt.datetime,
    attendee: Attendee,
    *,
    by: str,
    key: str,
    now: dt.datetime,
    resource: Resource | None = None,
    duration: dt.timedelta | None = None,
    title: str = "",
    description: str = "",
) -> Booking:
    """Book, and turn the caller's own hold into the booking where there is one.

    The same `key` again returns the first booking. Raises Conflict or InvalidTimeSlot; `details["why"]` tells which
    rule refused, as in `Why`.
    """
    start = instant(start)
    with transaction.atomic():
        again = Booking.objects.filter(key=key).first()
        if again is not None:
            return again
        mine = Booking.objects.filter(status=Booking.Status.HELD, held_by=by, start=start, service=service)
        held = mine.filter(resource=resource).first() if resource else mine.order_by("created_at").first()
        free = _free_resource(
            service,
            start,
            now=now,
            resource=resource or (held.resource if held else None),
            duration=duration,
            holder=by,
        )
        release(by=by)
        booking = _insert(
            service,
            free,
            start,
            now=now,
            status=Booking.Status.BOOKED,
            duration=duration,
            key=key,
            person=attendee.person,
            name=attendee.name,
            phone=attendee.phone,
            language=attendee.language,
            title=title or service.name_in(attendee.language),
            description=description,
        )
        _record(booking, "booked", by=by, now=now, after=_facts(booking))
        return booking


def reschedule(
    booking: Booking,
    start: dt.datetime,
    *,
    by: str,
    now: dt.datetime,
    version: int | None = None,
    resource: Resource | None = None,
    duration: dt.timedelta | None = None,
    anyhow: bool = False,
) -> Booking:
    """Move a booking. The old time is free only when the new one is taken, in the same moment.

    `version` is the one that the caller saw: another one now raises Conflict with `details["why"] == "changed"`.
    `anyhow` is the word of staff: hours, notice and horizon do not bind then, only that nobody else has the place.
    """
    start = instant(start)
    with transaction.atomic():
        current = _current(booking, version)
        length = duration or current.end - current.start
        wanted = resource or current.resource
        service = _service(current)
        if current.start == start and current.end == start + length and current.resource_id == wanted.pk:
            return current
        before = _facts(current)
        refusal = why_not(service, start, now=now, resource=wanted, duration=length, holder=by, but=current.pk)
        if refusal is not None and anyhow and refusal.why in BENDABLE:
            refusal = taken(service, start, wanted, now=now, duration=length, holder=by, but=current.pk)
        if refusal is not None and resource is None:
            wanted = _free_resource(service, start, now=now, resource=None, duration=length, holder=by)
        elif refusal is not None:
            raise _refused(refusal)
        release(by=by)
        current.resource, current.start, current.end = wanted, start, start + length
        current.busy_from = start - minutes(service.buffer_before)
        current.busy_until = current.end + minutes(service.buffer_after)
        _save(current)
        _record(current, "moved", by=by, now=now, before=before, after=_facts(current))
        return current


def change(
    booking: Booking,
    *,
    by: str,
    now: dt.datetime,
    texts: Mapping[str, str],
    start: dt.datetime | None = None,
    version: int | None = None,
    resource: Resource | None = None,
    duration: dt.timedelta | None = None,
) -> Booking:
    """Move and edit in one transaction; `texts` are `title`, `name`, `phone`, `description`."""
    with transaction.atomic():
        if start is not None and (start != booking.start or duration is not None or resource is not None):
            booking = reschedule(
                booking, start, by=by, now=now, version=version, resource=resource, duration=duration
            )
            version = None
        current = _current(booking, version)
        before = {name: getattr(current, name) for name in texts}
        if before == dict(texts):
            return current
        for name, text in texts.items():
            setattr(current, name, text)
        _save(current)
        _record(current, "edited", by=by, now=now, before=before, after=dict(texts))
        return current


def cancel(booking: Booking, *, by: str, now: dt.datetime, reason: str = "", version: int | None = None) -> Booking:
    """Cancel with a reason. Cancelled once, it stays so; what has begun cannot be cancelled (InvalidTimeSlot)."""
    with transaction.atomic():
        row = Booking.objects.select_for_update().filter(pk=booking.pk).first()
        if row is not None and row.status == Booking.Status.CANCELLED:
            return row
        current = _current(booking, version)
        if current.start <= now:
            raise InvalidTimeSlot("a past appointment cannot be cancelled", why="past")
        before = _facts(current)
        current.status, current.cancel_reason = Booking.Status.CANCELLED, reason[:200]
        _save(current)
        _record(current, "cancelled", by=by, now=now, before=before, after=_facts(current))
        return current


def restore(booking: Booking, *, by: str, now: dt.datetime) -> Booking:
    """Take back a cancellation. Raises Conflict when the time is gone, InvalidTimeSlot when it is past."""
    with transaction.atomic():
        row = Booking.objects.select_for_update(of=("self",)).select_related("resource__site", "service")
        current = row.filter(pk=booking.pk, status=Booking.Status.CANCELLED).first()
        if current is None:
            raise Conflict("the appointment is not cancelled any more", why="changed")
        service = _service(current)
        length = current.end - current.start
        refusal = why_not(service, current.start, now=now, resource=current.resource, duration=length, holder=by)
        if refusal is not None:
            raise _refused(refusal)
        before = _facts(current)
        current.status, current.cancel_reason = Booking.Status.BOOKED, ""
        _save(current)
        _record(current, "booked", by=by, now=now, before=before, after=_facts(current))
        return current


def _free_resource(
    service: Service,
    start: dt.datetime,
    *,
    now: dt.datetime,
    resource: Resource | None,
    holder: str,
    duration: dt.timedelta | None = None,
) -> Resource:
    """The resource that gives the service then: the one asked for, or the first that is free."""
    found = who_can(service, start, now=now, resource=resource, duration=duration, holder=holder)
    if isinstance(found, Refusal):
        raise _refused(found)
    return found


def _refused(refusal: Refusal) -> Conflict | InvalidTimeSlot:
    details = {
        name: value if isinstance(value, int | float | str) else str(value) for name, value in refusal.values.items()
    }
    if refusal.why is Why.TAKEN:
        return Conflict("that time is taken", why=refusal.why.value, **details)
    return InvalidTimeSlot(f"that time cannot be booked: {refusal.why.value}", why=refusal.why.value, **details)


def _insert(
    service: Service,
    resource: Resource,
    start: dt.datetime,
    *,
    now: dt.datetime,
    duration: dt.timedelta | None = None,
    holder: str = "",
    **fields: Any,
) -> Booking:
    end = start + (duration or minutes(service.duration))
    busy = Span(start - minutes(service.buffer_before), end + minutes(service.buffer_after))
    # Holds that ran out, and the holder's own, still stand in the way of the exclusion constraint.
    gone = Q(held_until__lte=now)
    if holder:
        gone |= Q(held_by=holder)
    Booking.objects.filter(
        gone, resource=resource, status=Booking.Status.HELD, busy_from__lt=busy.end, busy_until__gt=busy.start
    ).delete()
    booking = Booking(
        resource=resource, service=service, start=start, end=end, busy_from=busy.start, busy_until=busy.end, **fields
    )
    _save(booking, new=True)
    return booking


def _save(booking: Booking, *, new: bool = False) -> None:
    """Write, and turn the database's refusal of an overlap into Conflict."""
    if not new:
        booking.version += 1
    try:
        with transaction.atomic():
            booking.save(force_insert=new)
    except IntegrityError as error:
        raise Conflict("that time is taken", why=Why.TAKEN.value) from error


def _current(booking: Booking, version: int | None) -> Booking:
    """The booking as it is now, locked. Raises Conflict when it is not what the caller saw."""
    row = (
        Booking.objects.select_for_update(of=("self",))
        .select_related("resource__site", "service")
        .filter(pk=booking.pk)
        .first()
    )
    if row is None:
        raise NotFound("there is no such appointment")
    if row.status not in (Booking.Status.BOOKED, Booking.Status.ARRIVED):
        raise Conflict("the appointment is not open any more", why="changed", status=row.status)
    if version is not None and row.version != version:
        raise Conflict("the appointment was changed meanwhile", why="changed", version=row.version)
    return row


def _service(booking: Booking) -> Service:
    if booking.service is None:
        raise NotFound("the appointment has no service")
    return booking.service


def _facts(booking: Booking) -> dict[str, Any]:
    return {
        "start": booking.start.astimezone(dt.UTC).isoformat(),
        "end": booking.end.astimezone(dt.UTC).isoformat(),
        "resource": booking.resource_id,
        "status": str(booking.status),
    }


def _record(
    booking: Booking,
    what: str,
    *,
    by: str,
    now: dt.datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
) -> None:
    Change.objects.create(booking=booking, at=now, by=by, what=what, before=before or {}, after=after)
    changed.send(sender=Booking, booking=booking, change=what, before=before or {}, by=by, now=now)
