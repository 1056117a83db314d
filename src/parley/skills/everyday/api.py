"""REST: the timers, alarms, reminders and contacts of whoever is signed in."""

import datetime as dt
import uuid
from typing import Annotated, Final, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field, field_validator

from parley.accounts.authentication import Principal, signed_in
from parley.contract import Caller, Context, NotFound, RequestInvalid
from parley.jobs import later_for
from parley.skills.everyday import api_contacts, moments, services
from parley.skills.everyday.models import Alarm, Owned, Reminder, State, Timer

PATH: Final = "/v1/everyday"
router = Router(auth=signed_in, tags=["everyday"])
router.add_router(api_contacts.PATH, api_contacts.router)


class TimerIn(Schema):
    """A timer to start."""

    length: dt.timedelta
    label: Annotated[str, Field(max_length=200)] = ""
    key: Annotated[str, Field(max_length=100)] = ""
    """Sent again with the same key, the request starts no second timer."""


class TimerOut(Schema):
    """A timer as it stands."""

    id: uuid.UUID
    label: str
    length: dt.timedelta
    state: State
    ends_at: dt.datetime | None
    left: dt.timedelta | None


class Recurring(Schema):
    """What alarms and reminders share when they are made."""

    at: dt.datetime
    recurrence: Annotated[str, Field(max_length=200)] = ""
    key: Annotated[str, Field(max_length=100)] = ""

    @field_validator("recurrence")
    @classmethod
    def occurs(cls, recurrence: str) -> str:
        """Only rules that occur at all."""
        if recurrence and not moments.valid(recurrence):
            raise ValueError("not a recurrence rule")
        return recurrence

    @field_validator("at")
    @classmethod
    def zoned(cls, at: dt.datetime) -> dt.datetime:
        """A moment says its offset."""
        if at.tzinfo is None:
            raise ValueError("needs an offset")
        return at


class AlarmIn(Recurring):
    """An alarm to set."""

    label: Annotated[str, Field(max_length=200)] = ""


class AlarmOut(Schema):
    """An alarm and its next time."""

    id: uuid.UUID
    label: str
    due_at: dt.datetime
    recurrence: str


class ReminderIn(Recurring):
    """Words to be said at a time."""

    title: Annotated[str, Field(min_length=1, max_length=500)]


class ReminderOut(Schema):
    """A reminder and its next time."""

    id: uuid.UUID
    title: str
    due_at: dt.datetime
    recurrence: str


@router.get("/timers", response=list[TimerOut])
def list_timers(request: HttpRequest) -> list[Timer]:
    """Those that run or rest, the next to end first."""
    return services.timers(_owner(request))


@router.post("/timers", response={201: TimerOut})
def start_timer(request: HttpRequest, body: TimerIn) -> Status[Timer]:
    """Start a timer."""
    context = _context(request)
    return Status(201, services.set_timer(length=body.length, label=body.label, context=context, key=_key(body.key)))


@router.post("/timers/{timer_id}/pause", response=TimerOut)
def pause_timer(request: HttpRequest, timer_id: uuid.UUID) -> Timer:
    """Let it rest."""
    return services.pause(str(timer_id), owner=_owner(request), now=timezone.now())


@router.post("/timers/{timer_id}/resume", response=TimerOut)
def resume_timer(request: HttpRequest, timer_id: uuid.UUID) -> Timer:
    """Let it run on."""
    later = later_for("everyday")
    return services.resume(str(timer_id), owner=_owner(request), now=timezone.now(), later=later)


@router.delete("/timers/{timer_id}", response={204: None})
def cancel_timer(request: HttpRequest, timer_id: uuid.UUID) -> Status[None]:
    """Stop it for good."""
    return _cancelled(request, Timer, timer_id)


@router.get("/alarms", response=list[AlarmOut])
def list_alarms(request: HttpRequest) -> list[Alarm]:
    """Those that will ring, the next first."""
    return services.alarms(_owner(request))


@router.post("/alarms", response={201: AlarmOut})
def set_alarm(request: HttpRequest, body: AlarmIn) -> Status[Alarm]:
    """Set an alarm; what recurs keeps the wall time of the household."""
    context = _context(request)
    alarm = services.set_alarm(
        due_at=body.at, recurrence=body.recurrence, label=body.label, context=context, key=_key(body.key)
    )
    return Status(201, alarm)


@router.delete("/alarms/{alarm_id}", response={204: None})
def cancel_alarm(request: HttpRequest, alarm_id: uuid.UUID) -> Status[None]:
    """Take it off."""
    return _cancelled(request, Alarm, alarm_id)


@router.get("/reminders", response=list[ReminderOut])
def list_reminders(request: HttpRequest) -> list[Reminder]:
    """Those that are still to come, the next first."""
    return services.reminders(_owner(request))


@router.post("/reminders", response={201: ReminderOut})
def set_reminder(request: HttpRequest, body: ReminderIn) -> Status[Reminder]:
    """Have words said at a time."""
    reminder = services.set_reminder(
        title=body.title,
        due_at=body.at,
        recurrence=body.recurrence,
        for_person="",
        context=_context(request),
        key=_key(body.key),
    )
    return Status(201, reminder)


@router.delete("/reminders/{reminder_id}", response={204: None})
def cancel_reminder(request: HttpRequest, reminder_id: uuid.UUID) -> Status[None]:
    """Forget it."""
    return _cancelled(request, Reminder, reminder_id)


def _cancelled(request: HttpRequest, kind: type[Owned], which: uuid.UUID) -> Status[None]:
    if not services.cancel(kind, [str(which)], owner=_owner(request)):
        raise NotFound(f"no {kind.__name__.lower()} {which}")
    return Status(204, None)


def _owner(request: HttpRequest) -> str:
    return services.owner_of(_context(request))


def _context(request: HttpRequest) -> Context:
    """A request as a turn: the household's time, the person of the token."""
    principal = cast(Principal, request.auth)  # type: ignore[attr-defined]
    if principal is None:
        raise RequestInvalid("nobody is signed in")
    zone = settings.PARLEY.zone
    person = principal.person_id
    return Context(
        now=timezone.now().astimezone(zone),
        zone=zone,
        language=settings.PARLEY.language,
        conversation_id="",
        turn_id="",
        channel="api",
        caller=Caller(person_id=str(person) if person else None),
        country=settings.PARLEY.country,
        later=later_for("everyday"),
    )


def _key(given: str) -> str:
    return f"api:{given or uuid.uuid4()}"
