"""A calendar that cannot be reached: what staff are told of it, and when it is tried again."""

import datetime as dt
import random
from typing import Final

import structlog

from parley.contract import ParleyError
from parley.scheduling.calendars.models import Account, Link
from parley.scheduling.calendars.provider import Refused, Rejected

FIRST: Final = dt.timedelta(seconds=5)
LONGEST: Final = dt.timedelta(minutes=30)
CLOSED: Final = dt.timedelta(hours=1)
"""Before a refused log-in is tried again: somebody may have mended it at the other end."""
LEAVE: Final = dt.timedelta(seconds=30)
"""Most that is waited on top, by chance, so that not all calendars come back in the same second."""

log = structlog.get_logger("parley.calendars")


def met(link: Link, error: ParleyError, *, now: dt.datetime) -> dt.datetime:
    """Note that it failed; when to try again."""
    link.failures += 1
    link.error = name_of(error)
    link.failing_since = link.failing_since or now
    link.save(update_fields=["failures", "error", "failing_since"])
    log.warning("calendar_failed", provider=link.account.provider, error=link.error, failures=link.failures)
    if isinstance(error, Refused):
        Account.objects.filter(pk=link.account_id).update(state=Account.State.REFUSED)
        return now + CLOSED
    wait = max(pause(link.failures), dt.timedelta(seconds=float(error.details.get("retry_after") or 0)))
    return now + wait + min(LEAVE, wait) * random.random()


def over(link: Link) -> None:
    """Note that it answers (again)."""
    if link.failures or link.error:
        link.failures, link.error, link.failing_since = 0, "", None
        link.save(update_fields=["failures", "error", "failing_since"])
    Account.objects.filter(pk=link.account_id, state=Account.State.REFUSED).update(state=Account.State.OPEN)


def pause(failures: int) -> dt.timedelta:
    """Doubled with each failure, up to half an hour."""
    doublings: int = 2 ** min(failures - 1, 12)
    return min(LONGEST, FIRST * doublings)


def name_of(error: ParleyError) -> str:
    """The name of the words that say it."""
    if isinstance(error, Refused):
        return "refused"
    if isinstance(error, Rejected):
        return "rejected"
    return "missing" if error.details.get("missing") else "away"
