"""What is due for outside calendars: deliver, read, watch, by ids of links; missed, by ids of entries."""

import datetime as dt
import random
from typing import Final

from django.conf import settings

from parley import jobs
from parley.contract import CalendarUnavailable
from parley.scheduling.calendars import OWNER, edits, outbox, reading, trouble, watching
from parley.scheduling.calendars.models import Link

WATCHED: Final = dt.timedelta(minutes=30)
"""How often a calendar is read that tells of its changes: a notification may get lost."""


def work(handler: str, subject: str, now: dt.datetime) -> None:
    """Due work. It talks to the network, so that no transaction is held around it."""
    if handler == "deliver":
        outbox.deliver(int(subject), now=now)
        return
    if handler == "missed":
        edits.look_again(int(subject), now=now)
        return
    link = find(int(subject))
    if link is None:
        return
    if handler == "watch":
        try:
            watching.renew(link, now=now)
        except CalendarUnavailable:
            jobs.later(OWNER, "watch", at=now + watching.AGAIN, subject=subject)
    elif handler == "read":
        read_now(link, now=now, raising=False)


def read_now(link: Link, *, now: dt.datetime, raising: bool = True) -> None:
    """Read a calendar, and plan the next time. Raises CalendarUnavailable if `raising`."""
    try:
        reading.read(link, now=now)
    except CalendarUnavailable as error:
        jobs.later(OWNER, "read", at=trouble.met(link, error, now=now), subject=str(link.pk))
        if raising:
            raise
    else:
        trouble.over(link)
        jobs.later(OWNER, "read", at=now + _interval(link, now), subject=str(link.pk))


def find(link_id: int) -> Link | None:
    """A link with what its work needs."""
    return Link.objects.select_related("account__site").prefetch_related("resources__site").filter(pk=link_id).first()


def _interval(link: Link, now: dt.datetime) -> dt.timedelta:
    asked = dt.timedelta(minutes=settings.PARLEY.calendar_minutes)
    usual = max(asked, WATCHED) if watching.live(link, now) else asked
    return usual * (0.9 + 0.2 * random.random())
