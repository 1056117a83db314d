"""What goes in and out over REST. Times without an offset are those of the business."""

import datetime as dt
import uuid
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from parley.contract import Language
from parley.scheduling.models import Booking, Waiting

Phone = Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")]
"""E.164."""


class AvailabilityOut(Schema):
    """Whether a time can be had, and what is nearest to it when not."""

    available: bool
    requested_time: dt.datetime
    duration_minutes: int
    alternative_times: list[dt.datetime]
    reason: str | None = None
    """Which rule refuses it, such as `taken`, `notice` or `holiday`."""


class AppointmentIn(Schema):
    """An appointment to make. Without a service the title names one, else it is a general appointment."""

    title: Annotated[str, Field(max_length=200)] = ""
    start_time: dt.datetime
    end_time: dt.datetime | None = None
    attendee_phone: Phone | None = None
    attendee_name: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=4000)] = ""
    language: Language = "en"
    service: str | None = None
    """Code of a service."""
    resource_id: int | None = None
    person_id: uuid.UUID | None = None
    """The person on record for whom it is."""
    site_id: int | None = None
    """The place, where there are several."""


class AppointmentChange(Schema):
    """What shall be otherwise; what is left out stays."""

    title: Annotated[str, Field(max_length=200)] | None = None
    start_time: dt.datetime | None = None
    end_time: dt.datetime | None = None
    attendee_phone: Phone | None = None
    attendee_name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    description: Annotated[str, Field(max_length=4000)] | None = None
    resource_id: int | None = None
    version: int | None = None
    """The version that the client saw: a conflict when it is another one by now."""


class AppointmentOut(Schema):
    """An appointment as it stands."""

    id: uuid.UUID
    title: str
    start_time: dt.datetime
    end_time: dt.datetime
    status: Booking.Status
    google_calendar_event_id: str | None
    attendee_name: str
    attendee_phone: str
    description: str
    language: str
    service: str | None
    resource_id: int
    resource: str
    version: int
    cancel_reason: str


class AppointmentDone(Schema):
    """The answer to a change."""

    success: Literal[True] = True
    appointment: AppointmentOut


class AppointmentsOut(Schema):
    """What a search found."""

    count: int
    """All that fit, also beyond `limit`."""
    appointments: list[AppointmentOut]


class ChangeOut(Schema):
    """One entry of an appointment's history."""

    at: dt.datetime
    by: str
    what: str
    before: dict[str, object]
    after: dict[str, object]


class HoldIn(Schema):
    """A slot to keep for a while."""

    service: str
    start_time: dt.datetime
    holder: Annotated[str, Field(min_length=1, max_length=60)]
    """Whose hold it is: the same holder books it, or renews it."""
    resource_id: int | None = None
    only: bool = False
    """What else the holder keeps is given back."""
    site_id: int | None = None


class HoldOut(Schema):
    """A slot that is kept."""

    id: uuid.UUID
    start_time: dt.datetime
    end_time: dt.datetime
    resource_id: int
    held_until: dt.datetime


class ServiceBody(Schema):
    """A service; lengths in minutes."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    names: dict[Language, str]
    also: dict[Language, list[str]] = {}
    duration: Annotated[int, Field(gt=0, le=720)] = 30
    buffer_before: Annotated[int, Field(ge=0, le=240)] = 0
    buffer_after: Annotated[int, Field(ge=0, le=240)] = 0
    step: Annotated[int, Field(gt=0, le=720)] = 15
    notice: Annotated[int, Field(ge=0)] = 0
    horizon_days: Annotated[int, Field(gt=0, le=1000)] = 180
    any_reason: bool = False
    active: bool = True
    resource_ids: list[int] = []


class ResourceBody(Schema):
    """A person or a room."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    kind: Literal["staff", "room"] = "staff"
    zone: str = ""
    """IANA name; empty: that of the business."""
    active: bool = True


class ResourceOut(ResourceBody):
    """A person or a room, with its id."""

    id: int


class HoursBody(Schema):
    """One stretch of a weekday; several make breaks."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    """0 is Monday."""
    opens: dt.time
    closes: dt.time
    """00:00 is the end of the day."""
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


class OverrideBody(Schema):
    """A day that differs from the weekly hours."""

    day: dt.date
    opens: bool
    """True adds time, False takes it away."""
    start: dt.time | None = None
    end: dt.time | None = None
    reason: Annotated[str, Field(max_length=120)] = ""
    resource_id: int | None = None
    """None: the whole business."""


class OverrideOut(OverrideBody):
    """A day that differs, with its id."""

    id: int


class DisplacedOut(Schema):
    """A booking on which time off fell afterwards."""

    id: str
    start_time: dt.datetime
    end_time: dt.datetime
    resource: str
    name: str
    phone: str
    reason: str
    """What was written beside the time off, or the holiday."""
    elsewhere: bool
    """Whether an outside calendar takes the time."""


class WaitingIn(Schema):
    """Somebody who would like a time that is not free yet."""

    service: str
    name: Annotated[str, Field(min_length=1, max_length=200)]
    phone: Phone
    language: Language = "en"
    earliest: dt.datetime
    latest: dt.datetime
    resource_id: int | None = None
    appointment_id: uuid.UUID | None = None
    """A later appointment that is given up for the earlier one."""
    person_id: uuid.UUID | None = None
    site_id: int | None = None


class WaitingOut(Schema):
    """A place in the waiting list."""

    id: int
    service: str
    name: str
    phone: str
    status: Waiting.Status
    earliest: dt.datetime
    latest: dt.datetime
    offer_start: dt.datetime | None
    offer_ends: dt.datetime | None


class FeedOut(Schema):
    """A new calendar feed; its address is shown this once."""

    id: int
    path: str
