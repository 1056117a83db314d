"""The first page: what there is today."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from parley.messaging.models import Message
from parley.records.models import Call, Conversation, Notice
from parley.scheduling.calendars.overlaps import overlapping
from parley.scheduling.calendars.settling import open_ones
from parley.scheduling.models import Booking, Waiting
from parley.scheduling.spans import wall_span
from parley.skills.appointments.rest import business
from parley.web.dashboard.access import for_staff, page
from parley.web.dashboard.charts import charts

_NEXT = 6
"""How many of the coming appointments are listed."""


@require_safe
@for_staff("appointments:read")
def show(request: HttpRequest) -> HttpResponse:
    """Counts of today, what needs somebody, and who comes next."""
    site, now = business(), timezone.now()
    zone = ZoneInfo(site.zone)
    today = now.astimezone(zone).date()
    whole = wall_span(today, None, None, zone)
    booked = Booking.objects.filter(resource__site=site, start__gte=whole.start, start__lt=whole.end)
    standing = booked.filter(status__in=(Booking.Status.BOOKED, Booking.Status.ARRIVED, Booking.Status.FULFILLED))
    coming = Booking.objects.filter(resource__site=site, status=Booking.Status.BOOKED, start__gte=now)
    since = {"started_at__gte": whole.start}
    counts = {
        "appointments": standing.count(),
        "to_come": standing.filter(start__gte=now).count(),
        "conversations": Conversation.objects.filter(**since).count(),
        "calls": Call.objects.filter(**since).count(),
        "messages": Message.objects.filter(sent_at__gte=whole.start).count(),
        "waiting": Waiting.objects.filter(status__in=(Waiting.Status.WAITING, Waiting.Status.OFFERED)).count(),
    }
    return page(
        request,
        "overview",
        site=site,
        today=today,
        counts=counts,
        charts=charts(site, now=now),
        coming=[
            (row, row.start.astimezone(row.resource.time_zone))
            for row in coming.select_related("resource__site", "service").order_by("start")[:_NEXT]
        ],
        failed=Message.objects.filter(
            status=Message.Status.FAILED, created_at__gte=now - dt.timedelta(days=7)
        ).count(),
        decisions=open_ones(site).count() + overlapping(site, now=now).count(),
        notices=[
            (row, row.at.astimezone(zone))
            for row in Notice.objects.filter(spoken_at=None, seen_at=None).order_by("-at")[:_NEXT]
        ],
    )
