"""The pair of functions by which one intent is served, and what all of them look up first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from parley.contract import Context, Outcome, Prepared, Request, Say
from parley.scheduling.models import Booking, Resource, Service, Site
from parley.skills.appointments.catalogue import services_of, site_of, spoken_name, staff_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """How one intent is served."""

    execute: Callable[[Request], Outcome]
    prepare: Callable[[Request], Prepared]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The business that was called, read once for each turn."""

    site: Site
    services: list[Service]
    staff: list[Resource]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its clocks, in which all times are said."""
        return ZoneInfo(self.site.zone)


def house_of(context: Context) -> House | None:
    """The business; None where nobody has set one up."""
    site = site_of(context)
    if site is None:
        return None
    return House(site=site, services=services_of(site), staff=staff_of(site))


def unserved(key: str, **values: Any) -> Outcome:
    """It was understood, and nothing was done."""
    return Outcome(say=(Say(key, values),), executed=False)


def no_business(request: Request) -> Prepared:
    """Nobody takes appointments here."""
    return Prepared(slots=request.slots, outcome=unserved("no_business"))


def written(booking: Booking) -> dict[str, str | None]:
    """As facts of the conversation: the number to which an appointment is written, and the place that it is at."""
    site = booking.resource.site
    return {"written_to": booking.phone or None, "place": f"{site.name}, {site.address}" if site.address else None}


def staff_label(person: Resource, house: House, request: Request) -> str:
    """The name of somebody, said only where there is a choice of people."""
    return spoken_name(person, request.context.language) if len(house.staff) > 1 else ""
