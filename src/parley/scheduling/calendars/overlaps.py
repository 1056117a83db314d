"""Appointments that something in an outside calendar overlaps: shown to staff, who know which of the two can wait."""

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from parley.scheduling.models import Booking, Busy, Site


def overlapping(site: Site, *, now: dt.datetime) -> QuerySet[Booking]:
    """Appointments to come, the nearest first. Nothing is kept of it: it is over when either of them moves."""
    outside = Busy.objects.filter(
        resource=OuterRef("resource"),
        source__startswith="calendar:",
        start__lt=OuterRef("end"),
        end__gt=OuterRef("start"),
    )
    rows = Booking.objects.filter(
        Exists(outside), resource__site=site, status__in=(Booking.Status.BOOKED, Booking.Status.ARRIVED), end__gt=now
    )
    return rows.select_related("resource__site", "service").order_by("start")
