"""The calendar by day and by week, one appointment, and moving, cancelling and making appointments."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from parley.accounts.models import User
from parley.contract import Conflict, InvalidTimeSlot, NotFound, RequestInvalid
from parley.messaging.models import Message
from parley.records.models import Conversation
from parley.scheduling import services as scheduling
from parley.scheduling.availability import Opening, Wish, alternatives, search
from parley.scheduling.models import Booking, Change, Resource, Service, Site
from parley.scheduling.spans import DAY
from parley.skills.appointments.catalogue import default_service, services_of, staff_of
from parley.skills.appointments.customers import behind
from parley.skills.appointments.messages import SOURCE
from parley.skills.appointments.rest import business, resource_of, service_of
from parley.web.dashboard.access import actor_of, for_staff, page
from parley.web.dashboard.forms import BookingForm, MoveForm
from parley.web.dashboard.grid import grid_of, week_of
from parley.web.dashboard.words import reader, refusal, words

_SUGGESTED = 4
"""How many free times are shown beside a form."""


@require_safe
@for_staff("appointments:read")
def show(request: HttpRequest) -> HttpResponse:
    """One day of everybody, or one week of one of the staff."""
    site, now = business(), timezone.now()
    staff = staff_of(site)
    today = now.astimezone(ZoneInfo(site.zone)).date()
    day = _day(request.GET.get("day", ""), today)
    chosen = _chosen(staff, request.GET.get("staff", ""))
    weekly = request.GET.get("view") == "week" and bool(staff)
    person = chosen or (staff[0] if weekly else None)
    if weekly and person is not None:
        places = [(person, each) for each in week_of(day)]
    else:
        places = [(each, day) for each in ([person] if person else staff)]
    step = 7 * DAY if weekly else DAY
    return page(
        request,
        "calendar",
        grid=grid_of(places, now=now),
        weekly=weekly,
        staff=staff,
        person=person,
        day=day,
        today=today,
        before=day - step,
        after=day + step,
    )


@require_safe
@for_staff("appointments:read")
def details(request: HttpRequest, booking_id: uuid.UUID) -> HttpResponse:
    """One appointment with its history and its messages."""
    return _details(request, _booking(booking_id))


@require_POST
@for_staff("appointments:write")
def move(request: HttpRequest, booking_id: uuid.UUID) -> HttpResponse:
    """Move an appointment; answers in JSON to the calendar's dragging, else with a page."""
    booking = _booking(booking_id)
    dragging = request.headers.get("Accept") == "application/json"
    form = MoveForm(request.POST)
    error = ""
    if form.is_valid():
        start = _at(form.cleaned_data["day"], form.cleaned_data["time"], booking.resource)
        try:
            scheduling.reschedule(
                booking,
                start,
                by=actor_of(request).actor,
                now=timezone.now(),
                version=form.cleaned_data["version"],
                resource=resource_of(booking.resource.site, form.cleaned_data["staff"]),
            )
        except (Conflict, InvalidTimeSlot) as refused:
            error = refusal(refused, reader())
    else:
        error = words(reader())["why"]["other"]
    if error:
        if dragging:
            return JsonResponse({"message": error}, status=409)
        return _details(request, booking, error=error, wanted=request.POST.dict())
    messages.success(request, words(reader())["moved"])
    return JsonResponse({}) if dragging else redirect("dashboard:appointment", booking_id=booking.pk)


@require_POST
@for_staff("appointments:write")
def cancel(request: HttpRequest, booking_id: uuid.UUID) -> HttpResponse:
    """Cancel an appointment with a reason."""
    booking = _booking(booking_id)
    try:
        scheduling.cancel(
            booking, by=actor_of(request).actor, now=timezone.now(), reason=request.POST.get("reason", "").strip()
        )
    except (Conflict, InvalidTimeSlot) as refused:
        return _details(request, booking, error=refusal(refused, reader()))
    messages.success(request, words(reader())["cancelled"])
    return redirect("dashboard:appointment", booking_id=booking.pk)


@for_staff("appointments:write")
def new(request: HttpRequest) -> HttpResponse:
    """The form for an appointment, filled from the address where a free place was clicked."""
    site, now, language = business(), timezone.now(), reader()
    offered, staff = services_of(site), staff_of(site)
    if request.method != "POST":
        start = {name: request.GET.get(name, "") for name in ("service", "day", "time", "staff")}
        form = BookingForm(offered, staff, language, initial=start | {"language": language, "key": uuid.uuid4().hex})
        service = next((each for each in offered if each.code == start["service"]), default_service(offered))
        free = search(service, Wish(start=now), now=now, most=_SUGGESTED) if service and not start["time"] else []
        return page(request, "new", form=form, free=_suggested(free, service), error="")
    form = BookingForm(offered, staff, language, request.POST)
    if not form.is_valid():
        return page(request, "new", form=form, free=[], error=words(language)["form_invalid"], status=422)
    service = service_of(site, form.cleaned_data["service"])
    resource = resource_of(site, form.cleaned_data["staff"])
    start_at = _at(form.cleaned_data["day"], form.cleaned_data["time"], resource or site)
    try:
        booking = _book(form.cleaned_data, service, start_at, resource, actor=actor_of(request).actor, now=now)
    except (Conflict, InvalidTimeSlot, RequestInvalid) as refused:
        only = (resource.pk,) if resource is not None else None
        near = alternatives(service, start_at, Wish(start=now, resources=only), now=now, most=_SUGGESTED)
        return page(
            request, "new", form=form, free=_suggested(near, service), error=refusal(refused, language), status=409
        )
    messages.success(request, words(language)["booked"])
    return redirect("dashboard:appointment", booking_id=booking.pk)


def _book(
    asked: dict[str, Any],
    service: Service,
    start: dt.datetime,
    resource: Resource | None,
    *,
    actor: str,
    now: dt.datetime,
) -> Booking:
    attendee = scheduling.Attendee(
        name=asked["name"],
        phone=asked["phone"],
        person=behind(asked["phone"], asked["name"]),
        language=asked["language"],
    )
    return scheduling.book(
        service,
        start,
        attendee,
        by=actor,
        key=f"{actor}:{asked['key']}",
        now=now,
        resource=resource,
        description=asked["note"],
    )


def _details(
    request: HttpRequest, booking: Booking, *, error: str = "", wanted: Mapping[str, object] | None = None
) -> HttpResponse:
    """The page of one appointment; with `error`, why it stayed as it was, and not as `wanted`."""
    booking = _booking(booking.pk)
    now = timezone.now()
    start = booking.start.astimezone(booking.resource.time_zone)
    open_still = booking.status in (Booking.Status.BOOKED, Booking.Status.ARRIVED) and booking.start > now
    return page(
        request,
        "appointment",
        status=409 if error else 200,
        booking=booking,
        zone=booking.resource.time_zone,
        start=start,
        end=booking.end.astimezone(booking.resource.time_zone),
        wanted=wanted
        or {"day": start.date().isoformat(), "time": f"{start:%H:%M}", "staff": str(booking.resource_id)},
        changes=_history(booking),
        other_title=booking.title
        if booking.service is None or booking.title not in booking.service.names.values()
        else "",
        sent=Message.objects.filter(source=SOURCE, about=str(booking.pk)).order_by("send_at"),
        able=booking.service.resources.filter(active=True).order_by("name") if booking.service else [],
        open_still=open_still,
        error=error,
    )


def _history(booking: Booking) -> list[tuple[Change, dict[str, str]]]:
    """What happened to it, each with whose doing it was: a log-in's `name`, or the `conversation` that did it."""
    changes = list(booking.changes.order_by("at", "pk"))
    actors = {change.by for change in changes}
    users = {f"user:{user.pk}": user.get_username() for user in User.objects.filter(pk__in=_ids(actors))}
    conversations = set(Conversation.objects.filter(pk__in=actors).values_list("pk", flat=True))
    return [(change, _whose(change.by, users, conversations)) for change in changes]


def _whose(by: str, users: dict[str, str], conversations: set[str]) -> dict[str, str]:
    if by in conversations:
        return {"conversation": by}
    return {"name": users.get(by) or words(reader())["actors"].get(by, by)}


def _ids(actors: set[str]) -> list[int]:
    return [int(each.removeprefix("user:")) for each in actors if each.startswith("user:")]


def _suggested(free: list[Opening], service: Service | None) -> list[dict[str, Any]]:
    return [{"start": each.start, "staff": each.resource_name, "opening": each, "service": service} for each in free]


def _booking(booking_id: uuid.UUID) -> Booking:
    rows = Booking.objects.filter(pk=booking_id, resource__site=business()).exclude(status=Booking.Status.HELD)
    found = rows.select_related("service", "resource__site", "person").first()
    if found is None:
        raise NotFound("there is no such appointment")
    return found


def _at(day: dt.date, time: dt.time, whose: Resource | Site) -> dt.datetime:
    zone = whose.time_zone if isinstance(whose, Resource) else ZoneInfo(whose.zone)
    return dt.datetime.combine(day, time, zone)


def _day(text: str, otherwise: dt.date) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return otherwise
    return day if 1971 <= day.year <= 2200 else otherwise


def _chosen(staff: list[Resource], text: str) -> Resource | None:
    return next((each for each in staff if str(each.pk) == text), None)
