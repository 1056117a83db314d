"""The everyday skill: what it serves, and what it says by itself when a time has come."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from parley.contract import Announcement, Context, Intent, Later, Outcome, Phrase, Prepared, Request, Say
from parley.scheduling.remembered import Remembered
from parley.skills.everyday import services
from parley.skills.everyday.intents import INTENTS
from parley.skills.everyday.models import Alarm, Owned, Reminder
from parley.skills.everyday.talk import alarms, clock, elsewhere, messages, reminders, timers, undoing
from parley.skills.everyday.talk.asking import Serving

_SERVED: Final[dict[str, Serving]] = {
    **timers.SERVED,
    **alarms.SERVED,
    **reminders.SERVED,
    **clock.SERVED,
    **elsewhere.SERVED,
    **messages.SERVED,
}

_names: Final[Remembered[list[str]]] = Remembered("timers", application="everyday", seconds=lambda: 10.0)
"""Of each owner's timers: asked for two or three times in every turn."""


class Everyday:
    """Timers, alarms, reminders, the time, the weather, facts and messages."""

    name = "everyday"
    intents: Sequence[Intent] = INTENTS

    def prepare(self, request: Request) -> Prepared:
        """Settle the day, ask about unusual hours, find the timer that is meant."""
        return _SERVED[request.intent].prepare(request)

    def execute(self, request: Request) -> Outcome:
        """Do it."""
        return _SERVED[request.intent].execute(request)

    def undo(self, token: Mapping[str, Any], *, context: Context) -> Outcome:
        """Take back a timer, an alarm or a reminder, or the end of one."""
        return undoing.undo(token, context)

    def phrases(self, context: Context) -> Sequence[Phrase]:
        """The names of running timers."""
        owner = services.owner_of(context)
        names = _names(owner, lambda: [timer.label for timer in services.timers(owner) if timer.label])
        return [Phrase(text=name, slot="label", value=name) for name in names]

    def on_due(self, handler: str, subject: str, *, now: dt.datetime, later: Later) -> Sequence[Announcement]:
        """A timer has ended, an alarm rings, a reminder is due. What comes late apologises."""
        match handler:
            case "timer":
                timer = services.timer_due(subject, now=now)
                if timer is None or timer.ends_at is None:
                    return ()
                late = now - timer.ends_at > services.LATE
                say = Say("timer.ended_late" if late else "timer.ended", {"name": timers.name(timer)})
                return (_announced(timer, say, timers.card(timer)),)
            case "alarm":
                rung = services.due(Alarm, subject, now=now, later=later)
                if rung is None:
                    return ()
                alarm, at = rung
                values = {"at": at.astimezone(ZoneInfo(alarm.zone)), "label": alarm.label}
                say = Say("alarm.rings_late" if now - at > services.LATE else "alarm.rings", values)
                return (_announced(alarm, say, {"type": "alarm", "id": str(alarm.pk), "state": "ringing"}),)
            case "reminder":
                told = services.due(Reminder, subject, now=now, later=later)
                if told is None:
                    return ()
                reminder, at = told
                values = {"title": reminder.title, "at": at.astimezone(ZoneInfo(reminder.zone))}
                say = Say("reminder.due_late" if now - at > services.LATE else "reminder.due", values)
                event = {"type": "reminder", "id": str(reminder.pk), "state": "due", "title": reminder.title}
                return (_announced(reminder, say, event),)
        raise ValueError(f"nothing is ever asked for under {handler!r}")


def _announced(source: Owned, say: Say, event: Mapping[str, Any]) -> Announcement:
    return Announcement(
        say=say,
        conversation_id=source.conversation_id or None,
        person_id=source.person_id or None,
        events=(event,),
    )


skill = Everyday()
