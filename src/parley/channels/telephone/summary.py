"""What the person who takes over is told: who calls, how urgent it is, what was done, what is wanted.

Made from the record when it is whispered, in the language of the place, which need not be the caller's.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from babel.dates import format_date

from parley.channels.telephone import calls
from parley.channels.telephone.calls import Line
from parley.channels.telephone.phrases import phrases
from parley.contract import Language
from parley.dialogue.state import Frame, State
from parley.messaging import wording
from parley.records.models import Call
from parley.scheduling.models import Booking, Change

TOLD: Final = ("booked", "moved", "cancelled")
"""Changes that are told, once for each appointment: the last holds."""


def summary(call: Call, line: Line) -> str:
    """A few spoken sentences."""
    language = line.languages[0]
    words: Mapping[str, Any] = phrases(language)["summary"]
    kept = (call.conversation.state or {}).get("state")
    state = State.from_json(kept) if kept else State()
    event = calls.latest(call, "handover")
    reason = str(event.details.get("reason", "")) if event is not None else ""
    sentences = [words["begins"]]
    if state.danger is not None or reason == "emergency":
        sentences.append(words["urgent"])
    name = _name(call, state)
    sentences.append(words["named"].format(name=name) if name else words["nameless"])
    if call.conversation.language != language:
        sentences.append(words["speaks"][call.conversation.language])
    sentences += _done(call, words, language)
    frames = [*state.at_work(), *state.held]
    sentences += [_wanted(frame, words, line, language) for frame in frames[-1:]]
    if why := words["why"].get(reason):
        sentences.append(why)
    return " ".join(sentences)


def _name(call: Call, state: State) -> str:
    """As the caller gave it, else as the number's only person is called."""
    slots = [past.slots for past in state.past] + [frame.slots for frame in state.at_work()]
    said = (str(each["customer_name"]) for each in reversed(slots) if each.get("customer_name"))
    person = calls.person_behind(call.phone)
    return next(said, person.name if person is not None else "")


def _done(call: Call, words: Mapping[str, Any], language: Language) -> Iterator[str]:
    changes = Change.objects.filter(by=call.conversation_id, what__in=TOLD).order_by("at", "pk")
    last = {change.booking_id: change.what for change in changes}
    for booking in Booking.objects.filter(pk__in=last).select_related("service", "resource__site").order_by("start"):
        start = booking.start.astimezone(booking.resource.time_zone)
        named = booking.service is not None and not booking.service.any_reason
        yield words["done"][last[booking.pk]].format(
            service=booking.service.name_in(language) if named and booking.service is not None else booking.title,
            when=_moment(start, words, language),
        )


def _wanted(frame: Frame, words: Mapping[str, Any], line: Line, language: Language) -> str:
    wanted = words["wants"].get(frame.intent, words["wants"]["other"])
    slots = frame.slots
    when = _when(slots, words, language)
    service = _service(str(slots.get("service") or ""), line, language)
    sentence = wanted.format(
        service=words["service"].format(service=service) if service else "",
        **{way: words[way].format(when=when) if when else "" for way in ("when", "to")},
    )
    return " ".join(sentence.split()).replace(" .", ".")


def _service(named: str, line: Line, language: Language) -> str:
    """A service by its name in the language of the place, where it is given there; else as it was said."""
    given = line.site.services.all() if line.site is not None else ()
    alike = (each for each in given if named.casefold() in {name.casefold() for name in each.names.values()})
    found = next(alike, None)
    return found.name_in(language) if found is not None else named


def _when(slots: Mapping[str, Any], words: Mapping[str, Any], language: Language) -> str:
    """The day and time that were asked for, as far as they are known."""
    day, time = (slots.get(f"new_{name}") or slots.get(name) for name in ("date", "time"))
    if not day:
        return ""
    date = dt.date.fromisoformat(str(day)[:10])
    clock = dt.time.fromisoformat(str(time)) if time else None
    start = dt.datetime.combine(date, clock or dt.time())
    return _moment(start, words, language) if clock is not None else _day(start, words, language)


def _moment(start: dt.datetime, words: Mapping[str, Any], language: Language) -> str:
    return str(words["moment"]).format(day=_day(start, words, language), time=wording.time(start, language))


def _day(day: dt.datetime, words: Mapping[str, Any], language: Language) -> str:
    return str(format_date(day, words["day"], locale=language))
