"""The record of calls: who called which line, what happened to the call, and how it ended. Synchronous."""

import datetime as dt
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core import signing
from django.db import transaction

from parley.accounts.models import Person
from parley.accounts.services import people_with_phone
from parley.contract import Language, NotFound, PermissionRefused, language_of
from parley.records import services as records
from parley.records.models import Call, CallEvent
from parley.scheduling import services as scheduling
from parley.scheduling.models import Resource, Site
from parley.scheduling.opening import Calendar

PROVIDER: Final = "twilio"
GOES_ON: Final = dt.timedelta(minutes=10)
"""How long after it dropped a call may be gone on with."""
DROPPED: Final = ("hung_up", "error", "shutdown")
TOKEN_S: Final = 300
"""A stream is opened within this time of being announced, or not at all."""
OVER: Final = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_SALT: Final = "parley.telephone.stream"
_E164: Final = re.compile(r"\+[1-9]\d{6,14}")
_WITHHELD: Final = frozenset({"+266696687", "+7378742833", "+2562533", "+8566696", "+86282452253"})
"""What carriers send for "anonymous", "restricted", "blocked", "unknown", "unavailable"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The line that was called, with the place behind it."""

    site: Site | None
    zone: ZoneInfo
    country: str
    languages: tuple[Language, ...]
    """The first is the greeting's."""

    @property
    def place(self) -> str:
        """The name that is said."""
        return self.site.name if self.site is not None else "Parley"

    def facts(self, called: str) -> dict[str, str]:
        """What the line alone tells of a conversation: its number, and what people ring it for."""
        takes_appointments = self.site is not None and hasattr(self.site, "business")
        told = {"called_number": called, "domain": "appointments" if takes_appointments else ""}
        return {name: value for name, value in told.items() if value}


def number(text: str) -> str:
    """E.164, or empty when the number was withheld."""
    return text if _E164.fullmatch(text) and text not in _WITHHELD else ""


def line_of(called: str, *, country: str, default: Language) -> Line:
    """The line of a number; the only site there is answers every number."""
    site = Site.objects.filter(phone=called).exclude(phone="").first()
    if site is None and Site.objects.count() == 1:
        site = Site.objects.get()
    if site is None:
        return Line(site=None, zone=settings.PARLEY.zone, country=country, languages=(default,))
    spoken = tuple(language_of(each, default=default) for each in site.languages) or (default,)
    return Line(site=site, zone=ZoneInfo(site.zone), country=site.country, languages=spoken)


def is_open(line: Line, now: dt.datetime) -> bool:
    """Whether somebody works there at this moment; a line without a place never closes."""
    if line.site is None:
        return True
    staff = list(Resource.objects.filter(site=line.site, active=True).select_related("site"))
    day = now.astimezone(line.zone).date()
    calendar = Calendar.read(staff, day, day)
    spans = [span for each in staff for span in calendar.open_on(each, day)]
    return any(span.start <= now < span.end for span in spans)


def person_behind(phone: str) -> Person | None:
    """The person of a number, as a hint; None when nobody or more than one is known under it."""
    people = people_with_phone(phone)
    return people[0] if len(people) == 1 else None


def language_on_record(phone: str) -> Language | None:
    """The language of everybody known under the number, when it is one."""
    spoken = {profile.language for each in people_with_phone(phone) if (profile := getattr(each, "profile", None))}
    return language_of(spoken.pop()) if len(spoken) == 1 else None


@transaction.atomic
def arrive(
    sid: str, *, phone: str, line: str, language: Language, direction: str = Call.Direction.INCOMING, now: dt.datetime
) -> Call:
    """Record that a call has come. The same call again is the same row: webhooks are repeated."""
    known = Call.objects.select_for_update().filter(provider=PROVIDER, sid=sid).first()
    if known is not None:
        return known
    person = person_behind(phone)
    conversation = records.start_conversation(
        conversation_id=f"tel-{sid}",
        channel="telephone",
        language=language,
        person_id=person.pk if person is not None else None,
        now=now,
    )
    call, _ = Call.objects.get_or_create(
        provider=PROVIDER,
        sid=sid,
        defaults={
            "conversation": conversation,
            "direction": direction,
            "phone": phone,
            "line": line,
            "status": "ringing",
            "started_at": now,
            "active_at": now,
        },
    )
    return call


def call_of(sid: str) -> Call:
    """A call that has come. Raises NotFound."""
    call = Call.objects.select_related("conversation").filter(provider=PROVIDER, sid=sid).first()
    if call is None:
        raise NotFound("no such call")
    return call


def note(call: Call, event: str, *, now: dt.datetime, **details: Any) -> None:
    """Add to what happened to a call."""
    CallEvent.objects.create(call=call, at=now, event=event, details=details)
    Call.objects.filter(pk=call.pk).update(active_at=now)


def latest(call: Call, *events: str) -> CallEvent | None:
    """The last event of these kinds."""
    return call.events.filter(event__in=events).order_by("-at", "-pk").first()


@transaction.atomic
def over(call: Call, status: str, *, now: dt.datetime) -> None:
    """The carrier's word about the state of a call. The first end holds."""
    if status not in OVER:
        Call.objects.filter(pk=call.pk, ended_at=None).update(status=status, active_at=now)
    elif Call.objects.filter(pk=call.pk, ended_at=None).update(status=status, ended_at=now, active_at=now, token=""):
        note(call, "ended", now=now, status=status)
        outcome = "hung_up" if status == "completed" else status
        records.end_conversation(call.conversation_id, outcome=outcome, now=now)
        scheduling.release(by=call.conversation_id)


def announce(call: Call) -> str:
    """A token that opens the call's sound, once and soon."""
    nonce = call.token or secrets.token_hex(16)
    Call.objects.filter(pk=call.pk).update(token=nonce)
    return signing.dumps({"sid": call.sid, "nonce": nonce}, salt=_SALT, compress=True)


def admit(sid: str, token: str, *, now: dt.datetime) -> Call:
    """The call whose sound is opened with this token. Raises PermissionRefused: forged, used, late, another's."""
    try:
        told: Mapping[str, str] = signing.loads(token, salt=_SALT, max_age=TOKEN_S)
    except signing.BadSignature:
        raise PermissionRefused("this stream was not announced, or too long ago") from None
    mine = Call.objects.filter(provider=PROVIDER, sid=sid, token=told["nonce"]) if told["nonce"] else None
    if told["sid"] != sid or mine is None or not mine.update(token="", status="in-progress", active_at=now):
        raise PermissionRefused("this stream has been opened already, or is another call's")
    call = call_of(sid)
    note(call, "stream", now=now)
    return call


def interrupted(call: Call, *, now: dt.datetime) -> Call | None:
    """The same number's call that dropped a moment ago with something in hand, unless it was gone on with."""
    if not call.phone:
        return None
    former = (
        Call.objects.select_related("conversation")
        .filter(phone=call.phone, line=call.line, active_at__gte=now - GOES_ON, started_at__lt=call.started_at)
        .exclude(pk=call.pk)
        .order_by("-started_at")
        .first()
    )
    if former is None or former.events.filter(event="resumed").exists():
        return None
    state = (former.conversation.state or {}).get("state") or {}
    dropped = former.conversation.outcome in DROPPED and former.conversation.ended_at is not None
    return former if dropped and state.get("frame") and not state.get("over") else None
