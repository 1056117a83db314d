"""Messages, the waiting list, customers, and how the business is set up."""

import uuid
from typing import Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from parley.accounts.models import Person
from parley.contract import Conflict, InvalidTimeSlot, NotFound
from parley.messaging import services as messaging
from parley.messaging.models import Message
from parley.scheduling import waiting
from parley.scheduling.models import Override, Waiting
from parley.skills.appointments.catalogue import services_of
from parley.skills.appointments.rest import business
from parley.web.dashboard.access import for_staff, page
from parley.web.dashboard.words import reader, refusal, words

_A_PAGE: Final = 30


@require_safe
@for_staff("messages:read")
def outbox(request: HttpRequest) -> HttpResponse:
    """Messages, the latest first; only those of a status when one is chosen."""
    status = request.GET.get("status", "")
    rows = messaging.outbox(status=status).select_related("person")
    shown = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    zone = ZoneInfo(business().zone)
    return page(request, "messages", rows=shown, chosen=status, statuses=Message.Status.values, zone=zone)


@require_POST
@for_staff("messages:write")
def again(request: HttpRequest, message_id: uuid.UUID) -> HttpResponse:
    """Try a failed message once more."""
    messaging.send_again(message_id, now=timezone.now())
    messages.success(request, words(reader())["sent_again"])
    return redirect("dashboard:messages")


@require_safe
@for_staff("appointments:read")
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Who waits, in the order in which they are asked."""
    site = business()
    rows = Waiting.objects.filter(
        service__site=site, status__in=(Waiting.Status.WAITING, Waiting.Status.OFFERED)
    ).order_by("created_at", "pk")
    rows = rows.select_related("service", "resource", "offer__resource__site", "booking")
    return page(request, "waiting", rows=rows, zone=ZoneInfo(site.zone), now=timezone.now())


@require_POST
@for_staff("appointments:write")
def answer(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """Take what is offered for whoever waits, or take them off the list."""
    row = Waiting.objects.filter(pk=waiting_id, service__site=business()).first()
    if row is None:
        raise NotFound("there is no such place in the waiting list")
    known = words(reader())
    try:
        if request.POST.get("answer") == "accept":
            waiting.accept(row, now=timezone.now())
            messages.success(request, known["booked"])
        else:
            waiting.decline(row, now=timezone.now())
            messages.success(request, known["off_the_list"])
    except (Conflict, InvalidTimeSlot) as refused:
        messages.error(request, refusal(refused, reader()))
    return redirect("dashboard:waiting")


@require_safe
@for_staff("people:read")
def customers(request: HttpRequest) -> HttpResponse:
    """People by name, or those whom a name or a number finds."""
    sought = request.GET.get("q", "").strip()
    coming = Count("bookings", filter=Q(bookings__start__gte=timezone.now(), bookings__status="booked"))
    rows = Person.objects.annotate(coming=coming, latest=Max("bookings__start")).order_by("name", "pk")
    if sought:
        rows = rows.filter(Q(name__icontains=sought) | Q(phone__contains=sought))
    shown = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    return page(request, "customers", rows=shown, sought=sought, zone=ZoneInfo(business().zone))


@require_safe
@for_staff("appointments:read")
def setup(request: HttpRequest) -> HttpResponse:
    """Services, weekly hours and the exceptions to come, with links to change them for whoever may."""
    site = business()
    today = timezone.now().astimezone(ZoneInfo(site.zone)).date()
    staff = site.resources.filter(active=True).prefetch_related("hours", "services").order_by("kind", "name")
    return page(
        request,
        "setup",
        site=site,
        services=services_of(site),
        staff=[(each, _weekly(each.hours.all())) for each in staff],
        exceptions=Override.objects.filter(site=site, day__gte=today).select_related("resource").order_by("day"),
        may_change=getattr(request.user, "is_staff", False),
    )


def _weekly(rows: object) -> list[tuple[int, list[object]]]:
    """Hours by weekday, in order."""
    days: dict[int, list[object]] = {}
    for row in sorted(rows, key=lambda each: (each.weekday, each.opens)):  # type: ignore[call-overload]
        days.setdefault(row.weekday, []).append(row)
    return list(days.items())
