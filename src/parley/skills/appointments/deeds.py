"""What a conversation changes about bookings: one deed each, which can be done here or asked for at another process.

`here` does it as `parley.scheduling` does, and raises as there. `there` asks the process that serves appointments for
the same over REST; what is repeated here after a time-out there carries the same key, and is done once.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from django.db import transaction

from parley.accounts.neighbour import Neighbour
from parley.contract import ProviderFailed
from parley.scheduling import services, waiting
from parley.scheduling.models import Booking, Resource, Service, Waiting
from parley.scheduling.services import Attendee

PATH: Final = "/appointments"
Done = TypeVar("Done", covariant=True)


class Deed(Protocol[Done]):
    """A change of bookings."""

    def here(self) -> Done:
        """Do it in this process."""

    def there(self, neighbour: Neighbour) -> Done:
        """Have the process that serves appointments do it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Keep a slot. `only`: and give back what else is held."""

    service: Service
    start: dt.datetime
    by: str
    now: dt.datetime
    resource: Resource | None
    only: bool

    @transaction.atomic
    def here(self) -> Booking:
        """As `scheduling.hold`."""
        kept = services.hold(self.service, self.start, by=self.by, now=self.now, resource=self.resource)
        if self.only:
            Booking.objects.filter(status=Booking.Status.HELD, held_by=self.by).exclude(pk=kept.pk).delete()
        return kept

    def there(self, neighbour: Neighbour) -> Booking:
        """`POST /appointments/holds`."""
        body = _known(
            site_id=self.service.site_id,
            service=self.service.code,
            start_time=self.start.isoformat(),
            holder=self.by,
            resource_id=_pk(self.resource),
            only=self.only,
        )
        return _row(neighbour.ask("POST", f"{PATH}/holds", actor=self.by, json=body)["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Give back all that is held."""

    by: str

    def here(self) -> None:
        """As `scheduling.release`."""
        services.release(by=self.by)

    def there(self, neighbour: Neighbour) -> None:
        """`DELETE /appointments/holds/{holder}`."""
        neighbour.ask("DELETE", f"{PATH}/holds/{self.by}", actor=self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Book for somebody; the same key books once."""

    service: Service
    start: dt.datetime
    attendee: Attendee
    by: str
    key: str
    now: dt.datetime
    resource: Resource | None
    title: str = ""

    def here(self) -> Booking:
        """As `scheduling.book`."""
        return services.book(
            self.service, self.start, self.attendee,
            by=self.by, key=self.key, now=self.now, resource=self.resource, title=self.title,
        )  # fmt: skip

    def there(self, neighbour: Neighbour) -> Booking:
        """`POST /appointments`."""
        body = _known(
            site_id=self.service.site_id,
            service=self.service.code,
            start_time=self.start.isoformat(),
            attendee_name=self.attendee.name,
            attendee_phone=self.attendee.phone or None,
            person_id=_person(self.attendee),
            language=self.attendee.language,
            resource_id=_pk(self.resource),
            title=self.title,
        )
        return _row(neighbour.ask("POST", PATH, actor=self.by, key=self.key, json=body)["appointment"]["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Move what is as it was seen."""

    booking: Booking
    start: dt.datetime
    by: str
    now: dt.datetime
    resource: Resource | None

    def here(self) -> Booking:
        """As `scheduling.reschedule`."""
        return services.reschedule(
            self.booking, self.start,
            by=self.by, now=self.now, resource=self.resource, version=self.booking.version,
        )  # fmt: skip

    def there(self, neighbour: Neighbour) -> Booking:
        """`PUT /appointments/{id}`."""
        body = _known(start_time=self.start.isoformat(), resource_id=_pk(self.resource), version=self.booking.version)
        moved = neighbour.ask("PUT", f"{PATH}/{self.booking.pk}", actor=self.by, json=body)
        return _row(moved["appointment"]["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Cancel them all."""

    bookings: Sequence[Booking]
    by: str
    now: dt.datetime
    reason: str

    @transaction.atomic
    def here(self) -> None:
        """As `scheduling.cancel`; all or none."""
        for booking in self.bookings:
            services.cancel(booking, by=self.by, now=self.now, reason=self.reason)

    def there(self, neighbour: Neighbour) -> None:
        """`DELETE /appointments/{id}`, one by one; what is cancelled already stays so when it is repeated here."""
        for booking in self.bookings:
            neighbour.ask("DELETE", f"{PATH}/{booking.pk}", actor=self.by, params={"reason": self.reason})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Put somebody on the waiting list."""

    service: Service
    attendee: Attendee
    earliest: dt.datetime
    latest: dt.datetime

    def here(self) -> Waiting:
        """As `waiting.wish`."""
        return waiting.wish(self.service, self.attendee, earliest=self.earliest, latest=self.latest)

    def there(self, neighbour: Neighbour) -> Waiting:
        """`POST /appointments/waiting`."""
        body = _known(
            site_id=self.service.site_id,
            service=self.service.code,
            name=self.attendee.name,
            phone=self.attendee.phone,
            person_id=_person(self.attendee),
            language=self.attendee.language,
            earliest=self.earliest.isoformat(),
            latest=self.latest.isoformat(),
        )
        return Waiting.objects.get(pk=neighbour.ask("POST", f"{PATH}/waiting", json=body)["id"])


def _row(pk: Any) -> Booking:
    """The row that the other process has written. Raises ProviderFailed where its database is not ours."""
    booking = Booking.objects.select_related("resource__site", "service", "person").filter(pk=pk).first()
    if booking is None:
        raise ProviderFailed("the appointment service writes to another database")
    return booking


def _pk(resource: Resource | None) -> int | None:
    return resource.pk if resource is not None else None


def _person(attendee: Attendee) -> str | None:
    return str(attendee.person.pk) if attendee.person is not None else None


def _known(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
