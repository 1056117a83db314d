"""Where the bookings of conversations are made: in this process, or in the one that serves appointments.

Reading needs no desk: all processes of a house share one database. Writing at the other process keeps all changes of
bookings, with what follows from them (messages, calendars), in the process that is scaled for that.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final, Protocol

from django.db import connection, transaction

from parley.accounts.neighbour import Neighbour
from parley.contract import ProviderFailed
from parley.scheduling import services, waiting
from parley.scheduling.models import Booking, Resource, Service, Waiting
from parley.scheduling.services import Attendee

PATH: Final = "/appointments"


class Desk(Protocol):
    """The changes that a conversation makes. Each is as in `parley.scheduling`, and raises as there."""

    def hold(
        self,
        service: Service,
        start: dt.datetime,
        *,
        by: str,
        now: dt.datetime,
        resource: Resource | None,
        only: bool,
    ) -> None:
        """Keep a slot. `only`: and give back what else is held."""

    def release(self, *, by: str) -> None:
        """Give back all that is held."""

    def book(
        self, service: Service, start: dt.datetime, attendee: Attendee, *, by: str, key: str, now: dt.datetime,
        resource: Resource | None, title: str, description: str,
    ) -> Booking:  # fmt: skip
        """Book."""

    def move(
        self, booking: Booking, start: dt.datetime, *, by: str, now: dt.datetime, resource: Resource | None
    ) -> Booking:
        """Move what is as it was seen."""

    def cancel(self, bookings: Sequence[Booking], *, by: str, now: dt.datetime, reason: str) -> None:
        """Cancel them."""

    def wait(self, service: Service, attendee: Attendee, *, earliest: dt.datetime, latest: dt.datetime) -> Waiting:
        """Put somebody on the waiting list."""

    def close(self) -> None:
        """Give connections back."""


class Own:
    """This process does it."""

    def hold(
        self,
        service: Service,
        start: dt.datetime,
        *,
        by: str,
        now: dt.datetime,
        resource: Resource | None,
        only: bool,
    ) -> None:
        """As `scheduling.hold`."""
        held(service, start, by=by, now=now, resource=resource, only=only)

    def release(self, *, by: str) -> None:
        """As `scheduling.release`."""
        services.release(by=by)

    def book(self, service: Service, start: dt.datetime, attendee: Attendee, **how: Any) -> Booking:
        """As `scheduling.book`."""
        return services.book(service, start, attendee, **how)

    def move(
        self, booking: Booking, start: dt.datetime, *, by: str, now: dt.datetime, resource: Resource | None
    ) -> Booking:
        """As `scheduling.reschedule`."""
        return services.reschedule(booking, start, by=by, now=now, resource=resource, version=booking.version)

    @transaction.atomic
    def cancel(self, bookings: Sequence[Booking], *, by: str, now: dt.datetime, reason: str) -> None:
        """As `scheduling.cancel`; all or none."""
        for booking in bookings:
            services.cancel(booking, by=by, now=now, reason=reason)

    def wait(self, service: Service, attendee: Attendee, *, earliest: dt.datetime, latest: dt.datetime) -> Waiting:
        """As `waiting.wish`."""
        return waiting.wish(service, attendee, earliest=earliest, latest=latest)

    def close(self) -> None:
        """There is none."""


class Remote:
    """The process at 8005 does it; this one stands in while that is down, if it may.

    What is repeated here after a time-out there carries the same key, and is done once.
    """

    def __init__(self, neighbour: Neighbour) -> None:
        self._neighbour = neighbour
        self._own = Own()

    def _asked(self, there: Any, here: Any) -> Any:
        # Inside a transaction of this process the other one might wait for it, and it for the other.
        return here() if connection.in_atomic_block else self._neighbour.asked(there, here)

    def hold(
        self,
        service: Service,
        start: dt.datetime,
        *,
        by: str,
        now: dt.datetime,
        resource: Resource | None,
        only: bool,
    ) -> None:
        """`POST /appointments/holds`."""
        body = _known(
            site_id=service.site_id,
            service=service.code,
            start_time=start.isoformat(),
            holder=by,
            resource_id=_pk(resource),
            only=only,
        )
        self._asked(
            lambda: self._neighbour.ask("POST", f"{PATH}/holds", actor=by, json=body),
            lambda: self._own.hold(service, start, by=by, now=now, resource=resource, only=only),
        )

    def release(self, *, by: str) -> None:
        """`DELETE /appointments/holds/{holder}`."""
        self._asked(
            lambda: self._neighbour.ask("DELETE", f"{PATH}/holds/{by}", actor=by),
            lambda: self._own.release(by=by),
        )

    def book(
        self, service: Service, start: dt.datetime, attendee: Attendee, *, by: str, key: str, now: dt.datetime,
        resource: Resource | None, title: str, description: str,
    ) -> Booking:  # fmt: skip
        """`POST /appointments`."""
        body = _known(
            site_id=service.site_id,
            service=service.code,
            start_time=start.isoformat(),
            attendee_name=attendee.name,
            attendee_phone=attendee.phone or None,
            person_id=str(attendee.person.pk) if attendee.person is not None else None,
            language=attendee.language,
            resource_id=_pk(resource),
            title=title,
            description=description,
        )
        how: dict[str, Any] = {"by": by, "key": key, "now": now, "resource": resource}
        booked: Booking = self._asked(
            lambda: _read(self._neighbour.ask("POST", PATH, actor=by, key=key, json=body)),
            lambda: self._own.book(service, start, attendee, title=title, description=description, **how),
        )
        return booked

    def move(
        self, booking: Booking, start: dt.datetime, *, by: str, now: dt.datetime, resource: Resource | None
    ) -> Booking:
        """`PUT /appointments/{id}`."""
        body = _known(start_time=start.isoformat(), resource_id=_pk(resource), version=booking.version)
        moved: Booking = self._asked(
            lambda: _read(self._neighbour.ask("PUT", f"{PATH}/{booking.pk}", actor=by, json=body)),
            lambda: self._own.move(booking, start, by=by, now=now, resource=resource),
        )
        return moved

    def cancel(self, bookings: Sequence[Booking], *, by: str, now: dt.datetime, reason: str) -> None:
        """`DELETE /appointments/{id}`, one by one; what is cancelled already stays so when it is repeated here."""

        def there() -> None:
            for booking in bookings:
                self._neighbour.ask("DELETE", f"{PATH}/{booking.pk}", actor=by, params={"reason": reason})

        self._asked(there, lambda: self._own.cancel(bookings, by=by, now=now, reason=reason))

    def wait(self, service: Service, attendee: Attendee, *, earliest: dt.datetime, latest: dt.datetime) -> Waiting:
        """`POST /appointments/waiting`."""
        body = _known(
            site_id=service.site_id,
            service=service.code,
            name=attendee.name,
            phone=attendee.phone,
            person_id=str(attendee.person.pk) if attendee.person is not None else None,
            language=attendee.language,
            earliest=earliest.isoformat(),
            latest=latest.isoformat(),
        )

        def there() -> Waiting:
            return Waiting.objects.get(pk=self._neighbour.ask("POST", f"{PATH}/waiting", json=body)["id"])

        waits: Waiting = self._asked(
            there, lambda: self._own.wait(service, attendee, earliest=earliest, latest=latest)
        )
        return waits

    def close(self) -> None:
        """Give connections back."""
        self._neighbour.close()


@transaction.atomic
def held(
    service: Service,
    start: dt.datetime,
    *,
    by: str,
    now: dt.datetime,
    resource: Resource | None,
    only: bool,
) -> Booking:
    """Keep a slot. `only`: and give back what else is held. Raises as `scheduling.hold`."""
    kept = services.hold(service, start, by=by, now=now, resource=resource)
    if only:
        Booking.objects.filter(status=Booking.Status.HELD, held_by=by).exclude(pk=kept.pk).delete()
    return kept


def _read(answer: dict[str, Any]) -> Booking:
    """The row that the other process has written. Raises ProviderFailed where its database is not ours."""
    rows = Booking.objects.select_related("resource__site", "service", "person")
    booking = rows.filter(pk=answer["appointment"]["id"]).first()
    if booking is None:
        raise ProviderFailed("the appointment service writes to another database")
    return booking


def _pk(resource: Resource | None) -> int | None:
    return resource.pk if resource is not None else None


def _known(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


_desk: Desk = Own()


def open_desk(desk: Desk) -> None:
    """Have conversations book there."""
    global _desk
    _desk = desk


def desk() -> Desk:
    """Where conversations book."""
    return _desk
