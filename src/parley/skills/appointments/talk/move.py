"""Another time for an appointment: which one, when instead, a summary, a yes; the old time is kept until then."""

import datetime as dt
from typing import Any

from parley.contract import Conflict, InvalidTimeSlot, Outcome, Prepared, Question, Request, Say, length_of
from parley.scheduling.models import Booking, Resource
from parley.scheduling.reasons import Refusal, Why, why_not
from parley.scheduling.spans import at_wall
from parley.skills.appointments import services
from parley.skills.appointments.catalogue import spoken_name, staff_named
from parley.skills.appointments.customers import local, there
from parley.skills.appointments.talk import offers
from parley.skills.appointments.talk.book import card
from parley.skills.appointments.talk.serving import House, Serving, house_of, no_business, unserved, written
from parley.skills.appointments.talk.taking_back import MOVED, token_of
from parley.skills.appointments.talk.when import When, when
from parley.skills.appointments.talk.which import Told, find, mention_of, owned, reference, title


class _Move:
    """One wish to move an appointment, settled step by step."""

    def __init__(self, request: Request, house: House, booking: Booking) -> None:
        self.request = request
        self.context = request.context
        self.house = house
        self.booking = booking
        self.old = local(booking)
        slots: Any = request.slots
        self.slots = slots.model_copy(update={"which": reference(booking)})
        self.named = staff_named(slots.staff, house.staff) if slots.staff else []
        self.person = self.named[0] if len(self.named) == 1 else booking.resource

    def prepared(self) -> Prepared:
        """The new time settled, offered, or asked for."""
        if services.too_late(self.booking, self.context):
            return Prepared(slots=self.slots, outcome=unserved("too_late"))
        if self.booking.service is None:
            return Prepared(slots=self.slots, outcome=unserved("too_late"))
        self._settle_from_old()
        meant = when(self.slots, prefix="new_")
        if meant.exact:
            return self._exact(meant)
        if meant.day or meant.days or meant.weekday:
            return self._offered(meant)
        if meant.part is not None:
            return self._offered(When(day=self.old.date(), part=meant.part))
        return Prepared(slots=self.slots)

    def _settle_from_old(self) -> None:
        """ "An hour later", "same time", "make it four": the rest stays as it was."""
        slots = self.slots
        settled: dict[str, Any] = {}
        shift = length_of(slots.shift) if slots.shift else None
        if shift is not None:
            target = (self.old.replace(tzinfo=None) + shift) if shift else self.old
            settled = {"new_date": target.date(), "new_time": target.time()}
        else:
            if slots.keep_time and slots.new_time is None:
                settled["new_time"] = self.old.time()
            elsewhen = slots.new_date or slots.date_range or slots.weekday
            if slots.new_time is not None and not elsewhen:
                settled["new_date"] = self.old.date()
        self.slots = slots.model_copy(update=settled)

    def _exact(self, meant: When) -> Prepared:
        assert self.booking.service is not None, "checked before"
        start = meant.start(self.house.zone)
        if start == self.booking.start and self.person.pk == self.booking.resource_id:
            say = Say("move.same", {"at": self.old})
            return Prepared(slots=self.slots, ask=Question(slot="new_date", say=say))
        refusal = self._refusal(start)
        if refusal is not None:
            return self._instead(refusal, start, meant)
        values = {
            "service": title(self.booking, self.request),
            "old": self.old,
            "date": start.date(),
            "time": start.time(),
            "staff": spoken_name(self.person, self.context.language) if self.named else "",
            "there": there(start, self.context),
        }
        return Prepared(slots=self.slots, summary=Say("move.summary", values))

    def _refusal(self, start: dt.datetime) -> Refusal | None:
        """What speaks against it; whoever is free will do when nobody was asked for."""
        assert self.booking.service is not None, "checked before"
        refusal: Refusal | None = None
        length = self.booking.end - self.booking.start
        for person in (self.person, None) if not self.named else (self.person,):
            refusal = why_not(
                self.booking.service,
                start,
                now=self.context.now,
                resource=person,
                duration=length,
                holder=self.context.conversation_id,
                but=self.booking.pk,
            )
            if refusal is None:
                break
        return refusal or self._held(start)

    def _held(self, start: dt.datetime) -> Refusal | None:
        """Keep the new time; one that meets the old one needs no hold, for nobody else can have it."""
        assert self.booking.service is not None, "checked before"
        meets_old = start < self.booking.end and self.booking.start < start + (self.booking.end - self.booking.start)
        if self.request.speculative or meets_old:
            return None
        by = self.context.conversation_id
        try:
            services.hold_only(self.booking.service, start, by=by, now=self.context.now, resource=self._holds(start))
        except Conflict:
            return Refusal(Why.TAKEN)
        except InvalidTimeSlot:
            return None  # a length of its own: looked at again when it is moved
        return None

    def _holds(self, start: dt.datetime) -> Resource | None:
        assert self.booking.service is not None, "checked before"
        refusal = why_not(
            self.booking.service,
            start,
            now=self.context.now,
            resource=self.person,
            holder=self.context.conversation_id,
        )
        return self.person if refusal is None or self.named else None

    def _instead(self, refusal: Refusal, start: dt.datetime, meant: When) -> Prepared:
        assert self.booking.service is not None, "checked before"
        wish = meant.wish(zone=self.house.zone, now=self.context.now, resources=self._resources())
        near = offers.nearest(self.booking.service, refusal, start, wish, request=self.request)
        kept = [each for each in near if each.start != self.booking.start]
        why = offers.reason(
            refusal,
            start,
            house=self.house,
            service=title(self.booking, self.request),
            language=self.context.language,
        )
        if not kept:
            return Prepared(slots=self.slots, outcome=unserved("move.nothing", why=why, at=self.old))
        offers.keep(kept, self.booking.service, request=self.request)
        slot = "new_date" if refusal.why in offers.ANOTHER_DAY else "new_time"
        ask = offers.question(kept, slot=slot, key="book.instead", why=why, prefix="new_")
        return Prepared(slots=self.slots, ask=ask)

    def _offered(self, meant: When) -> Prepared:
        assert self.booking.service is not None, "checked before"
        wish = meant.wish(zone=self.house.zone, now=self.context.now, resources=self._resources())
        found = offers.free(self.booking.service, wish, request=self.request)
        if not found:
            day = meant.day or (meant.days[0] if meant.days else self.old.date())
            start = at_wall(day, self.old.time(), self.house.zone).astimezone(self.house.zone)
            closed = why_not(self.booking.service, start, now=self.context.now, resource=self.person)
            other_day = closed is not None and closed.why in offers.ANOTHER_DAY
            return self._instead(closed if closed and other_day else Refusal(Why.FULL), start, meant)
        offers.keep(found, self.booking.service, request=self.request)
        slot = "new_time" if meant.day is not None else "new_date"
        if slot == "new_time" and meant.day is not None:
            self.slots = self.slots.model_copy(update={"new_date": meant.day})
        ask = offers.question(found, slot=slot, key="book.offer", prefix="new_")
        return Prepared(slots=self.slots, ask=ask)

    def _resources(self) -> tuple[int, ...] | None:
        return (self.person.pk,) if self.named else None


def _told(slots: Any) -> Told:
    return Told(day=slots.old_date, time=slots.old_time, service=slots.service, staff=None)


def _prepare(request: Request) -> Prepared:
    house = house_of(request.context)
    if house is None:
        return no_business(request)
    found = find(request, house, _told(request.slots))
    return found if isinstance(found, Prepared) else _Move(request, house, found).prepared()


def _execute(request: Request) -> Outcome:
    house = house_of(request.context)
    if house is None:
        return unserved("no_business")
    slots: Any = request.slots
    booking = next((row for row in owned(request, house) if reference(row) == slots.which), None)
    if booking is None:
        return unserved("which.none")
    start = When(day=slots.new_date, time=slots.new_time).start(house.zone)
    former = {"start": booking.start.isoformat(), "resource": booking.resource_id}
    named = staff_named(slots.staff, house.staff) if slots.staff else []
    try:
        moved = services.move(booking, start, resource=named[0] if len(named) == 1 else None, context=request.context)
    except (Conflict, InvalidTimeSlot) as error:
        again = _prepare(request)
        if again.ask is None:
            raise error
        return Outcome(say=(Say("book.just_taken"),), executed=False, ask=again.ask)
    values = {"service": title(moved, request), "at": local(moved)}
    return Outcome(
        say=(Say("move.done", values),),
        mentions=(mention_of(moved, request),),
        facts=written(moved),
        events=(card(moved),),
        undo=token_of(MOVED, [moved], **former),
    )


SERVED = {"appointment.reschedule": Serving(prepare=_prepare, execute=_execute)}
