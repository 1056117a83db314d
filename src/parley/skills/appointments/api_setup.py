"""REST: services, resources, their hours, days that differ, and the waiting list."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from parley.accounts.authentication import with_scope
from parley.accounts.services import person
from parley.contract import Conflict, NotFound, RequestInvalid
from parley.scheduling import services as scheduling
from parley.scheduling import waiting
from parley.scheduling.displaced import displaced
from parley.scheduling.models import Booking, Hours, Override, Resource, Service, Site, Waiting
from parley.skills.appointments import api_schemas as schemas
from parley.skills.appointments.rest import business, resource_of, service_of

router = Router(tags=["appointments"])
READ = with_scope("appointments:read")
WRITE = with_scope("appointments:write")


@router.get("/services", response=list[schemas.ServiceBody], auth=READ)
def list_services(request: HttpRequest) -> list[schemas.ServiceBody]:
    """All services, also those that are not given any more."""
    return [_service_out(service) for service in business().services.order_by("pk").prefetch_related("resources")]


@router.post("/services", response={201: schemas.ServiceBody}, auth=WRITE)
def add_service(request: HttpRequest, body: schemas.ServiceBody) -> Status[schemas.ServiceBody]:
    """Offer a service. Its code is free, or this is a conflict."""
    site = business()
    if site.services.filter(code=body.code).exists():
        raise Conflict("there is a service with that code")
    return Status(201, _write_service(Service(site=site), body))


@router.put("/services/{code}", response=schemas.ServiceBody, auth=WRITE)
def change_service(request: HttpRequest, code: str, body: schemas.ServiceBody) -> schemas.ServiceBody:
    """Change a service; what is booked already stays as it is."""
    service = business().services.filter(code=code).first()
    if service is None:
        raise NotFound("there is no such service")
    return _write_service(service, body)


@router.get("/resources", response=list[schemas.ResourceOut], auth=READ)
def list_resources(request: HttpRequest) -> list[Resource]:
    """Staff and rooms, by name."""
    return list(business().resources.order_by("name"))


@router.post("/resources", response={201: schemas.ResourceOut}, auth=WRITE)
def add_resource(request: HttpRequest, body: schemas.ResourceBody) -> Status[Resource]:
    """Add a person or a room. The name is free, or this is a conflict."""
    return Status(201, _write_resource(Resource(site=business()), body))


@router.put("/resources/{int:resource_id}", response=schemas.ResourceOut, auth=WRITE)
def change_resource(request: HttpRequest, resource_id: int, body: schemas.ResourceBody) -> Resource:
    """Change a person or a room; one that is not active gets no new bookings."""
    return _write_resource(_resource(business(), resource_id), body)


@router.get("/resources/{int:resource_id}/hours", response=list[schemas.HoursBody], auth=READ)
def list_hours(request: HttpRequest, resource_id: int) -> list[Hours]:
    """The weekly hours, in order."""
    return list(_resource(business(), resource_id).hours.order_by("weekday", "opens"))


@router.put("/resources/{int:resource_id}/hours", response=list[schemas.HoursBody], auth=WRITE)
def set_hours(request: HttpRequest, resource_id: int, body: list[schemas.HoursBody]) -> list[Hours]:
    """Replace the weekly hours. Bookings outside the new ones are kept."""
    resource = _resource(business(), resource_id)
    for row in body:
        if row.closes != dt.time() and row.closes <= row.opens:
            raise RequestInvalid("hours close after they open")
    with transaction.atomic():
        resource.hours.all().delete()
        Hours.objects.bulk_create(Hours(resource=resource, **row.dict()) for row in body)
    return list(resource.hours.order_by("weekday", "opens"))


@router.get("/overrides", response=list[schemas.OverrideOut], auth=READ)
def list_overrides(request: HttpRequest, start: dt.date, end: dt.date) -> list[Override]:
    """Days that differ, from `start` to `end`, both inclusive."""
    return list(business().overrides.filter(day__range=(start, end)).order_by("day", "pk"))


@router.post("/overrides", response={201: schemas.OverrideOut}, auth=WRITE)
def add_override(request: HttpRequest, body: schemas.OverrideBody) -> Status[Override]:
    """Close a day, or open it. Bookings on it are kept, and listed under `displaced`."""
    site = business()
    values = body.dict(exclude={"resource_id"})
    return Status(201, Override.objects.create(site=site, resource=resource_of(site, body.resource_id), **values))


@router.get("/displaced", response=list[schemas.DisplacedOut], auth=READ)
def list_displaced(request: HttpRequest) -> list[schemas.DisplacedOut]:
    """Bookings to come that time off, entered later, has fallen upon: to be moved or cancelled with the customer."""
    return [
        schemas.DisplacedOut(
            id=str(each.booking.pk),
            start_time=each.booking.start.astimezone(each.booking.resource.time_zone),
            end_time=each.booking.end.astimezone(each.booking.resource.time_zone),
            resource=each.booking.resource.name,
            name=each.booking.name,
            phone=each.booking.phone,
            reason=each.reason,
            elsewhere=each.elsewhere,
        )
        for each in displaced(business(), now=timezone.now())
    ]


@router.delete("/overrides/{int:override_id}", response={204: None}, auth=WRITE)
def remove_override(request: HttpRequest, override_id: int) -> Status[None]:
    """Let a day be as the others again."""
    if not business().overrides.filter(pk=override_id).delete()[0]:
        raise NotFound("there is no such override")
    return Status(204, None)


@router.get("/waiting", response=list[schemas.WaitingOut], auth=READ)
def list_waiting(request: HttpRequest, status: Waiting.Status | None = None) -> list[dict[str, Any]]:
    """The waiting list, in order."""
    rows = Waiting.objects.filter(service__site=business()).select_related("service", "offer")
    if status is not None:
        rows = rows.filter(status=status)
    return [_waiting_out(row) for row in rows.order_by("created_at", "pk")]


@router.post("/waiting", response={201: schemas.WaitingOut}, auth=WRITE)
def wait(request: HttpRequest, body: schemas.WaitingIn) -> Status[dict[str, Any]]:
    """Put somebody on the waiting list."""
    site = business(body.site_id)
    booking = Booking.objects.filter(pk=body.appointment_id).first() if body.appointment_id else None
    if body.appointment_id is not None and booking is None:
        raise NotFound("there is no such appointment")
    earliest, latest = (_aware(moment, site) for moment in (body.earliest, body.latest))
    if latest <= earliest:
        raise RequestInvalid("the latest time is after the earliest")
    row = waiting.wish(
        service_of(site, body.service),
        scheduling.Attendee(
            name=body.name,
            phone=body.phone,
            person=person(body.person_id) if body.person_id is not None else None,
            language=body.language,
        ),
        earliest=earliest,
        latest=latest,
        resource=resource_of(site, body.resource_id),
        booking=booking,
    )
    return Status(201, _waiting_out(row))


@router.post("/waiting/{int:waiting_id}/accept", response=schemas.WaitingOut, auth=WRITE)
def accept(request: HttpRequest, waiting_id: int) -> dict[str, Any]:
    """Take what is offered; a conflict when the offer has ended."""
    waiting.accept(_waiting(waiting_id), now=timezone.now())
    return _waiting_out(_waiting(waiting_id))


@router.delete("/waiting/{int:waiting_id}", response=schemas.WaitingOut, auth=WRITE)
def decline(request: HttpRequest, waiting_id: int) -> dict[str, Any]:
    """Turn the offer down, or leave the list."""
    waiting.decline(_waiting(waiting_id), now=timezone.now())
    return _waiting_out(_waiting(waiting_id))


def _write_service(service: Service, body: schemas.ServiceBody) -> schemas.ServiceBody:
    with transaction.atomic():
        for name, value in body.dict(exclude={"resource_ids"}).items():
            setattr(service, name, value)
        service.save()
        service.resources.set(service.site.resources.filter(pk__in=body.resource_ids))
    return _service_out(service)


def _service_out(service: Service) -> schemas.ServiceBody:
    names = [name for name in schemas.ServiceBody.model_fields if name != "resource_ids"]
    values = {name: getattr(service, name) for name in names}
    return schemas.ServiceBody(**values, resource_ids=[row.pk for row in service.resources.all()])


def _write_resource(resource: Resource, body: schemas.ResourceBody) -> Resource:
    if body.zone:
        try:
            ZoneInfo(body.zone)
        except (KeyError, ValueError, OSError) as error:
            raise RequestInvalid("no such time zone") from error
    if resource.site.resources.filter(name=body.name).exclude(pk=resource.pk).exists():
        raise Conflict("there is a resource of that name")
    for name, value in body.dict().items():
        setattr(resource, name, value)
    resource.save()
    return resource


def _resource(site: Site, resource_id: int) -> Resource:
    found = resource_of(site, resource_id)
    assert found is not None, "an id was given"
    return found


def _aware(moment: dt.datetime, site: Site) -> dt.datetime:
    return moment.replace(tzinfo=ZoneInfo(site.zone)) if moment.tzinfo is None else moment


def _waiting(waiting_id: int) -> Waiting:
    row = Waiting.objects.select_related("service", "offer").filter(pk=waiting_id).first()
    if row is None:
        raise NotFound("there is no such place in the waiting list")
    return row


def _waiting_out(row: Waiting) -> dict[str, Any]:
    return {
        "id": row.pk,
        "service": row.service.code,
        "name": row.name,
        "phone": row.phone,
        "status": row.status,
        "earliest": row.earliest,
        "latest": row.latest,
        "offer_start": row.offer.start if row.offer is not None else None,
        "offer_ends": row.offer_ends,
    }
