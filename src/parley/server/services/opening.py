"""Opens what this process needs to be the service it is, and closes it again."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from parley.server.services.faculties import Ears, Faculties, Mind, open_faculties
from parley.server.services.table import Opens, does_due_work, service_of
from parley.server.settings import Settings


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[None]:
    """For as long as the server runs."""
    service = service_of(settings)
    opens = service.opens if service else Opens.HOUSE
    if opens is Opens.HOUSE:
        from parley.server.house import opened as house_opened

        async with house_opened(settings):
            yield
        return
    os.environ.update({name: key for name, key in settings.for_clients().items() if name not in os.environ})
    async with _PARTS[opens](settings):
        try:
            yield
        finally:
            open_faculties(Faculties())


@contextlib.asynccontextmanager
async def _ears(settings: Settings) -> AsyncIterator[None]:
    from parley.server.house import recognisers_for

    recognisers = await asyncio.to_thread(recognisers_for, settings)
    open_faculties(Faculties(ears=Ears(recogniser_for=recognisers.for_language)))
    warming = asyncio.create_task(recognisers.warm())
    try:
        yield
    finally:
        warming.cancel()
        await asyncio.gather(warming, return_exceptions=True)
        await recognisers.close()


@contextlib.asynccontextmanager
async def _voices(settings: Settings) -> AsyncIterator[None]:
    from parley.server.services import reached
    from parley.speaking.synthesis import speaking_for

    speaking = speaking_for(reached.speaking(settings))
    open_faculties(Faculties(voices=speaking))
    await speaking.warm()
    try:
        yield
    finally:
        await speaking.close()


@contextlib.asynccontextmanager
async def _mind(settings: Settings) -> AsyncIterator[None]:
    from parley.server.house import taking
    from parley.server.language_models import led
    from parley.skills.loader import intents, skills
    from parley.understanding.attentive import Attentive
    from parley.understanding.embedded import embedded

    own = await asyncio.to_thread(embedded, settings)
    models = led(settings, own, intents())
    open_faculties(
        Faculties(
            mind=Mind(
                understand=models.get("understand_async") or awaited(Attentive(own)),
                take=taking(skills(), settings.dialogue, persistent=False),
                now=settings.now,
                zone=settings.zone,
                country=settings.country,
            )
        )
    )
    try:
        yield
    finally:
        if close := models.get("close"):
            await close()


@contextlib.asynccontextmanager
async def _records(settings: Settings) -> AsyncIterator[None]:
    from parley.jobs.runner import Runner
    from parley.server.announcing import serve_skills
    from parley.server.dictation import serve_dictation
    from parley.server.house import recognisers_for
    from parley.skills.loader import skills

    if not does_due_work(settings):
        yield
        return
    recognisers = await asyncio.to_thread(recognisers_for, settings)
    serve_skills(skills(), language=settings.language)
    serve_dictation(recognisers.for_language)
    running = asyncio.create_task(Runner().run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await recognisers.close()


def awaited(understander: Any) -> Any:
    """An understander as it is asked from the event loop."""

    async def understand(text: str, **where: Any) -> Any:
        return await asyncio.to_thread(partial(understander.understand, text, **where))

    return understand


_PARTS = {Opens.EARS: _ears, Opens.VOICES: _voices, Opens.MIND: _mind, Opens.RECORDS: _records}
