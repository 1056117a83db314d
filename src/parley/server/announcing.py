"""What skills say by themselves: asked for by due work, kept as notices, said where somebody listens."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final, Protocol, cast
from uuid import UUID

import structlog
from django.db import DatabaseError, close_old_connections

from parley import jobs
from parley.accounts.models import Profile
from parley.contract import Announcement, Language, Skill, language_of
from parley.conversation.conversation import Conversation
from parley.conversation.floor import Floor
from parley.dialogue.replies import render
from parley.records import services
from parley.records.models import Conversation as Recorded
from parley.records.models import Notice

LOOK_S: Final = 2.0
"""How often notices are looked for that another process has for the live conversations of this one."""

log = structlog.get_logger("parley.announcements")


class Clock(Protocol):
    """The present."""

    def __call__(self) -> dt.datetime:
        """Aware."""


def serve_skills(skills: Mapping[str, Skill], *, language: Language) -> None:
    """Have every skill's due work done, and what it announces kept as notices, in the same transaction."""

    def worker(skill: Skill) -> Callable[[str, str, dt.datetime], None]:
        def work(handler: str, subject: str, now: dt.datetime) -> None:
            for announcement in skill.on_due(handler, subject, now=now, later=jobs.later_for(skill.name)):
                spoken = _language_of(announcement, default=language)
                text = render(announcement.say, language=spoken, skill=skill.name, skills=skills, now=now)
                _keep(announcement, text, now=now)

        return work

    for skill in skills.values():
        jobs.register(skill.name, worker(skill))


def _keep(announcement: Announcement, text: str, *, now: dt.datetime) -> None:
    services.notify(
        text,
        conversation_id=announcement.conversation_id,
        person_id=announcement.person_id,
        events=announcement.events,
        urgent=announcement.urgent,
        now=now,
    )


def _language_of(announcement: Announcement, *, default: Language) -> Language:
    """Of the conversation that asked, else of the person."""
    spoken: str | None = None
    if announcement.conversation_id:
        conversations = Recorded.objects.filter(pk=announcement.conversation_id)
        spoken = conversations.values_list("language", flat=True).first()
    if spoken is None and announcement.person_id:
        profiles = Profile.objects.filter(person=UUID(announcement.person_id))
        spoken = profiles.values_list("language", flat=True).first()
    return language_of(spoken, default=default)


async def announce(floor: Floor, clock: Clock) -> None:
    """Say notices in the live conversations of this process, until cancelled."""
    loop, news = asyncio.get_running_loop(), asyncio.Event()
    forget = services.on_notice(lambda: loop.call_soon_threadsafe(news.set))
    try:
        while True:
            news.clear()
            if len(floor):
                await _say_all(floor, clock)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await news.wait()
    finally:
        forget()


async def _say_all(floor: Floor, clock: Clock) -> None:
    try:
        for notice in await asyncio.to_thread(_unsaid, floor):
            await _say(floor, notice, clock)
    except DatabaseError as error:
        log.error("database_away", error=type(error).__name__)


def _unsaid(floor: Floor) -> list[Notice]:
    close_old_connections()
    here = [cast(Conversation, seat).opening.conversation_id for seat in floor]
    return list(services.unsaid(here))


async def _say(floor: Floor, notice: Notice, clock: Clock) -> None:
    seat = cast("Conversation | None", floor.find(notice.conversation_id or ""))
    if seat is not None and await asyncio.to_thread(services.say_now, notice, now=clock()):
        seat.announce(notice.text, cards=notice.events, urgent=notice.urgent)
