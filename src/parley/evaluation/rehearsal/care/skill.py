"""The nurses' line, rehearsed: calls and visits, records, and when a nurse is free."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parley.contract import Choice, Intent, Outcome, Prepared, Question, Request, Say
from parley.evaluation.rehearsal.acting import Part, Rehearsal, alike, answered, moment, names, refused, which, words
from parley.evaluation.rehearsal.care.identity import patient_of, proof, settled, with_name
from parley.skills.care.intents import INTENTS

_OFFERED: Final = 3


def _free(request: Request) -> list[dt.datetime] | None:
    """The stated free starts that fit what was said of the time; None where none are stated."""
    slots: Any = request.slots
    now = request.context.now
    stated = request.context.facts.get("open")
    if stated is None:
        return None
    starts = sorted(moment(text, now) for text in stated)
    return [at for at in starts if at > now and _fits(slots, at)]


def _fits(slots: Any, at: dt.datetime) -> bool:
    days = slots.date_range
    return (
        (slots.date is None or at.date() == slots.date)
        and (days is None or days.start <= at.date() <= days.end)
        and (slots.after is None or at.time() >= slots.after)
        and (slots.before is None or at.time() <= slots.before)
    )


def _prepare_book(request: Request) -> Prepared:
    request = with_name(request)
    stopped = settled(request, discloses=False)
    if stopped is not None:
        return stopped
    slots: Any = request.slots
    nurses = names(request.context.facts.get("nurses"))
    if slots.nurse_name not in (None, "any") and nurses:
        meant = alike(slots.nurse_name, nurses)
        if len(meant) != 1:
            found = meant or nurses
            rows = [(name, words(name), {"nurse_name": name}) for name in found]
            say = Say("nurse.which" if meant else "nurse.unknown", {"names": found, "name": slots.nurse_name})
            return Prepared(slots=slots, ask=which(say, rows))
        slots = slots.model_copy(update={"nurse_name": meant[0]})
    if _past(request):
        ask = Question(slot="date", say=Say("book.past", {"at": _wished(request)}))
        return Prepared(slots=slots.model_copy(update={"date": None}), ask=ask)
    offer = _other_times(request)
    if offer is not None:
        return Prepared(slots=slots, ask=offer)
    return Prepared(slots=slots, summary=Say("book.confirm", _visit(slots, request)))


def _wished(request: Request) -> dt.datetime:
    """The moment that day and hour name."""
    slots: Any = request.slots
    return dt.datetime.combine(slots.date, slots.time, tzinfo=request.context.now.tzinfo)


def _past(request: Request) -> bool:
    """Whether the wished moment lies behind us: nine o'clock, on this very Thursday at ten."""
    slots: Any = request.slots
    return slots.date is not None and slots.time is not None and _wished(request) <= request.context.now


def _other_times(request: Request) -> Question | None:
    """What is free instead, when the wished time is not."""
    slots: Any = request.slots
    if slots.date is None or slots.time is None:
        return None
    now = request.context.now
    wished = _wished(request)
    taken = [moment(text, now) for text in request.context.facts.get("taken", ()) if isinstance(text, str)]
    stated = request.context.facts.get("open")
    if wished not in taken and (stated is None or wished in [moment(text, now) for text in stated]):
        return None
    half = dt.timedelta(minutes=30)
    starts = [moment(text, now) for text in stated] if stated is not None else [wished - half, wished + half]
    near = sorted((at for at in starts if at > now and at not in taken), key=lambda at: abs(at - wished))[:_OFFERED]
    choices = tuple(
        Choice(value=f"{at:%H:%M}", label=words_of(at), slots={"date": at.date().isoformat(), "time": f"{at:%H:%M}"})
        for at in sorted(near)
    )
    return Question(slot="time", say=Say("book.taken" if choices else "book.full", {"at": wished}), choices=choices)


def words_of(at: dt.datetime) -> Say:
    """A moment as it is read out."""
    return Say("moment", {"at": at})


def _visit(slots: Any, request: Request) -> dict[str, Any]:
    return {
        "patient": patient_of(request),
        "nurse": None if slots.nurse_name == "any" else slots.nurse_name,
        "date": slots.date,
        "time": slots.time,
        "mode": Say(f"mode.{slots.mode}") if slots.mode else None,
    }


def _book(request: Request) -> Outcome:
    slots: Any = request.slots
    at = _wished(request)
    before = list(request.context.facts.get("visits", []))
    row = {"id": at.isoformat(), "start": at.isoformat(), "patient": patient_of(request), "nurse": slots.nurse_name}
    facts = {**proof(request), "visits": [*before, row]}
    return Outcome(say=(Say("book.done", _visit(slots, request)),), facts=facts)


def _availability(request: Request) -> Outcome:
    slots: Any = request.slots
    free = _free(request)
    rows = [row for row in request.context.facts.get("nurses", ()) if isinstance(row, Mapping)]
    able = [row["name"] for row in rows if slots.specialty is None or slots.specialty in row.get("specialties", ())]
    if slots.nurse_name not in (None, "any") and able:
        able = alike(slots.nurse_name, able)
    if rows and not able:
        return answered("free.nobody")
    if free is None:
        return answered("free.ask" if slots.date is None else "free.ask_time", names=able, date=slots.date)
    if not free:
        return answered("free.none", date=slots.date)
    return answered("free.times", names=able, times=[words_of(at) for at in free[:_OFFERED]])


def _visits(request: Request) -> list[tuple[str, dt.datetime, Mapping[str, Any]]]:
    """The coming visits that are meant, the next first."""
    slots: Any = request.slots
    now, patient = request.context.now, patient_of(request)
    rows = [row for row in request.context.facts.get("visits", ()) if isinstance(row, Mapping)]
    listed = sorted(
        ((str(row.get("id", row["start"])), moment(row["start"], now), row) for row in rows), key=lambda row: row[1]
    )
    return [
        (each, at, row)
        for each, at, row in listed
        if at > now
        and (slots.date is None or slots.date == at.date())
        and (slots.nurse_name in (None, "any") or bool(alike(slots.nurse_name, [str(row.get("nurse", ""))])))
        and (patient is None or not row.get("patient") or bool(alike(patient, [str(row["patient"])])))
    ]


def _prepare_cancel(request: Request) -> Prepared:
    request = with_name(request)
    stopped = settled(request, discloses=False)
    if stopped is not None:
        return stopped
    slots: Any = request.slots
    visits = _visits(request)
    if patient_of(request) is None or (slots.dob is None and not _trusted(request)):
        return Prepared(slots=slots)
    if slots.time is not None:
        visits = [visit for visit in visits if visit[1].time() == slots.time]
    if slots.which in ("next", "earliest"):
        visits = visits[:1]
    elif slots.which is not None:
        visits = [visit for visit in visits if visit[0] == slots.which]
    if not visits:
        return Prepared(slots=slots, outcome=refused("visit.none"))
    if len(visits) > 1:
        rows = [
            (each, words_of(at), {"which": each, "date": at.date().isoformat(), "time": f"{at:%H:%M}"})
            for each, at, _ in visits
        ]
        return Prepared(
            slots=slots, ask=which(Say("visit.which", {"times": [words_of(at) for _, at, _ in visits]}), rows)
        )
    each, at, row = visits[0]
    settled_slots = slots.model_copy(update={"which": each})
    return Prepared(slots=settled_slots, summary=Say("visit.confirm", {"at": at, "nurse": row.get("nurse")}))


def _trusted(request: Request) -> bool:
    return bool(request.context.facts.get("verified_patient")) or request.context.caller.role == "nurse"


def _cancel(request: Request) -> Outcome:
    slots: Any = request.slots
    before = list(request.context.facts.get("visits", []))
    kept = [row for row in before if str(row.get("id", row["start"])) != slots.which]
    return Outcome(say=(Say("visit.cancelled"),), facts={**proof(request), "visits": kept}, undo={"visits": before})


_VALUES: Final[Mapping[str, str]] = {
    "phone": "phone", "address": "address", "conditions": "condition", "allergies": "substance",
}  # fmt: skip
"""The slot that holds the new value of a field of the record."""


def _prepare_info(request: Request) -> Prepared:
    """What shall be changed, and to what, where it was not said."""
    prepared = _prepare_private(request)
    slots: Any = prepared.slots
    known = _trusted(request) or (slots.patient_name is not None and slots.dob is not None)
    if prepared.outcome is not None or prepared.ask is not None or slots.action != "update" or not known:
        return prepared
    told = [slot for slot in _VALUES.values() if getattr(slots, slot) is not None]
    wanted = "info_field" if slots.info_field is None else _VALUES.get(slots.info_field)
    if told or wanted is None:
        return prepared
    return Prepared(slots=slots, ask=Question(slot=wanted, say=Say(f"record.ask_{wanted}")))


def _prepare_private(request: Request) -> Prepared:
    request = with_name(request)
    return settled(request, discloses=True) or Prepared(slots=request.slots)


def _next_visit(request: Request) -> Outcome:
    visits = _visits(request)
    if not visits:
        return Outcome(say=(Say("visit.none"),), facts=proof(request))
    _, at, row = visits[0]
    return Outcome(say=(Say("visit.next", {"at": at, "nurse": row.get("nurse")}),), facts=proof(request))


def _info(request: Request) -> Outcome:
    """Reads no more than was asked for."""
    slots: Any = request.slots
    if slots.action == "update":
        return Outcome(say=(Say("record.updated"),), facts=proof(request))
    rows = [row for row in request.context.facts.get("patients", ()) if isinstance(row, Mapping)]
    meant = alike(patient_of(request) or "", names(rows)) if patient_of(request) else []
    row = next((row for row in rows if row.get("name") in meant), {})
    value = row.get(slots.info_field or "")
    field = Say(f"field.{slots.info_field}") if slots.info_field else None
    text = [str(each) for each in value] if isinstance(value, list) else str(value) if value else None
    return Outcome(
        say=(Say("record.read" if text else "record.nothing", {"field": field, "value": text}),), facts=proof(request)
    )


class Care(Rehearsal):
    """The nurses' line."""

    name = "care"
    intents: Sequence[Intent] = INTENTS
    parts = {
        "care.book_nurse": Part(prepare=_prepare_book, execute=_book),
        "care.nurse_availability": Part(execute=_availability),
        "care.patient_info": Part(prepare=_prepare_info, execute=_info),
        "care.cancel": Part(prepare=_prepare_cancel, execute=_cancel),
        "care.next_visit": Part(prepare=_prepare_private, execute=_next_visit),
    }
    likely = (("nurses", "nurse_name"), ("patients", "patient_name"))
