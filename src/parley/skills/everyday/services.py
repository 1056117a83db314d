"""The rules of timers, alarms and reminders. Plain functions, each in one transaction."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction

from parley.contract import Context, InvalidTimeSlot, Later, NotFound, language_of
from parley.messaging import consent, wording
from parley.messaging import services as outbox
from parley.messaging.models import Channel
from parley.skills.everyday import moments
from parley.skills.everyday.models import Alarm, Contact, Message, Owned, Recurring, Reminder, State, Timer

R = TypeVar("R", bound=Recurring)

LONGEST_TIMER: Final = dt.timedelta(days=7)
LATE: Final = dt.timedelta(minutes=1)
"""What rings later than this says that it is late."""
RINGING: Final = dt.timedelta(minutes=10)
"""How long after its end "stop" still means the one that rang."""
_PUBLIC: Final = frozenset({"telephone", "sms"})
"""Channels on which a stranger may be: without a name, each conversation has its own."""


def owner_of(context: Context) -> str:
    """Whose timers these are: the person's, else the household's, on a public line only the conversation's."""
    if context.caller.person_id is not None:
        return f"person:{context.caller.person_id}"
    return f"conversation:{context.conversation_id}" if context.channel in _PUBLIC else "household"


@transaction.atomic
def set_timer(*, length: dt.timedelta, label: str, context: Context, key: str) -> Timer:
    """Start a timer. Raises InvalidTimeSlot for a length that is none."""
    if not dt.timedelta() < length <= LONGEST_TIMER:
        raise InvalidTimeSlot("a timer runs for more than no time and at most a week")
    ends_at = context.now.astimezone(dt.UTC) + length
    timer, made = Timer.objects.get_or_create(
        key=key, defaults={"label": label, "length": length, "ends_at": ends_at, **_ownership(context)}
    )
    if made:
        _ask(context.later, "timer", at=ends_at, subject=timer)
    return timer


def timers(owner: str) -> list[Timer]:
    """Those that run or rest, the next to end first."""
    return list(Timer.objects.filter(owner=owner, state__in=(State.WAITING, State.PAUSED)))


def rung(owner: str, now: dt.datetime) -> list[Timer]:
    """Those that have ended a moment ago and may still be ringing."""
    return list(Timer.objects.filter(owner=owner, state=State.ENDED, ends_at__gt=now - RINGING, ends_at__lte=now))


@transaction.atomic
def cancel(kind: type[Owned], ids: Sequence[str], *, owner: str) -> int:
    """Cancel some; how many there were to cancel."""
    waiting = kind._default_manager.filter(owner=owner, pk__in=ids, state__in=(State.WAITING, State.ENDED))
    paused = kind._default_manager.filter(owner=owner, pk__in=ids, state=State.PAUSED)
    cancelled = waiting.update(state=State.CANCELLED)
    for resting in paused.select_for_update():
        _end_pause(resting)
        cancelled += 1
    return cancelled


@transaction.atomic
def restore(kind: type[Owned], ids: Sequence[str], *, owner: str, now: dt.datetime, later: Later | None) -> int:
    """Set cancelled ones going again; how many of them still lie ahead."""
    gone = kind._default_manager.filter(owner=owner, pk__in=ids, state=State.CANCELLED).select_for_update()
    ahead = [(each, at) for each in gone if (at := _comes_at(each)) is not None and at > now]
    for each, at in ahead:
        each.state = State.WAITING
        each.save(update_fields=["state"])
        _ask(later, _handler(kind), at=at, subject=each)
    return len(ahead)


@transaction.atomic
def pause(timer_id: str, *, owner: str, now: dt.datetime) -> Timer:
    """Let a timer rest. Raises NotFound when none of the owner's runs under that id."""
    timer = _locked(timer_id, owner=owner, state=State.WAITING)
    assert timer.ends_at is not None, "a running timer ends"
    timer.left, timer.ends_at, timer.state = max(timer.ends_at - now, dt.timedelta()), None, State.PAUSED
    timer.save()
    return timer


@transaction.atomic
def resume(timer_id: str, *, owner: str, now: dt.datetime, later: Later | None) -> Timer:
    """Let it run on. Raises NotFound when none of the owner's rests under that id."""
    timer = _locked(timer_id, owner=owner, state=State.PAUSED)
    assert timer.left is not None, "a resting timer has something left"
    timer.ends_at, timer.left, timer.state = now.astimezone(dt.UTC) + timer.left, None, State.WAITING
    timer.save()
    _ask(later, "timer", at=timer.ends_at, subject=timer)
    return timer


@transaction.atomic
def extend(timer_id: str, *, by: dt.timedelta, owner: str, later: Later | None) -> Timer:
    """Give a running timer more time, or less. Raises NotFound, as `pause` does."""
    timer = _locked(timer_id, owner=owner, state=State.WAITING)
    assert timer.ends_at is not None, "a running timer ends"
    timer.ends_at += by
    timer.length += by
    timer.save()
    _ask(later, "timer", at=timer.ends_at, subject=timer)
    return timer


def set_alarm(*, due_at: dt.datetime, recurrence: str, label: str, context: Context, key: str) -> Alarm:
    """Set an alarm to an instant. Raises InvalidTimeSlot for the past."""
    return _set(Alarm, {"label": label}, due_at=due_at, recurrence=recurrence, context=context, key=key)


def alarms(owner: str) -> list[Alarm]:
    """Those that will ring, the next first."""
    return list(Alarm.objects.filter(owner=owner, state=State.WAITING))


def set_reminder(
    *, title: str, due_at: dt.datetime, recurrence: str, for_person: str, context: Context, key: str
) -> Reminder:
    """Have words said at an instant. Raises InvalidTimeSlot for the past."""
    words = {"title": title, "for_person": for_person}
    return _set(Reminder, words, due_at=due_at, recurrence=recurrence, context=context, key=key)


def reminders(owner: str) -> list[Reminder]:
    """Those that are still to come, the next first."""
    return list(Reminder.objects.filter(owner=owner, state=State.WAITING))


def contacts(context: Context) -> list[Contact] | None:
    """To whom the speaker may have messages sent; None where nobody has proved who they are.

    A telephone number is no proof, so nothing is written in anybody's name on its strength.
    """
    if context.caller.person_id is None or context.channel in _PUBLIC:
        return None
    return list(Contact.objects.filter(person_id=context.caller.person_id))


@transaction.atomic
def leave_message(*, recipient: str, text: str, context: Context, key: str) -> Message:
    """Keep a message, and send it where the recipient is a contact with a number. Refusals hold there as ever."""
    message, made = Message.objects.get_or_create(
        key=key, defaults={"recipient": recipient, "text": text, **_ownership(context)}
    )
    contact = next((each for each in contacts(context) or () if each.name == recipient), None)
    if made and contact is not None:
        language = language_of(contact.language)
        values = {"sender": context.caller.name or str(contact.person), "message": text}
        outbox.queue(
            Channel.SMS,
            outbox.Recipient(to=contact.phone, language=language),
            key=f"everyday:{message.pk}",
            purpose="other",
            now=context.now,
            text=wording.text("message.passed_on", values, language=language, zone=context.zone),
        )
    return message


@transaction.atomic
def write_to_speaker(*, phone: str, text: str, context: Context, key: str) -> None:
    """Send the speaker something by text message, at the number to which the conversation is written anyway."""
    recipient = outbox.Recipient(to=phone, language=context.language)
    outbox.queue(
        Channel.SMS,
        recipient,
        key=f"everyday:{key}",
        purpose="confirmation",
        now=context.now,
        text=text,
        urgent=True,
    )


def refuses_messages(name: str, context: Context) -> bool:
    """Whether that contact wants no messages."""
    contact = next((each for each in contacts(context) or () if each.name == name), None)
    return contact is not None and consent.allowed(contact.phone, Channel.SMS) == consent.State.REFUSED


@transaction.atomic
def timer_due(timer_id: str, *, now: dt.datetime) -> Timer | None:
    """End a timer whose time has come; None when it was cancelled, paused, or given more time."""
    timer = Timer.objects.select_for_update().filter(pk=timer_id, state=State.WAITING, ends_at__lte=now).first()
    if timer is not None:
        timer.state = State.ENDED
        timer.save(update_fields=["state"])
    return timer


@transaction.atomic
def due(kind: type[R], which: str, *, now: dt.datetime, later: Later | None) -> tuple[R, dt.datetime] | None:
    """What has come due, with the time at which it should have been told; what recurs waits for its next time.

    None when it was cancelled or moved meanwhile.
    """
    waiting = kind._default_manager.select_for_update().filter(pk=which, state=State.WAITING, due_at__lte=now)
    told = waiting.first()
    if told is None:
        return None
    was_due = told.due_at
    if told.recurrence:
        told.due_at = _next(told, now)
        _ask(later, _handler(kind), at=told.due_at, subject=told)
    else:
        told.state = State.ENDED
    told.save(update_fields=["state", "due_at"])
    return told, was_due


@transaction.atomic
def _set(
    kind: type[R], words: Mapping[str, str], *, due_at: dt.datetime, recurrence: str, context: Context, key: str
) -> R:
    """Make one, or find the one that the same request made; its wall time is what recurs."""
    if due_at <= context.now:
        raise InvalidTimeSlot(f"{_handler(kind)}s lie in the future")
    when = {
        "time": due_at.astimezone(context.zone).time().replace(tzinfo=None),
        "zone": context.zone.key,
        "recurrence": recurrence,
        "due_at": due_at.astimezone(dt.UTC),
    }
    one, made = kind._default_manager.get_or_create(key=key, defaults={**words, **when, **_ownership(context)})
    if made:
        _ask(context.later, _handler(kind), at=one.due_at, subject=one)
    return one


def _next(recurring: Recurring, now: dt.datetime) -> dt.datetime:
    zone = ZoneInfo(recurring.zone)
    upcoming = moments.first(
        recurring.recurrence,
        time=recurring.time,
        after=now.astimezone(zone),
        start=recurring.created_at.astimezone(zone).date(),
    )
    return upcoming.astimezone(dt.UTC)


def _locked(timer_id: str, *, owner: str, state: State) -> Timer:
    timer = Timer.objects.select_for_update().filter(pk=timer_id, owner=owner, state=state).first()
    if timer is None:
        raise NotFound(f"no {state.value} timer {timer_id}")
    return timer


def _comes_at(each: Owned) -> dt.datetime | None:
    """When it makes itself heard next."""
    match each:
        case Timer():
            return each.ends_at
        case Recurring():
            return each.due_at
    return None


def _end_pause(resting: Owned) -> None:
    """A cancelled timer does not rest: its end is what it would have been."""
    if isinstance(resting, Timer):
        resting.ends_at = resting.created_at + resting.length
        resting.left, resting.state = None, State.CANCELLED
        resting.save()


def _ownership(context: Context) -> dict[str, object]:
    return {
        "owner": owner_of(context),
        "person_id": context.caller.person_id or "",
        "conversation_id": context.conversation_id,
        "created_at": context.now,
    }


def _handler(kind: type[Owned]) -> str:
    """The name by which the skill is called back when one of this kind is due."""
    return kind.__name__.lower()


def _ask(later: Later | None, handler: str, *, at: dt.datetime, subject: Owned) -> None:
    if later is not None:
        later(handler, at=at, subject=str(subject.pk))
