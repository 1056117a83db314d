"""Record conversations as they go, go on with them, and forget them when their time is over."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from parley.contract import NotFound
from parley.records import sound
from parley.records.models import Audit, Conversation, Notice, Turn

_wakers: set[Callable[[], object]] = set()


def start_conversation(
    *, conversation_id: str, channel: str, language: str, person_id: UUID | str | None, now: dt.datetime
) -> Conversation:
    """Record its beginning, or that it goes on: the same id twice is one conversation."""
    row, made = Conversation.objects.get_or_create(
        pk=conversation_id,
        defaults={
            "channel": channel,
            "language": language,
            "person_id": person_id,
            "started_at": now,
            "active_at": now,
        },
    )
    if not made:
        Conversation.objects.filter(pk=conversation_id).update(
            status=Conversation.Status.ACTIVE, active_at=now, ended_at=None, outcome=""
        )
        row.refresh_from_db()
    return row


@transaction.atomic(savepoint=False)
def record_turn(
    turn: Turn, *, state: Mapping[str, Any] | None = None, wav: bytes | None = None, audio_days: int = 30
) -> Turn:
    """Record a turn, and the `state` to go on from where there is one.

    `wav` is given only when the person opted in, and is kept for `audio_days`.
    """
    if wav is not None:
        turn.audio = sound.keep(wav, turn_id=turn.pk, at=turn.at)
        turn.audio_until = turn.at + dt.timedelta(days=audio_days)
    turn.save(force_insert=True)
    changes: dict[str, Any] = {"active_at": turn.at, "language": turn.language}
    if state is not None:
        changes["state"] = dict(state)
    Conversation.objects.filter(pk=turn.conversation_id).update(**changes)
    return turn


def record_heard(turn_id: str, *, heard: str, complete: bool, timings: Mapping[str, float]) -> None:
    """Add what the person heard of the reply before they spoke over it, and all stages, those since included."""
    Turn.objects.filter(pk=turn_id).update(heard=heard, interrupted=not complete, timings=dict(timings))


def save_state(conversation_id: str, state: Mapping[str, Any]) -> None:
    """Keep what is needed to go on."""
    Conversation.objects.filter(pk=conversation_id).update(state=dict(state))


def load_state(conversation_id: str) -> Mapping[str, Any] | None:
    """What was saved last; None for an unknown conversation or one without a turn."""
    return Conversation.objects.filter(pk=conversation_id).values_list("state", flat=True).first() or None


def end_conversation(conversation_id: str, *, outcome: str, now: dt.datetime) -> None:
    """Record the end. What ends twice keeps its first end."""
    status = Conversation.Status.ERROR if outcome == "error" else Conversation.Status.ENDED
    Conversation.objects.filter(pk=conversation_id, ended_at=None).update(
        status=status, outcome=outcome, ended_at=now
    )


def conversation(conversation_id: str) -> Conversation:
    """One conversation. Raises NotFound."""
    try:
        return Conversation.objects.get(pk=conversation_id)
    except Conversation.DoesNotExist:
        raise NotFound("no such conversation") from None


def audit(actor: str, action: str, subject: str, *, now: dt.datetime, **details: Any) -> None:
    """Note who did what to whom: ids only."""
    Audit.objects.create(actor=actor, action=action, subject=subject, at=now, details=details)


def forget_old(now: dt.datetime, *, record_days: int) -> tuple[int, int]:
    """Delete sound past its day, and conversations older than `record_days` (0: none); how many of each."""
    sounds = _forget_sounds(Turn.objects.filter(audio_until__lte=now))
    if not record_days:
        return sounds, 0
    old = Conversation.objects.filter(active_at__lt=now - dt.timedelta(days=record_days))
    count = old.count()
    forget(old)
    return sounds, count


def forget(conversations: QuerySet[Conversation]) -> None:
    """Delete conversations with their turns and their sound."""
    with transaction.atomic():
        paths = list(
            Turn.objects.filter(conversation__in=conversations).exclude(audio="").values_list("audio", flat=True)
        )
        conversations.delete()
    for path in paths:
        sound.forget(path)


def _forget_sounds(turns: QuerySet[Turn]) -> int:
    paths = dict(turns.exclude(audio="").values_list("pk", "audio"))
    for path in paths.values():
        sound.forget(path)
    return Turn.objects.filter(pk__in=paths).update(audio="", audio_until=None)


def active(now: dt.datetime, *, within: dt.timedelta) -> QuerySet[Conversation]:
    """Conversations that go on: not ended, and with a sign of life within that time."""
    going_on = Conversation.objects.filter(status=Conversation.Status.ACTIVE, active_at__gte=now - within)
    return going_on.order_by("-active_at")


def notify(
    text: str,
    *,
    conversation_id: str | None,
    person_id: UUID | str | None,
    events: Sequence[Mapping[str, Any]] = (),
    urgent: bool = True,
    now: dt.datetime,
) -> Notice:
    """Have something said in a conversation, or shown to a person where nobody listens any more."""
    known = Conversation.objects.filter(pk=conversation_id).exists() if conversation_id else False
    transaction.on_commit(_wake)
    return Notice.objects.create(
        conversation_id=conversation_id if known else None,
        person_id=person_id,
        text=text,
        events=[dict(event) for event in events],
        urgent=urgent,
        at=now,
    )


def on_notice(waker: Callable[[], object]) -> Callable[[], None]:
    """Call `waker` (from any thread) when there is a new notice of this process; returns what ends that."""
    _wakers.add(waker)
    return lambda: _wakers.discard(waker)


def _wake() -> None:
    for waker in tuple(_wakers):
        waker()


def unsaid(conversation_ids: Collection[str]) -> QuerySet[Notice]:
    """Notices that wait to be said in one of these conversations, the oldest first."""
    return Notice.objects.filter(conversation__in=conversation_ids, spoken_at=None, seen_at=None).order_by("at")


def say_now(notice: Notice, *, now: dt.datetime) -> bool:
    """Take a notice for saying; False when another worker has said it already."""
    return bool(Notice.objects.filter(pk=notice.pk, spoken_at=None).update(spoken_at=now))
