"""Ask for due work, claim it, do it."""

import datetime as dt
import functools
import uuid
from collections.abc import Callable
from typing import Final

import structlog
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from parley.contract import Later
from parley.jobs import handlers
from parley.jobs.models import Due

LEASE: Final = dt.timedelta(minutes=2)
"""A worker that has not finished by then is taken for dead, and another does its work."""
BACKOFF: Final = tuple(dt.timedelta(seconds=s) for s in (1, 2, 4, 8, 16, 60, 300, 1800))
"""Pauses after the first, the second, … failure; then the work is given up and kept for a person to look at."""

log = structlog.get_logger("parley.jobs")
_wakers: set[Callable[[], object]] = set()


def later(owner: str, handler: str, *, at: dt.datetime, subject: str) -> None:
    """Have the owner's function called at `at`. Asked for again with the same subject, the work moves."""
    Due.objects.update_or_create(
        owner=owner,
        handler=handler,
        subject=subject,
        defaults={"at": at, "claim": "", "claimed_until": None, "attempts": 0, "error": "", "failed_at": None},
    )
    transaction.on_commit(_wake)


def later_for(owner: str) -> Later:
    """`later` as one skill gets it in its context: always in its own name."""
    return functools.partial(later, owner)


def cancel(owner: str, handler: str, *, subject: str) -> bool:
    """Forget the work; False when there is none."""
    return bool(Due.objects.filter(owner=owner, handler=handler, subject=subject).delete()[0])


def waiting(now: dt.datetime) -> QuerySet[Due]:
    """Work that nobody has claimed, due or not."""
    return Due.objects.filter(failed_at=None).filter(Q(claimed_until=None) | Q(claimed_until__lt=now))


def next_at(now: dt.datetime) -> dt.datetime | None:
    """When the next work is due."""
    return waiting(now).order_by("at").values_list("at", flat=True).first()


def look(now: dt.datetime, *, limit: int) -> tuple[list[tuple[int, str]], dt.datetime | None]:
    """What `claim` takes, and if that is nothing when there will be something.

    Most looks find nothing: they ask one question, and not for the write lock.
    """
    at = next_at(now)
    if at is None or at > now:
        return [], at
    return claim(now, limit=limit), at


def claim(now: dt.datetime, *, limit: int) -> list[tuple[int, str]]:
    """Take up to `limit` pieces of due work, as (id, claim). No two workers get the same."""
    due = waiting(now).filter(at__lte=now)
    with transaction.atomic():
        rows = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        claimed = []
        for row in rows.order_by("at")[:limit]:
            row.claim, row.claimed_until = uuid.uuid4().hex, now + LEASE
            row.save(update_fields=["claim", "claimed_until"])
            claimed.append((row.pk, row.claim))
    return claimed


def run(due_id: int, claim: str, *, now: dt.datetime) -> bool:
    """Do one claimed piece of work; False when it failed, or when the claim holds no more."""
    row = Due.objects.filter(pk=due_id, claim=claim).first()
    if row is None:
        return False
    try:
        owner = handlers.owner(row.owner)
        if owner.atomic:
            with transaction.atomic():
                if not _finish(due_id, claim):
                    return False
                owner.work(row.handler, row.subject, now)
        else:
            owner.work(row.handler, row.subject, now)
            _finish(due_id, claim)
    except Exception as error:  # noqa: BLE001 - whatever one handler does wrong, the others' work goes on
        _failed(row, claim, error, now=now)
        return False
    return True


def _finish(due_id: int, claim: str) -> bool:
    return bool(Due.objects.filter(pk=due_id, claim=claim).delete()[0])


def _failed(row: Due, claim: str, error: Exception, *, now: dt.datetime) -> None:
    given_up = row.attempts >= len(BACKOFF)
    Due.objects.filter(pk=row.pk, claim=claim).update(
        attempts=row.attempts + 1,
        error=type(error).__name__,
        at=row.at if given_up else now + BACKOFF[row.attempts],
        failed_at=now if given_up else None,
        claim="",
        claimed_until=None,
    )
    log.error(
        "work_failed",
        owner=row.owner, handler=row.handler, attempts=row.attempts + 1, given_up=given_up, exc_info=error,
    )  # fmt: skip


def _wake() -> None:
    for waker in tuple(_wakers):
        waker()


def on_new_work(waker: Callable[[], object]) -> Callable[[], None]:
    """Call `waker` (from any thread) when work is asked for in this process; returns what ends that."""
    _wakers.add(waker)
    return lambda: _wakers.discard(waker)
