"""The everyday skill: what it serves, and what it says by itself when a time has come."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parley.contract import Announcement, Context, Intent, Later, Outcome, Phrase, Prepared, Request
from parley.scheduling.remembered import Remembered
from parley.skills.everyday import services
from parley.skills.everyday.intents import INTENTS
from parley.skills.everyday.talk import alarms, clock, elsewhere, messages, reminders, telling, timers, undoing
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
        return telling.told(handler, subject, now=now, later=later)


skill = Everyday()
