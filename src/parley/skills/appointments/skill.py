"""The appointments skill: book, move, cancel, list, and ask what is free."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from parley.contract import Announcement, Context, Intent, Later, Outcome, Phrase, Prepared, Request, Say
from parley.skills.appointments import about
from parley.skills.appointments.catalogue import called, spoken_name
from parley.skills.appointments.deeds import Release
from parley.skills.appointments.desk import desk
from parley.skills.appointments.intents import INTENTS
from parley.skills.appointments.talk import asking, book, cancel, move, taking_back
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
        services = [
            Phrase(text=words, slot="service", value=service.name_in(context.language))
            for service in named
            for words in called(service, context.language)
        ]
        people = [spoken_name(person, context.language) for person in house.staff]
        return [*services, *(Phrase(text=name, slot="staff", value=name) for name in people)]

    def answer(self, text: str, *, slots: Mapping[str, Any], context: Context) -> tuple[Say, ...]:
        """What is said to a question about the business itself."""
        return about.answer(text, slots=slots, context=context)

    def release(self, *, context: Context) -> None:
        """Give back the times that were offered or about to be booked."""
        desk().make(Release(by=context.conversation_id))

    def undo(self, token: Mapping[str, Any], *, context: Context) -> Outcome:
        """Take back a booking, a move or a cancellation, where the times are still as they were left."""
        return taking_back.undo(token, context)

    def on_due(self, handler: str, subject: str, *, now: dt.datetime, later: Later) -> Sequence[Announcement]:
        """Nothing is asked for later: the waiting list's work is scheduling's own."""
        raise ValueError(f"nothing is ever asked for under {handler!r}")


skill = Appointments()
