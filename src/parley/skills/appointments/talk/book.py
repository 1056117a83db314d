"""A new appointment: what, when, with whom, for whom; then a summary, a yes, and the booking."""

import datetime as dt
from typing import Any, Final

from rapidfuzz import fuzz

from parley.contract import Choice, Mention, Outcome, Prepared, Question, Request, Say
from parley.contract.errors import Conflict, InvalidTimeSlot
from parley.scheduling.availability import search
from parley.scheduling.models import Booking, Resource, Service
from parley.scheduling.reasons import Refusal, Why, why_not
from parley.skills.appointments import services
from parley.skills.appointments.catalogue import (
    service_named,
    spoken_name,
    spoken_service,
    staff_named,
)
from parley.skills.appointments.customers import BOOKED, last_booking, local, names_behind, there
from parley.skills.appointments.talk import offers
from parley.skills.appointments.talk.serving import (
    House,
    Serving,
    house_of,
    no_business,
    staff_label,
    unserved,
    written,
)
from parley.skills.appointments.talk.when import When, when
from parley.skills.appointments.words import somebody

WAITING: Final = "waiting"
"""The value of `which` for a place on the waiting list."""
_SAME: Final = "same"
_SPELLS: Final = 45.0
"""Likeness in percent from which a spelling is that of a word of the name."""


class _Wish:
    """One wish for an appointment, settled step by step; a step that has to ask ends it for now."""

    def __init__(self, request: Request, house: House) -> None:
        self.request = request
        self.context = request.context
        self.house = house
        self.slots: Any = request.slots
        self.service: Service | None = None
        self.person: Resource | None = None
        self.start: dt.datetime | None = None
        self.first_free = False
        """The time is the first that was found, and the person has not heard it yet."""

    def prepared(self) -> Prepared:
        """The slots with all that can be settled, and what is asked or read back."""
        for step in (self._same_again, self._what, self._with_whom, self._when, self._who):
            stop = step()
            if stop is not None:
                return stop
        return self._ready()

    def _settle(self, **values: Any) -> None:
        self.slots = self.slots.model_copy(update=values)

    def _open(self) -> Prepared:
        """As far as it is known; the next required slot is asked for in the usual words."""
        return Prepared(slots=self.slots)

    def _ask(self, question: Question) -> Prepared:
        return Prepared(slots=self.slots, ask=question)

    def _same_again(self) -> Prepared | None:
        if self.slots.which != _SAME or self.slots.service:
            return None
        last = last_booking(self.context, self.house.site)
        if last is None or last.service is None:
            return self._ask(Question(slot="service", say=Say("book.no_last_time")))
        words = last.service.name_in(self.context.language)
        self._settle(service=words, staff=self.slots.staff or last.resource.name)
        return None

    def _what(self) -> Prepared | None:
        words = self.slots.service or self.context.facts.get("service") or self._offered("service")
        if not words:
            if len(self.house.services) != 1:
                return self._open()
            words = self.house.services[0].name_in(self.context.language)
        self._settle(service=words)
        self.service = service_named(words, self.house.services)
        if self.service is None:
            names = [service.name_in(self.context.language) for service in self.house.services][:5]
            say = Say("book.no_such_service", {"service": words, "services": names})
            return self._ask(Question(slot="service", say=say))
        return None

    def _with_whom(self) -> Prepared | None:
        if somebody(self.slots.staff) is None:
            self._settle(staff=None)
            return None
        found = staff_named(self.slots.staff, self.house.staff)
        names = [spoken_name(person, self.context.language) for person in found or self._able()]
        choices = tuple(Choice(value=name, label=Say("text", {"text": name})) for name in names)
        if not found:
            if not self.house.staff:
                return None
            say = Say("book.no_such_staff", {"staff": self.slots.staff, "names": names})
            return self._ask(Question(slot="staff", say=say, choices=choices))
        if len(found) > 1:
            return self._ask(Question(slot="staff", say=Say("book.which_staff", {"names": names}), choices=choices))
        self.person = found[0]
        self._settle(staff=names[0])
        if self.service is not None and self.person not in self._able():
            able = [spoken_name(person, self.context.language) for person in self._able()]
            values = {"staff": names[0], "service": self._service_words(), "names": able}
            others = tuple(Choice(value=name, label=Say("text", {"text": name})) for name in able)
            return self._ask(Question(slot="staff", say=Say("book.not_given_by", values), choices=others))
        return None

    def _able(self) -> list[Resource]:
        if self.service is None:
            return self.house.staff
        ids = set(self.service.resources.values_list("pk", flat=True))
        return [person for person in self.house.staff if person.pk in ids]

    def _when(self) -> Prepared | None:
        self._take_up_offered()
        meant = when(self.slots).on_next_weekday(self.context.now.astimezone(self.house.zone))
        if self.slots.which == WAITING:
            return None
        if not meant.said:
            return self._open()
        if meant.exact:
            self._settle(date=meant.day, weekday=None)
            return self._exact(meant)
        return self._first_free(meant) if meant.soonest else self._some_free(meant)

    def _take_up_offered(self) -> None:
        """ "The ten o'clock one", of times read out before without any booking in hand."""
        starts = [dt.datetime.fromisoformat(text) for text in self._offered("starts") or ()]
        which = self.slots.which or ""
        chosen = [start for start in starts if start.isoformat() == which]
        if self.slots.date is not None:
            return
        if not chosen and self.slots.time is not None and not when(self.slots).said:
            chosen = [start for start in starts if start.time() == self.slots.time]
        if len(chosen) == 1:
            self._settle(date=chosen[0].date(), time=chosen[0].time(), which=None)

    def _offered(self, name: str) -> Any:
        return (self.context.facts.get("offered") or {}).get(name)

    def _exact(self, meant: When) -> Prepared | None:
        assert self.service is not None, "the service is settled before the time"
        start = meant.start(self.house.zone)
        refusal = why_not(
            self.service, start, now=self.context.now, resource=self.person, holder=self.context.conversation_id
        )
        if refusal is None:
            refusal = self._held(start)
        if refusal is not None:
            return self._instead(refusal, start, meant)
        self.start = start
        return None

    def _held(self, start: dt.datetime) -> Refusal | None:
        """Keep it for the caller; somebody may have been faster."""
        assert self.service is not None, "the service is settled before the time"
        if self.request.speculative:
            return None
        try:
            services.hold_only(
                self.service, start, by=self.context.conversation_id, now=self.context.now, resource=self.person
            )
        except (Conflict, InvalidTimeSlot):
            return Refusal(Why.TAKEN)
        return None

    def _instead(self, refusal: Refusal, start: dt.datetime, meant: When) -> Prepared:
        """Why not, and what is nearest to it."""
        assert self.service is not None, "the service is settled before the time"
        resources = (self.person.pk,) if self.person is not None else None
        wish = meant.wish(zone=self.house.zone, now=self.context.now, resources=resources)
        kept = offers.nearest(self.service, refusal, start, wish, request=self.request)
        why = offers.reason(
            refusal, start, house=self.house, service=self._service_words(), language=self.context.language
        )
        if not kept:
            return self._nothing(why)
        offers.keep(kept, self.service, request=self.request)
        slot = "date" if refusal.why in offers.ANOTHER_DAY else "time"
        return self._ask(offers.question(kept, slot=slot, key="book.instead", why=why))

    def _first_free(self, meant: When) -> Prepared | None:
        assert self.service is not None, "the service is settled before the time"
        resources = (self.person.pk,) if self.person is not None else None
        wish = meant.wish(zone=self.house.zone, now=self.context.now, resources=resources)
        found = search(self.service, wish, now=self.context.now, holder=self.context.conversation_id, most=1)
        if not found:
            return self._nothing(None)
        self.start, self.first_free = found[0].start.astimezone(self.house.zone), True
        self._settle(date=self.start.date(), time=self.start.time(), which=None)
        offers.keep(found, self.service, request=self.request)
        return None

    def _some_free(self, meant: When) -> Prepared:
        assert self.service is not None, "the service is settled before the time"
        resources = (self.person.pk,) if self.person is not None else None
        wish = meant.wish(zone=self.house.zone, now=self.context.now, resources=resources)
        found = offers.free(self.service, wish, request=self.request)
        if not found and meant.day is not None:
            noon = When(day=meant.day, time=(meant.part or (dt.time(12), dt.time.max))[0]).start(self.house.zone)
            refusal = why_not(self.service, noon, now=self.context.now, resource=self.person)
            closed = refusal if refusal is not None and refusal.why in offers.ANOTHER_DAY else None
            return self._instead(closed or Refusal(Why.FULL), noon, meant)
        if not found:
            return self._nothing(None)
        offers.keep(found, self.service, request=self.request)
        one_day = len({opening.start.date() for opening in found}) == 1
        slot = "time" if meant.day is not None or one_day else "date"
        return self._ask(offers.question(found, slot=slot, key="book.offer"))

    def _nothing(self, why: Say | None) -> Prepared:
        """No time at all: a place on the waiting list is offered once."""
        if WAITING in self.context.facts.get("refused", ()):
            return Prepared(slots=self.slots, outcome=unserved("book.nothing_then"))
        say = Say("book.nothing_free", {"why": why, "service": self._service_words()})
        choice = Choice(value=WAITING, label=Say("book.waiting_list"))
        return self._ask(Question(slot="which", say=say, choices=(choice,)))

    def _who(self) -> Prepared | None:
        name = _spelled(self.slots.customer_name, self.slots.name_spelling)
        if name and any(sign.isalpha() for sign in name):
            self._settle(customer_name=name)
            return None
        self._settle(customer_name=None)  # a key was pressed: it names nobody
        if self.slots.for_person not in (None, "self"):
            return self._ask(Question(slot="customer_name", say=Say("book.name_of_other")))
        names = names_behind(self.context)
        if len(names) > 1:
            choices = tuple(Choice(value=name, label=Say("text", {"text": name})) for name in names)
            say = Say("book.who", {"names": names})
            return self._ask(Question(slot="customer_name", say=say, choices=choices))
        if names:
            self._settle(customer_name=names[0])
            return None
        if self.first_free and self.start is not None:
            return self._ask(Question(slot="customer_name", say=Say("book.first_and_name", {"at": self.start})))
        return None

    def _ready(self) -> Prepared:
        if self.slots.which == WAITING:
            return Prepared(slots=self.slots, confirm=False)
        if self.start is None:
            return self._open()
        values = {
            "service": self._service_words(),
            "at": self.start,
            "date": self.start.date(),
            "time": self.start.time(),
            "staff": self._staff_words(),
            "name": self.slots.customer_name,
            "phone": self.slots.phone,
            "there": there(self.start, self.context),
        }
        return Prepared(slots=self.slots, summary=Say("book.summary", values))

    def _service_words(self) -> str:
        assert self.service is not None, "the service is settled before it is named"
        return spoken_service(self.service, self.slots.service, self.context.language)

    def _staff_words(self) -> str:
        return spoken_name(self.person, self.context.language) if self.person is not None else ""


def _prepare(request: Request) -> Prepared:
    house = house_of(request.context)
    return _Wish(request, house).prepared() if house is not None else no_business(request)


def _execute(request: Request) -> Outcome:
    house = house_of(request.context)
    if house is None:
        return unserved("no_business")
    slots: Any = request.slots
    service = service_named(slots.service, house.services)
    if service is None:
        return unserved("no_business")
    if slots.which == WAITING:
        wish = when(slots).wish(zone=house.zone, now=request.context.now, resources=None)
        services.wait(service, slots, wish=wish, context=request.context, zone=house.zone)
        return Outcome(say=(Say("book.on_waiting_list", {"phone": services.phone_of(slots, request.context)}),))
    person = next(iter(staff_named(slots.staff, house.staff)), None) if slots.staff else None
    start = When(day=slots.date, time=slots.time).start(house.zone)
    try:
        booking = services.book(service, start, slots, resource=person, key=request.key, context=request.context)
    except (Conflict, InvalidTimeSlot) as error:
        return _lost(request, error)
    return booked(booking, service, house, request)


def _lost(request: Request, error: Conflict | InvalidTimeSlot) -> Outcome:
    """Taken between the summary and the yes: an apology, and other times."""
    again = _prepare(request)
    if again.ask is None:
        raise error
    return Outcome(say=(Say("book.just_taken"),), executed=False, ask=again.ask)


def booked(booking: Booking, service: Service, house: House, request: Request) -> Outcome:
    """What is said and shown of a booking that stands."""
    start = local(booking)
    slots: Any = request.slots
    values = {
        "service": spoken_service(service, slots.service, request.context.language),
        "at": start,
        "staff": staff_label(booking.resource, house, request),
    }
    mention = mention_of(booking, request)
    return Outcome(
        say=(Say("book.done", values),),
        mentions=(mention,),
        facts={
            "offered": None,
            **written(booking),
            BOOKED: [*request.context.facts.get(BOOKED, ()), str(booking.pk)],
        },
        events=(card(booking),),
        undo={"did": "booked", "ids": [str(booking.pk)]},
    )


def mention_of(booking: Booking, request: Request) -> Mention:
    """A booking that was just read out, so that "that one" is understood."""
    start = local(booking)
    name = booking.service.name_in(request.context.language) if booking.service else booking.title
    return Mention(
        id=booking.reference or str(booking.pk),
        slot="which",
        label=booking.title or name,
        slots={"date": start.date().isoformat(), "time": f"{start:%H:%M}", "staff": booking.resource.name},
    )


def card(booking: Booking) -> dict[str, Any]:
    """A booking as the screen shows it."""
    return {
        "type": "appointment",
        "id": str(booking.pk),
        "state": str(booking.status),
        "title": booking.title,
        "start": local(booking).isoformat(),
        "end": booking.end.astimezone(booking.resource.time_zone).isoformat(),
        "staff": booking.resource.name,
    }


def _spelled(name: str | None, spelling: str | None) -> str:
    """The name with the word that was spelled put right."""
    if not spelling:
        return name or ""
    spelled = spelling.title()
    words = (name or "").split()
    if not words:
        return spelled
    likeness = [fuzz.ratio(word.casefold(), spelled.casefold()) for word in words]
    best = max(range(len(words)), key=likeness.__getitem__)
    if likeness[best] < _SPELLS:
        return " ".join([*words, spelled])
    return " ".join([*words[:best], spelled, *words[best + 1 :]])


SERVED = {"appointment.book": Serving(prepare=_prepare, execute=_execute)}
