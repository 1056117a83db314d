"""A house for one person at a terminal: no server, no jobs, nothing kept but what skills keep themselves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from parley.channels.house import House
from parley.conversation.floor import Floor
from parley.conversation.store import MemoryStore
from parley.listening.voice_activity import VoiceActivity
from parley.server.house import recognisers_for, services_for
from parley.server.settings import Settings


@contextlib.asynccontextmanager
async def alone(settings: Settings) -> AsyncIterator[House]:
    """For the length of one command."""
    recognisers = await asyncio.to_thread(recognisers_for, settings)
    services = await asyncio.to_thread(
        services_for, settings, store=MemoryStore(), recognisers=recognisers, persistent=False
    )
    voice_activity = await asyncio.to_thread(VoiceActivity)
    floor = Floor(voice_activity)
    try:
        yield House(
            floor=floor,
            services=services,
            voice_activity=voice_activity,
            zone=settings.zone,
            language=settings.language,
            country=settings.country,
        )
    finally:
        await recognisers.close()
        await services.close()
        floor.close()
