"""Doses: taken, skipped, put off, asked about."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from parley.contract import Mention, Outcome, Prepared, Request, Say, length_of
from parley.evaluation.rehearsal.acting import Part, answered, refused, which, words
from parley.evaluation.rehearsal.medication.shelf import Medicine, Shelf

_NOT: Final = frozenset({"skipped", "not_taken"})
_SNOOZE: Final = dt.timedelta(minutes=10)


def shelf_of(request: Request) -> Shelf:
    """The medicines of the conversation's world, without the dose that is being put right."""
    facts = request.context.facts
    return Shelf.of({**facts, **facts.get("replaces", {})}, request.context.now)


def about(outcome: Outcome, medicines: Sequence[str]) -> Outcome:
    """The outcome, with the medicines that it speaks of: "this one" is then one of them."""
    mentions = tuple(Mention(id=name, slot="medication", label=name) for name in medicines)
    return replace(outcome, mentions=mentions)


def medicines_of(request: Request, shelf: Shelf) -> list[Medicine]:
    """The medicines that are meant; several when it is not clear, none when the world tells nothing."""
    slots: Any = request.slots
    said, parts = getattr(slots, "medication", None), getattr(slots, "slot_of_day", None)
    if said is not None:
        return shelf.named(said) or [Medicine(name=said)]
    if parts is not None:
        listed = parts if isinstance(parts, list) else [parts]
        return shelf.in_slots(listed) or shelf.waiting()
    return shelf.waiting() or list(shelf.medicines)


def _prepare_take(request: Request) -> Prepared:
    slots: Any = request.slots
    shelf = shelf_of(request)
    meant = medicines_of(request, shelf)
    together = slots.scope is not None or slots.slot_of_day is not None
    if len(meant) > 1 and not together:
        return Prepared(slots=slots, ask=which(Say("take.which", {"names": _names(meant)}), _choices(meant)))
    if len(meant) == 1 and slots.medication is None:
        slots = slots.model_copy(update={"medication": meant[0].name})
    at = _at(request)
    again = [each for each in meant if shelf.too_soon(each, at)] if slots.action not in _NOT else []
    if not again:
        return Prepared(slots=slots)
    doses = shelf.doses(again[0], shelf.day_of(again[0], at))
    values = {"name": again[0].name, "at": shelf.all_doses(again[0])[-1].time(), "most": again[0].max_per_day}
    full = again[0].max_per_day is not None and len(doses) >= again[0].max_per_day
    return Prepared(slots=slots, summary=Say("take.full" if full else "take.again", values), confirm=True)


def _take(request: Request) -> Outcome:
    slots: Any = request.slots
    shelf = shelf_of(request)
    facts = {**request.context.facts, **request.context.facts.get("replaces", {})}
    left_out = (slots.scope or "").removeprefix("except: ") if (slots.scope or "").startswith("except") else ""
    meant = [each for each in medicines_of(request, shelf) if not left_out or each not in shelf.named(left_out)]
    named = _names(meant)
    before = {"taken": list(facts.get("taken", [])), "stock": dict(facts.get("stock", {}))}
    if slots.action in _NOT:
        kept = [row for row in before["taken"] if not named or row.get("name") not in named[:1]]
        voided = len(kept) < len(before["taken"]) and slots.action == "not_taken"
        say = Say("take.voided" if voided else f"take.{slots.action}", {"names": named})
        return about(Outcome(say=(say,), facts={"taken": kept} if voided else {}, undo=before), named)
    at = _at(request)
    doses = [{"name": name, "at": at.isoformat()} for name in named]
    count = int(slots.dose.value) if slots.dose is not None else 1
    stock = {name: left - count if name in named else left for name, left in shelf.stock.items()}
    day = None if at.date() == request.context.now.date() else at.date()
    told: tuple[Say, ...] = (Say("take.noted", {"names": named, "at": at.time(), "day": day}),)
    if any(shelf.after_midnight(each, at) for each in meant):
        told += (Say("take.evening_before"),)
    facts = {"taken": [*before["taken"], *doses], "stock": stock, "due": None}
    return about(Outcome(say=told, facts=facts, undo=before), named)


def _status(request: Request) -> Outcome:
    slots: Any = request.slots
    told = _told(request)
    if slots.medication is None:
        return told
    return about(told, _names(medicines_of(request, shelf_of(request))))


def _told(request: Request) -> Outcome:
    slots: Any = request.slots
    shelf = shelf_of(request)
    meant = medicines_of(request, shelf)
    one = meant[0] if len(meant) == 1 else None
    query = slots.query or "taken"
    if query == "stock":
        rows = [
            Say("status.stock", {"name": name, "count": shelf.stock[name]})
            for name in _names(meant)
            if name in shelf.stock
        ]
        return Outcome(say=tuple(rows) or (Say("status.stock_unknown"),))
    if query in ("next_dose", "next_allowed"):
        return _next(shelf, meant, query)
    if query in ("remaining", "missed") and slots.date is not None and slots.date < request.context.now.date():
        missed = [each.name for each in meant if len(shelf.doses(each, slots.date)) < max(1, len(each.slots))]
        return answered("status.missed" if missed else "status.all_then", names=missed, day=slots.date)
    if query in ("remaining", "missed"):
        left = [each.name for each in shelf.left() if slots.medication is None or each in meant]
        return answered("status.left" if left else "status.all_taken", names=left)
    doses = [(each.name, at) for each in meant for at in shelf.doses(each, slots.date)]
    if doses:
        rows = [Say("status.dose", {"name": name, "at": at.time()}) for name, at in doses]
        return answered("status.taken", doses=rows)
    day = slots.date or request.context.now.date()
    return answered("status.none", name=one.name if one is not None else None, day=day)


def _next(shelf: Shelf, meant: Sequence[Medicine], query: str) -> Outcome:
    upcoming = [(at, each.name) for each in meant if (at := shelf.next_dose(each)) is not None]
    if query == "next_allowed" and meant:
        doses = shelf.doses(meant[0])
        if not doses:
            return answered("status.none", name=meant[0].name, day=shelf.now.date())
        limit = meant[0].max_per_day
        if limit is not None and len(doses) >= limit:
            return answered("status.full", name=meant[0].name, most=limit)
        return answered("status.last", name=meant[0].name, at=doses[-1].time())
    if not upcoming:
        return answered("status.no_next")
    at, name = min(upcoming)
    home = at.astimezone(shelf.home)
    abroad = home.utcoffset() != at.utcoffset()
    told = answered("status.next_abroad" if abroad else "status.next", name=name, at=at, home=home.time())
    return about(told, [name])


def _prepare_snooze(request: Request) -> Prepared:
    slots: Any = request.slots
    shelf = shelf_of(request)
    until = _until(request)
    waiting = shelf.waiting() or (shelf.named(slots.medication) if slots.medication else [])
    nexts = [(at, each.name) for each in waiting if (at := shelf.next_dose(each)) is not None]
    if nexts and until >= min(nexts)[0]:
        return Prepared(slots=slots, outcome=refused("snooze.too_long", name=min(nexts)[1], at=min(nexts)[0]))
    return Prepared(slots=slots)


def _snooze(request: Request) -> Outcome:
    return replace(answered("snooze.done", at=_until(request).time()), undo={})


def _until(request: Request) -> dt.datetime:
    slots: Any = request.slots
    now = request.context.now
    if slots.time is not None:
        at = dt.datetime.combine(now.date(), slots.time, tzinfo=now.tzinfo)
        return at if at > now else at + dt.timedelta(days=1)
    return now + (length_of(slots.delay or "") or _SNOOZE)


def _at(request: Request) -> dt.datetime:
    """When the dose was taken."""
    slots: Any = request.slots
    now = request.context.now
    if slots.ago is not None:
        return now - (length_of(slots.ago) or dt.timedelta())
    if slots.taken_time is None:
        return now
    at = dt.datetime.combine(slots.date or now.date(), slots.taken_time, tzinfo=now.tzinfo)
    return at if at <= now else at - dt.timedelta(days=1)


def _names(medicines: Sequence[Medicine]) -> list[str]:
    return [each.name for each in medicines]


def _choices(medicines: Sequence[Medicine]) -> list[tuple[str, Say, dict[str, Any]]]:
    return [(each.name, words(each.name), {"medication": each.name}) for each in medicines]


PARTS = {
    "medication.take": Part(prepare=_prepare_take, execute=_take),
    "medication.status": Part(execute=_status),
    "medication.snooze": Part(prepare=_prepare_snooze, execute=_snooze),
}
