"""What is written about appointments: at once when something changes, a day and two hours before, and for an offer.

Each message is queued in the transaction of the change. Its words are made when it is sent, from the booking as it is
then; a reminder whose appointment is gone is never sent.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from parley.contract import BusinessError, language_of
from parley.messaging import consent, services
from parley.messaging.calendar_file import Entry, calendar_file
from parley.messaging.models import Channel, Message
from parley.messaging.services import Recipient
from parley.messaging.sources import Content, Reply, Source, register
from parley.scheduling import services as scheduling
from parley.scheduling import waiting as waiting_list
from parley.scheduling.models import Booking, Change, Site, Waiting

SOURCE: Final = "appointments"
OFFERS: Final = "appointments.offers"
SILENT: Final = frozenset({"demo"})
"""Who changes bookings without anybody being told."""
WRITTEN: Final = "sms-"
"""How the ids of conversations by text message begin."""
OPEN: Final = (Booking.Status.BOOKED, Booking.Status.ARRIVED)
CHANGES: Final = {"booked": "appointment.booked", "moved": "appointment.moved", "cancelled": "appointment.cancelled"}
"""What is written at once, by what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder of each appointment."""

    before: dt.timedelta
    template: str


REMINDERS: Final = (
    Reminder(before=dt.timedelta(hours=24), template="appointment.reminder_day"),
    Reminder(before=dt.timedelta(hours=2), template="appointment.reminder_soon"),
)


def connect() -> None:
    """Follow the changes of bookings, and the offers of the waiting list."""
    scheduling.changed.connect(on_changed, dispatch_uid="appointments.messages")
    waiting_list.offered.connect(on_offered, dispatch_uid="appointments.offers")
    register(SOURCE, Source(compose=_compose, zone_of=_zone_of, replied=_replied))
    register(OFFERS, Source(compose=_compose_offer, zone_of=_zone_of_offer, replied=_offer_replied))


def on_changed(*, booking: Booking, change: str, by: str, now: dt.datetime, **_: object) -> None:
    """Write about it, and bring the reminders to the new time."""
    if change not in CHANGES or by in SILENT:
        return
    about = str(booking.pk)
    services.withdraw(SOURCE, about)
    common: dict[str, Any] = {"now": now, "source": SOURCE, "about": about}
    key = f"{SOURCE}:{about}:{booking.version}"
    for channel, recipient in _recipients(booking):
        if channel == Channel.SMS and by.startswith(WRITTEN):
            continue  # they read the answer in the same place
        services.queue(
            channel,
            recipient,
            key=f"{key}:{change}:{channel}",
            purpose="confirmation",
            template=CHANGES[change],
            urgent=True,
            **common,
        )
    if booking.status not in OPEN or not booking.phone:
        return
    for reminder in REMINDERS:
        services.remind(
            _channel(booking.phone, reminder.template),
            _by_phone(booking),
            key=f"{key}:{reminder.template}",
            at=booking.start - reminder.before,
            zone=_recipient_zone(booking),
            template=reminder.template,
            **common,
        )


def on_offered(*, waiting: Waiting, now: dt.datetime, **_: object) -> None:
    """Tell whoever waited that an earlier time is free; in the night nobody is told, and the offer passes on."""
    if not waiting.phone or waiting.offer is None:
        return
    services.queue(
        _channel(waiting.phone, "appointment.offer"),
        Recipient(to=waiting.phone, language=language_of(waiting.language), person=waiting.person),
        key=f"{OFFERS}:{waiting.pk}:{waiting.offer_id}",
        purpose="offer",
        now=now,
        source=OFFERS,
        about=str(waiting.pk),
        template="appointment.offer",
    )


def _recipients(booking: Booking) -> list[tuple[Channel, Recipient]]:
    found = [(Channel.SMS, _by_phone(booking))] if booking.phone else []
    if booking.person is not None and booking.person.email:
        mail = Recipient(to=booking.person.email, language=language_of(booking.language), person=booking.person)
        found.append((Channel.EMAIL, mail))
    return found


def _by_phone(booking: Booking) -> Recipient:
    return Recipient(to=booking.phone, language=language_of(booking.language), person=booking.person)


def _channel(phone: str, template: str) -> Channel:
    """A call for those who have agreed to be called, where it can be said by voice; else a text message."""
    calls = consent.allowed(phone, Channel.CALL) == consent.State.AGREED
    return Channel.CALL if calls and template != "appointment.reminder_soon" else Channel.SMS


def _booking(message: Message) -> Booking | None:
    rows = Booking.objects.select_related("resource__site", "service", "person")
    return rows.filter(pk=message.about).first()


def _compose(message: Message, now: dt.datetime) -> Content | None:
    """The booking as it is now; None when there is nothing left to say about it."""
    booking = _booking(message)
    if booking is None or booking.start <= now:
        return None
    cancelled = booking.status == Booking.Status.CANCELLED
    if cancelled != (message.template == CHANGES["cancelled"]) or not (cancelled or booking.status in OPEN):
        return None
    site = booking.resource.site
    entry = Entry(
        uid=f"{booking.pk}@parley",
        version=booking.version,
        start=booking.start,
        end=booking.end,
        title=site.name,
        place=site.address,
        cancelled=cancelled,
    )
    return Content(
        values={"place": site.name, "phone": _phone_of(site), "start": booking.start},
        zone=booking.resource.time_zone,
        calendar=calendar_file(entry, now=now),
    )


def _phone_of(site: Site) -> str:
    return site.phone or site.transfer_phone or settings.PARLEY.twilio_phone_number or ""


def _recipient_zone(booking: Booking) -> ZoneInfo:
    person = booking.person
    return ZoneInfo(person.time_zone) if person is not None and person.time_zone else booking.resource.time_zone


def _zone_of(message: Message) -> ZoneInfo:
    booking = _booking(message)
    zone: ZoneInfo = booking.resource.time_zone if booking is not None else settings.PARLEY.zone
    return zone


def _replied(message: Message, answer: str, now: dt.datetime) -> Reply | None:
    """`1`, `2` or `CANCEL` in answer to a message about an appointment."""
    booking = _booking(message)
    if booking is None or booking.status not in OPEN or booking.start <= now:
        return None
    if answer != "confirm":
        return Reply(as_said=answer)
    if not booking.changes.filter(what="confirmed", after__version=booking.version).exists():
        by = f"message:{message.pk}"
        Change.objects.create(booking=booking, at=now, by=by, what="confirmed", after={"version": booking.version})
    return Reply(template="appointment.confirmed", values={"start": booking.start}, zone=booking.resource.time_zone)


def _waiting(message: Message) -> Waiting | None:
    rows = Waiting.objects.select_related("offer__resource__site", "service__site", "person")
    return rows.filter(pk=message.about).first()


def _compose_offer(message: Message, now: dt.datetime) -> Content | None:
    waiting = _waiting(message)
    if waiting is None or waiting.offer is None or waiting.offer_ends is None or waiting.offer_ends <= now:
        return None
    site = waiting.service.site
    return Content(
        values={
            "place": site.name,
            "phone": _phone_of(site),
            "start": waiting.offer.start,
            "until": waiting.offer_ends,
        },
        zone=waiting.offer.resource.time_zone,
    )


def _zone_of_offer(message: Message) -> ZoneInfo:
    waiting = _waiting(message)
    zone: ZoneInfo = ZoneInfo(waiting.service.site.zone) if waiting is not None else settings.PARLEY.zone
    return zone


def _offer_replied(message: Message, answer: str, now: dt.datetime) -> Reply | None:
    """`1` takes the offer; anything else goes on as a conversation."""
    waiting = _waiting(message)
    if waiting is None:
        return None
    if answer != "confirm":
        return Reply(as_said=answer)
    try:
        booking = waiting_list.accept(waiting, now=now)
    except BusinessError:
        return None
    return Reply(template="appointment.offer_taken", values={"start": booking.start}, zone=booking.resource.time_zone)
