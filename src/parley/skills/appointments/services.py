"""The rules of booking for somebody on the line: plain functions, each in one transaction.

The rules of time itself (no overlaps, notice, history) are those of `parley.scheduling`, which REST, the dashboard
and care use as well.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from parley.contract import Context, PermissionRefused
from parley.scheduling import services
from parley.scheduling.availability import Wish
from parley.scheduling.models import Booking, Resource, Service, Waiting
from parley.skills.appointments.customers import customer
from parley.skills.appointments.deeds import Book, Cancel, Hold, Move, Wait
from parley.skills.appointments.desk import desk


def phone_of(slots: Any, context: Context) -> str:
    """The number that was given, else that of the line; empty when there is none."""
    return slots.phone or context.caller.phone or ""


def hold_only(service: Service, start: dt.datetime, *, by: str, now: dt.datetime, resource: Resource | None) -> None:
    """Keep this slot for a conversation, and give back what it kept beside it. Raises as `scheduling.hold`."""
    desk().make(Hold(service=service, start=start, by=by, now=now, resource=resource, only=True))


def book(
    service: Service, start: dt.datetime, slots: Any, *, resource: Resource | None, key: str, context: Context
) -> Booking:
    """Book for the caller. Raises Conflict or InvalidTimeSlot, as `scheduling.book`."""
    phone = phone_of(slots, context)
    attendee = services.Attendee(
        name=slots.customer_name,
        phone=phone,
        person=customer(slots.customer_name, phone=phone, context=context),
        language=context.language,
    )
    booking = Book(
        service=service,
        start=start,
        attendee=attendee,
        by=context.conversation_id,
        key=key,
        now=context.now,
        resource=resource,
        title=slots.service if service.any_reason else "",
    )
    return desk().make(booking)


def move(booking: Booking, start: dt.datetime, *, resource: Resource | None, context: Context) -> Booking:
    """Move the caller's appointment. Raises PermissionRefused when it is too late for that."""
    _in_time(booking, context)
    return desk().make(
        Move(booking=booking, start=start, by=context.conversation_id, now=context.now, resource=resource)
    )


def cancel(bookings: Sequence[Booking], *, reason: str, context: Context) -> None:
    """Cancel the caller's appointments. Raises PermissionRefused, and cancels none, when it is too late for one."""
    for booking in bookings:
        _in_time(booking, context)
    desk().make(Cancel(bookings=bookings, by=context.conversation_id, now=context.now, reason=reason))


def too_late(booking: Booking, context: Context) -> bool:
    """Whether only a person may still move or cancel it."""
    notice = dt.timedelta(minutes=booking.resource.site.business.latest_cancel)
    return booking.start - context.now < notice


def wait(service: Service, slots: Any, *, wish: Wish, context: Context, zone: ZoneInfo) -> Waiting:
    """Put the caller on the waiting list for what they wished."""
    phone = phone_of(slots, context)
    attendee = services.Attendee(
        name=slots.customer_name,
        phone=phone,
        person=customer(slots.customer_name, phone=phone, context=context),
        language=context.language,
    )
    latest = wish.end or context.now.astimezone(zone) + dt.timedelta(days=service.horizon_days)
    return desk().make(Wait(service=service, attendee=attendee, earliest=wish.start, latest=latest))


def _in_time(booking: Booking, context: Context) -> None:
    if too_late(booking, context):
        raise PermissionRefused("too late to change it without a person")
