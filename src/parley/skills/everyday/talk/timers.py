"""Timers: set, cancel, ask how long."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from parley.contract import Choice, Mention, Outcome, Prepared, Question, Request, Say, length_of
from parley.skills.everyday import services
from parley.skills.everyday.models import Timer
from parley.skills.everyday.talk.asking import Serving, unserved
from parley.skills.everyday.talk.undoing import gone, made

_ALL = "all"


def _prepare_set(request: Request) -> Prepared:
    slots: Any = request.slots
    length = length_of(slots.duration) if slots.duration is not None else None
    if slots.duration is not None and (length is None or not dt.timedelta() < length <= services.LONGEST_TIMER):
        refused = slots.model_copy(update={"duration": None})
        return Prepared(slots=refused, ask=Question(slot="duration", say=Say("timer.bad_length")))
    return Prepared(slots=slots)


def _set(request: Request) -> Outcome:
    slots: Any = request.slots
    length = length_of(slots.duration)
    assert length is not None, "it has been prepared"
    timer = services.set_timer(length=length, label=slots.label or "", context=request.context, key=request.key)
    say = Say("timer.started", {"length": length, "label": timer.label})
    return Outcome(say=(say,), mentions=(_mention(timer),), events=(card(timer),), undo=made(Timer, [timer]))


def _prepare_cancel(request: Request) -> Prepared:
    slots: Any = request.slots
    running = services.timers(services.owner_of(request.context))
    if not running:
        rung = services.rung(services.owner_of(request.context), request.context.now)
        if rung:
            services.cancel(Timer, [str(timer.pk) for timer in rung], owner=services.owner_of(request.context))
            return Prepared(slots=slots, outcome=Outcome(say=(Say("timer.silenced"),)))
        return Prepared(slots=slots, outcome=unserved("timer.none"))
    meant = _meant(slots, running)
    if not meant:
        said = slots.label or length_of(slots.duration or "")
        return Prepared(slots=slots, outcome=unserved("timer.no_such", said=said))
    if len(meant) > 1 and not (slots.scope or "").startswith(_ALL) and not _excepts(slots):
        choices = tuple(_choice(timer) for timer in meant)
        question = Question(slot="which", say=Say("timer.which", {"timers": _named(meant)}), choices=choices)
        return Prepared(slots=slots, ask=question)
    return Prepared(slots=slots)


def _cancel(request: Request) -> Outcome:
    slots: Any = request.slots
    owner = services.owner_of(request.context)
    meant = _meant(slots, services.timers(owner))
    if not meant:
        return unserved("timer.none")
    services.cancel(Timer, [str(timer.pk) for timer in meant], owner=owner)
    events = tuple({"type": "timer", "id": str(timer.pk), "state": "cancelled"} for timer in meant)
    if len(meant) > 1:
        return Outcome(
            say=(Say("timer.all_cancelled", {"count": len(meant)}),), events=events, undo=gone(Timer, meant)
        )
    (timer,) = meant
    return Outcome(say=(Say("timer.cancelled", {"name": name(timer)}),), events=events, undo=gone(Timer, meant))


def _status(request: Request) -> Outcome:
    slots: Any = request.slots
    running = services.timers(services.owner_of(request.context))
    if not running:
        return Outcome(say=(Say("timer.none"),))
    asked = _meant(slots, running) or running
    left = [
        Say("timer.left", {"name": name(timer), "left": _left(timer, request.context.now), "paused": timer.left})
        for timer in asked
    ]
    mentions = tuple(_mention(timer) for timer in asked)
    return Outcome(say=tuple(left), mentions=mentions)


SERVED = {
    "timer.set": Serving(prepare=_prepare_set, execute=_set),
    "timer.cancel": Serving(prepare=_prepare_cancel, execute=_cancel),
    "timer.status": Serving(execute=_status),
}


def name(timer: Timer) -> Say:
    """How a timer is called: by its label, else by its length."""
    if timer.label:
        return Say("timer.by_label", {"label": timer.label})
    return Say("timer.by_length", {"length": timer.length})


def card(timer: Timer) -> dict[str, Any]:
    """A timer as the screen shows it."""
    ends = timer.ends_at.isoformat() if timer.ends_at is not None else None
    return {"type": "timer", "id": str(timer.pk), "state": timer.state, "label": timer.label, "ends_at": ends}


def _meant(slots: Any, running: Sequence[Timer]) -> list[Timer]:
    """The timers that the words mean; all of them when the words do not tell."""
    scope = (slots.scope or "").lower()
    if scope.startswith(_ALL):
        return list(running)
    if _excepts(slots):
        kept = scope.partition(":")[2].strip()
        return [timer for timer in running if kept not in (timer.label.lower(), str(timer.pk))]
    if slots.which is not None:
        if slots.which in ("next", "earliest"):
            return list(running[:1])
        return [timer for timer in running if str(timer.pk) == slots.which]
    found = list(running)
    if slots.label:
        wanted = slots.label.casefold()
        found = [timer for timer in found if timer.label and _same_name(timer.label.casefold(), wanted)]
    length = length_of(slots.duration or "")
    if length is not None:
        found = [timer for timer in found if timer.length == length]
    return found


def _excepts(slots: Any) -> bool:
    return (slots.scope or "").lower().startswith("except")


def _same_name(label: str, wanted: str) -> bool:
    return label in wanted or wanted in label


def _left(timer: Timer, now: dt.datetime) -> dt.timedelta:
    if timer.ends_at is None:
        return timer.left or dt.timedelta()
    return max(timer.ends_at - now, dt.timedelta())


def _named(timers: Sequence[Timer]) -> list[Say]:
    return [name(timer) for timer in timers]


def _choice(timer: Timer) -> Choice:
    return Choice(value=str(timer.pk), label=name(timer), slots=_told_by(timer))


def _mention(timer: Timer) -> Mention:
    shown = timer.label or f"{int(timer.length.total_seconds())} s"
    return Mention(id=str(timer.pk), slot="which", label=shown, slots=_told_by(timer))


def _told_by(timer: Timer) -> dict[str, str]:
    told = {"duration": _iso(timer.length)}
    return {**told, "label": timer.label} if timer.label else told


def _iso(length: dt.timedelta) -> str:
    """In the form in which understanding hands over durations."""
    hours, rest = divmod(int(length.total_seconds()), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if count)
    return f"PT{parts or '0S'}"
