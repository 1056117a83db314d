"""The waiting list: freed time is offered to whoever asked first, to one at a time, for a while.

    cancelled or moved ── job `freed` ──> offered (held) ──> accepted
                               ^              ├──> declined ──┐
                               └──────────────┴──> expired  ──┘  the next in order is asked

Who is told how is not decided here: messages connect to the signal `offered`.
"""

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.dispatch import Signal

from parley import jobs
from parley.contract import Conflict, InvalidTimeSlot, NotFound, language_of
from parley.scheduling import services
from parley.scheduling.availability import openings
from parley.scheduling.models import Booking, Resource, Service, Waiting
from parley.scheduling.spans import Span

OWNER: Final = "scheduling"
OFFER: Final = dt.timedelta(minutes=30)
"""How long an offer stands before the next in order is asked."""

offered = Signal()
"""Sent inside the transaction with `waiting`, whose `offer` is held until `offer_ends`."""


def wish(
    service: Service,
    attendee: services.Attendee,
    *,
    earliest: dt.datetime,
    latest: dt.datetime,
    resource: Resource | None = None,
    booking: Booking | None = None,
) -> Waiting:
    """Wait for a time from `earliest` up to `latest`. The same wish again is the same place in the list.

    `booking` is the later appointment that is given up for the earlier one.
    """
    found, _ = Waiting.objects.get_or_create(
        service=service,
        name=attendee.name,
        phone=attendee.phone,
        status=Waiting.Status.WAITING,
        defaults={
            "person": attendee.person,
            "language": attendee.language,
            "resource": resource,
            "booking": booking,
            "earliest": earliest,
            "latest": latest,
        },
    )
    return found


def accept(waiting: Waiting, *, now: dt.datetime) -> Booking:
    """Take what is offered. Raises Conflict when the offer has ended."""
    with transaction.atomic():
        row = _offered(waiting)
        if row is None or row.offer is None or row.offer_ends is None or row.offer_ends <= now:
            raise Conflict("the offer has ended", why="changed")
        start, resource, later = row.offer.start, row.offer.resource, row.booking
        if later is not None and later.status == Booking.Status.BOOKED:
            taken = services.reschedule(later, start, by=_holder(row), now=now, resource=resource)
        else:
            attendee = services.Attendee(
                name=row.name, phone=row.phone, person=row.person, language=language_of(row.language)
            )
            taken = services.book(
                row.service, start, attendee, by=_holder(row), key=f"waiting:{row.pk}", now=now, resource=resource
            )
        row.status, row.offer, row.offer_ends = Waiting.Status.ACCEPTED, None, None
        row.save()
        return taken


def decline(waiting: Waiting, *, now: dt.datetime) -> None:
    """Turn an offer down; the next in order is asked. Who has no offer leaves the list."""
    _end(waiting, Waiting.Status.DECLINED, now=now)


def expire(waiting: Waiting, *, now: dt.datetime) -> None:
    """End an offer whose time has run out; one that was answered, or renewed, is left alone."""
    if waiting.status == Waiting.Status.OFFERED and waiting.offer_ends is not None and waiting.offer_ends <= now:
        _end(waiting, Waiting.Status.EXPIRED, now=now)


def offer_next(resource: Resource, freed: Span, *, now: dt.datetime) -> Waiting | None:
    """Offer freed time to the first in the list whom it suits; None when it suits nobody."""
    with transaction.atomic():
        if freed.end <= now:
            return None
        rows = Waiting.objects.select_for_update(of=("self",)).filter(
            Q(resource=None) | Q(resource=resource),
            Q(booking=None) | Q(booking__start__gt=freed.start),
            service__in=resource.services.filter(active=True),
            status=Waiting.Status.WAITING,
            earliest__lt=freed.end,
            latest__gt=freed.start,
        )
        for row in rows.select_related("service").order_by("created_at", "pk"):
            if _offer(row, resource, freed, now=now):
                return row
    return None


def work(handler: str, subject: str, now: dt.datetime) -> None:
    """What is due: time was freed, or an offer has run out."""
    if handler == "freed":
        resource_id, start, end = subject.split("|")
        resource = Resource.objects.select_related("site").filter(pk=resource_id).first()
        if resource is not None:
            offer_next(resource, Span(dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end)), now=now)
    elif handler == "offer_ends":
        waiting = Waiting.objects.filter(pk=subject).first()
        if waiting is not None:
            expire(waiting, now=now)


def on_changed(*, change: str, before: dict[str, Any], now: dt.datetime, **_: object) -> None:
    """Cancelling and moving free time, which is looked at once the change stands."""
    if change in ("cancelled", "moved") and before:
        _freed(before["resource"], before["start"], before["end"], now=now)


def _freed(resource_id: int, start: str, end: str, *, now: dt.datetime) -> None:
    if Waiting.objects.filter(status=Waiting.Status.WAITING).exists():
        jobs.later(OWNER, "freed", at=now, subject=f"{resource_id}|{start}|{end}")


def _offer(row: Waiting, resource: Resource, freed: Span, *, now: dt.datetime) -> bool:
    within = Span(max(freed.start, row.earliest), min(freed.end, row.latest))
    for opening in openings(row.service, within, now=now, resources=[resource]):
        if row.booking is not None and opening.start >= row.booking.start:
            return False
        try:
            held = services.hold(row.service, opening.start, by=_holder(row), now=now, resource=resource)
        except (Conflict, InvalidTimeSlot):
            continue  # taken since the look
        held.held_until = row.offer_ends = now + OFFER
        held.save(update_fields=["held_until"])
        row.offer, row.status = held, Waiting.Status.OFFERED
        row.save()
        jobs.later(OWNER, "offer_ends", at=row.offer_ends, subject=str(row.pk))
        offered.send(sender=Waiting, waiting=row, now=now)
        return True
    return False


def _end(waiting: Waiting, status: Waiting.Status, *, now: dt.datetime) -> None:
    with transaction.atomic():
        row = Waiting.objects.select_for_update(of=("self",)).select_related("offer").filter(pk=waiting.pk).first()
        if row is None:
            raise NotFound("there is no such place in the waiting list")
        if row.status not in (Waiting.Status.WAITING, Waiting.Status.OFFERED):
            return
        held = row.offer
        row.status, row.offer, row.offer_ends = status, None, None
        row.save()
        if held is not None:
            services.release(by=_holder(row))
            _freed(held.resource_id, held.start.isoformat(), held.end.isoformat(), now=now)


def _offered(waiting: Waiting) -> Waiting | None:
    rows = Waiting.objects.select_for_update(of=("self",)).filter(pk=waiting.pk, status=Waiting.Status.OFFERED)
    return rows.select_related("service", "person", "booking", "offer__resource__site").first()


def _holder(row: Waiting) -> str:
    return f"waiting:{row.pk}"
