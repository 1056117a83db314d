"""What is done to a call from our side: handed to a person, hung up."""

import asyncio
import datetime as dt
from collections.abc import Coroutine
from enum import StrEnum
from typing import Any

import structlog

from parley.channels.telephone import calls
from parley.contract import ParleyError
from parley.messaging.twilio_client import client, configured, errors
from parley.records.models import Call

log = structlog.get_logger("parley.telephone")
_background: set[asyncio.Future[Any]] = set()


class NoTransfer(StrEnum):
    """Why nobody could be put through."""

    NO_NUMBER = "no_number"
    """The place has no number where a person answers."""
    CLOSED = "closed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


DIALLED = {"busy": NoTransfer.BUSY, "no-answer": NoTransfer.NO_ANSWER}
"""By the carrier's word for how dialling ended; any other is a failure."""


def hand_over(call: Call, reason: str, summary: str, *, now: dt.datetime) -> None:
    """Note that a person is to take over; the webhook after the stream does it."""
    calls.note(call, "handover", now=now, reason=reason, summary=summary)


def hang_up(call: Call) -> None:
    """End the call at the carrier. Without an account there, what follows in the TwiML ends it."""
    if not configured():
        return
    try:
        with errors():
            client().calls(call.sid).update(status="completed")
    except ParleyError as error:
        log.warning("hang_up_failed", code=error.code)


def background(work: Coroutine[Any, Any, Any]) -> None:
    """Let something go on beside the call, and be told when it fails."""
    task = asyncio.get_running_loop().create_task(work)
    _background.add(task)
    task.add_done_callback(_done)


def _done(task: asyncio.Task[Any]) -> None:
    _background.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background_failed", exc_info=error)
