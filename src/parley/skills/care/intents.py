"""What can be asked of the nurses' line: the slots, and the table of policy."""

from typing import Annotated

from parley.contract import Confirmation, Intent, Kind, Risk, Role, Slot, Slots
from parley.contract.slots import Date, Duration, Name, PartOfDay, Phone, Range, Text, Time, Weekday

Specialty = Annotated[str, Slot(Kind.CHOICE, lexicon="specialty")]
Mode = Annotated[str, Slot(Kind.CHOICE, lexicon="mode")]
NurseLanguage = Annotated[str, Slot(Kind.CHOICE, lexicon="language")]
Region = Annotated[str, Slot(Kind.CHOICE, lexicon="licence_region")]
CallReason = Annotated[str, Slot(Kind.CHOICE, lexicon="call_reason")]
InfoField = Annotated[str, Slot(Kind.CHOICE, lexicon="info_field", whole=True)]
Which = Annotated[str, Slot(Kind.CHOICE, lexicon="which")]
Opening = Annotated[str, Slot(Kind.CHOICE, lexicon="opening")]
Action = Annotated[str, Slot(Kind.CHOICE, lexicon="change")]


class Patient(Slots):
    """Who it is about; two identifiers before anything is disclosed."""

    patient_name: Name | None = None
    patient_id: Text | None = None
    dob: Date | None = None
    phone: Phone | None = None
    for_person: Name | None = None


class BookNurse(Patient):
    """A call or visit of a nurse."""

    nurse_name: Name | None = None
    specialty: Specialty | None = None
    nurse_language: NurseLanguage | None = None
    licence_region: Region | None = None
    condition: Text | None = None
    mode: Mode | None = None
    call_reason: CallReason | None = None
    date: Date | None = None
    date_range: Range | None = None
    weekday: Weekday | None = None
    time: Time | None = None
    after: Time | None = None
    before: Time | None = None
    part_of_day: PartOfDay | None = None
    duration: Duration | None = None
    which: Opening | None = None


class NurseAvailability(Slots):
    """When a nurse is free; nothing about a patient."""

    nurse_name: Name | None = None
    specialty: Specialty | None = None
    nurse_language: NurseLanguage | None = None
    licence_region: Region | None = None
    date: Date | None = None
    date_range: Range | None = None
    weekday: Weekday | None = None
    time: Time | None = None
    after: Time | None = None
    before: Time | None = None
    part_of_day: PartOfDay | None = None
    condition: Text | None = None
    mode: Mode | None = None
    which: Opening | None = None


class PatientInfo(Patient):
    """A look into, or a change of, a patient's record."""

    info_field: InfoField | None = None
    action: Action | None = None
    condition: Text | None = None
    substance: Text | None = None
    address: Text | None = None


class CancelVisit(Patient):
    """A visit that shall not take place."""

    which: Which | None = None
    date: Date | None = None
    time: Time | None = None
    weekday: Weekday | None = None
    nurse_name: Name | None = None
    mode: Mode | None = None
    reason: Text | None = None
    scope: Text | None = None


class NextVisit(Patient):
    """When somebody comes or calls next."""

    nurse_name: Name | None = None
    specialty: Specialty | None = None
    mode: Mode | None = None
    date: Date | None = None
    date_range: Range | None = None


INTENTS = (
    Intent(
        name="care.book_nurse",
        like=("appointment.book",),
        slots=BookNurse,
        required=("patient_name", "dob", "date", "time"),
        identifies=("patient_name", "dob"),
        confirmation=Confirmation.EXPLICIT,
        risk=Risk.HIGH,
        business_hours=True,
    ),
    Intent(
        name="care.nurse_availability",
        like=("appointment.availability",),
        narrows=("care.book_nurse",),
        slots=NurseAvailability,
        reads_only=True,
        business_hours=True,
    ),
    Intent(
        name="care.patient_info",
        slots=PatientInfo,
        required=("patient_name", "dob"),
        identifies=("patient_name", "dob"),
        risk=Risk.HIGH,
        role=Role.PATIENT,
    ),
    Intent(
        name="care.cancel",
        like=("appointment.cancel",),
        slots=CancelVisit,
        required=("patient_name", "dob", "which"),
        identifies=("patient_name", "dob"),
        confirmation=Confirmation.EXPLICIT,
        risk=Risk.HIGH,
        role=Role.PATIENT,
        business_hours=True,
    ),
    Intent(
        name="care.next_visit",
        like=("appointment.list",),
        slots=NextVisit,
        required=("patient_name", "dob"),
        identifies=("patient_name", "dob"),
        risk=Risk.HIGH,
        role=Role.PATIENT,
        reads_only=True,
    ),
)
