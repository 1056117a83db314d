"""What the REST routes look up."""

from parley.contract import NotFound
from parley.scheduling.models import Resource, Service, Site


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
