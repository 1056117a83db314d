"""A skill whose domain has a table of intents and nothing behind it yet: asked, confirmed, and noted as done.

Only evaluation uses it, so that the understanding and the dialogue of every intent can be tried from the first day.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parley.contract import Announcement, Context, Intent, Later, Outcome, Phrase, Prepared, Request, Say
from parley.skills.appointments.intents import INTENTS as APPOINTMENTS
from parley.skills.care.intents import INTENTS as CARE
from parley.skills.medication.intents import INTENTS as MEDICATION
from parley.skills.tasks.intents import INTENTS as TASKS

_DOMAINS: Final[Mapping[str, Sequence[Intent]]] = {
    "appointments": APPOINTMENTS,
    "care": CARE,
    "medication": MEDICATION,
    "tasks": TASKS,
}


class TablesOnly:
    """Fills slots from what the conversation knows, and does nothing."""

    def __init__(self, name: str, intents: Sequence[Intent]) -> None:
        self.name = name
        self.intents = intents

    def prepare(self, request: Request) -> Prepared:
        """Slots of the same name as a fact are known already."""
        filled = request.slots.filled()
        known = {
            name: value
            for name, value in request.context.facts.items()
            if name in type(request.slots).model_fields and name not in filled and isinstance(value, str)
        }
        return Prepared(slots=request.slots.model_copy(update=known), summary=_summary(request))

    def execute(self, request: Request) -> Outcome:
        """Nothing stands behind it; that it would be done is all there is to say."""
        return Outcome(say=(Say("noted", {"intent": Say(f"intent.{request.intent}")}),))

    def phrases(self, context: Context) -> Sequence[Phrase]:
        """What the facts name."""
        return [Phrase(text=str(value)) for key, value in context.facts.items() if key.endswith("_name")]

    def on_due(self, handler: str, subject: str, *, now: dt.datetime, later: Later) -> Sequence[Announcement]:
        """Nothing is ever due."""
        return ()


def _summary(request: Request) -> Say:
    values: list[Any] = [value for value in request.slots.filled().values() if isinstance(value, str | int)]
    return Say("noted_confirm", {"intent": Say(f"intent.{request.intent}"), "values": values})


def unbuilt(built: Mapping[str, Any]) -> dict[str, TablesOnly]:
    """One for each domain that no built skill serves."""
    return {name: TablesOnly(name, intents) for name, intents in _DOMAINS.items() if name not in built}
