"""What the REST routes look up, and what they say beside a refusal."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from parley.contract import Conflict, NotFound
from parley.scheduling.availability import Wish, alternatives
from parley.scheduling.models import Resource, Service, Site
from parley.scheduling.reasons import Why


def business(site_id: int | None = None) -> Site:
    """The site that takes appointments: the one of that id, else the first. Raises NotFound where there is none."""
    sites = Site.objects.filter(business__isnull=False).order_by("pk")
    site = (sites if site_id is None else sites.filter(pk=site_id)).first()
    if site is None:
        raise NotFound("no business takes appointments here")
    return site


def resource_of(site: Site, resource_id: int | None) -> Resource | None:
    """A resource of the site; None for none. Raises NotFound."""
    if resource_id is None:
        return None
    found = Resource.objects.select_related("site").filter(site=site, pk=resource_id).first()
    if found is None:
        raise NotFound("there is no such resource")
    return found


def service_of(site: Site, code: str) -> Service:
    """A service by its code. Raises NotFound."""
    found = site.services.filter(code=code, active=True).first()
    if found is None:
        raise NotFound("there is no such service")
    return found


@contextmanager
def offering_others(
    service: Service | None,
    start: dt.datetime,
    *,
    now: dt.datetime,
    resource: Resource | None,
    duration: dt.timedelta | None,
) -> Iterator[None]:
    """Whoever comes too late for a time hears the nearest that can be had: `details["alternative_times"]`."""
    try:
        yield
    except Conflict as late:
        if service is None or late.details.get("why") != Why.TAKEN:
            raise
        only = (resource.pk,) if resource is not None else None
        near = alternatives(service, start, Wish(start=now, resources=only, duration=duration), now=now)
        times = [opening.start.isoformat() for opening in near]
        raise Conflict(late.message, **late.details, alternative_times=times) from late
