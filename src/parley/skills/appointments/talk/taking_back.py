"""Taking back what was done a moment ago: a booking, a move, a cancellation."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from parley.contract import Conflict, Context, InvalidTimeSlot, NotFound, Outcome, PermissionRefused, Say
from parley.scheduling import services as scheduling
from parley.scheduling.models import Booking, Resource
from parley.skills.appointments import services
from parley.skills.appointments.catalogue import spoken_service
from parley.skills.appointments.customers import local
from parley.skills.appointments.talk.book import card

BOOKED, MOVED, CANCELLED = "booked", "moved", "cancelled"


def undo(token: Mapping[str, Any], context: Context) -> Outcome:
    """Put the appointments back as they were; what cannot be had any more is said, and left as it is.

    In one transaction, and therefore of this process, whichever one usually books.
    """
    rows = list(
        Booking.objects.select_related("resource__site", "service").filter(pk__in=token["ids"]).order_by("start")
    )
    try:
        with transaction.atomic():
            restored = [_put_back(row, token, context) for row in rows]
    except (Conflict, InvalidTimeSlot, NotFound, PermissionRefused):
        return Outcome(say=(Say("undo.too_late"),), executed=False)
    say = Say(f"undo.{token['did']}", {"appointments": [_label(row, context) for row in restored]})
    return Outcome(say=(say,), events=tuple(card(row) for row in restored))


def token_of(did: str, rows: Sequence[Booking], **former: Any) -> dict[str, Any]:
    """By what `undo` takes it back."""
    return {"did": did, "ids": [str(row.pk) for row in rows], **former}


def _put_back(row: Booking, token: Mapping[str, Any], context: Context) -> Booking:
    by, now = context.conversation_id, context.now
    if token["did"] == CANCELLED:
        return scheduling.restore(row, by=by, now=now)
    if token["did"] == MOVED:
        start = dt.datetime.fromisoformat(token["start"])
        resource = Resource.objects.select_related("site").get(pk=token["resource"])
        return services.move(row, start, resource=resource, context=context)
    services.cancel([row], reason="", context=context)
    row.status = Booking.Status.CANCELLED
    return row


def _label(row: Booking, context: Context) -> Say:
    name = spoken_service(row.service, row.title, context.language) if row.service is not None else row.title
    return Say("which.label", {"service": name, "at": local(row)})
