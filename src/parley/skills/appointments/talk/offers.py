"""Two or three free times to choose from, and the reason why another cannot be had."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from parley.contract import Choice, Conflict, InvalidTimeSlot, Language, Question, Request, Say
from parley.scheduling.availability import Opening, Wish, alternatives, search
from parley.scheduling.models import Resource, Service
from parley.scheduling.opening import holiday_name
from parley.scheduling.reasons import Refusal, Why
from parley.skills.appointments.deeds import Hold, Release
from parley.skills.appointments.desk import desk
from parley.skills.appointments.talk.serving import House

MOST: Final = 3
"""More than three times nobody keeps in mind while listening."""
_LOOKED_AT: Final = 400
_DAYS_AFTER: Final = dt.timedelta(days=14)
ANOTHER_DAY: Final = frozenset({Why.HOLIDAY, Why.CLOSED, Why.HORIZON})
"""Refusals that no other hour of the same day helps against."""


def free(service: Service, wish: Wish, *, request: Request) -> list[Opening]:
    """Up to three openings that fit the wish and were not refused, spread over the time that was asked about."""
    context = request.context
    most = _LOOKED_AT if wish.end is not None else MOST * 4
    found = search(service, wish, now=context.now, holder=context.conversation_id, most=most)
    return spread(_not_refused(found, context.facts.get("refused", ())))


def spread(openings: Sequence[Opening]) -> list[Opening]:
    """The first, one from the middle and a late one; on the hour where there is a choice."""
    if len(openings) <= MOST:
        return list(openings)
    round_ones = [opening for opening in openings if opening.start.minute == 0]
    among = round_ones if len(round_ones) >= MOST else list(openings)
    places = (0, len(among) // 2, len(among) - 1)
    return [among[place] for place in places]


def nearest(service: Service, refusal: Refusal, start: dt.datetime, wish: Wish, *, request: Request) -> list[Opening]:
    """Up to three openings nearest to a time that cannot be had, none of them refused before.

    When the whole day is closed, they are at about that hour on the days that follow.
    """
    context = request.context
    holder = context.conversation_id
    if refusal.why in ANOTHER_DAY:
        after = Wish(start=max(start, context.now), end=start + _DAYS_AFTER, resources=wish.resources)
        found = _one_a_day(search(service, after, now=context.now, holder=holder, most=_LOOKED_AT), start)
    else:
        found = []
    found = found or alternatives(service, start, wish, now=context.now, holder=holder, most=_LOOKED_AT)
    kept = _not_refused(found, context.facts.get("refused", ()))
    chosen: list[Opening] = []
    for opening in sorted(kept, key=lambda each: (abs(each.start - start), each.start)):
        if len(chosen) < MOST and all(not _overlap(opening, other) for other in chosen):
            chosen.append(opening)
    return sorted(chosen)


def _one_a_day(openings: Sequence[Opening], start: dt.datetime) -> list[Opening]:
    """Of each of the next days the opening nearest to that hour."""
    days: dict[dt.date, Opening] = {}
    hour = start.hour * 60 + start.minute
    for opening in sorted(openings, key=lambda each: abs(each.start.hour * 60 + each.start.minute - hour)):
        days.setdefault(opening.start.date(), opening)
    return [days[day] for day in sorted(days)][:MOST]


def _overlap(one: Opening, other: Opening) -> bool:
    return one.start < other.end and other.start < one.end


def _not_refused(openings: Sequence[Opening], refused: Sequence[Any]) -> list[Opening]:
    """Without what was turned down; a day turned down comes back only when nothing else is left."""
    turned_down = {str(value)[:10] for value in refused}
    kept = [opening for opening in openings if f"{opening.start:%H:%M}" not in turned_down]
    other_days = [opening for opening in kept if opening.start.date().isoformat() not in turned_down]
    return other_days or kept


def keep(openings: Sequence[Opening], service: Service, *, request: Request) -> None:
    """Hold what is about to be offered, and nothing else any more. A lost race is no matter yet."""
    context = request.context
    if request.speculative:
        return
    desk().make(Release(by=context.conversation_id))
    for opening in openings:
        try:
            resource = Resource.objects.select_related("site").get(pk=opening.resource_id)
            by, now = context.conversation_id, context.now
            desk().make(Hold(service=service, start=opening.start, by=by, now=now, resource=resource, only=False))
        except (Conflict, InvalidTimeSlot):
            # Somebody was faster, or the offers overlap: it is looked at again when it is chosen.
            continue


def question(
    openings: Sequence[Opening], *, slot: str, key: str, why: Say | None = None, prefix: str = ""
) -> Question:
    """Which of these would suit? `prefix` is `new_` where an appointment is moved."""
    days = {opening.start.date() for opening in openings}
    one_day = len(days) == 1
    labels = [label(opening.start, one_day=one_day) for opening in openings]
    choices = tuple(
        Choice(
            value=f"{opening.start:%H:%M}" if slot.endswith("time") else opening.start.date().isoformat(),
            label=words,
            slots={
                f"{prefix}date": opening.start.date().isoformat(),
                f"{prefix}time": f"{opening.start:%H:%M}",
            },
        )
        for opening, words in zip(openings, labels, strict=True)
    )
    values: dict[str, Any] = {"offers": labels, "why": why}
    if one_day:
        values["day"] = next(iter(days))
    return Question(slot=slot, say=Say(f"{key}_one" if len(labels) == 1 else key, values), choices=choices)


def label(start: dt.datetime, *, one_day: bool) -> Say:
    """How a free time is read out."""
    return Say("offer.time", {"time": start.time()}) if one_day else Say("offer.at", {"at": start})


def reason(refusal: Refusal, start: dt.datetime, *, house: House, service: str, language: Language) -> Say:
    """Why a time cannot be had, as a sentence."""
    local = start.astimezone(house.zone)
    values: dict[str, Any] = {"at": local, "date": local.date(), "time": local.time(), "service": service}
    match refusal.why:
        case Why.NOTICE:
            values["notice"] = dt.timedelta(hours=float(refusal.values["hours"]))
        case Why.HOLIDAY:
            values["name"] = holiday_name(house.site, local.date(), language)
        case Why.CLOSED:
            values["reason"] = refusal.values.get("reason")
        case _:
            values |= {name: value for name, value in refusal.values.items() if name not in values}
    return Say(f"why.{refusal.why.value}", values)
