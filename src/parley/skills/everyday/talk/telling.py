"""What is said when a time has come: a timer, an alarm, a reminder, or all that was missed while nothing ran."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from parley.contract import Announcement, Later, Say
from parley.skills.everyday import services
from parley.skills.everyday.models import Alarm, Owned, Reminder, State, Timer
from parley.skills.everyday.talk import timers


class Come(NamedTuple):
    """What has come due, and the time at which it should have been told."""

    source: Owned
    at: dt.datetime


_KINDS: Mapping[str, type[Alarm] | type[Reminder]] = {"alarm": Alarm, "reminder": Reminder}


def told(handler: str, subject: str, *, now: dt.datetime, later: Later) -> Sequence[Announcement]:
    """The announcement of what has come due. What comes late apologises, and takes all that is late with it, so that
    after a night without power one sentence is said, and not six alarms one after the other.
    """
    come = _come(handler, subject, now=now, later=later)
    if come is None:
        return ()
    missed = [come]
    if _late(come, now):
        missed = sorted([come, *_missed_beside(come.source, now=now, later=later)], key=lambda each: each.at)
    if len(missed) > 1:
        say = Say("missed.all", {"items": [_item(each) for each in missed]})
    else:
        say = _alone(come, late=_late(come, now))
    return (
        Announcement(
            say=say,
            conversation_id=come.source.conversation_id or None,
            person_id=come.source.person_id or None,
            events=tuple(_event(each.source) for each in missed),
        ),
    )


def _come(handler: str, subject: str, *, now: dt.datetime, later: Later) -> Come | None:
    if handler == "timer":
        timer = services.timer_due(subject, now=now)
        return Come(timer, timer.ends_at) if timer is not None and timer.ends_at is not None else None
    if handler not in _KINDS:
        raise ValueError(f"nothing is ever asked for under {handler!r}")
    due = services.due(_KINDS[handler], subject, now=now, later=later)
    return Come(*due) if due is not None else None


def _late(come: Come, now: dt.datetime) -> bool:
    return now - come.at > services.LATE


def _missed_beside(source: Owned, *, now: dt.datetime, later: Later) -> list[Come]:
    """Everything else that is late for the same listener; it counts as told."""
    heard = {"conversation_id": source.conversation_id, "person_id": source.person_id, "state": State.WAITING}
    before = now - services.LATE
    ids = [("timer", pk) for pk in Timer.objects.filter(ends_at__lt=before, **heard).values_list("pk", flat=True)]
    for handler, kind in _KINDS.items():
        waiting = kind._default_manager.filter(due_at__lt=before, **heard)
        ids += [(handler, pk) for pk in waiting.values_list("pk", flat=True)]
    found = (_come(handler, str(pk), now=now, later=later) for handler, pk in ids)
    return [come for come in found if come is not None]


def _values(come: Come) -> dict[str, Any]:
    """What is said of it."""
    match come.source:
        case Timer() as timer:
            return {"name": timers.name(timer)}
        case Alarm() as alarm:
            return {"at": come.at.astimezone(ZoneInfo(alarm.zone)), "label": alarm.label}
        case Reminder() as reminder:
            return {"at": come.at.astimezone(ZoneInfo(reminder.zone)), "title": reminder.title}
    raise TypeError(type(come.source).__name__)


def _alone(come: Come, *, late: bool) -> Say:
    ways = {Timer: "timer.ended", Alarm: "alarm.rings", Reminder: "reminder.due"}
    return Say(ways[type(come.source)] + ("_late" if late else ""), _values(come))


def _item(come: Come) -> Say:
    return Say(f"missed.{type(come.source).__name__.lower()}", _values(come))


def _event(source: Owned) -> Mapping[str, Any]:
    match source:
        case Timer():
            return timers.card(source)
        case Reminder():
            return {"type": "reminder", "id": str(source.pk), "state": "due", "title": source.title}
    return {"type": "alarm", "id": str(source.pk), "state": "ringing"}
