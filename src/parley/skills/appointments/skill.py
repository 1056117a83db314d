"""The appointments skill: book, move, cancel, list, and ask what is free."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from parley.contract import Announcement, Context, Intent, Later, Outcome, Phrase, Prepared, Request
from parley.skills.appointments.catalogue import spoken_name
from parley.skills.appointments.intents import INTENTS
from parley.skills.appointments.talk import asking, book, cancel, move
from parley.skills.appointments.talk.serving import Serving, house_of

_SERVED: Final[dict[str, Serving]] = {**book.SERVED, **move.SERVED, **cancel.SERVED, **asking.SERVED}


class Appointments:
    """Appointments with a business, for whoever calls."""

    name = "appointments"
    intents: Sequence[Intent] = INTENTS

    def prepare(self, request: Request) -> Prepared:
        """Settle who, what, when and with whom; hold the time that is about to be confirmed."""
        return _SERVED[request.intent].prepare(request)

    def execute(self, request: Request) -> Outcome:
        """Do it, or answer."""
        return _SERVED[request.intent].execute(request)

    def phrases(self, context: Context) -> Sequence[Phrase]:
        """The names of services and staff."""
        house = house_of(context)
        if house is None:
            return ()
        named = [service for service in house.services if not service.any_reason]
        services = [(service.name_in(context.language), "service") for service in named]
        people = [(spoken_name(person, context.language), "staff") for person in house.staff]
        return [Phrase(text=text, slot=slot, value=text) for text, slot in (*services, *people)]

    def on_due(self, handler: str, subject: str, *, now: dt.datetime, later: Later) -> Sequence[Announcement]:
        """Nothing is asked for later: the waiting list's work is scheduling's own."""
        raise ValueError(f"nothing is ever asked for under {handler!r}")


skill = Appointments()
