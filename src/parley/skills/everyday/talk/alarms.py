"""Alarms: set and cancel."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from parley.contract import Choice, Mention, Outcome, Prepared, Question, Request, Say
from parley.skills.everyday import moments, services
from parley.skills.everyday.models import Alarm
from parley.skills.everyday.talk.asking import Serving, at_wall_time, instant_of, unserved, when
from parley.skills.everyday.talk.undoing import gone, made


def _prepare_set(request: Request) -> Prepared:
    slots: Any = request.slots
    time = when(request, parts=False)
    if time is None:
        return Prepared(slots=slots)
    return at_wall_time(request, time, unusual=True, key="alarm")


def _set(request: Request) -> Outcome:
    slots: Any = request.slots
    context = request.context
    alarm = services.set_alarm(
        due_at=instant_of(request),
        recurrence=slots.recurrence or "",
        label=slots.label or "",
        context=context,
        key=request.key,
    )
    local = alarm.due_at.astimezone(context.zone)
    key = "alarm.set_recurring" if alarm.recurrence else "alarm.set_once"
    values = {"at": local, "time": local.time(), "recurrence": alarm.recurrence, "label": alarm.label}
    event = {"type": "alarm", "id": str(alarm.pk), "state": alarm.state, "due_at": local.isoformat()}
    return Outcome(
        say=(Say(key, values),), mentions=(_mention(alarm, context.zone),), events=(event,), undo=made(Alarm, [alarm])
    )


def _prepare_cancel(request: Request) -> Prepared:
    slots: Any = request.slots
    waiting = services.alarms(services.owner_of(request.context))
    if not waiting:
        return Prepared(slots=slots, outcome=unserved("alarm.none"))
    meant = _meant(slots, waiting)
    if not meant:
        return Prepared(slots=slots, outcome=unserved("alarm.no_such", time=slots.time))
    if len(meant) > 1 and not _several(slots):
        zone = request.context.zone
        choices = tuple(Choice(value=str(a.pk), label=_name(a, zone), slots=_told_by(a, zone)) for a in meant)
        names = [_name(alarm, zone) for alarm in meant]
        return Prepared(
            slots=slots, ask=Question(slot="which", say=Say("alarm.which", {"alarms": names}), choices=choices)
        )
    return Prepared(slots=slots)


def _cancel(request: Request) -> Outcome:
    slots: Any = request.slots
    owner = services.owner_of(request.context)
    meant = _meant(slots, services.alarms(owner))
    if not meant:
        return unserved("alarm.none")
    services.cancel(Alarm, [str(alarm.pk) for alarm in meant], owner=owner)
    events = tuple({"type": "alarm", "id": str(alarm.pk), "state": "cancelled"} for alarm in meant)
    if len(meant) > 1:
        return Outcome(
            say=(Say("alarm.all_cancelled", {"count": len(meant)}),), events=events, undo=gone(Alarm, meant)
        )
    say = Say("alarm.cancelled", {"name": _name(meant[0], request.context.zone)})
    return Outcome(say=(say,), events=events, undo=gone(Alarm, meant))


def _status(request: Request) -> Outcome:
    """The alarms that will ring, the next first."""
    slots: Any = request.slots
    zone = request.context.zone
    waiting = services.alarms(services.owner_of(request.context))
    if not waiting:
        return Outcome(say=(Say("alarm.none"),))
    asked = _meant(slots, waiting)
    if not asked:
        return Outcome(say=(Say("alarm.no_such", {"time": slots.time}),))
    say = Say("alarm.listed", {"count": len(asked), "alarms": [_listed(alarm, zone) for alarm in asked]})
    return Outcome(say=(say,), mentions=tuple(_mention(alarm, zone) for alarm in asked))


SERVED = {
    "alarm.status": Serving(execute=_status),
    "alarm.set": Serving(prepare=_prepare_set, execute=_set),
    "alarm.cancel": Serving(prepare=_prepare_cancel, execute=_cancel),
}


def _meant(slots: Any, waiting: Sequence[Alarm]) -> list[Alarm]:
    scope = (slots.scope or "").lower()
    if scope.startswith("all"):
        return list(waiting)
    if scope.startswith("except"):
        kept = scope.partition(":")[2].strip()
        return [alarm for alarm in waiting if kept not in (f"{alarm.time:%H:%M}", alarm.label.lower(), str(alarm.pk))]
    if slots.which is not None:
        if slots.which in ("next", "earliest"):
            return list(waiting[:1])
        return [alarm for alarm in waiting if str(alarm.pk) == slots.which]
    return [alarm for alarm in waiting if _fits(slots, alarm)]


def _fits(slots: Any, alarm: Alarm) -> bool:
    local = alarm.due_at.astimezone(ZoneInfo(alarm.zone))
    return (
        (slots.time is None or slots.time == alarm.time)
        and (slots.date is None or slots.date == local.date())
        and (slots.weekday is None or slots.weekday == moments.WEEKDAYS[local.weekday()])
        and (not slots.label or slots.label.casefold() in alarm.label.casefold())
    )


def _several(slots: Any) -> bool:
    return (slots.scope or "").lower().startswith(("all", "except"))


def _name(alarm: Alarm, zone: ZoneInfo) -> Say:
    return Say("alarm.by_time", {"at": alarm.due_at.astimezone(zone), "label": alarm.label})


def _listed(alarm: Alarm, zone: ZoneInfo) -> Say:
    return Say("alarm.in_list", {"at": alarm.due_at.astimezone(zone), "label": alarm.label})


def _mention(alarm: Alarm, zone: ZoneInfo) -> Mention:
    return Mention(
        id=str(alarm.pk), slot="which", label=alarm.label or f"{alarm.time:%H:%M}", slots=_told_by(alarm, zone)
    )


def _told_by(alarm: Alarm, zone: ZoneInfo) -> dict[str, str]:
    local = alarm.due_at.astimezone(zone)
    return {"date": local.date().isoformat(), "time": f"{local:%H:%M}", "label": alarm.label}
