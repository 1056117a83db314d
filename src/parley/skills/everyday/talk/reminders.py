"""Reminders: words at a time."""

from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from parley.contract import Choice, Mention, Outcome, Prepared, Question, Request, Say
from parley.skills.everyday import services
from parley.skills.everyday.models import Reminder
from parley.skills.everyday.talk.asking import Serving, at_wall_time, instant_of, unserved, when
from parley.skills.everyday.talk.undoing import gone, made

_ALIKE: Final = 85.0
"""Likeness in percent from which words name a reminder."""


def _prepare(request: Request) -> Prepared:
    time = when(request, parts=True)
    slots: Any = request.slots
    if time is None or slots.title is None:
        return Prepared(slots=slots)
    return at_wall_time(request, time, unusual=True, key="reminder")


def _execute(request: Request) -> Outcome:
    slots: Any = request.slots
    context = request.context
    reminder = services.set_reminder(
        title=slots.title,
        due_at=instant_of(request),
        recurrence=slots.recurrence or "",
        for_person=slots.for_person or "",
        context=context,
        key=request.key,
    )
    local = reminder.due_at.astimezone(context.zone)
    key = "reminder.set_recurring" if reminder.recurrence else "reminder.set_once"
    values = {"title": reminder.title, "at": local, "time": local.time(), "recurrence": reminder.recurrence}
    mention = _mention(reminder, context.zone)
    event = {"type": "reminder", "id": str(reminder.pk), "title": reminder.title, "due_at": local.isoformat()}
    return Outcome(say=(Say(key, values),), mentions=(mention,), events=(event,), undo=made(Reminder, [reminder]))


def _status(request: Request) -> Outcome:
    """The reminders that are still to come, the next first."""
    zone = request.context.zone
    waiting = services.reminders(services.owner_of(request.context))
    day = getattr(request.slots, "date", None)
    asked = [each for each in waiting if day is None or each.due_at.astimezone(zone).date() == day]
    if not asked:
        return Outcome(say=(Say("reminder.none"),))
    says = [Say("reminder.by_title", {"title": each.title, "at": each.due_at.astimezone(zone)}) for each in asked]
    return Outcome(
        say=(Say("reminder.listed", {"reminders": says}),), mentions=tuple(_mention(each, zone) for each in asked)
    )


def _prepare_cancel(request: Request) -> Prepared:
    slots: Any = request.slots
    waiting = services.reminders(services.owner_of(request.context))
    if not waiting:
        return Prepared(slots=slots, outcome=unserved("reminder.none"))
    meant = _meant(request, waiting)
    if not meant:
        return Prepared(slots=slots, outcome=unserved("reminder.no_such", title=slots.title))
    if len(meant) > 1 and slots.scope != "all":
        zone = request.context.zone
        choices = tuple(
            Choice(value=str(each.pk), label=_name(each), slots=dict(_mention(each, zone).slots)) for each in meant
        )
        question = Question(
            slot="which", say=Say("reminder.which", {"reminders": [_name(each) for each in meant]}), choices=choices
        )
        return Prepared(slots=slots, ask=question)
    return Prepared(slots=slots)


def _cancel(request: Request) -> Outcome:
    owner = services.owner_of(request.context)
    meant = _meant(request, services.reminders(owner))
    if not meant:
        return unserved("reminder.none")
    services.cancel(Reminder, [str(each.pk) for each in meant], owner=owner)
    events = tuple({"type": "reminder", "id": str(each.pk), "state": "cancelled"} for each in meant)
    say = Say("reminder.cancelled", {"names": [_name(each) for each in meant]})
    return Outcome(say=(say,), events=events, undo=gone(Reminder, meant))


SERVED = {
    "reminder.set": Serving(prepare=_prepare, execute=_execute),
    "reminder.status": Serving(execute=_status),
    "reminder.cancel": Serving(prepare=_prepare_cancel, execute=_cancel),
}


def _meant(request: Request, waiting: Sequence[Reminder]) -> list[Reminder]:
    slots: Any = request.slots
    if slots.scope == "all":
        return list(waiting)
    if slots.which is not None:
        if slots.which in ("next", "earliest"):
            return list(waiting[:1])
        return [each for each in waiting if str(each.pk) == slots.which]
    zone = request.context.zone
    local = [(each, each.due_at.astimezone(zone)) for each in waiting]
    return [
        each
        for each, due in local
        if (slots.title is None or fuzz.partial_ratio(slots.title.casefold(), each.title.casefold()) >= _ALIKE)
        and (slots.date is None or slots.date == due.date())
        and (slots.time is None or slots.time == due.time())
    ]


def _name(reminder: Reminder) -> Say:
    return Say("text", {"text": reminder.title})


def _mention(reminder: Reminder, zone: ZoneInfo) -> Mention:
    local = reminder.due_at.astimezone(zone)
    told = {"date": local.date().isoformat(), "time": f"{local:%H:%M}"}
    return Mention(id=str(reminder.pk), slot="which", label=reminder.title, slots=told)
