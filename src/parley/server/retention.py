"""What is kept is forgotten in its time: kept sound, old conversations, log-ins that ended. Once a day."""

import datetime as dt
from typing import Final

import structlog
from django.core.management import call_command

from parley import jobs
from parley.jobs.models import Due
from parley.records import services
from parley.server.settings import current

OWNER: Final = "retention"
DAY: Final = dt.timedelta(days=1)

log = structlog.get_logger("parley.retention")


def keep_retention(now: dt.datetime) -> None:
    """Have it done from now on, once a day."""
    jobs.register(OWNER, _forget)
    if not Due.objects.filter(owner=OWNER, failed_at=None).exists():
        jobs.later(OWNER, "daily", at=now, subject="all")


def _forget(handler: str, subject: str, now: dt.datetime) -> None:
    sounds, conversations = services.forget_old(now, record_days=current().record_days)
    call_command("clearsessions")
    jobs.later(OWNER, handler, at=now + DAY, subject=subject)
    log.info("forgotten", sounds=sounds, conversations=conversations)
