"""Reminders: words at a time."""

from typing import Any

from parley.contract import Mention, Outcome, Prepared, Request, Say
from parley.skills.everyday import services
from parley.skills.everyday.talk.asking import Serving, at_wall_time, instant_of, when


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
    mention = Mention(
        id=str(reminder.pk),
        slot="which",
        label=reminder.title,
        slots={"date": local.date().isoformat(), "time": f"{local:%H:%M}"},
    )
    event = {"type": "reminder", "id": str(reminder.pk), "title": reminder.title, "due_at": local.isoformat()}
    return Outcome(say=(Say(key, values),), mentions=(mention,), events=(event,))


SERVED = {"reminder.set": Serving(prepare=_prepare, execute=_execute)}
