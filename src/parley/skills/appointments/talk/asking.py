"""Questions that change nothing: which appointments there are, and what is free."""

import datetime as dt
from typing import Any

from parley.contract import Mention, Outcome, Prepared, Request, Say
from parley.scheduling.availability import search
from parley.scheduling.models import Resource, Service
from parley.scheduling.reasons import Refusal, Why, why_not
from parley.skills.appointments.catalogue import (
    default_service,
    service_named,
    spoken_name,
    spoken_service,
    staff_named,
)
from parley.skills.appointments.talk import offers
from parley.skills.appointments.talk.serving import House, Serving, house_of, unserved
from parley.skills.appointments.talk.when import When, when
from parley.skills.appointments.talk.which import Told, label, meant, mention_of, owned
from parley.skills.appointments.words import somebody

_READ_OUT = 4
"""More appointments than this are counted, and only the next ones read out."""


def _as_it_is(request: Request) -> Prepared:
    return Prepared(slots=request.slots)


def _list(request: Request) -> Outcome:
    house = house_of(request.context)
    if house is None:
        return unserved("no_business")
    slots: Any = request.slots
    told = Told(
        day=slots.date,
        days=(slots.date_range.start, slots.date_range.end) if slots.date_range else None,
        service=slots.service,
        staff=somebody(slots.staff),
    )
    rows = meant(owned(request, house), told, house)
    if slots.which in ("next", "earliest"):
        rows = rows[:1]
    if not rows:
        return Outcome(say=(Say("list.none"),))
    read = rows[:_READ_OUT]
    labels = [label(row, request) for row in read]
    key = "list.one" if len(rows) == 1 else "list.some" if len(rows) == len(read) else "list.many"
    values = {"appointments": labels, "count": len(rows)}
    if len(rows) == 1:
        values["staff"] = spoken_name(rows[0].resource, request.context.language) if len(house.staff) > 1 else ""
    return Outcome(say=(Say(key, values),), mentions=tuple(mention_of(row, request) for row in read))


class _Question:
    """One question about free time."""

    def __init__(self, request: Request, house: House, service: Service) -> None:
        self.request = request
        self.context = request.context
        self.house = house
        self.service = service
        slots: Any = request.slots
        self.slots = slots
        named = staff_named(slots.staff, house.staff) if slots.staff else []
        self.person: Resource | None = named[0] if len(named) == 1 else None

    def outcome(self) -> Outcome:
        """Yes or no for one time; else what is free in the span asked about."""
        meant = when(self.slots)
        if not meant.said and meant.time is not None:
            meant = When(day=self.context.now.astimezone(self.house.zone).date(), time=meant.time)
        return self._exact(meant) if meant.exact else self._span(meant)

    def _exact(self, meant: When) -> Outcome:
        start = meant.start(self.house.zone)
        refusal = why_not(
            self.service, start, now=self.context.now, resource=self.person, holder=self.context.conversation_id
        )
        if refusal is None:
            return self._told("availability.yes", [start], at=start)
        return self._instead(refusal, start, meant)

    def _span(self, meant: When) -> Outcome:
        wish = meant.wish(zone=self.house.zone, now=self.context.now, resources=self._resources())
        if not meant.said or meant.soonest:
            found = search(self.service, wish, now=self.context.now, holder=self.context.conversation_id, most=1)
            key = "availability.next"
        else:
            found, key = offers.free(self.service, wish, request=self.request), "availability.free"
        if found:
            return self._told(key, [opening.start for opening in found], at=found[0].start)
        if meant.day is None:
            return Outcome(say=(Say("availability.nothing"),))
        noon = When(day=meant.day, time=(meant.part or (dt.time(12), dt.time.max))[0]).start(self.house.zone)
        refusal = why_not(self.service, noon, now=self.context.now, resource=self.person)
        closed = refusal if refusal is not None and refusal.why in offers.ANOTHER_DAY else None
        return self._instead(closed or Refusal(Why.FULL), noon, meant)

    def _instead(self, refusal: Refusal, start: dt.datetime, meant: When) -> Outcome:
        words = spoken_service(self.service, self.slots.service, self.context.language)
        why = offers.reason(refusal, start, house=self.house, service=words, language=self.context.language)
        wish = meant.wish(zone=self.house.zone, now=self.context.now, resources=self._resources())
        near = offers.nearest(self.service, refusal, start, wish, request=self.request)
        if not near:
            return Outcome(say=(why,))
        return self._told("availability.instead", [opening.start for opening in near], why=why)

    def _told(self, key: str, starts: list[dt.datetime], **values: Any) -> Outcome:
        """Read out, and remembered, so that "the ten o'clock one" can be booked."""
        days = {start.date() for start in starts}
        labels = [offers.label(start, one_day=len(days) == 1 and "why" not in values) for start in starts]
        staff = spoken_name(self.person, self.context.language) if self.person is not None else ""
        values |= {"offers": labels, "day": starts[0].date() if len(days) == 1 else None, "staff": staff}
        facts = {"starts": [start.isoformat() for start in starts], "service": self.slots.service, "staff": staff}
        mentions = tuple(
            Mention(
                id=start.isoformat(),
                slot="which",
                label="",
                slots={"date": start.date().isoformat(), "time": f"{start:%H:%M}"},
                takes_up="appointment.book",
            )
            for start in starts
        )
        return Outcome(say=(Say(key, values),), mentions=mentions, facts={"offered": facts})

    def _resources(self) -> tuple[int, ...] | None:
        return (self.person.pk,) if self.person is not None else None


def _availability(request: Request) -> Outcome:
    house = house_of(request.context)
    if house is None:
        return unserved("no_business")
    slots: Any = request.slots
    words = slots.service or request.context.facts.get("service")
    service = service_named(words, house.services) if words else default_service(house.services)
    if service is None:
        names = [each.name_in(request.context.language) for each in house.services][:5]
        return unserved("book.no_such_service", service=words, services=names)
    return _Question(request, house, service).outcome()


SERVED = {
    "appointment.list": Serving(prepare=_as_it_is, execute=_list),
    "appointment.availability": Serving(prepare=_as_it_is, execute=_availability),
}
