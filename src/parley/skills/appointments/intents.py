"""What can be asked about appointments: the slots, and the table of policy."""

from typing import Annotated

from parley.contract import Confirmation, Intent, Kind, Risk, Slot, Slots
from parley.contract.slots import Date, Duration, Flag, Name, PartOfDay, Phone, Range, Spelling, Text, Time, Weekday

Reason = Annotated[str, Slot(Kind.TEXT, lexicon="reason")]
Which = Annotated[str, Slot(Kind.CHOICE, lexicon="which")]
Opening = Annotated[str, Slot(Kind.CHOICE, lexicon="opening")]


class Wish(Slots):
    """When it should be, in whatever form it was said."""

    date: Date | None = None
    date_range: Range | None = None
    weekday: Weekday | None = None
    time: Time | None = None
    after: Time | None = None
    before: Time | None = None
    part_of_day: PartOfDay | None = None
    staff: Name | None = None
    service: Name | None = None
    duration: Duration | None = None


class Book(Wish):
    """A new appointment. The telephone number comes from the line unless another is given."""

    customer_name: Name | None = None
    name_spelling: Spelling | None = None
    phone: Phone | None = None
    for_person: Name | None = None
    which: Opening | None = None


class Reschedule(Slots):
    """An existing appointment (`old_…`, `which`) and when it should be instead (`new_…`)."""

    which: Which | None = None
    old_date: Date | None = None
    old_time: Time | None = None
    new_date: Date | None = None
    new_time: Time | None = None
    date_range: Range | None = None
    weekday: Weekday | None = None
    part_of_day: PartOfDay | None = None
    after: Time | None = None
    before: Time | None = None
    shift: Duration | None = None
    keep_time: Flag | None = None
    keep_service: Flag | None = None
    staff: Name | None = None
    service: Name | None = None
    customer_name: Name | None = None
    for_person: Name | None = None
    phone: Phone | None = None


class Cancel(Slots):
    """An existing appointment that is not wanted any more."""

    which: Which | None = None
    date: Date | None = None
    time: Time | None = None
    weekday: Weekday | None = None
    service: Name | None = None
    staff: Name | None = None
    reason: Reason | None = None
    scope: Text | None = None
    customer_name: Name | None = None
    for_person: Name | None = None
    phone: Phone | None = None


class Listing(Slots):
    """Which of the caller's own appointments are asked about."""

    which: Which | None = None
    date: Date | None = None
    date_range: Range | None = None
    service: Name | None = None
    staff: Name | None = None
    customer_name: Name | None = None
    for_person: Name | None = None


class Availability(Wish):
    """A question about free time; nothing is booked."""

    for_person: Name | None = None
    which: Opening | None = None


INTENTS = (
    Intent(
        name="appointment.book",
        slots=Book,
        required=("service", "date", "time", "customer_name"),
        instead={"date": ("which",), "time": ("which",)},
        confirmation=Confirmation.EXPLICIT,
        risk=Risk.MEDIUM,
        business_hours=True,
    ),
    Intent(
        name="appointment.reschedule",
        slots=Reschedule,
        required=("which", "new_date", "new_time"),
        confirmation=Confirmation.EXPLICIT,
        risk=Risk.MEDIUM,
        business_hours=True,
    ),
    Intent(
        name="appointment.cancel",
        slots=Cancel,
        required=("which",),
        confirmation=Confirmation.EXPLICIT,
        risk=Risk.MEDIUM,
        business_hours=True,
    ),
    Intent(name="appointment.list", slots=Listing, reads_only=True, business_hours=True),
    Intent(
        name="appointment.availability",
        slots=Availability,
        reads_only=True,
        narrows=("appointment.book", "appointment.reschedule"),
        business_hours=True,
    ),
)
