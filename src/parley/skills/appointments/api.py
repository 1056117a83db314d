"""REST: availability, appointments, search and holds. The rules are those of the services."""

import datetime as dt
import uuid
from typing import Annotated, Any, Final, cast
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field

from parley.accounts.authentication import Principal, with_scope
from parley.accounts.neighbour import ACTOR
from parley.accounts.services import person
from parley.contract import InvalidTimeSlot, NotFound
from parley.scheduling import services as scheduling
from parley.scheduling.availability import Wish, alternatives, minutes
from parley.scheduling.calendars.models import Entry
from parley.scheduling.models import Booking, Service, Site
from parley.scheduling.reasons import why_not
from parley.skills.appointments import api_schemas as schemas
from parley.skills.appointments.api_feeds import router as feeds
from parley.skills.appointments.api_setup import router as setup
from parley.skills.appointments.catalogue import default_service, service_named, services_of
from parley.skills.appointments.deeds import Hold
from parley.skills.appointments.rest import business, offering_others, resource_of, service_of

PATH: Final = "/appointments"
READ: Final = with_scope("appointments:read")
WRITE: Final = with_scope("appointments:write")
router = Router(tags=["appointments"])
router.add_router("", setup)
router.add_router("", feeds)

Limit = Annotated[int, Field(ge=1, le=200)]


@router.get("/availability", response=schemas.AvailabilityOut, auth=READ)
def availability(
    request: HttpRequest,
    start_time: dt.datetime,
    duration: Annotated[int | None, Query(gt=0, le=720)] = None,
    service: str | None = None,
    resource_id: int | None = None,
) -> schemas.AvailabilityOut:
    """Whether a time can be had for so many minutes, and the nearest that can when not."""
    site, now = business(), timezone.now()
    wanted = _service(site, service, "")
    start = _local(start_time, site)
    length = minutes(duration or wanted.duration)
    resource = resource_of(site, resource_id)
    refusal = why_not(wanted, start, now=now, resource=resource, duration=length)
    near = []
    if refusal is not None:
        only = (resource.pk,) if resource is not None else None
        near = alternatives(wanted, start, Wish(start=now, resources=only, duration=length), now=now)
    return schemas.AvailabilityOut(
        available=refusal is None,
        requested_time=start,
        duration_minutes=int(length.total_seconds() // 60),
        alternative_times=[opening.start for opening in near],
        reason=refusal.why.value if refusal is not None else None,
    )


@router.post("", response={201: schemas.AppointmentDone}, auth=WRITE)
def create(request: HttpRequest, body: schemas.AppointmentIn) -> Status[dict[str, Any]]:
    """Book. Sent again with the same `Idempotency-Key`, it answers with the first booking."""
    site, now = business(body.site_id), timezone.now()
    service = _service(site, body.service, body.title)
    start = _local(body.start_time, site)
    attendee = scheduling.Attendee(
        name=body.attendee_name,
        phone=body.attendee_phone or "",
        person=person(body.person_id) if body.person_id is not None else None,
        language=body.language,
    )
    resource, duration = resource_of(site, body.resource_id), _length(start, body.end_time, site)
    with offering_others(service, start, now=now, resource=resource, duration=duration):
        booking = scheduling.book(
            service,
            start,
            attendee,
            by=_actor(request),
            key=_key(request),
            now=now,
            resource=resource,
            duration=duration,
            title=body.title,
            description=body.description,
        )
    return Status(201, _done(booking))


@router.get("/search", response=schemas.AppointmentsOut, auth=READ)
def search(
    request: HttpRequest,
    phone: str | None = None,
    name: str | None = None,
    start: dt.datetime | None = None,
    end: dt.datetime | None = None,
    status: Booking.Status | None = None,
    resource_id: int | None = None,
    limit: Limit = 50,
    offset: Annotated[int, Field(ge=0)] = 0,
) -> dict[str, Any]:
    """Appointments by person, span, status and resource, in the order of time. Holds are none."""
    site = business()
    rows = Booking.objects.filter(resource__site=site).exclude(status=Booking.Status.HELD)
    if phone is not None:
        rows = rows.filter(phone=phone.strip() if phone.startswith("+") else f"+{phone.strip()}")
    if name:
        rows = rows.filter(name__icontains=name)
    if start is not None:
        rows = rows.filter(end__gt=_local(start, site))
    if end is not None:
        rows = rows.filter(start__lt=_local(end, site))
    if status is not None:
        rows = rows.filter(status=status)
    if resource_id is not None:
        rows = rows.filter(resource=resource_id)
    page = _shown(rows.order_by("start", "pk"))[offset : offset + limit]
    return {"count": rows.count(), "appointments": [_out(row) for row in page]}


@router.post("/holds", response={201: schemas.HoldOut}, auth=WRITE)
def hold(request: HttpRequest, body: schemas.HoldIn) -> Status[schemas.HoldOut]:
    """Keep a slot while somebody thinks; sent again, it is renewed."""
    site = business(body.site_id)
    wanted = Hold(
        service=service_of(site, body.service),
        start=_local(body.start_time, site),
        by=_holder(request, body.holder),
        now=timezone.now(),
        resource=resource_of(site, body.resource_id),
        only=body.only,
    )
    held = wanted.here()
    assert held.held_until is not None, "a hold has an end"
    return Status(
        201,
        schemas.HoldOut(
            id=held.pk,
            start_time=held.start,
            end_time=held.end,
            resource_id=held.resource_id,
            held_until=held.held_until,
        ),
    )


@router.delete("/holds/{holder}", response={204: None}, auth=WRITE)
def release(request: HttpRequest, holder: str) -> Status[None]:
    """Give back all that a holder keeps."""
    scheduling.release(by=_holder(request, holder))
    return Status(204, None)


@router.get("/{uuid:appointment_id}", response=schemas.AppointmentOut, auth=READ)
def read(request: HttpRequest, appointment_id: uuid.UUID) -> dict[str, Any]:
    """One appointment."""
    return _out(_booking(appointment_id))


@router.put("/{uuid:appointment_id}", response=schemas.AppointmentDone, auth=WRITE)
def update(request: HttpRequest, appointment_id: uuid.UUID, body: schemas.AppointmentChange) -> dict[str, Any]:
    """Move or edit: the old time is given up only when the new one is taken."""
    booking = _booking(appointment_id)
    site = booking.resource.site
    start = _local(body.start_time, site) if body.start_time is not None else booking.start
    texts = {
        "title": body.title,
        "name": body.attendee_name,
        "phone": body.attendee_phone,
        "description": body.description,
    }
    resource, duration, now = resource_of(site, body.resource_id), _length(start, body.end_time, site), timezone.now()
    with offering_others(booking.service, start, now=now, resource=resource, duration=duration):
        changed = scheduling.change(
            booking,
            by=_actor(request),
            now=now,
            version=body.version,
            start=start,
            resource=resource,
            duration=duration,
            texts={name: text for name, text in texts.items() if text is not None},
        )
    return _done(changed)


@router.delete("/{uuid:appointment_id}", response=schemas.AppointmentDone, auth=WRITE)
def cancel(request: HttpRequest, appointment_id: uuid.UUID, reason: str = "") -> dict[str, Any]:
    """Cancel with a reason. The row stays, with its status."""
    booking = _booking(appointment_id)
    return _done(scheduling.cancel(booking, by=_actor(request), now=timezone.now(), reason=reason))


@router.get("/{uuid:appointment_id}/history", response=list[schemas.ChangeOut], auth=READ)
def history(request: HttpRequest, appointment_id: uuid.UUID) -> list[Any]:
    """What happened to an appointment, the first thing first."""
    return list(_booking(appointment_id).changes.order_by("at", "pk"))


def _service(site: Site, code: str | None, title: str) -> Service:
    if code is not None:
        return service_of(site, code)
    offered = services_of(site)
    found = (service_named(title, offered) if title else None) or default_service(offered)
    if found is None:
        raise NotFound("no service can be booked here")
    return found


def _booking(appointment_id: uuid.UUID) -> Booking:
    row = _shown(Booking.objects.filter(pk=appointment_id)).exclude(status=Booking.Status.HELD).first()
    if row is None:
        raise NotFound("there is no such appointment")
    return cast(Booking, row)


def _shown(rows: Any) -> Any:
    entries = Entry.objects.filter(link__account__provider="google").exclude(state=Entry.State.REMOVED)
    return rows.select_related("service", "resource__site").prefetch_related(Prefetch("calendar_entries", entries))


def _local(moment: dt.datetime, site: Site) -> dt.datetime:
    """In the zone of the business; without an offset it is meant there."""
    zone = ZoneInfo(site.zone)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def _length(start: dt.datetime, end: dt.datetime | None, site: Site) -> dt.timedelta | None:
    """The length that an end says. Raises InvalidTimeSlot for one that is not after the start."""
    if end is None:
        return None
    length = _local(end, site).astimezone(dt.UTC) - start.astimezone(dt.UTC)
    if not dt.timedelta() < length <= dt.timedelta(hours=12):
        raise InvalidTimeSlot("an appointment ends after it starts, and within twelve hours", why="length")
    return length


def _actor(request: HttpRequest) -> str:
    """Who changes something: whoever asks, or the conversation for which another service of the house does."""
    principal = cast(Principal, request.auth)  # type: ignore[attr-defined]
    return request.headers.get(ACTOR, "")[:64] or principal.actor if principal.service else principal.actor


def _holder(request: HttpRequest, named: str) -> str:
    return named if cast(Principal, request.auth).service else f"api:{named}"  # type: ignore[attr-defined]


def _key(request: HttpRequest) -> str:
    given = request.headers.get("Idempotency-Key", "").strip()
    if given and cast(Principal, request.auth).service:  # type: ignore[attr-defined]
        return given[:128]  # the turn's own, by which it is done once wherever it is done
    return f"{_actor(request)}:{given or uuid.uuid4()}"[:128]


def _done(booking: Booking) -> dict[str, Any]:
    return {"success": True, "appointment": _out(_booking(booking.pk))}


def _out(row: Booking) -> dict[str, Any]:
    zone = row.resource.time_zone
    entry = next(iter(row.calendar_entries.all()), None)
    return {
        "id": row.pk,
        "title": row.title,
        "start_time": row.start.astimezone(zone),
        "end_time": row.end.astimezone(zone),
        "status": row.status,
        "google_calendar_event_id": entry.external_id if entry is not None else None,
        "attendee_name": row.name,
        "attendee_phone": row.phone,
        "description": row.description,
        "language": row.language,
        "service": row.service.code if row.service is not None else None,
        "resource_id": row.resource_id,
        "resource": row.resource.name,
        "version": row.version,
        "cancel_reason": row.cancel_reason,
    }
